// JA3 and JA4: fingerprints of the program that sent a ClientHello.
#include <algorithm>

#include <fmt/format.h>

#include "sensor/base/encoding.h"
#include "sensor/tls/client_hello.h"
#include "sensor/tls/crypto.h"

namespace telltale {
namespace {

template <typename Number>
std::string decimals(const std::vector<Number>& values) {
  std::string out;
  for (const Number value : values) {
    if (is_grease(value)) continue;
    if (!out.empty()) out += '-';
    out += std::to_string(value);
  }
  return out;
}

std::vector<uint16_t> without_grease(const std::vector<uint16_t>& values) {
  std::vector<uint16_t> out;
  std::copy_if(values.begin(), values.end(), std::back_inserter(out),
               [](uint16_t value) { return !is_grease(value); });
  return out;
}

std::string hex_list(const std::vector<uint16_t>& values) {
  std::string out;
  for (const uint16_t value : values) out += fmt::format("{}{:04x}", out.empty() ? "" : ",", value);
  return out;
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
  return fmt::format("{},{},{},{},{}", hello.legacy_version, decimals(hello.cipher_suites),
                     decimals(hello.extensions), decimals(hello.groups),
                     decimals(hello.point_formats));
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
  std::string third = hex_list(extensions);
  const std::string algorithms = hex_list(without_grease(hello.signature_algorithms));
  if (!algorithms.empty()) third += "_" + algorithms;
  return fmt::format("{}{}{}{:02}{:02}{}_{}_{}", transport, ja4_version(hello.version()),
                     has_name ? 'd' : 'i', std::min<size_t>(suites.size(), 99),
                     std::min<size_t>(extension_count, 99), ja4_alpn(hello),
                     first_12_of_sha256(hex_list(suites)), first_12_of_sha256(third));
}

}  // namespace telltale
