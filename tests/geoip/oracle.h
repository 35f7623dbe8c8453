// What libmaxminddb itself says of an address in a file: the judge of our writer and of our index.
#pragma once

#include <cstring>
#include <string>

#include <gtest/gtest.h>
#include <maxminddb.h>
#include <netinet/in.h>

#include "sensor/base/ip_address.h"

namespace telltale {

class Oracle {
 public:
  explicit Oracle(const std::string& path) {
    EXPECT_EQ(MMDB_open(path.c_str(), MMDB_MODE_MMAP, &mmdb_), MMDB_SUCCESS) << path;
  }
  ~Oracle() { MMDB_close(&mmdb_); }
  Oracle(const Oracle&) = delete;

  // The text at a path of keys; empty where there is none.
  std::string text(const IpAddress& address, const char* key, const char* inner = nullptr) {
    const auto data = value(address, key, inner);
    if (!data.has_data || data.type != MMDB_DATA_TYPE_UTF8_STRING) return {};
    return {data.utf8_string, data.data_size};
  }
  uint32_t number(const IpAddress& address, const char* key) {
    const auto data = value(address, key, nullptr);
    return data.has_data && data.type == MMDB_DATA_TYPE_UINT32 ? data.uint32 : 0;
  }

 private:
  MMDB_entry_data_s value(const IpAddress& address, const char* key, const char* inner) {
    sockaddr_storage socket{};
    if (address.is_v4()) {
      auto* v4 = reinterpret_cast<sockaddr_in*>(&socket);
      v4->sin_family = AF_INET;
      std::memcpy(&v4->sin_addr, &address.bytes()[12], 4);
    } else {
      auto* v6 = reinterpret_cast<sockaddr_in6*>(&socket);
      v6->sin6_family = AF_INET6;
      std::memcpy(&v6->sin6_addr, address.bytes().data(), 16);
    }
    int status = MMDB_SUCCESS;
    auto result = MMDB_lookup_sockaddr(&mmdb_, reinterpret_cast<const sockaddr*>(&socket), &status);
    MMDB_entry_data_s data{};
    if (status != MMDB_SUCCESS || !result.found_entry) return data;
    const char* path[] = {key, inner, nullptr};
    if (MMDB_aget_value(&result.entry, &data, path) != MMDB_SUCCESS) data.has_data = false;
    return data;
  }

  MMDB_s mmdb_{};
};

// The addresses at both ends of a network, and those next to it.
inline std::vector<IpAddress> around(const Cidr& network) {
  std::array<uint8_t, 16> first = network.network().bytes();
  std::array<uint8_t, 16> last = first;
  for (int bit = network.mapped_bits(); bit < 128; ++bit) {
    last[static_cast<size_t>(bit / 8)] |= static_cast<uint8_t>(0x80 >> bit % 8);
  }
  std::array<uint8_t, 16> before = first;
  for (size_t i = 16; i-- > 0 && before[i]-- == 0;) {
  }
  std::array<uint8_t, 16> after = last;
  for (size_t i = 16; i-- > 0 && ++after[i] == 0;) {
  }
  return {IpAddress::v6(first.data()), IpAddress::v6(last.data()), IpAddress::v6(before.data()),
          IpAddress::v6(after.data())};
}

}  // namespace telltale
