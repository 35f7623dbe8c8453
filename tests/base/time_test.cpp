#include "sensor/base/time.h"

#include <gtest/gtest.h>

#include "sensor/base/time_text.h"

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

TEST(Time, IsReadBackAsItWasWritten) {
  for (int64_t nanoseconds : {int64_t{0}, int64_t{1'593'425'472'123'456'000}, int64_t{-1'000},
                              int64_t{951'782'400'000'000'000}}) {
    EXPECT_EQ(parse_iso8601(written(nanoseconds)), Timestamp{Duration{nanoseconds}});
  }
}

TEST(Time, IsReadAsPeopleWriteIt) {
  const Timestamp noon = *parse_iso8601("2020-06-29T12:00:00.000000+0000");
  for (const char* text : {"2020-06-29T12:00", "2020-06-29 12:00:00", "2020-06-29T12:00:00Z",
                           "2020-06-29T12:00:00.0+00:00"}) {
    EXPECT_EQ(parse_iso8601(text), noon) << text;
  }
  EXPECT_EQ(parse_iso8601("2020-06-29"), noon - std::chrono::hours(12));
  EXPECT_EQ(parse_iso8601("2020-06-29T12:00:00.5"), noon + std::chrono::milliseconds(500));
}

TEST(Time, WhatIsNoTimeIsNotRead) {
  for (const char* text : {"", "2020", "2020-13-01", "2020-02-30", "2020-06-00", "20-06-29", "yesterday",
                           "2020-06-29T", "2020-06-29T24:00", "2020-06-29T12:60", "2020-06-29T12:00:60",
                           "2020-06-29T12:00+0200", "2020-06-29T12:00:00.", "2020-06-29x", "1500-01-01"}) {
    EXPECT_FALSE(parse_iso8601(text)) << text;
  }
}

}  // namespace
}  // namespace telltale
