// Value parsers: each turns a node into a value or calls node.fail() with what is wrong and what
// would be right. To be handed to Section::read and Section::read_list.
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/config.h"
#include "config/yaml.h"

namespace telltale::values {

std::string text(const YamlNode& node);
std::string non_empty_text(const YamlNode& node);
// A value that must not be shown in any message.
std::string secret_text(const YamlNode& node);
bool flag(const YamlNode& node);  // true or false
uint64_t integer(const YamlNode& node, uint64_t min, uint64_t max);
double fraction(const YamlNode& node);  // 0..1
uint64_t size(const YamlNode& node);    // bytes: 4096, 64KiB, 64MiB, 1GiB, 2TiB; kB, MB, GB
std::chrono::seconds duration(const YamlNode& node);  // 30s, 15m, 12h, 45d, 2w; 0 without a unit
Cidr network(const YamlNode& node);                   // 192.168.0.0/16, fd00::/8 or one address
Cidr address(const YamlNode& node);                   // one address
MacAddress mac(const YamlNode& node);
uint32_t asn(const YamlNode& node);                // 15169 or AS15169
std::string country(const YamlNode& node);         // ISO 3166-1 alpha-2, upper case in the result
std::string domain(const YamlNode& node);          // lower case, A-labels; "*." and a final dot taken off
LocalClock time_zone(const YamlNode& node);        // Asia/Kolkata, UTC
DayTime day_time(const YamlNode& node);            // 22:00-06:00
Weekdays weekday(const YamlNode& node);            // mon .. sun
Timestamp instant(const YamlNode& node);           // 2026-12-31 (its end, UTC), 2026-12-31T18:00:00Z
std::string listen_address(const YamlNode& node);  // 127.0.0.1:8480, [::1]:8480
DataType data_type(const YamlNode& node);
DataClass data_class(const YamlNode& node);

// Parser of a number from min to max, neither of them negative.
template <typename Int>
auto number(Int min, Int max) {
  return [min, max](const YamlNode& node) {
    return static_cast<Int>(integer(node, static_cast<uint64_t>(min), static_cast<uint64_t>(max)));
  };
}

// Parser of one of the named choices.
template <typename T>
using Choices = std::vector<std::pair<std::string_view, T>>;

[[noreturn]] void fail_choice(const YamlNode& node, const std::vector<std::string_view>& names);

template <typename T>
auto one_of(Choices<T> choices) {
  return [choices = std::move(choices)](const YamlNode& node) {
    std::vector<std::string_view> names;
    for (const auto& [name, value] : choices) {
      if (node.kind == YamlNode::Kind::scalar && node.text == name) return value;
      names.push_back(name);
    }
    fail_choice(node, names);
  };
}

Trust trust(const YamlNode& node);

}  // namespace telltale::values
