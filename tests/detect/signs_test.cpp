#include "sensor/detect/signs.h"

#include <string>

#include <gtest/gtest.h>

namespace telltale {
namespace {

TEST(Signs, AreSeenWhereverTheyStand) {
  const std::pair<char, Signs> kEach[] = {{'0', sign::kDigit}, {'9', sign::kDigit}, {'5', sign::kDigit},
                                          {'.', sign::kDot},   {',', sign::kComma}, {'=', sign::kEquals},
                                          {':', sign::kColon}};
  for (const auto& [c, expected] : kEach) {
    for (size_t at = 0; at < 50; ++at) {
      std::string text(50, 'x');
      text[at] = c;
      EXPECT_EQ(signs_of(text), expected) << c << " at " << at;
    }
  }
}

TEST(Signs, OthersAreNone) {
  EXPECT_EQ(signs_of(""), 0);
  EXPECT_EQ(signs_of(std::string(100, '/')), 0) << "before 0";
  EXPECT_EQ(signs_of(std::string(100, ';')), 0) << "behind ':'";
  EXPECT_EQ(signs_of(std::string(100, '\xb0')), 0) << "0 with its high bit";
}

TEST(Signs, OneBehindALongRestIsSeen) {
  for (const size_t size : {4095u, 4096u, 4097u, 8192u, 10000u}) {
    std::string text(size, 'x');
    text[0] = '=';
    text += ':';
    EXPECT_EQ(signs_of(text), sign::kEquals | sign::kColon) << size;
  }
}

TEST(Signs, VectorsAndBytewiseAgree) {
  std::string text;
  uint32_t state = 7;
  for (int i = 0; i < 20000; ++i) text += static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
  for (size_t at = 0; at < 2000; ++at) {
    const std::string_view part = std::string_view(text).substr(at * 7, at % 67);
    EXPECT_EQ(signs_of(part), signs_of_bytewise(part));
  }
  EXPECT_EQ(signs_of(text), sign::kAll);
}

}  // namespace
}  // namespace telltale
