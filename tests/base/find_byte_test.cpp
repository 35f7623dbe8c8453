#include "sensor/base/find_byte.h"

#include <string>

#include <gtest/gtest.h>

namespace telltale {
namespace {

TEST(FindByte, FindsEitherAtEveryOffset) {
  for (size_t at = 0; at < 40; ++at) {
    for (const char c : {'=', ':'}) {
      std::string text(41, 'x');
      text[at] = c;
      EXPECT_EQ(find_either(text, 0, '=', ':'), at);
      EXPECT_EQ(find_either(text, at, '=', ':'), at);
      EXPECT_EQ(find_either(text, at + 1, '=', ':'), text.size());
    }
  }
}

TEST(FindByte, FindsTheFirstOfMany) {
  EXPECT_EQ(find_either(std::string(40, '"'), 3, '"', '\\'), 3u);
  EXPECT_EQ(find_either("................\\.\"", 0, '"', '\\'), 16u);
}

TEST(FindByte, NeighboursOfTheBytesLookedForAreOthers) {
  EXPECT_EQ(find_either("\xbd\xba<>;9\xbd\xba<>;9\xbd\xba<>;9", 0, '=', ':'), 18u);
}

TEST(FindByte, AnEmptyRestHasNone) {
  EXPECT_EQ(find_either("", 0, 'a', 'b'), 0u);
  EXPECT_EQ(find_either("ab", 2, 'a', 'b'), 2u);
}

TEST(FindByte, VectorsAndBytewiseAgreeOnEveryByteAndAlignment) {
  std::string text;
  uint32_t state = 1;
  for (int i = 0; i < 4096; ++i) text += static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
  for (int a = 0; a < 256; ++a) {
    const auto first = static_cast<char>(a);
    const auto second = static_cast<char>(a * 7 + 3);
    for (size_t at = 0; at < 64; ++at) {
      const std::string_view part = std::string_view(text).substr(at, 200 + at);
      EXPECT_EQ(find_either(part, at, first, second), find_either_bytewise(part, at, first, second));
    }
  }
}

}  // namespace
}  // namespace telltale
