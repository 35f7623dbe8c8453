#include "sensor/detect/name_lists.h"

#include <string>

#include <gtest/gtest.h>

namespace telltale {
namespace {

constexpr std::string_view kSorted[] = {"Ab", "at&t", "lg", "lg electronics", "mi ", "中"};
constexpr NameList kNames{kSorted};

TEST(NameList, HasItsNamesInEveryCase) {
  for (const char* text : {"Ab", "ab", "AB", "at&t", "AT&T", "LG", "Lg Electronics", "mi ", "中"}) {
    EXPECT_TRUE(kNames.has(text)) << text;
  }
  for (const char* text : {"", "a", "abc", "l", "lg ", "mi", "中国", "zz", "\xff"}) {
    EXPECT_FALSE(kNames.has(text)) << text;
  }
}

TEST(NameList, BeginsWithAName) {
  EXPECT_TRUE(kNames.begins("LGM-V300"));
  EXPECT_TRUE(kNames.begins("Mi 11"));
  EXPECT_FALSE(kNames.begins("Mix 4"));
  EXPECT_FALSE(kNames.begins("l"));
}

TEST(NameList, BeginsWithANameUpToAWordBoundary) {
  EXPECT_TRUE(kNames.begins_as_word("AT&T Wireless"));
  EXPECT_TRUE(kNames.begins_as_word("lg"));
  EXPECT_TRUE(kNames.begins_as_word("LG-K10"));
  EXPECT_FALSE(kNames.begins_as_word("LGM"));
}

TEST(NameList, EveryShippedListIsSortedAndFound) {
#define LIST(name, ...)                                                        \
  for (size_t i = 0; i < names::name.names().size(); ++i) {                    \
    const std::string_view item = names::name.names()[i];                      \
    EXPECT_TRUE(i == 0 || names::name.names()[i - 1] < item) << #name << item; \
    EXPECT_TRUE(names::name.has(item)) << #name << ' ' << item;                \
  }
#include "sensor/detect/name_lists.inc"
#undef LIST
}

}  // namespace
}  // namespace telltale
