#include "sensor/base/ip_address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "sensor/base/encoding.h"

namespace telltale {
namespace {

constexpr std::array<uint8_t, 12> kMappedPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

}  // namespace

IpAddress IpAddress::v4(const uint8_t* four_bytes) {
  IpAddress address;
  std::copy(kMappedPrefix.begin(), kMappedPrefix.end(), address.bytes_.begin());
  std::memcpy(&address.bytes_[12], four_bytes, 4);
  return address;
}

IpAddress IpAddress::v4(uint32_t host_order) {
  const std::array<uint8_t, 4> bytes = {
      static_cast<uint8_t>(host_order >> 24), static_cast<uint8_t>(host_order >> 16),
      static_cast<uint8_t>(host_order >> 8), static_cast<uint8_t>(host_order)};
  return v4(bytes.data());
}

IpAddress IpAddress::v6(const uint8_t* sixteen_bytes) {
  IpAddress address;
  std::memcpy(address.bytes_.data(), sixteen_bytes, 16);
  return address;
}

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  char buffer[INET6_ADDRSTRLEN];
  if (text.empty() || text.size() >= sizeof buffer) return std::nullopt;
  std::memcpy(buffer, text.data(), text.size());
  buffer[text.size()] = '\0';
  uint8_t bytes[16];
  if (inet_pton(AF_INET, buffer, bytes) == 1) return v4(bytes);
  if (inet_pton(AF_INET6, buffer, bytes) == 1) return v6(bytes);
  return std::nullopt;
}

bool IpAddress::is_v4() const {
  return std::memcmp(bytes_.data(), kMappedPrefix.data(), kMappedPrefix.size()) == 0;
}

std::string IpAddress::to_string() const {
  char buffer[INET6_ADDRSTRLEN];
  if (!is_v4()) {
    inet_ntop(AF_INET6, bytes_.data(), buffer, sizeof buffer);
    return buffer;
  }
  // inet_ntop formats through printf; every event has several of these.
  char* end = buffer;
  for (size_t i = 12; i < 16; ++i) {
    if (i > 12) *end++ = '.';
    end = std::to_chars(end, buffer + sizeof buffer, bytes_[i]).ptr;
  }
  return {buffer, end};
}

bool IpAddress::is_unspecified() const {
  return is_v4() ? v4_host_order() == 0 : *this == IpAddress{};
}

bool IpAddress::is_loopback() const {
  if (is_v4()) return bytes_[12] == 127;
  IpAddress one;
  one.bytes_[15] = 1;
  return *this == one;
}

bool IpAddress::is_multicast() const {
  return is_v4() ? (bytes_[12] & 0xf0) == 0xe0 : bytes_[0] == 0xff;
}

bool IpAddress::is_broadcast() const { return is_v4() && v4_host_order() == 0xffffffff; }

bool IpAddress::is_link_local() const {
  if (is_v4()) return bytes_[12] == 169 && bytes_[13] == 254;
  return bytes_[0] == 0xfe && (bytes_[1] & 0xc0) == 0x80;
}

bool IpAddress::is_special_purpose() const {
  static const std::vector<Cidr> kSpecial = [] {
    std::vector<Cidr> networks;
    for (const char* text :
         {"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
          "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15",
          "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3", "::/127", "100::/64", "2001:db8::/32",
          "fc00::/7", "fe80::/10", "ff00::/8"}) {
      networks.push_back(*Cidr::parse(text));
    }
    return networks;
  }();
  return telltale::contains(kSpecial, *this);
}

std::optional<Cidr> Cidr::parse(std::string_view text) {
  const size_t slash = text.find('/');
  const auto address = IpAddress::parse(text.substr(0, slash));
  if (!address) return std::nullopt;
  Cidr cidr;
  cidr.is_v4_ = address->is_v4() && text.find(':') == std::string_view::npos;
  const int widest = cidr.is_v4_ ? 32 : 128;
  int length = widest;
  if (slash != std::string_view::npos) {
    const std::string_view digits = text.substr(slash + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
    if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
    if (length < 0 || length > widest) return std::nullopt;
  }
  cidr.bits_ = cidr.is_v4_ ? length + 96 : length;
  auto bytes = address->bytes();
  for (int bit = cidr.bits_; bit < 128; ++bit) {
    bytes[static_cast<size_t>(bit / 8)] &= static_cast<uint8_t>(~(0x80 >> (bit % 8)));
  }
  cidr.network_ = IpAddress::v6(bytes.data());
  const auto mask = [&](int first_bit) {
    const int bits = std::clamp(cidr.bits_ - first_bit, 0, 64);
    return bits == 0 ? uint64_t{0} : ~uint64_t{0} << (64 - bits);
  };
  cidr.mask_ = {mask(0), mask(64)};
  return cidr;
}

std::string Cidr::to_string() const {
  return network_.to_string() + "/" + std::to_string(prefix_length());
}

MacAddress MacAddress::from(const uint8_t* six_bytes) {
  MacAddress mac;
  std::memcpy(mac.bytes.data(), six_bytes, 6);
  return mac;
}

std::optional<MacAddress> MacAddress::parse(std::string_view text) {
  const bool separated = text.size() == 17;
  if (!separated && text.size() != 12) return std::nullopt;
  const char separator = separated ? text[2] : '\0';
  if (separated && separator != ':' && separator != '-') return std::nullopt;
  MacAddress mac;
  size_t at = 0;
  for (size_t i = 0; i < 6; ++i) {
    if (separated && i > 0 && text[at++] != separator) return std::nullopt;
    const int high = hex_value(text[at]);
    const int low = hex_value(text[at + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    mac.bytes[i] = static_cast<uint8_t>(high << 4 | low);
    at += 2;
  }
  return mac;
}

std::string MacAddress::to_string() const {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string text;
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (i > 0) text += ':';
    text += kHex[bytes[i] >> 4];
    text += kHex[bytes[i] & 15];
  }
  return text;
}

}  // namespace telltale
