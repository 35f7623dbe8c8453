#include "sensor/base/char_set.h"

#include <string>

#include <gtest/gtest.h>

namespace telltale {
namespace {

constexpr CharSet kSigns(":=\xff");

TEST(CharSet, HasItsMembersAlone) {
  for (int c = 0; c < 256; ++c) {
    const auto byte = static_cast<char>(c);
    EXPECT_EQ(kSigns.has(byte), byte == ':' || byte == '=' || byte == '\xff') << c;
  }
}

TEST(CharSet, FindsWhatFindFirstOfFinds) {
  for (const std::string text : {"", "abc", ":", "a=b:c", "==", "ab\xff"}) {
    for (size_t at = 0; at <= text.size() + 1; ++at) {
      EXPECT_EQ(kSigns.find_in(text, at), text.find_first_of(":=\xff", at)) << text << ' ' << at;
      EXPECT_EQ(kSigns.find_other_in(text, at), text.find_first_not_of(":=\xff", at))
          << text << ' ' << at;
    }
  }
}

}  // namespace
}  // namespace telltale
