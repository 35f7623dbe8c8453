#include "sensor/detect/cell_shapes.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "sensor/base/encoding.h"
#include "sensor/detect/key_table.h"
#include "sensor/detect/value_shapes.h"

namespace telltale {
namespace {

constexpr size_t kNone = std::string_view::npos;

const KeyTable& value_words() {
  static const KeyTable kWords = KeyTable::shipped_values();
  return kWords;
}

bool is_word_of(std::string_view text, KeyFamily family) {
  if (text.size() < 2 || text.size() > 40) return false;
  const KeyMeaning meaning = value_words().find(text);
  return !meaning.weakened && meaning.has(family);
}

size_t digits_at(std::string_view text, size_t at) {
  size_t count = 0;
  while (at + count < text.size() && is_digit(text[at + count])) ++count;
  return count;
}

// The size of 2025-12-24, 24.12.2025, 24/12/25 at the start of `text`; 0 when there is none.
size_t date_size(std::string_view text) {
  std::array<size_t, 3> sizes{};
  size_t at = 0;
  for (size_t part = 0; part < 3; ++part) {
    sizes[part] = digits_at(text, at);
    if (sizes[part] == 0 || sizes[part] > 4) return 0;
    at += sizes[part];
    if (part == 2) break;
    if (at >= text.size() || std::string_view("-./").find(text[at]) == kNone) return 0;
    ++at;
  }
  const bool year_first = sizes[0] == 4 && sizes[1] <= 2 && sizes[2] <= 2;
  const bool year_last = sizes[0] <= 2 && sizes[1] <= 2 && (sizes[2] == 4 || sizes[2] == 2);
  return year_first || year_last ? at : 0;
}

bool has_clock(std::string_view text) {
  for (size_t at = text.find(':'); at != kNone; at = text.find(':', at + 1)) {
    if (at > 0 && is_digit(text[at - 1]) && digits_at(text, at + 1) == 2) return true;
  }
  return false;
}

// 010-1234-5678, (030) 123 45 67, 8 (916) 111-22-33, 212-555-0100: with a trunk prefix, or three, three and
// four digits. Tiles (12/2200/1343), versions and sizes are grouped, too.
bool is_grouped_as_phone(std::string_view text) {
  if (text.find('/') != text.rfind('/')) return false;
  const char first = text.front();
  if (first == '0' || first == '(' || (first == '8' && text.size() >= 12)) return true;
  return text.size() == 12 && digits_at(text, 0) == 3 && digits_at(text, 4) == 3 && digits_at(text, 8) == 4;
}

}  // namespace

bool is_sure_phone(std::string_view text) {
  const auto phone = parse_phone(text);
  if (!phone) return false;
  if (phone->international) return phone->size >= 8;
  if (phone->formatted) return phone->size >= 8 && is_grouped_as_phone(trim(text));
  const std::string_view digits = phone->view();
  if (digits[0] == '0') return digits.size() >= 9 && digits.size() <= 12;
  if (digits.size() == 11) return digits[0] == '1' && digits[1] >= '3';  // China
  return digits.size() == 10 && digits[0] >= '6';                       // India
}

bool is_moment(std::string_view text) {
  if (text.size() < 10 || text.size() > 35 || !is_digit(text.front())) return false;
  if (is_all_digits(text)) {
    if (text.size() == 14) return text.substr(0, 2) == "20" && text[4] <= '1' && text[8] <= '2';
    if (text.size() != 10 && text.size() != 13) return false;
    return text[0] == '1' || (text[0] == '2' && text[1] == '0');
  }
  const size_t size = date_size(text);
  return size > 0 && has_clock(text.substr(size));
}

bool is_span(std::string_view text) {
  if (text.size() < 2 || text.size() > 16) return false;
  if (text.starts_with("PT")) return digits_at(text, 2) > 0;
  size_t at = digits_at(text, 0);
  if (at == 0 || at > 5 || at == text.size()) return false;
  if (text[at] == ':') {  // [h]h:mm[:ss]
    size_t colons = 0;
    while (at < text.size() && text[at] == ':' && digits_at(text, at + 1) == 2) {
      at += 3;
      ++colons;
    }
    return at == text.size() && colons <= 2;
  }
  const std::string_view unit = trim(text.substr(at));
  static constexpr std::string_view kUnits[] = {
      "s",   "sec", "secs", "second", "seconds", "sek", "seg", "segundos", "sn", "det", "giay", "gi\xc3\xa2y",
      "min", "mins", "m",   "\xd1\x81", "\xd1\x81\xd0\xb5\xd0\xba", "\xd0\xbc\xd0\xb8\xd0\xbd", "\xe7\xa7\x92",
      "\xec\xb4\x88", "\xeb\xb6\x84", "\xe5\x88\x86", "\xd8\xab", "\xd8\xab\xd8\xa7\xd9\x86\xdb\x8c\xd9\x87",
      "\xe0\xa4\xb8\xe0\xa5\x87\xe0\xa4\x95\xe0\xa4\x82\xe0\xa4\xa1", "\xe0\xb8\xa7\xe0\xb8\xb4\xe0\xb8\x99\xe0\xb8\xb2\xe0\xb8\x97\xe0\xb8\xb5"};
  if (std::any_of(std::begin(kUnits), std::end(kUnits),
                  [&](std::string_view known) { return iequals(unit, known) ||
                                                       (unit.size() == known.size() + 1 && unit.back() == '.' &&
                                                        iequals(unit.substr(0, known.size()), known)); })) {
    return true;
  }
  const bool minutes = unit.size() >= 3 && (unit[0] == 'm' || unit[0] == 'h') && unit.back() == 's';
  return minutes && digits_at(unit, 1) > 0;  // 3m12s
}

bool is_call_word(std::string_view text) { return is_word_of(text, KeyFamily::call_word); }
bool is_radio_word(std::string_view text) { return is_word_of(text, KeyFamily::radio_word); }

bool is_sentence(std::string_view text) {
  if (text.size() < 5 || text.size() > 1000) return false;
  if (text.find("://") == 0 || text.front() == '/' || text.front() == '{' || text.front() == '<') return false;
  size_t letters = 0;
  size_t high = 0;
  size_t words = 1;
  for (size_t i = 0; i < text.size(); ++i) {
    letters += is_alpha(text[i]) ? 1 : 0;
    high += static_cast<uint8_t>(text[i]) >= 0x80 ? 1 : 0;
    words += text[i] == ' ' && i + 1 < text.size() && text[i + 1] != ' ' ? 1 : 0;
  }
  const bool has_letters = (letters + high) * 2 > text.size();
  return has_letters && (words >= 2 || high >= 9);
}

bool is_signal_level(std::string_view text) {
  if (text.ends_with("dBm") || text.ends_with("dbm")) text = trim(text.substr(0, text.size() - 3));
  if (text.size() < 3 || text.size() > 6 || text[0] != '-') return false;
  const auto number = parse_decimal(text);
  return number && number->value <= -15 && number->value >= -120;
}

bool is_wifi_detail(std::string_view text) {
  if (text.starts_with("[WPA") || text.starts_with("[WEP") || text.starts_with("[ESS") ||
      istarts_with(text, "WPA2") || istarts_with(text, "WPA3") || istarts_with(text, "WPA-")) {
    return true;
  }
  if (text.size() != 4 || !is_all_digits(text)) return false;
  const int mhz = std::atoi(std::string(text).c_str());
  return (mhz >= 2412 && mhz <= 2484) || (mhz >= 5160 && mhz <= 5885);
}

}  // namespace telltale
