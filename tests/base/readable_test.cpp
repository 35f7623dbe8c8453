#include "sensor/base/readable.h"

#include <gtest/gtest.h>

namespace telltale {
namespace {

TEST(HumanBytes, NamesTheUnit) {
  EXPECT_EQ(human_bytes(0), "0 B");
  EXPECT_EQ(human_bytes(1023), "1023 B");
  EXPECT_EQ(human_bytes(1536), "1.5 KiB");
  EXPECT_EQ(human_bytes(3ULL << 40), "3.0 TiB");
}

TEST(Grouped, SetsACommaEveryThreeDigits) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1000), "1,000");
  EXPECT_EQ(grouped(1234567), "1,234,567");
}

TEST(DayAndTime, LeavesTheFractionOut) {
  EXPECT_EQ(day_and_time(Timestamp(std::chrono::milliseconds(1'593'425'472'999))),
            "2020-06-29 10:11:12");
}

TEST(Readable, TextIsCutBetweenCharacters) {
  EXPECT_EQ(cut_text("caf\xc3\xa9", 5), "caf\xc3\xa9");
  EXPECT_EQ(cut_text("caf\xc3\xa9", 4), "caf");
  EXPECT_EQ(cut_text("caf\xc3\xa9", 3), "caf");
  EXPECT_EQ(cut_text("\xc3\xa9", 1), "");
  EXPECT_EQ(cut_text("", 0), "");
}

}  // namespace
}  // namespace telltale
