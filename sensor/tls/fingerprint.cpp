// JA3 and JA4: fingerprints of the program that sent a ClientHello.
#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "sensor/base/encoding.h"
#include "sensor/tls/client_hello.h"
#include "sensor/tls/crypto.h"

namespace telltale {
namespace {

// Numbers are written by hand here: a hello has a hundred, and there are thousands of hellos a
// second.
template <typename Number>
void append_decimals(const std::vector<Number>& values, std::string& out) {
  bool is_first = true;
  for (const Number value : values) {
    if (is_grease(value)) continue;
    if (!std::exchange(is_first, false)) out += '-';
    std::array<char, 5> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    out.append(digits.data(), end);
  }
}

std::vector<uint16_t> without_grease(const std::vector<uint16_t>& values) {
  std::vector<uint16_t> out;
  std::copy_if(values.begin(), values.end(), std::back_inserter(out),
               [](uint16_t value) { return !is_grease(value); });
  return out;
}

void append_hex(const std::vector<uint16_t>& values, std::string& out) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  bool is_first = true;
  for (const uint16_t value : values) {
    if (!std::exchange(is_first, false)) out += ',';
    for (int shift = 12; shift >= 0; shift -= 4) out += kDigits[value >> shift & 15];
  }
}

void append_two_digits(size_t count, std::string& out) {
  count = std::min<size_t>(count, 99);
  out += static_cast<char>('0' + count / 10);
  out += static_cast<char>('0' + count % 10);
}

std::string_view ja4_version(uint16_t version) {
  switch (version) {
    case 0x0304:
      return "13";
    case 0x0303:
      return "12";
    case 0x0302:
      return "11";
    case 0x0301:
      return "10";
    case 0x0300:
      return "s3";
    case 0x0002:
      return "s2";
    case 0xfeff:
      return "d1";
    case 0xfefd:
      return "d2";
    case 0xfefc:
      return "d3";
    default:
      return "00";
  }
}

bool is_alphanumeric(char c) { return is_digit(c) || is_alpha(c); }

// First and last character of the first protocol; of its hex form where one of them is not
// alphanumeric.
std::string ja4_alpn(const ClientHello& hello) {
  if (hello.alpn.empty()) return "00";
  const std::string& name = hello.alpn.front();
  if (is_alphanumeric(name.front()) && is_alphanumeric(name.back())) {
    return {name.front(), name.back()};
  }
  const std::string hex = to_hex(as_bytes(name));
  return {hex.front(), hex.back()};
}

std::string first_12_of_sha256(const std::string& text) {
  if (text.empty()) return "000000000000";
  return to_hex(hash_of(Digest::sha256, as_bytes(text))).substr(0, 12);
}

}  // namespace

std::string ja3_text(const ClientHello& hello) {
  std::string text = std::to_string(hello.legacy_version);
  text += ',';
  append_decimals(hello.cipher_suites, text);
  text += ',';
  append_decimals(hello.extensions, text);
  text += ',';
  append_decimals(hello.groups, text);
  text += ',';
  append_decimals(hello.point_formats, text);
  return text;
}

std::string ja3(const ClientHello& hello) {
  return to_hex(hash_of(Digest::md5, as_bytes(ja3_text(hello))));
}

std::string ja4(const ClientHello& hello, char transport) {
  std::vector<uint16_t> suites = without_grease(hello.cipher_suites);
  std::vector<uint16_t> extensions = without_grease(hello.extensions);
  const size_t extension_count = extensions.size();
  const bool has_name =
      std::find(extensions.begin(), extensions.end(), kExtServerName) != extensions.end();
  std::sort(suites.begin(), suites.end());
  std::sort(extensions.begin(), extensions.end());
  extensions.erase(
      std::remove_if(extensions.begin(), extensions.end(),
                     [](uint16_t type) { return type == kExtServerName || type == kExtAlpn; }),
      extensions.end());
  std::string second;
  append_hex(suites, second);
  std::string third;
  append_hex(extensions, third);
  const std::vector<uint16_t> algorithms = without_grease(hello.signature_algorithms);
  if (!algorithms.empty()) third += '_';
  append_hex(algorithms, third);

  std::string out(1, transport);
  out += ja4_version(hello.version());
  out += has_name ? 'd' : 'i';
  append_two_digits(suites.size(), out);
  append_two_digits(extension_count, out);
  out += ja4_alpn(hello);
  out += '_' + first_12_of_sha256(second);
  out += '_' + first_12_of_sha256(third);
  return out;
}

}  // namespace telltale
