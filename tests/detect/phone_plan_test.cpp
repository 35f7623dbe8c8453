#include "sensor/detect/phone_plan.h"

#include <gtest/gtest.h>

namespace telltale {
namespace {

TEST(PhonePlan, NumbersThatTheirCountryGivesOutAreToldFromOthers) {
  if (plan_of_international("493012345678") == PhonePlan::unknown) {
    GTEST_SKIP() << "built without libphonenumber";
  }
  EXPECT_EQ(plan_of_international("393471234567"), PhonePlan::valid);
  EXPECT_EQ(plan_of_international("201001234567"), PhonePlan::valid);
  EXPECT_EQ(plan_of_international("15550100999"), PhonePlan::possible) << "kept for films";
  EXPECT_EQ(plan_of_international("9991234567"), PhonePlan::impossible) << "no such country";
  EXPECT_EQ(plan_of_international("4412"), PhonePlan::impossible) << "too short";
  EXPECT_EQ(plan_of_international("155501009999999"), PhonePlan::impossible) << "too long";
  EXPECT_EQ(plan_of_international(""), PhonePlan::impossible);
  EXPECT_EQ(plan_of_international("abc"), PhonePlan::impossible);
}

}  // namespace
}  // namespace telltale
