// The taxonomy: every type of sensitive data and its class. A new type is one line in taxonomy.inc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace telltale {

enum class DataClass : uint8_t { contacts, location, identifiers };
inline constexpr size_t kDataClassCount = 3;

enum class DataType : uint8_t {
#define TYPE(class_, type) type,
#include "sensor/model/taxonomy.inc"
#undef TYPE
  count_
};
inline constexpr size_t kDataTypeCount = static_cast<size_t>(DataType::count_);

std::string_view name_of(DataType type);
std::string_view name_of(DataClass data_class);
DataClass class_of(DataType type);
std::optional<DataType> parse_data_type(std::string_view name);
std::optional<DataClass> parse_data_class(std::string_view name);

}  // namespace telltale
