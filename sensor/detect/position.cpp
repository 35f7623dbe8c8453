#include "sensor/detect/position.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "sensor/base/encoding.h"
#include "sensor/detect/value_shapes.h"

namespace telltale {
namespace {

constexpr int kLeastDecimals = 3;
constexpr double kNoFix = 0.01;  // degrees around 0,0

char hemisphere_of(char c) {
  const char upper = static_cast<char>(c & ~0x20);
  return upper == 'N' || upper == 'S' || upper == 'E' || upper == 'W' || upper == 'O' ? upper : '\0';
}

bool is_negative(char hemisphere) { return hemisphere == 'S' || hemisphere == 'W'; }
bool is_of_latitude(char hemisphere) { return hemisphere == 'N' || hemisphere == 'S'; }
bool is_of_longitude(char hemisphere) {
  return hemisphere == 'E' || hemisphere == 'W' || hemisphere == 'O';
}

void skip_spaces(std::string_view& text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
}

// A degree, minute or second sign; UTF-8 forms included. Returns its size.
size_t sign_size(std::string_view text) {
  for (const std::string_view sign : {"\xc2\xb0", "\xe2\x80\xb2", "\xe2\x80\xb3", "\xe2\x80\x99",
                                      "\xe2\x80\x9d", "''", "'", "\"", "\xc2\xba"}) {
    if (text.substr(0, sign.size()) == sign) return sign.size();
  }
  return 0;
}

// The rest of "52°30'58.7\"" behind its whole degrees.
bool read_minutes(std::string_view& text, Angle& angle) {
  double unit = 60;
  while (!text.empty() && unit <= 3600) {
    skip_spaces(text);
    size_t used = 0;
    const auto part = read_decimal(text, used);
    if (!part || part->value < 0 || part->value >= 60) break;
    text.remove_prefix(used);
    skip_spaces(text);
    const size_t sign = sign_size(text);
    if (sign == 0) return false;
    text.remove_prefix(sign);
    angle.degrees += part->value / unit;
    angle.decimals = std::max(angle.decimals, part->decimals + (unit > 60 ? 3 : 1));
    unit *= 60;
  }
  return unit > 60;
}

// Latitude and longitude where order does not say which is which.
std::optional<Position> ordered(const Angle& first, const Angle& second, bool longitude_first) {
  if (is_of_latitude(first.hemisphere) || is_of_longitude(second.hemisphere)) longitude_first = false;
  if (is_of_longitude(first.hemisphere) || is_of_latitude(second.hemisphere)) longitude_first = true;
  if (std::abs(first.degrees) > 90) longitude_first = true;
  if (std::abs(second.degrees) > 90) longitude_first = false;
  return longitude_first ? make_position(second, first) : make_position(first, second);
}

// ddmm.mmmm and its hemisphere.
std::optional<Angle> nmea_angle(std::string_view value, std::string_view hemisphere) {
  if (hemisphere.size() != 1 || hemisphere_of(hemisphere[0]) == '\0') return std::nullopt;
  const auto number = parse_decimal(value);
  const size_t point = value.find('.');
  if (!number || point == std::string_view::npos || point < 3 || point > 5) return std::nullopt;
  const double whole = std::floor(number->value / 100);
  const double minutes = number->value - whole * 100;
  if (number->value < 0 || minutes >= 60) return std::nullopt;
  Angle angle{whole + minutes / 60, number->decimals + 2, hemisphere_of(hemisphere[0])};
  if (is_negative(angle.hemisphere)) angle.degrees = -angle.degrees;
  return angle;
}

// Splits at commas; the pieces of a sentence.
size_t split(std::string_view text, std::array<std::string_view, 24>& fields) {
  size_t count = 0;
  while (count < fields.size()) {
    const size_t comma = text.find(',');
    fields[count++] = text.substr(0, comma);
    if (comma == std::string_view::npos) break;
    text.remove_prefix(comma + 1);
  }
  return count;
}

bool has_valid_checksum(std::string_view sentence, std::string_view& body) {
  const size_t star = sentence.find('*');
  if (sentence.size() < 10 || sentence[0] != '$' || star == std::string_view::npos) return false;
  if (star + 3 > sentence.size()) return false;
  body = sentence.substr(1, star - 1);
  int sum = 0;
  for (const char c : body) sum ^= static_cast<uint8_t>(c);
  return hex_value(sentence[star + 1]) * 16 + hex_value(sentence[star + 2]) == sum;
}

}  // namespace

std::string Position::to_string() const { return fmt::format("{:.6f},{:.6f}", latitude, longitude); }

double scale_of_key(std::string_view key) {
  if (key.size() < 3) return 1;
  const char digit = key.back();
  const char e = key[key.size() - 2];
  if (e != 'e' && e != 'E') return 1;
  return digit == '5' ? 1e5 : digit == '6' ? 1e6 : digit == '7' ? 1e7 : 1;
}

std::optional<Angle> parse_angle(std::string_view text, double scale) {
  text = trim(text);
  Angle angle;
  if (!text.empty() && hemisphere_of(text.front()) != '\0') {
    angle.hemisphere = hemisphere_of(text.front());
    text.remove_prefix(1);
    skip_spaces(text);
  }
  char buffer[24];
  const bool has_comma = text.find('.') == std::string_view::npos && text.find(',') < 4;
  if (has_comma && text.size() < sizeof buffer) {  // 52,5163
    std::copy(text.begin(), text.end(), buffer);
    buffer[text.find(',')] = '.';
    text = {buffer, text.size()};
  }
  size_t used = 0;
  const auto number = read_decimal(text, used);
  if (!number) return std::nullopt;
  text.remove_prefix(used);
  angle.degrees = std::abs(number->value);
  angle.decimals = number->decimals;
  const bool negative = number->value < 0;
  if (scale > 1) {
    if (number->has_point) return std::nullopt;
    angle.degrees /= scale;
    angle.decimals = 5;
  }
  skip_spaces(text);
  if (const size_t sign = sign_size(text); sign > 0) {
    text.remove_prefix(sign);
    const bool whole = !number->has_point;
    if (whole && !read_minutes(text, angle)) return std::nullopt;
    skip_spaces(text);
  }
  if (text.size() == 1 && angle.hemisphere == '\0') {
    angle.hemisphere = hemisphere_of(text.front());
    if (angle.hemisphere == '\0') return std::nullopt;
    text.remove_prefix(1);
  }
  if (!text.empty()) return std::nullopt;
  if (negative != is_negative(angle.hemisphere)) angle.degrees = -angle.degrees;
  if (negative && is_negative(angle.hemisphere)) angle.degrees = -angle.degrees;
  return angle;
}

std::optional<Position> make_position(const Angle& latitude, const Angle& longitude) {
  if (std::abs(latitude.degrees) > 90 || std::abs(longitude.degrees) > 180) return std::nullopt;
  if (std::abs(latitude.degrees) < kNoFix && std::abs(longitude.degrees) < kNoFix) return std::nullopt;
  // A trailing zero is not always sent, so one of the two may have fewer.
  const int most = std::max(latitude.decimals, longitude.decimals);
  const int least = std::min(latitude.decimals, longitude.decimals);
  if (most < kLeastDecimals || least < 1 || (least < kLeastDecimals && most < kLeastDecimals + 1)) {
    return std::nullopt;
  }
  if (latitude.degrees == longitude.degrees) return std::nullopt;
  return Position{latitude.degrees, longitude.degrees};
}

std::optional<Position> parse_pair(std::string_view text, bool longitude_first) {
  text = trim(text);
  if (text.size() < 9 || text.size() > 96) return std::nullopt;
  if (istarts_with(text, "point")) {  // WKT: x is the longitude
    text.remove_prefix(5);
    skip_spaces(text);
    longitude_first = true;
  }
  while (!text.empty() && (text.front() == '(' || text.front() == '[')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ')' || text.back() == ']' || text.back() == '/')) {
    text.remove_suffix(1);
  }
  std::array<std::string_view, 4> parts;
  size_t count = 0;
  while (!text.empty()) {
    skip_spaces(text);
    const size_t begin_at = !text.empty() && hemisphere_of(text.front()) != '\0' ? 1 : 0;
    const size_t end = std::min(text.find_first_of(",; |/xX", begin_at), text.size());
    if (count == parts.size()) return std::nullopt;
    parts[count++] = text.substr(0, end);
    text.remove_prefix(end);
    while (!text.empty() && (text.front() == ' ' || text.front() == ',' || text.front() == ';' ||
                             text.front() == '|' || text.front() == '/' || (text.front() | 0x20) == 'x')) {
      text.remove_prefix(1);
    }
  }
  if (count < 2 || count > 3) return std::nullopt;
  const auto first = parse_angle(parts[0]);
  const auto second = parse_angle(parts[1]);
  if (!first || !second || (count == 3 && !parse_decimal(parts[2]))) return std::nullopt;
  return ordered(*first, *second, longitude_first);
}

std::optional<Position> parse_geo_uri(std::string_view text) {
  if (!istarts_with(text, "geo:")) return std::nullopt;
  text = text.substr(4, text.find_first_of(";? \"'<\r\n", 4) - 4);
  return parse_pair(text, false);
}

std::optional<Position> parse_iso6709(std::string_view text) {
  if (text.size() < 14 || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  size_t first_size = 0;
  const auto latitude = read_decimal(text, first_size);
  if (!latitude || first_size >= text.size()) return std::nullopt;
  std::string_view rest = text.substr(first_size);
  if (rest[0] != '+' && rest[0] != '-') return std::nullopt;
  size_t second_size = 0;
  const auto longitude = read_decimal(rest, second_size);
  if (!longitude) return std::nullopt;
  const bool two_digits = text.find('.') == 3 && rest.find('.') == 4;
  if (!two_digits) return std::nullopt;
  return make_position({latitude->value, latitude->decimals}, {longitude->value, longitude->decimals});
}

std::optional<Position> parse_nmea(std::string_view sentence) {
  std::string_view body;
  if (!has_valid_checksum(sentence, body) || body.size() < 6) return std::nullopt;
  std::array<std::string_view, 24> fields;
  const size_t count = split(body, fields);
  const std::string_view kind = fields[0].substr(fields[0].size() - std::min<size_t>(3, fields[0].size()));
  size_t at = 0;  // of the latitude
  if (kind == "RMC" && count >= 7 && fields[2] == "A") at = 3;
  if (kind == "GGA" && count >= 7 && fields[6] != "0" && !fields[6].empty()) at = 2;
  if (kind == "GLL" && count >= 7 && fields[6] == "A") at = 1;
  if (at == 0) return std::nullopt;
  const auto latitude = nmea_angle(fields[at], fields[at + 1]);
  const auto longitude = nmea_angle(fields[at + 2], fields[at + 3]);
  if (!latitude || !longitude || !is_of_latitude(latitude->hemisphere)) return std::nullopt;
  return make_position(*latitude, *longitude);
}

std::optional<Position> parse_nmea_pair(std::string_view text) {
  std::array<std::string_view, 24> fields;
  if (split(text.substr(0, 40), fields) < 4) return std::nullopt;
  const std::string_view east = fields[3].substr(0, 1);
  const auto latitude = nmea_angle(fields[0], fields[1]);
  const auto longitude = nmea_angle(fields[2], east);
  if (!latitude || !longitude) return std::nullopt;
  if (!is_of_latitude(latitude->hemisphere) || !is_of_longitude(longitude->hemisphere)) {
    return std::nullopt;
  }
  if (fields[3].size() > 1 && (is_alpha(fields[3][1]) || is_digit(fields[3][1]))) return std::nullopt;
  return make_position(*latitude, *longitude);
}

std::optional<Position> parse_geohash(std::string_view text) {
  static constexpr std::string_view kAlphabet = "0123456789bcdefghjkmnpqrstuvwxyz";
  if (text.size() < 7 || text.size() > 12) return std::nullopt;
  std::array<double, 2> low = {-180, -90};
  std::array<double, 2> high = {180, 90};
  size_t axis = 0;
  bool has_letter = false;
  for (const char c : text) {
    const size_t value = kAlphabet.find(ascii_lower(c));
    if (value == std::string_view::npos) return std::nullopt;
    has_letter = has_letter || !is_digit(c);
    for (int bit = 4; bit >= 0; --bit, axis ^= 1) {
      const double middle = (low[axis] + high[axis]) / 2;
      ((value >> bit & 1) != 0 ? low[axis] : high[axis]) = middle;
    }
  }
  if (!has_letter) return std::nullopt;
  return make_position({(low[1] + high[1]) / 2, 4}, {(low[0] + high[0]) / 2, 4});
}

}  // namespace telltale
