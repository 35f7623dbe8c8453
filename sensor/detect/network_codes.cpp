// Facts from the ITU's list of mobile country codes (Recommendation E.212, annex to the Operational Bulletin);
// sorted, so that a code is found by halving.
#include "sensor/detect/network_codes.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "sensor/base/encoding.h"

namespace telltale {
namespace {

enum class Mnc : uint8_t { two, three, both };

struct Country {
  uint16_t mcc;
  char iso[3];
  Mnc mnc;
};

constexpr Country kCountries[] = {
    {202, "GR", Mnc::two}, {204, "NL", Mnc::two}, {206, "BE", Mnc::two}, {208, "FR", Mnc::two},
    {212, "MC", Mnc::two}, {213, "AD", Mnc::two}, {214, "ES", Mnc::two}, {216, "HU", Mnc::two},
    {218, "BA", Mnc::two}, {219, "HR", Mnc::two}, {220, "RS", Mnc::two}, {221, "XK", Mnc::two},
    {222, "IT", Mnc::two}, {226, "RO", Mnc::two}, {228, "CH", Mnc::two}, {230, "CZ", Mnc::two},
    {231, "SK", Mnc::two}, {232, "AT", Mnc::two}, {234, "GB", Mnc::two}, {235, "GB", Mnc::two},
    {238, "DK", Mnc::two}, {240, "SE", Mnc::two}, {242, "NO", Mnc::two}, {244, "FI", Mnc::two},
    {246, "LT", Mnc::two}, {247, "LV", Mnc::two}, {248, "EE", Mnc::two}, {250, "RU", Mnc::two},
    {255, "UA", Mnc::two}, {257, "BY", Mnc::two}, {259, "MD", Mnc::two}, {260, "PL", Mnc::two},
    {262, "DE", Mnc::two}, {266, "GI", Mnc::two}, {268, "PT", Mnc::two}, {270, "LU", Mnc::two},
    {272, "IE", Mnc::two}, {274, "IS", Mnc::two}, {276, "AL", Mnc::two}, {278, "MT", Mnc::two},
    {280, "CY", Mnc::two}, {282, "GE", Mnc::two}, {283, "AM", Mnc::two}, {284, "BG", Mnc::two},
    {286, "TR", Mnc::two}, {288, "FO", Mnc::two}, {289, "GE", Mnc::two}, {290, "GL", Mnc::two},
    {292, "SM", Mnc::two}, {293, "SI", Mnc::two}, {294, "MK", Mnc::two}, {295, "LI", Mnc::two},
    {297, "ME", Mnc::two}, {302, "CA", Mnc::three}, {308, "PM", Mnc::two}, {310, "US", Mnc::both},
    {311, "US", Mnc::both}, {312, "US", Mnc::three}, {313, "US", Mnc::three},
    {314, "US", Mnc::three}, {315, "US", Mnc::three}, {316, "US", Mnc::three},
    {330, "PR", Mnc::both}, {332, "VI", Mnc::two}, {334, "MX", Mnc::three}, {338, "JM", Mnc::both},
    {340, "GP", Mnc::two}, {342, "BB", Mnc::both}, {344, "AG", Mnc::three}, {346, "KY", Mnc::three},
    {348, "VG", Mnc::three}, {350, "BM", Mnc::both}, {352, "GD", Mnc::three},
    {354, "MS", Mnc::three}, {356, "KN", Mnc::three}, {358, "LC", Mnc::three},
    {360, "VC", Mnc::three}, {362, "CW", Mnc::two}, {363, "AW", Mnc::both}, {364, "BS", Mnc::three},
    {365, "AI", Mnc::three}, {366, "DM", Mnc::three}, {368, "CU", Mnc::two}, {370, "DO", Mnc::two},
    {372, "HT", Mnc::two}, {374, "TT", Mnc::both}, {376, "TC", Mnc::three}, {400, "AZ", Mnc::two},
    {401, "KZ", Mnc::two}, {402, "BT", Mnc::two}, {404, "IN", Mnc::two}, {405, "IN", Mnc::both},
    {406, "IN", Mnc::two}, {410, "PK", Mnc::two}, {412, "AF", Mnc::two}, {413, "LK", Mnc::two},
    {414, "MM", Mnc::two}, {415, "LB", Mnc::two}, {416, "JO", Mnc::two}, {417, "SY", Mnc::two},
    {418, "IQ", Mnc::two}, {419, "KW", Mnc::two}, {420, "SA", Mnc::two}, {421, "YE", Mnc::two},
    {422, "OM", Mnc::two}, {424, "AE", Mnc::two}, {425, "IL", Mnc::two}, {426, "BH", Mnc::two},
    {427, "QA", Mnc::two}, {428, "MN", Mnc::two}, {429, "NP", Mnc::two}, {430, "AE", Mnc::two},
    {431, "AE", Mnc::two}, {432, "IR", Mnc::two}, {434, "UZ", Mnc::two}, {436, "TJ", Mnc::two},
    {437, "KG", Mnc::two}, {438, "TM", Mnc::two}, {440, "JP", Mnc::two}, {441, "JP", Mnc::two},
    {450, "KR", Mnc::two}, {452, "VN", Mnc::two}, {454, "HK", Mnc::two}, {455, "MO", Mnc::two},
    {456, "KH", Mnc::two}, {457, "LA", Mnc::two}, {460, "CN", Mnc::two}, {461, "CN", Mnc::two},
    {466, "TW", Mnc::two}, {467, "KP", Mnc::two}, {470, "BD", Mnc::two}, {472, "MV", Mnc::two},
    {502, "MY", Mnc::both}, {505, "AU", Mnc::two}, {510, "ID", Mnc::two}, {514, "TL", Mnc::two},
    {515, "PH", Mnc::two}, {520, "TH", Mnc::two}, {525, "SG", Mnc::two}, {528, "BN", Mnc::two},
    {530, "NZ", Mnc::two}, {536, "NR", Mnc::two}, {537, "PG", Mnc::two}, {539, "TO", Mnc::two},
    {540, "SB", Mnc::two}, {541, "VU", Mnc::two}, {542, "FJ", Mnc::two}, {543, "WF", Mnc::two},
    {544, "AS", Mnc::two}, {545, "KI", Mnc::two}, {546, "NC", Mnc::two}, {547, "PF", Mnc::two},
    {548, "CK", Mnc::two}, {549, "WS", Mnc::two}, {550, "FM", Mnc::two}, {551, "MH", Mnc::two},
    {552, "PW", Mnc::two}, {553, "TV", Mnc::two}, {554, "TK", Mnc::two}, {555, "NU", Mnc::two},
    {602, "EG", Mnc::two}, {603, "DZ", Mnc::two}, {604, "MA", Mnc::two}, {605, "TN", Mnc::two},
    {606, "LY", Mnc::two}, {607, "GM", Mnc::two}, {608, "SN", Mnc::two}, {609, "MR", Mnc::two},
    {610, "ML", Mnc::two}, {611, "GN", Mnc::two}, {612, "CI", Mnc::two}, {613, "BF", Mnc::two},
    {614, "NE", Mnc::two}, {615, "TG", Mnc::two}, {616, "BJ", Mnc::two}, {617, "MU", Mnc::two},
    {618, "LR", Mnc::two}, {619, "SL", Mnc::two}, {620, "GH", Mnc::two}, {621, "NG", Mnc::two},
    {622, "TD", Mnc::two}, {623, "CF", Mnc::two}, {624, "CM", Mnc::two}, {625, "CV", Mnc::two},
    {626, "ST", Mnc::two}, {627, "GQ", Mnc::two}, {628, "GA", Mnc::two}, {629, "CG", Mnc::two},
    {630, "CD", Mnc::two}, {631, "AO", Mnc::two}, {632, "GW", Mnc::two}, {633, "SC", Mnc::two},
    {634, "SD", Mnc::two}, {635, "RW", Mnc::two}, {636, "ET", Mnc::two}, {637, "SO", Mnc::two},
    {638, "DJ", Mnc::two}, {639, "KE", Mnc::two}, {640, "TZ", Mnc::two}, {641, "UG", Mnc::two},
    {642, "BI", Mnc::two}, {643, "MZ", Mnc::two}, {645, "ZM", Mnc::two}, {646, "MG", Mnc::two},
    {647, "RE", Mnc::two}, {648, "ZW", Mnc::two}, {649, "NA", Mnc::two}, {650, "MW", Mnc::two},
    {651, "LS", Mnc::two}, {652, "BW", Mnc::two}, {653, "SZ", Mnc::two}, {654, "KM", Mnc::two},
    {655, "ZA", Mnc::two}, {657, "ER", Mnc::two}, {658, "SH", Mnc::two}, {659, "SS", Mnc::two},
    {702, "BZ", Mnc::two}, {704, "GT", Mnc::two}, {706, "SV", Mnc::two}, {708, "HN", Mnc::both},
    {710, "NI", Mnc::two}, {712, "CR", Mnc::two}, {714, "PA", Mnc::two}, {716, "PE", Mnc::two},
    {722, "AR", Mnc::both}, {724, "BR", Mnc::two}, {730, "CL", Mnc::two}, {732, "CO", Mnc::both},
    {734, "VE", Mnc::two}, {736, "BO", Mnc::two}, {738, "GY", Mnc::two}, {740, "EC", Mnc::two},
    {744, "PY", Mnc::two}, {746, "SR", Mnc::two}, {748, "UY", Mnc::two}, {750, "FK", Mnc::three},
};

const Country* find_country(std::string_view mcc) {
  if (mcc.size() != 3 || !std::all_of(mcc.begin(), mcc.end(), [](char c) { return is_digit(c); })) {
    return nullptr;
  }
  const int code = (mcc[0] - '0') * 100 + (mcc[1] - '0') * 10 + (mcc[2] - '0');
  const auto* found =
      std::lower_bound(std::begin(kCountries), std::end(kCountries), code,
                       [](const Country& country, int wanted) { return country.mcc < wanted; });
  return found != std::end(kCountries) && found->mcc == code ? found : nullptr;
}

}  // namespace

std::string_view country_of_mcc(std::string_view mcc) {
  const Country* country = find_country(mcc);
  return country != nullptr ? std::string_view(country->iso) : std::string_view();
}

bool is_mcc(std::string_view text) { return find_country(text) != nullptr; }

MncLengths mnc_lengths(std::string_view mcc) {
  const Country* country = find_country(mcc);
  if (country == nullptr) return {};
  return {country->mnc != Mnc::three, country->mnc != Mnc::two};
}

OperatorCode parse_operator_code(std::string_view text) {
  OperatorCode code;
  size_t size = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool separates = i == 3 && (text[i] == '-' || text[i] == ' ' || text[i] == ',' ||
                                      text[i] == '_' || text[i] == ':' || text[i] == '/');
    if (separates) continue;
    if (!is_digit(text[i]) || size == 6) return {};
    code.digits[size++] = text[i];
  }
  const MncLengths lengths = mnc_lengths(std::string_view(code.digits, std::min<size_t>(size, 3)));
  code.ok = (size == 5 && lengths.two) || (size == 6 && lengths.three);
  return code;
}

bool is_imsi(std::string_view text) {
  if (text.size() < 14 || text.size() > 15) return false;
  if (!std::all_of(text.begin(), text.end(), [](char c) { return is_digit(c); })) return false;
  if (!is_mcc(text.substr(0, 3))) return false;
  const std::string_view rest = text.substr(5);
  return rest.find_first_not_of(rest.front()) != std::string_view::npos;
}

}  // namespace telltale
