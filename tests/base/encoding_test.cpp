#include "sensor/base/encoding.h"

#include <gtest/gtest.h>

namespace telltale {
namespace {

using std::string_literals::operator""s;

TEST(Hex, WritesLowerCaseWithLeadingZeros) {
  EXPECT_EQ(to_hex(as_bytes("\x00\x0f\xf0\xff"s)), "000ff0ff");
  EXPECT_EQ(to_hex({}), "");
}

TEST(Hex, ReadsDigitsOfBothCasesAndNothingElse) {
  EXPECT_EQ(hex_value('0'), 0);
  EXPECT_EQ(hex_value('9'), 9);
  EXPECT_EQ(hex_value('a'), 10);
  EXPECT_EQ(hex_value('F'), 15);
  for (const char c : {'g', 'G', '/', ':', '@', '`', ' ', '\0', '\xff'}) {
    EXPECT_EQ(hex_value(c), -1) << static_cast<int>(c);
  }
}

TEST(Base64Url, ReadsTheVectorsOfRfc4648WithAndWithoutPadding) {
  EXPECT_EQ(from_base64url(""), "");
  EXPECT_EQ(from_base64url("Zg"), "f");
  EXPECT_EQ(from_base64url("Zg=="), "f");
  EXPECT_EQ(from_base64url("Zm9vYmE"), "fooba");
  EXPECT_EQ(from_base64url("Zm9vYmFy"), "foobar");
  EXPECT_EQ(from_base64url("-_8"), "\xfb\xff");
  EXPECT_EQ(from_base64url("Zm+v"), std::nullopt);
}

TEST(Base64, WritesTheVectorsOfRfc4648) {
  const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, coded] : vectors) EXPECT_EQ(to_base64(as_bytes(plain)), coded);
  EXPECT_EQ(to_base64(as_bytes("\xfb\xff\xbf")), "+/+/");
}

TEST(Ascii, LowersLettersOnly) {
  EXPECT_EQ(ascii_lower("AZaz[@`{\xc4"), "azaz[@`{\xc4");
  EXPECT_TRUE(is_alpha('a') && is_alpha('Z'));
  EXPECT_FALSE(is_alpha('@') || is_alpha('[') || is_alpha('`') || is_alpha('{'));
}

TEST(Ascii, ComparesWithoutCase) {
  EXPECT_TRUE(iequals("Content-Type", "cONTENT-tYPE"));
  EXPECT_FALSE(iequals("abc", "ab"));
  EXPECT_FALSE(iequals("ab", "abc"));
  EXPECT_TRUE(istarts_with("Bearer xyz", "bearer "));
  EXPECT_FALSE(istarts_with("Bear", "bearer"));
  EXPECT_TRUE(istarts_with("", ""));
}

TEST(Ascii, TrimsWhiteSpaceFromBothEnds) {
  EXPECT_EQ(trim(" \t\r\n\v\f a b \n"), "a b");
  EXPECT_EQ(trim("   "), "");
  EXPECT_EQ(trim(""), "");
}

TEST(Utf8, AcceptsEverySequenceLength) {
  for (const char* text :
       {"", "plain", "\xc3\xa4", "\xe4\xb8\xad", "\xf0\x9f\x98\x80", "\xed\x9f\xbf", "\xee\x80\x80",
        "\xf4\x8f\xbf\xbf", "\xe0\xa0\x80", "\xf0\x90\x80\x80"}) {
    EXPECT_TRUE(is_valid_utf8(text)) << text;
    EXPECT_EQ(to_valid_utf8(text), text);
  }
}

// Each with what it becomes: U+FFFD for every byte that is not part of a valid sequence.
TEST(Utf8, RefusesWhatRfc3629Forbids) {
  const std::string bad = "\xef\xbf\xbd";
  const std::pair<std::string, std::string> cases[] = {
      {"\x80", bad},            // a continuation byte alone
      {"\xc0\xaf", bad + bad},  // overlong '/'
      {"\xc1\xbf", bad + bad},
      {"\xe0\x9f\xbf", bad + bad + bad},  // overlong
      {"\xed\xa0\x80", bad + bad + bad},  // a surrogate
      {"\xf0\x8f\xbf\xbf", bad + bad + bad + bad},
      {"\xf4\x90\x80\x80", bad + bad + bad + bad},  // above U+10FFFF
      {"\xf5", bad},
      {"\xff", bad},
      {"\xe4\xb8", bad + bad},  // cut off
      {"a\xe4z", "a" + bad + "z"},
  };
  for (const auto& [text, repaired] : cases) {
    EXPECT_FALSE(is_valid_utf8(text)) << to_hex(as_bytes(text));
    EXPECT_EQ(to_valid_utf8(text), repaired) << to_hex(as_bytes(text));
  }
}

}  // namespace
}  // namespace telltale
