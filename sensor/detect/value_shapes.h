// What a value looks like, apart from any key: the shapes that detectors share. All are plain functions over
// text, linear in its size, without allocation unless they return a string.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sensor/base/ip_address.h"

namespace telltale {

bool is_all_digits(std::string_view text);  // false for ""
bool is_all_hex(std::string_view text);     // false for ""
size_t count_digits(std::string_view text);

// Stands for "no value": empty, unknown, null, N/A, <none>, a single repeated character (0000, ffff),
// or digits only counted up (0123456789abcdef, 123456789012345).
bool is_placeholder(std::string_view text);

// A decimal number in plain notation: sign, digits, '.', digits. Nothing else (no exponent).
struct Decimal {
  double value = 0;
  int decimals = 0;  // digits behind the point, trailing zeros as sent
  bool has_point = false;
};
std::optional<Decimal> parse_decimal(std::string_view text);
// The same at the front of `text`; `used` receives how many characters belong to it.
std::optional<Decimal> read_decimal(std::string_view text, size_t& used);

// 8-4-4-4-12 hex digits (RFC 4122 section 3), not all zero.
bool is_uuid(std::string_view text);

// A unicast EUI-48 that can be a device's own: any usual spelling, neither group nor zero, nor one of the
// constants that stand for "not told" (02:00:00:00:00:00 of Android 6 and later, 00:11:22:33:44:55).
std::optional<MacAddress> parse_device_mac(std::string_view text);

// May this be a telephone number, a mail address or a MAC, alone or with something around it? Cheap: most values
// are none.
bool may_reach(std::string_view text);

// addr-spec without quotes, comments and literals (a subset of RFC 5321 section 4.1.2); lower case.
// Nothing for image@2x.png, user@host, npm's package@1.2.3.
std::optional<std::string> parse_email(std::string_view text);

// A telephone number as people write it: 7 to 15 digits, perhaps with '+', spaces, dots, dashes, slashes
// and brackets (ITU-T E.123, E.164). Not a date, an IPv4 address, a decimal number or a time.
struct PhoneShape {
  char digits[16] = {};
  size_t size = 0;
  bool international = false;  // began with '+' or "00"
  bool formatted = false;      // had separators
  std::string_view view() const { return {digits, size}; }
};
std::optional<PhoneShape> parse_phone(std::string_view text);

// Letters of any script, spaces and what names have in them; at least two letters, at most 60 bytes, at
// most four words; no digits, no '@', no path or code signs.
bool looks_like_name(std::string_view text);

// com.example.app: two dots or more (or a usual first part and one dot), Java identifiers between.
bool is_package_name(std::string_view text);

// S02E05, s1e12: an episode of a series.
bool is_episode(std::string_view text);

// Hex digits of a hash: 32 (MD5), 40 (SHA-1) or 64 (SHA-256).
bool is_hash_shape(std::string_view text);

}  // namespace telltale
