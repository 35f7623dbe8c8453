#include "sensor/unwrap/utf16.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace telltale {
namespace {

using namespace std::string_view_literals;

constexpr size_t kShortest = 8;
constexpr size_t kLookedAt = 64;

constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kMarks{
    {{"\xff\xfe\0\0"sv, "utf-32le"},
     {"\0\0\xfe\xff"sv, "utf-32be"},
     {"\xff\xfe"sv, "utf-16le"},
     {"\xfe\xff"sv, "utf-16be"}}};

bool is_printable(char c) { return (c >= ' ' && c < 0x7f) || c == '\t' || c == '\r' || c == '\n'; }

// Is every `unit`-th byte from `at` on printable ASCII, and every other one zero? Text in Latin
// letters.
bool is_widened(std::string_view head, size_t unit, size_t at) {
  for (size_t i = 0; i < head.size() / unit * unit; ++i) {
    if (i % unit == at ? !is_printable(head[i]) : head[i] != 0) return false;
  }
  return true;
}

// Mostly so: some characters are not Latin.
bool is_mostly_widened(std::string_view head, size_t at) {
  size_t latin = 0;
  for (size_t i = 0; i + 1 < head.size(); i += 2) {
    if (is_printable(head[i + at]) && head[i + 1 - at] == 0) ++latin;
    if (head[i + at] == 0) return false;
  }
  return latin * 10 >= head.size() / 2 * 7;
}

}  // namespace

WideText recognise_wide_text(std::string_view text) {
  if (text.size() < kShortest) return {};
  for (const auto& [mark, charset] : kMarks) {
    if (text.starts_with(mark) && text.size() % (charset.starts_with("utf-32") ? 4 : 2) == 0) {
      return {charset, mark.size()};
    }
  }
  const std::string_view head = text.substr(0, kLookedAt);
  if (head.find('\0') == std::string_view::npos) return {};
  if (is_widened(head, 4, 0)) return {"utf-32le"};
  if (is_widened(head, 4, 3)) return {"utf-32be"};
  if (is_mostly_widened(head, 0)) return {"utf-16le"};
  if (is_mostly_widened(head, 1)) return {"utf-16be"};
  return {};
}

}  // namespace telltale
