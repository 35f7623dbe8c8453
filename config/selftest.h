// The labelled messages that are built into the binary (config/selftest/*.yaml): what `telltale selftest` sends
// through the sensor.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sensor/model/taxonomy.h"

namespace telltale {

struct SelftestMessage {
  enum class Transport { http, tcp, udp };

  std::string name;
  Transport transport = Transport::http;
  std::string method = "POST";  // of an HTTP request, as are path and headers
  std::string path = "/";
  uint16_t port = 80;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::vector<DataType> expect;    // types it leaks
  std::vector<DataType> optional;  // types that may be told or not
  std::vector<DataType> tempts;    // of a message that leaks nothing: types it looks like
};

// Throws ConfigError when a shipped file is wrong.
std::vector<SelftestMessage> shipped_selftest();

// One such file; `name` stands for it in errors.
std::vector<SelftestMessage> read_selftest(std::string_view text, const std::string& name);

}  // namespace telltale
