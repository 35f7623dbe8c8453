#include "sensor/base/time.h"

#include <gtest/gtest.h>

namespace telltale {
namespace {

std::string written(int64_t nanoseconds) { return to_iso8601(Timestamp{Duration{nanoseconds}}); }

TEST(Time, IsWrittenAsEveDoes) {
  EXPECT_EQ(written(1'593'425'472'123'456'000), "2020-06-29T10:11:12.123456+0000");
  EXPECT_EQ(written(0), "1970-01-01T00:00:00.000000+0000");
}

TEST(Time, NanosecondsAreCutNotRounded) {
  EXPECT_EQ(written(999), "1970-01-01T00:00:00.000000+0000");
  EXPECT_EQ(written(1'999'999'999), "1970-01-01T00:00:01.999999+0000");
}

TEST(Time, BeforeTheEpochCountsBackwards) {
  EXPECT_EQ(written(-1), "1969-12-31T23:59:59.999999+0000");
  EXPECT_EQ(written(-86'400'000'000'000), "1969-12-31T00:00:00.000000+0000");
}

TEST(Time, KnowsLeapDays) {
  EXPECT_EQ(written(951'782'400'000'000'000), "2000-02-29T00:00:00.000000+0000");
}

// What a damaged capture may hold: the ends of the 64-bit range.
TEST(Time, TheExtremesAreWritten) {
  EXPECT_EQ(written(INT64_MAX), "2262-04-11T23:47:16.854775+0000");
  EXPECT_EQ(written(INT64_MIN), "1677-09-21T00:12:43.145224+0000");
}

}  // namespace
}  // namespace telltale
