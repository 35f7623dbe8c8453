#include "sensor/detect/text_records.h"

#include <algorithm>

#include "sensor/base/char_set.h"
#include "sensor/base/encoding.h"
#include "sensor/base/find_byte.h"

namespace telltale {
namespace {

constexpr size_t kLongestKey = 40;
constexpr size_t kMostWordsOfKey = 4;
constexpr size_t kLongestValue = 512;
constexpr size_t kFewestLines = 3;
constexpr size_t kNone = std::string_view::npos;
constexpr CharSet kSignsOfKeys(" _-./()#\"'");
constexpr CharSet kRule("-=_*#~+ ");

bool is_letter(char c) { return is_alpha(c) || static_cast<uint8_t>(c) >= 0x80; }

std::string_view without_quotes(std::string_view text) {
  text = trim(text);
  if (text.size() >= 2 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front()) {
    text = text.substr(1, text.size() - 2);
  }
  return text;
}

// "Phone number: +49 ..." -> its two halves; false when the line is no such pair.
bool split_pair(std::string_view line, std::string_view& key, std::string_view& value) {
  while (!line.empty() && (line.front() == ' ' || line.front() == '\t' || line.front() == '-' ||
                           line.front() == '*')) {
    line.remove_prefix(1);
  }
  const size_t separator = find_either(line.substr(0, kLongestKey + 1), 0, ':', '=');
  if (separator == 0 || separator > kLongestKey || separator == line.size()) return false;
  key = without_quotes(line.substr(0, separator));
  if (key.empty() || !is_letter(key.front())) return false;
  size_t words = 1;
  for (const char c : key) {
    words += c == ' ' ? 1 : 0;
    if (!is_letter(c) && !is_digit(c) && !kSignsOfKeys.has(c)) return false;
  }
  std::string_view rest = line.substr(separator + 1);
  while (rest.starts_with(':') || rest.starts_with('=')) rest.remove_prefix(1);  // LDIF's "::", ":="
  if (rest.starts_with("//")) return false;                                      // a URL
  value = without_quotes(rest);
  while (value.ends_with(',') || value.ends_with(';')) value = without_quotes(value.substr(0, value.size() - 1));
  return words <= kMostWordsOfKey && value.size() <= kLongestValue;
}

// Is there another "key=" in a value: a line of many pairs, not one record's?
bool has_more_pairs(std::string_view value) {
  for (size_t at = value.find('='); at != kNone; at = value.find('=', at + 1)) {
    size_t begin = at;
    while (begin > 0 && (is_letter(value[begin - 1]) || is_digit(value[begin - 1]) || value[begin - 1] == '_')) --begin;
    if (begin > 0 && begin < at && (value[begin - 1] == ' ' || value[begin - 1] == '\t')) return true;
  }
  return false;
}

bool is_rule(std::string_view line) {
  return line.size() >= 3 && kRule.find_other_in(line) == kNone;
}

// "AT+CIMI", "AT+COPS?" -> "CIMI"; empty for any other line.
std::string_view command_of(std::string_view line) {
  if (!istarts_with(line, "AT+") && !istarts_with(line, "AT#") && !istarts_with(line, "AT^")) return {};
  line.remove_prefix(3);
  size_t size = 0;
  while (size < line.size() && (is_alpha(line[size]) || is_digit(line[size]))) ++size;
  return line.substr(0, size);
}

bool is_result_code(std::string_view line) {
  return line == "OK" || line == "ERROR" || line == "AT" || line.starts_with("+CME ERROR");
}

}  // namespace

bool TextRecords::suits(std::string_view text) {
  TextRecords head(text.substr(0, kHead), true);
  size_t lines = 0;
  size_t pairs = 0;
  while (head.at_ < head.text_.size() && lines < 24) {
    const std::string_view line = trim(head.take_line());
    if (line.empty() || is_rule(line) || line.front() == '[' || line.front() == '#') continue;
    if (!command_of(line).empty()) return true;
    std::string_view key;
    std::string_view value;
    ++lines;
    pairs += split_pair(line, key, value) && !has_more_pairs(value) ? 1 : 0;
  }
  return lines >= kFewestLines && pairs * 3 >= lines * 2;
}

std::string_view TextRecords::take_line() {
  const size_t end = find_either(text_, at_, '\r', '\n');
  const std::string_view line = text_.substr(at_, end - at_);
  at_ = std::min(end + 1, text_.size());
  if (end < text_.size() && text_[end] == '\r' && at_ < text_.size() && text_[at_] == '\n') ++at_;
  return line;
}

bool TextRecords::next(TextRecordLine& line) {
  for (;;) {
    if (next_answer(line)) return true;
    if (at_ >= text_.size()) return false;
    const std::string_view raw = take_line();
    if (truncated_ && at_ >= text_.size()) return false;
    const std::string_view text = trim(raw);
    if (const std::string_view command = command_of(text); !command.empty()) {
      command_ = command;
      continue;
    }
    if (text.empty() || is_rule(text) || text.front() == '[') {
      begins_ = begins_ || command_.empty();  // a modem's dialogue is one record
      continue;
    }
    if (!command_.empty() && !is_result_code(text)) {
      const size_t colon = text.front() == '+' ? text.find(':') : kNone;
      answer_ = colon == kNone ? text : text.substr(colon + 1);
      continue;
    }
    if (!split_pair(text, line.key, line.value) || line.value.empty()) continue;
    line.begins = begins_ || iequals(line.key, first_key_);
    if (line.begins) first_key_ = line.key;
    begins_ = false;
    return true;
  }
}

// The parts of an answer, each under the name of the command: +COPS: 0,0,"Vodafone",7.
bool TextRecords::next_answer(TextRecordLine& line) {
  while (!answer_.empty()) {
    const size_t end = std::min(answer_.find(','), answer_.size());
    line.value = without_quotes(answer_.substr(0, end));
    answer_.remove_prefix(std::min(end + 1, answer_.size()));
    if (line.value.empty()) continue;
    line.key = command_;
    line.begins = begins_;
    begins_ = false;
    return true;
  }
  return false;
}

}  // namespace telltale
