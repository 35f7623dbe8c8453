#include "sensor/policy/vendors.h"

#include <gtest/gtest.h>

namespace telltale {
namespace {

std::string_view vendor(const char* mac) { return vendor_of(*MacAddress::parse(mac)); }

TEST(Vendors, ABlockIsNamedByItsOwner) {
  EXPECT_EQ(vendor("00:03:93:01:02:03"), "Apple, Inc.");
  EXPECT_EQ(vendor("B8:27:EB:ff:ff:ff"), "Raspberry Pi Foundation");
}

TEST(Vendors, TheSmallestBlockDecides) {
  // 70:B3:D5 is IEEE's own block of MA-S (36 bits).
  EXPECT_TRUE(vendor("70:B3:D5:FF:F0:00").empty() ||
              vendor("70:B3:D5:FF:F0:00") != vendor("70:B3:D5:00:10:00"));
  EXPECT_FALSE(vendor("70:B3:D5:00:10:00").empty());
}

TEST(Vendors, WhatADeviceMadeUpHasNone) {
  EXPECT_EQ(vendor("02:03:93:01:02:03"), "");
  EXPECT_EQ(vendor("ff:ff:ff:ff:ff:ff"), "");
  EXPECT_EQ(vendor("01:00:5e:00:00:fb"), "");
  EXPECT_EQ(vendor("00:00:00:00:00:00"), "");
}

TEST(Vendors, TheFirstAndTheLastBlockAreFound) {
  EXPECT_FALSE(vendor("00:00:01:00:00:00").empty());
  EXPECT_FALSE(vendor("FC:FE:C2:00:00:00").empty());
}

}  // namespace
}  // namespace telltale
