#include "config/values.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <sstream>

#include <date/date.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "config/section.h"
#include "sensor/base/encoding.h"
#include "sensor/base/idna.h"

namespace telltale::values {
namespace {

// ISO 3166-1 alpha-2 as of 2024, and XK (user-assigned, in general use for Kosovo).
constexpr std::string_view kCountries =
    " AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR "
    "BS BT "
    "BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE "
    "EG EH "
    "ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN "
    "HR HT "
    "HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK "
    "LR LS "
    "LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF "
    "NG NI "
    "NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD "
    "SE SG "
    "SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ "
    "UA UG "
    "UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW ";

constexpr size_t kLongestDomain = 253;  // RFC 1035 section 2.3.4, written out

template <typename T>
struct Unit {
  std::string_view name;
  T factor;
};

constexpr std::array<Unit<uint64_t>, 10> kSizeUnits = {{{"", 1},
                                                        {"B", 1},
                                                        {"kB", 1000},
                                                        {"MB", 1000'000},
                                                        {"GB", 1000'000'000},
                                                        {"TB", 1000'000'000'000},
                                                        {"KiB", 1ULL << 10},
                                                        {"MiB", 1ULL << 20},
                                                        {"GiB", 1ULL << 30},
                                                        {"TiB", 1ULL << 40}}};

constexpr std::array<Unit<uint64_t>, 5> kTimeUnits = {
    {{"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86'400}, {"w", 604'800}}};

constexpr uint64_t kLongestDuration = 100ULL * 366 * 86'400;
constexpr uint64_t kLargestSize = 1ULL << 50;

const std::string& scalar(const YamlNode& node, std::string_view expected) {
  if (node.kind != YamlNode::Kind::scalar) {
    node.fail(fmt::format("expected {}, not {}", expected, node.described()));
  }
  return node.text;
}

bool read_number(std::string_view digits, uint64_t& out) {
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
  return error == std::errc{} && end == digits.data() + digits.size();
}

// A number and a unit directly behind it. False when the text is nothing of the kind or beyond
// `max`.
template <size_t N>
bool read_with_unit(std::string_view text, const std::array<Unit<uint64_t>, N>& units, uint64_t max,
                    uint64_t& out) {
  const auto* unit_at = std::find_if_not(text.begin(), text.end(), is_digit);
  const auto digits = static_cast<size_t>(unit_at - text.begin());
  uint64_t number = 0;
  if (!read_number(text.substr(0, digits), number)) return false;
  for (const auto& unit : units) {
    if (unit.name != text.substr(digits)) continue;
    if (number > max / unit.factor) return false;
    out = number * unit.factor;
    return true;
  }
  return false;
}

bool is_label(std::string_view label) {
  const auto fits = [](char c) { return is_alpha(c) || is_digit(c) || c == '-' || c == '_'; };
  return !label.empty() && label.size() <= 63 && std::all_of(label.begin(), label.end(), fits) &&
         label.front() != '-' && label.back() != '-';
}

bool is_domain(std::string_view name) {
  if (name.empty() || name.size() > kLongestDomain || Cidr::parse(name)) return false;
  while (true) {
    const size_t dot = name.find('.');
    if (!is_label(name.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    name.remove_prefix(dot + 1);
  }
}

}  // namespace

std::string text(const YamlNode& node) { return scalar(node, "text"); }

std::string non_empty_text(const YamlNode& node) {
  if (scalar(node, "text").empty()) node.fail("must not be empty");
  return node.text;
}

std::string secret_text(const YamlNode& node) {
  if (node.kind != YamlNode::Kind::scalar || node.text.empty()) {
    node.fail("expected one value in quotes");
  }
  return node.text;
}

bool flag(const YamlNode& node) {
  const std::string& word = scalar(node, "true or false");
  if (word == "true" || word == "yes" || word == "on") return true;
  if (word == "false" || word == "no" || word == "off") return false;
  node.fail(fmt::format("expected true or false, not {}", in_quotes(word)));
}

uint64_t integer(const YamlNode& node, uint64_t min, uint64_t max) {
  uint64_t number = 0;
  if (node.kind != YamlNode::Kind::scalar || !read_number(node.text, number) || number < min ||
      number > max) {
    node.fail(
        fmt::format("expected a whole number from {} to {}, not {}", min, max, node.described()));
  }
  return number;
}

double fraction(const YamlNode& node) {
  double number = -1;
  if (node.kind == YamlNode::Kind::scalar) {
    const char* end = node.text.data() + node.text.size();
    const auto [stop, error] = std::from_chars(node.text.data(), end, number);
    if (error != std::errc{} || stop != end) number = -1;
  }
  if (!(number >= 0 && number <= 1)) {
    node.fail(fmt::format("expected a number from 0 to 1, such as 0.8, not {}", node.described()));
  }
  return number;
}

uint64_t size(const YamlNode& node) {
  uint64_t bytes = 0;
  if (node.kind != YamlNode::Kind::scalar ||
      !read_with_unit(node.text, kSizeUnits, kLargestSize, bytes)) {
    node.fail(fmt::format("expected a size such as 64MiB or 1GiB, not {}", node.described()));
  }
  return bytes;
}

std::chrono::seconds duration(const YamlNode& node) {
  uint64_t seconds = 0;
  if (node.kind != YamlNode::Kind::scalar ||
      (node.text != "0" && !read_with_unit(node.text, kTimeUnits, kLongestDuration, seconds))) {
    node.fail(fmt::format("expected a duration such as 30s, 12h or 45d, not {}", node.described()));
  }
  return std::chrono::seconds(seconds);
}

Cidr network(const YamlNode& node) {
  const auto parsed =
      node.kind == YamlNode::Kind::scalar ? Cidr::parse(node.text) : std::optional<Cidr>{};
  if (!parsed) {
    node.fail(fmt::format("expected a network such as 192.168.0.0/16 or fd00::/8, not {}",
                          node.described()));
  }
  return *parsed;
}

Cidr address(const YamlNode& node) {
  if (node.kind != YamlNode::Kind::scalar || !IpAddress::parse(node.text)) {
    node.fail(fmt::format("expected an address such as 192.168.0.7, not {}", node.described()));
  }
  return *Cidr::parse(node.text);
}

MacAddress mac(const YamlNode& node) {
  const auto parsed = node.kind == YamlNode::Kind::scalar ? MacAddress::parse(node.text)
                                                          : std::optional<MacAddress>{};
  if (!parsed) {
    node.fail(fmt::format("expected a MAC address such as \"02:00:00:00:00:07\", not {}",
                          node.described()));
  }
  return *parsed;
}

uint32_t asn(const YamlNode& node) {
  uint64_t number = 0;
  std::string_view digits = node.text;
  if (istarts_with(digits, "as")) digits.remove_prefix(2);
  if (node.kind != YamlNode::Kind::scalar || !read_number(digits, number) || number == 0 ||
      number > std::numeric_limits<uint32_t>::max()) {
    node.fail(fmt::format("expected an AS number such as 15169, not {}", node.described()));
  }
  return static_cast<uint32_t>(number);
}

std::string country(const YamlNode& node) {
  std::string code = node.kind == YamlNode::Kind::scalar ? node.text : std::string();
  for (char& c : code) c = is_alpha(c) ? static_cast<char>(c & ~0x20) : '?';
  if (code.size() != 2 || kCountries.find(" " + code + " ") == std::string_view::npos) {
    node.fail(fmt::format("expected a country as its ISO 3166 code, such as DE or IN, not {}{}",
                          node.described(), code == "UK" ? "; the United Kingdom is GB" : ""));
  }
  return code;
}

std::string domain(const YamlNode& node) {
  std::string name = to_ascii_domain(scalar(node, "a domain such as example.com"));
  if (name.starts_with("*.")) name.erase(0, 2);
  if (name.ends_with(".")) name.pop_back();
  if (!is_domain(name)) {
    node.fail(
        fmt::format("expected a domain such as example.com (it covers its subdomains), not {}",
                    node.described()));
  }
  return name;
}

LocalClock time_zone(const YamlNode& node) {
  const std::string& name = scalar(node, "a time zone such as Europe/Berlin");
  try {
    return LocalClock(name);
  } catch (const std::runtime_error&) {
    node.fail(fmt::format("expected a time zone of the system's database, such as Europe/Berlin, "
                          "Asia/Kolkata or UTC, not {}",
                          in_quotes(name)));
  }
}

DayTime day_time(const YamlNode& node) {
  const std::string& text = scalar(node, "a time of day such as \"22:00-06:00\"");
  const auto minutes = [&](size_t at) {
    uint64_t hour = 99;
    uint64_t minute = 99;
    if (text.size() != 11 || text[at + 2] != ':' ||
        !read_number(std::string_view(text).substr(at, 2), hour) ||
        !read_number(std::string_view(text).substr(at + 3, 2), minute) || minute > 59 ||
        hour > 24 || (hour == 24 && minute > 0) || text[5] != '-') {
      node.fail(fmt::format("expected a time of day such as \"22:00-06:00\", not {}",
                            node.described()));
    }
    return static_cast<int>(hour * 60 + minute);
  };
  const DayTime span{minutes(0), minutes(6)};
  if (span.begin == span.end) {
    node.fail("a time of day begins and ends at different minutes; leave the key out for all day");
  }
  return {span.begin % (24 * 60), span.end};
}

Weekdays weekday(const YamlNode& node) {
  static const auto kDay = one_of<Weekdays>({{"mon", 1},
                                             {"tue", 2},
                                             {"wed", 4},
                                             {"thu", 8},
                                             {"fri", 16},
                                             {"sat", 32},
                                             {"sun", 64}});
  return kDay(node);
}

Timestamp instant(const YamlNode& node) {
  const std::string& text = scalar(node, "a date such as 2026-12-31");
  std::istringstream day(text);
  date::sys_days at_day;
  if (text.size() == 10 && day >> date::parse("%F", at_day)) return at_day + date::days(1);
  std::istringstream moment(text);
  date::sys_seconds at_second;
  if (moment >> date::parse("%FT%TZ", at_second) && moment.peek() == EOF) return at_second;
  node.fail(fmt::format("expected a date such as 2026-12-31, or a UTC time such as "
                        "2026-12-31T18:00:00Z, not {}",
                        node.described()));
}

std::string listen_address(const YamlNode& node) {
  const std::string& spec = scalar(node, "an address and a port such as 127.0.0.1:8480");
  const size_t colon = spec.rfind(':');
  std::string_view host = std::string_view(spec).substr(0, colon);
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  uint64_t port = 0;
  const auto parsed = IpAddress::parse(host);
  const bool is_host = parsed ? bracketed == !parsed->is_v4() : host == "localhost";
  if (colon == std::string::npos || !is_host ||
      !read_number(std::string_view(spec).substr(colon + 1), port) || port == 0 || port > 65'535) {
    node.fail(
        fmt::format("expected an address and a port such as 127.0.0.1:8480 or [::1]:8480, not {}",
                    in_quotes(spec)));
  }
  return spec;
}

DataType data_type(const YamlNode& node) {
  if (node.kind == YamlNode::Kind::scalar) {
    if (const auto type = parse_data_type(node.text)) return *type;
  }
  std::vector<std::string_view> names;
  for (size_t i = 0; i < kDataTypeCount; ++i) names.push_back(name_of(static_cast<DataType>(i)));
  fail_choice(node, names);
}

DataClass data_class(const YamlNode& node) {
  if (node.kind == YamlNode::Kind::scalar) {
    if (const auto parsed = parse_data_class(node.text)) return *parsed;
  }
  std::vector<std::string_view> names;
  for (size_t i = 0; i < kDataClassCount; ++i) names.push_back(name_of(static_cast<DataClass>(i)));
  fail_choice(node, names);
}

Trust trust(const YamlNode& node) {
  static const auto kParse = one_of<Trust>(
      {{"trusted", Trust::trusted}, {"unknown", Trust::unknown}, {"untrusted", Trust::untrusted}});
  return kParse(node);
}

void fail_choice(const YamlNode& node, const std::vector<std::string_view>& names) {
  const std::string_view meant =
      node.kind == YamlNode::Kind::scalar ? nearest(node.text, names) : std::string_view{};
  if (!meant.empty()) {
    node.fail(fmt::format("{} is not valid here; did you mean '{}'?", node.described(), meant));
  }
  node.fail(fmt::format("expected one of {}, not {}", fmt::join(names, ", "), node.described()));
}

}  // namespace telltale::values
