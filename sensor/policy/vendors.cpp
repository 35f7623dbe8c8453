#include "sensor/policy/vendors.h"

#include <array>

namespace telltale {

// Lines of prefix, tab and name, sorted; made by vendor_table.sh.
extern const std::string_view kVendorTable;

namespace {

constexpr std::array<size_t, 3> kPrefixDigits = {9, 7, 6};

// The name in the line of exactly this prefix.
std::string_view find(std::string_view prefix) {
  size_t begin = 0;
  size_t end = kVendorTable.size();
  while (begin < end) {
    const size_t middle = begin + (end - begin) / 2;
    const size_t before =
        middle == 0 ? std::string_view::npos : kVendorTable.rfind('\n', middle - 1);
    const size_t line = before == std::string_view::npos ? 0 : before + 1;
    const size_t after = kVendorTable.find('\n', middle);
    const size_t tab = kVendorTable.find('\t', line);
    const std::string_view here = kVendorTable.substr(line, tab - line);
    if (here == prefix) return kVendorTable.substr(tab + 1, after - tab - 1);
    if (here < prefix) {
      begin = after + 1;
    } else {
      end = line;
    }
  }
  return {};
}

}  // namespace

std::string_view vendor_of(const MacAddress& mac) {
  if (mac.is_zero() || mac.is_group() || mac.is_local()) return {};
  std::array<char, 12> digits{};
  for (size_t i = 0; i < digits.size(); ++i) {
    const unsigned byte = mac.bytes[i / 2];
    digits[i] = "0123456789ABCDEF"[i % 2 == 0 ? byte >> 4 : byte & 15];
  }
  for (const size_t size : kPrefixDigits) {
    const std::string_view name = find({digits.data(), size});
    if (!name.empty()) return name;
  }
  return {};
}

}  // namespace telltale
