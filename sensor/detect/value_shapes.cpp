#include "sensor/detect/value_shapes.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "sensor/base/encoding.h"
#include "sensor/detect/name_lists.h"

namespace telltale {
namespace {

constexpr size_t kShortestEmail = 6;  // a@b.cd
constexpr size_t kLongestEmail = 254;

bool is_counted_up(std::string_view text) {
  if (text.size() < 6) return false;
  for (size_t i = 1; i < text.size(); ++i) {
    const int before = hex_value(text[i - 1]);
    const int here = hex_value(text[i]);
    if (before < 0 || here < 0) return false;
    const bool next = here == before + 1 || (before == 9 && here == 0);
    if (!next) return false;
  }
  return true;
}

bool is_local_char(char c) {
  return is_alpha(c) || is_digit(c) || c == '.' || c == '_' || c == '-' || c == '+' || c == '%' ||
         c == '\'' || c == '&' || c == '=' || c == '~';
}

// The last label of a host name that is really the end of a file name.
bool is_file_ending(std::string_view label) {
  static constexpr std::string_view kEndings[] = {"png", "jpg", "jpeg", "gif", "webp", "svg", "css",
                                                  "js",  "json", "html", "xml", "mp4", "woff", "tgz"};
  return std::any_of(std::begin(kEndings), std::end(kEndings),
                     [&](std::string_view ending) { return iequals(label, ending); });
}

bool is_domain(std::string_view domain) {
  size_t labels = 0;
  std::string_view last;
  while (!domain.empty()) {
    const size_t dot = domain.find('.');
    last = domain.substr(0, dot);
    if (last.empty() || last.size() > 63 || last.front() == '-' || last.back() == '-') return false;
    for (const char c : last) {
      if (!is_alpha(c) && !is_digit(c) && c != '-' && static_cast<uint8_t>(c) < 0x80) return false;
    }
    ++labels;
    if (dot == std::string_view::npos) break;
    domain.remove_prefix(dot + 1);
    if (domain.empty()) return false;
  }
  const bool letters = std::all_of(last.begin(), last.end(), [](char c) { return !is_digit(c); });
  return labels >= 2 && last.size() >= 2 && (letters || istarts_with(last, "xn--")) &&
         !is_file_ending(last);
}

bool is_phone_separator(char c) {
  return c == ' ' || c == '-' || c == '.' || c == '(' || c == ')' || c == '/';
}

// 2026-11-23, 23.11.2026, 20261123-10..., 10.0.0.12: eight digits in three groups, or dots between four.
bool is_date_or_address(std::string_view text) {
  std::array<size_t, 6> sizes{};
  size_t groups = 0;
  size_t run = 0;
  char separator = '\0';
  bool same = true;
  for (const char c : text) {
    if (is_digit(c)) {
      ++run;
      continue;
    }
    if (c != '-' && c != '.' && c != '/') return false;
    same = same && (separator == '\0' || separator == c);
    separator = c;
    if (groups == sizes.size()) return false;
    sizes[groups++] = run;
    run = 0;
  }
  if (groups == sizes.size()) return false;
  sizes[groups++] = run;
  if (!same || separator == '\0') return false;
  if (groups == 4 && separator == '.') {
    return std::all_of(sizes.begin(), sizes.begin() + 4, [](size_t size) { return size <= 3; });
  }
  if (groups == 2 && separator == '.') return true;  // a decimal number
  if (groups != 3) return false;
  return (sizes[0] == 4 && sizes[1] <= 2 && sizes[2] <= 2) ||
         (sizes[0] <= 2 && sizes[1] <= 2 && sizes[2] == 4);
}

}  // namespace

bool is_all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return is_digit(c); });
}

bool is_all_hex(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return hex_value(c) >= 0; });
}

size_t count_digits(std::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return is_digit(c); }));
}

bool is_placeholder(std::string_view text) {
  text = trim(text);
  if (text.empty()) return true;
  if (text.find_first_not_of("0:-. ") == std::string_view::npos) return true;
  if (text.size() > 1 && text.find_first_not_of(text.front()) == std::string_view::npos) return true;
  if (is_counted_up(text)) return true;
  return names::no_values.has(text);
}

std::optional<Decimal> read_decimal(std::string_view text, size_t& used) {
  char buffer[32];
  size_t size = 0;
  size_t at = 0;
  Decimal number;
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) buffer[size++] = text[at++];
  const size_t digits_begin = at;
  while (at < text.size() && size + 1 < sizeof buffer &&
         (is_digit(text[at]) || (text[at] == '.' && !number.has_point))) {
    if (text[at] == '.') {
      number.has_point = true;
    } else if (number.has_point) {
      ++number.decimals;
    }
    buffer[size++] = text[at++];
  }
  if (at == digits_begin || (number.has_point && at == digits_begin + 1)) return std::nullopt;
  if (at < text.size() && is_digit(text[at])) return std::nullopt;
  buffer[size] = '\0';
  number.value = std::strtod(buffer, nullptr);
  used = at;
  return number;
}

std::optional<Decimal> parse_decimal(std::string_view text) {
  size_t used = 0;
  const auto number = read_decimal(text, used);
  return used == text.size() ? number : std::nullopt;
}

bool is_uuid(std::string_view text) {
  if (text.size() == 38 && text.front() == '{' && text.back() == '}') text = text.substr(1, 36);
  if (text.size() != 36) return false;
  bool all_same = true;
  for (size_t i = 0; i < text.size(); ++i) {
    if (i == 8 || i == 13 || i == 18 || i == 23) {
      if (text[i] != '-') return false;
      continue;
    }
    if (hex_value(text[i]) < 0) return false;
    all_same = all_same && text[i] == text[0];
  }
  return !all_same;
}

std::optional<MacAddress> parse_device_mac(std::string_view text) {
  std::optional<MacAddress> mac;
  if (text.size() == 14 && text[4] == '.' && text[9] == '.') {  // aabb.ccdd.eeff
    char plain[12];
    size_t size = 0;
    for (const char c : text) {
      if (c != '.' && size < sizeof plain) plain[size++] = c;
    }
    mac = MacAddress::parse({plain, size});
  } else if (text.size() == 17 && (text[2] == ' ' || text[2] == '_' || text[2] == '.')) {
    char plain[17];
    for (size_t i = 0; i < 17; ++i) plain[i] = text[i] == text[2] ? ':' : text[i];
    mac = MacAddress::parse({plain, 17});
  } else {
    mac = MacAddress::parse(text);
  }
  if (!mac || mac->is_zero() || mac->is_group()) return std::nullopt;
  const auto& b = mac->bytes;
  if (std::all_of(b.begin() + 1, b.end(), [](uint8_t octet) { return octet == 0; })) {
    return std::nullopt;  // 02:00:00:00:00:00
  }
  if (std::all_of(b.begin(), b.end(), [&](uint8_t octet) { return octet == b[0]; })) {
    return std::nullopt;
  }
  for (const char* example : {"001122334455", "112233445566", "123456789abc", "aabbccddeeff",
                              "0123456789ab", "00deadbeef00", "deadbeefcafe", "020000000001"}) {
    if (MacAddress::parse(example) == mac) return std::nullopt;
  }
  return mac;
}

bool may_reach(std::string_view text) {
  return text.starts_with('+') || (text.size() >= 8 && (is_digit(text[0]) || text[0] == '(')) ||
         text.size() == 17 ||
         (text.size() >= kShortestEmail && text.find('@') != std::string_view::npos);
}

std::optional<std::string> parse_email(std::string_view text) {
  if (text.size() < kShortestEmail || text.size() > kLongestEmail) return std::nullopt;
  if (istarts_with(text, "mailto:")) text.remove_prefix(7);
  const size_t at = text.find('@');
  if (at == std::string_view::npos || at == 0 || at > 64) return std::nullopt;
  const std::string_view local = text.substr(0, at);
  if (local.front() == '.' || local.back() == '.') return std::nullopt;
  if (!std::all_of(local.begin(), local.end(), is_local_char)) return std::nullopt;
  if (!is_domain(text.substr(at + 1))) return std::nullopt;
  return ascii_lower(text);
}

std::optional<PhoneShape> parse_phone(std::string_view text) {
  text = trim(text);
  if (istarts_with(text, "tel:")) text.remove_prefix(4);
  if (text.size() < 7 || text.size() > 24) return std::nullopt;
  PhoneShape phone;
  size_t at = 0;
  if (text[0] == '+') {
    phone.international = true;
    at = 1;
  }
  for (; at < text.size(); ++at) {
    if (is_digit(text[at])) {
      if (phone.size == 15) return std::nullopt;
      phone.digits[phone.size++] = text[at];
    } else if (is_phone_separator(text[at])) {
      phone.formatted = true;
    } else {
      return std::nullopt;
    }
  }
  if (phone.size < 7 || is_placeholder(phone.view())) return std::nullopt;
  if (phone.formatted && !phone.international && is_date_or_address(text)) return std::nullopt;
  if (phone.view().substr(0, 2) == "00") phone.international = true;
  return phone;
}

bool looks_like_name(std::string_view text) {
  if (text.size() < 2 || text.size() > 60) return false;
  size_t letters = 0;
  size_t words = 1;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (is_alpha(c)) {
      ++letters;
    } else if (static_cast<uint8_t>(c) >= 0x80) {
      ++letters;
    } else if (c == ' ') {
      ++words;
    } else if (c != '.' && c != '-' && c != '\'' && c != ',' && c != '(' && c != ')') {
      return false;
    }
  }
  return letters >= 2 && words <= 4 && text.find("..") == std::string_view::npos &&
         text.front() != '.' && !is_placeholder(text);
}

bool is_episode(std::string_view text) {
  if (text.size() < 4 || text.size() > 8 || (text[0] | 0x20) != 's') return false;
  const size_t e = text.find_first_of("eE");
  return e != std::string_view::npos && is_all_digits(text.substr(1, e - 1)) && is_all_digits(text.substr(e + 1));
}

bool is_package_name(std::string_view text) {
  if (text.size() < 5 || text.size() > 128) return false;
  size_t parts = 1;
  bool part_begins = true;
  for (const char c : text) {
    if (c == '.') {
      if (part_begins) return false;
      ++parts;
      part_begins = true;
      continue;
    }
    if (part_begins ? !is_alpha(c) && c != '_' : !is_alpha(c) && !is_digit(c) && c != '_' && c != '-') {
      return false;
    }
    part_begins = false;
  }
  if (part_begins || parts < 2) return false;
  static constexpr std::string_view kFirst[] = {"com", "org", "net", "de", "io", "cn", "ru", "in",
                                                "co",  "jp",  "kr",  "fr", "br", "eu", "uk", "app",
                                                "me",  "tv",  "android", "es", "it", "tr", "vn", "id",
                                                "us", "se", "nl", "pl", "ir", "ae", "ai", "dev", "gov",
                                                "mx", "ar", "cz", "hu", "ch", "at", "be", "info", "pro"};
  const std::string_view first = text.substr(0, text.find('.'));
  return std::find(std::begin(kFirst), std::end(kFirst), first) != std::end(kFirst);
}

bool is_hash_shape(std::string_view text) {
  return (text.size() == 32 || text.size() == 40 || text.size() == 64) && is_all_hex(text);
}

}  // namespace telltale
