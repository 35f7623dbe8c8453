#include "sensor/detect/value_shapes.h"

#include <gtest/gtest.h>

#include <string>

#include "sensor/detect/luhn.h"

namespace telltale {
namespace {

TEST(Luhn, ChecksTheLastDigit) {
  EXPECT_TRUE(is_luhn_valid("79927398713"));
  EXPECT_TRUE(is_luhn_valid("00"));
  for (const char* wrong : {"79927398710", "79927398719", "7992739871x", "", "0", "-18"}) {
    EXPECT_FALSE(is_luhn_valid(wrong)) << wrong;
  }
}

TEST(ValueShapes, PlaceholdersStandForNothing) {
  for (const char* none : {"", "unknown", "UNKNOWN", "null", "N/A", "0", "000000000000000", "ffffffff",
                           "0123456789abcdef", "123456789012345", "<unknown ssid>", "  "}) {
    EXPECT_TRUE(is_placeholder(none)) << none;
  }
  for (const char* value : {"Galaxy", "352458071234565", "a4:77:33:1c:9e:04", "Nokia", "12346"}) {
    EXPECT_FALSE(is_placeholder(value)) << value;
  }
}

TEST(ValueShapes, DecimalsAreReadAsSent) {
  const auto number = parse_decimal("-13.3700");
  ASSERT_TRUE(number.has_value());
  EXPECT_DOUBLE_EQ(number->value, -13.37);
  EXPECT_EQ(number->decimals, 4);
  EXPECT_TRUE(parse_decimal("7").has_value());
  for (const char* wrong : {"", "-", ".", "1.2.3", "1e5", "12,5", "0x10", "1 2", "+-1"}) {
    EXPECT_FALSE(parse_decimal(wrong).has_value()) << wrong;
  }
  EXPECT_FALSE(parse_decimal(std::string(400, '1')).has_value());
}

TEST(ValueShapes, UuidsHaveFiveParts) {
  EXPECT_TRUE(is_uuid("6f1c9a52-8f0e-4d0b-9a35-0b6c1df7a3f1"));
  EXPECT_TRUE(is_uuid("{6F1C9A52-8F0E-4D0B-9A35-0B6C1DF7A3F1}"));
  EXPECT_FALSE(is_uuid("00000000-0000-0000-0000-000000000000"));
  EXPECT_FALSE(is_uuid("6f1c9a528f0e4d0b9a350b6c1df7a3f1"));
  EXPECT_FALSE(is_uuid("6f1c9a52-8f0e-4d0b-9a35-0b6c1df7a3fg"));
}

TEST(ValueShapes, MacAddressesOfDevices) {
  for (const char* mac : {"a4:77:33:1c:9e:04", "A4-77-33-1C-9E-04", "a477331c9e04", "a477.331c.9e04",
                          "a4 77 33 1c 9e 04"}) {
    ASSERT_TRUE(parse_device_mac(mac).has_value()) << mac;
    EXPECT_EQ(parse_device_mac(mac)->to_string(), "a4:77:33:1c:9e:04");
  }
  for (const char* none : {"02:00:00:00:00:00", "00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:fb",
                           "00:11:22:33:44:55", "a4:77:33:1c:9e", "a4:77:33:1c:9e:0g", "", "a477331c9e0"}) {
    EXPECT_FALSE(parse_device_mac(none).has_value()) << none;
  }
}

TEST(ValueShapes, Addresses) {
  EXPECT_EQ(parse_email("Lena.Hart@Mail.Example"), "lena.hart@mail.example");
  EXPECT_EQ(parse_email("a+b@x.co.uk"), "a+b@x.co.uk");
  for (const char* none : {"logo@2x.png", "root@localhost", "lodash@4.17.21", "@x.example", "a@", "a b@x.example",
                           "a@x..example", "a@-x.example", "a@x.e", "x", "a@b@c.example"}) {
    EXPECT_FALSE(parse_email(none).has_value()) << none;
  }
}

TEST(ValueShapes, TelephoneNumbers) {
  EXPECT_EQ(parse_phone("+49 (0)30 123456")->view(), "49030123456");
  EXPECT_TRUE(parse_phone("+1 (555) 010-9999")->international);
  EXPECT_TRUE(parse_phone("555-010-9999")->formatted);
  EXPECT_EQ(parse_phone("tel:+4930123456")->view(), "4930123456");
  for (const char* none : {"2026-11-23", "23.11.2026", "10.0.0.12", "123456", "12.345678", "0000000000",
                           "12345678901234567", "call me", "+", "1234567a"}) {
    EXPECT_FALSE(parse_phone(none).has_value()) << none;
  }
}

TEST(ValueShapes, Names) {
  for (const char* name : {"Ada Lovelace", "王伟", "अमित शर्मा", "O'Neill, Shaun", "Mamá", "Jörg"}) {
    EXPECT_TRUE(looks_like_name(name)) << name;
  }
  for (const char* none : {"a", "user_1", "a@b.example", "http://x", "12", "unknown", "one two three four five six"}) {
    EXPECT_FALSE(looks_like_name(none)) << none;
  }
}

TEST(ValueShapes, PackageNames) {
  EXPECT_TRUE(is_package_name("com.whatsapp"));
  EXPECT_TRUE(is_package_name("de.hafas.android.db"));
  for (const char* none : {"whatsapp", "com.", ".com.x", "www.example.org", "com..x", "1.2.3", "a.b", "com.1x"}) {
    EXPECT_FALSE(is_package_name(none)) << none;
  }
}

}  // namespace
}  // namespace telltale
