#include "sensor/model/taxonomy.h"

#include <array>

namespace telltale {
namespace {

struct Entry {
  DataClass data_class;
  std::string_view name;
};

constexpr std::array<Entry, kDataTypeCount> kTypes = {{
#define TYPE(class_, type) {DataClass::class_, #type},
#include "sensor/model/taxonomy.inc"
#undef TYPE
}};

constexpr std::array<std::string_view, kDataClassCount> kClasses = {"contacts", "location",
                                                                    "identifiers"};

}  // namespace

std::string_view name_of(DataType type) { return kTypes[static_cast<size_t>(type)].name; }
std::string_view name_of(DataClass data_class) { return kClasses[static_cast<size_t>(data_class)]; }
DataClass class_of(DataType type) { return kTypes[static_cast<size_t>(type)].data_class; }

std::optional<DataType> parse_data_type(std::string_view name) {
  for (size_t i = 0; i < kTypes.size(); ++i) {
    if (kTypes[i].name == name) return static_cast<DataType>(i);
  }
  return std::nullopt;
}

std::optional<DataClass> parse_data_class(std::string_view name) {
  for (size_t i = 0; i < kClasses.size(); ++i) {
    if (kClasses[i] == name) return static_cast<DataClass>(i);
  }
  return std::nullopt;
}

}  // namespace telltale
