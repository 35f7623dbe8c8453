#include "sensor/detect/network_codes.h"

#include <gtest/gtest.h>

namespace telltale {
namespace {

TEST(NetworkCodes, CountriesOfAssignedCodes) {
  EXPECT_EQ(country_of_mcc("262"), "DE");
  EXPECT_EQ(country_of_mcc("310"), "US");
  EXPECT_EQ(country_of_mcc("460"), "CN");
  EXPECT_EQ(country_of_mcc("202"), "GR");
  EXPECT_EQ(country_of_mcc("750"), "FK");
  for (const char* none : {"000", "001", "999", "261", "26", "2620", "26x", ""}) {
    EXPECT_FALSE(is_mcc(none)) << none;
  }
}

TEST(NetworkCodes, OperatorCodes) {
  for (const char* code : {"26201", "310260", "310-260", "46000", "404 10", "405840"}) {
    EXPECT_TRUE(parse_operator_code(code).ok) << code;
  }
  EXPECT_STREQ(parse_operator_code("310-260").digits, "310260");
  for (const char* none : {"262011", "99901", "2620", "31026a", "", "3102601", "26-201", "+26201"}) {
    EXPECT_FALSE(parse_operator_code(none).ok) << none;
  }
}

TEST(NetworkCodes, Subscriptions) {
  EXPECT_TRUE(is_imsi("262021234567890"));
  EXPECT_TRUE(is_imsi("46001555123456"));
  for (const char* none : {"262020000000000", "999991234567890", "2620212345678", "26202123456789x", ""}) {
    EXPECT_FALSE(is_imsi(none)) << none;
  }
}

}  // namespace
}  // namespace telltale
