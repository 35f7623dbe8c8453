#include "sensor/model/taxonomy.h"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace telltale {
namespace {

TEST(Taxonomy, EveryTypeIsFoundByItsNameAndNamesAreUnique) {
  std::set<std::string_view> names;
  for (size_t i = 0; i < kDataTypeCount; ++i) {
    const auto type = static_cast<DataType>(i);
    EXPECT_EQ(parse_data_type(name_of(type)), type) << name_of(type);
    names.insert(name_of(type));
  }
  EXPECT_EQ(names.size(), kDataTypeCount);
}

TEST(Taxonomy, EveryClassIsFoundByItsNameAndHasTypes) {
  for (size_t i = 0; i < kDataClassCount; ++i) {
    const auto data_class = static_cast<DataClass>(i);
    EXPECT_EQ(parse_data_class(name_of(data_class)), data_class);
    size_t types = 0;
    for (size_t t = 0; t < kDataTypeCount; ++t) {
      types += class_of(static_cast<DataType>(t)) == data_class ? 1 : 0;
    }
    EXPECT_GT(types, 0U) << name_of(data_class);
  }
}

TEST(Taxonomy, TypesStandInTheirClass) {
  EXPECT_EQ(class_of(DataType::contact_list), DataClass::contacts);
  EXPECT_EQ(class_of(DataType::wifi_scan), DataClass::location);
  EXPECT_EQ(class_of(DataType::imei), DataClass::identifiers);
  EXPECT_EQ(class_of(DataType::installed_apps), DataClass::identifiers);
  EXPECT_EQ(name_of(DataType::contact_list), "contact_list");
  EXPECT_EQ(name_of(DataClass::identifiers), "identifiers");
}

TEST(Taxonomy, UnknownNamesAreNoType) {
  for (const char* name : {"", "IMEI", "imei ", "contacts", "count_"}) {
    EXPECT_FALSE(parse_data_type(name)) << name;
  }
  for (const char* name : {"", "Contacts", "imei"}) EXPECT_FALSE(parse_data_class(name)) << name;
}

}  // namespace
}  // namespace telltale
