#include "sensor/detect/masking.h"

#include <gtest/gtest.h>

#include <string>

namespace telltale {
namespace {

TEST(Masking, KeepsWhatHelpsToRecognise) {
  EXPECT_EQ(masked(DataType::imei, "352458071234565"), "3524********5");
  EXPECT_EQ(masked(DataType::coordinates, "52.516312,-13.377701"), "52.*,-13.*");
  EXPECT_EQ(masked(DataType::email, "lena.hart@mail.example"), "l***@mail.example");
  EXPECT_EQ(masked(DataType::contact_list, "Ada Lovelace"), "A* L*");
  EXPECT_EQ(masked(DataType::contact_list, "王伟"), "王*");
  EXPECT_EQ(masked(DataType::mac_address, "a4:77:33:1c:9e:04"), "a4:77:33:*:*:04");
  EXPECT_EQ(masked(DataType::device_brand, "samsung"), "samsung");
}

TEST(Masking, NeverShowsMoreThanAThirdOfAnIdentifier) {
  for (const DataType type : {DataType::imei, DataType::android_id, DataType::serial_number,
                              DataType::hostname, DataType::phone_number}) {
    for (size_t size = 0; size < 40; ++size) {
      const std::string value(size, 'x');
      const std::string shown = masked(type, value);
      const auto open = static_cast<size_t>(std::count(shown.begin(), shown.end(), 'x'));
      EXPECT_LE(open, size / 3) << name_of(type) << " of " << size;
    }
  }
}

TEST(Masking, BrokenTextStaysValidUtf8) {
  EXPECT_EQ(masked(DataType::device_model, "A\xff" "B"), "A\xef\xbf\xbd" "B");
}

TEST(Fingerprint, IsEqualForEqualValuesOfATypeUnderOneKey) {
  const HashKey key{1, 2};
  const std::string one = fingerprint(DataType::imei, "35", key);
  EXPECT_EQ(one.size(), 16u);
  EXPECT_EQ(one, fingerprint(DataType::imei, "35", key));
  EXPECT_NE(one, fingerprint(DataType::imei, "36", key));
  EXPECT_NE(one, fingerprint(DataType::imsi, "35", key));
  EXPECT_NE(one, fingerprint(DataType::imei, "35", HashKey{1, 3}));
}

}  // namespace
}  // namespace telltale
