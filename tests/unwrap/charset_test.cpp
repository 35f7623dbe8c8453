#include "tests/unwrap/unwrapped.h"

namespace telltale {
namespace {

using namespace std::string_view_literals;
using test::Unwrapped;
using test::unwrapped;
using testing::ElementsAre;

struct Sample {
  const char* name;
  std::string_view bytes;
  std::string_view media_type;
  std::string_view text;
  std::string_view step;
};

class Charset : public testing::TestWithParam<Sample> {};

TEST_P(Charset, BecomesUtf8) {
  const Unwrapped got(GetParam().bytes, {.media_type = GetParam().media_type});
  ASSERT_EQ(got.leaves().size(), 1U);
  EXPECT_EQ(got.leaves()[0].value, GetParam().text);
  EXPECT_EQ(got.leaves()[0].encodings, GetParam().step);
}

INSTANTIATE_TEST_SUITE_P(
    All, Charset,
    testing::Values(Sample{"utf16le_mark", "\xff\xfe\x20\x5f\x09\x4e\x41\x00"sv, "",
                           "\xe5\xbc\xa0\xe4\xb8\x89"
                           "A",
                           "utf-16le"},
                    Sample{"utf16be_mark", "\xfe\xff\x5f\x20\x4e\x09\x00\x41"sv, "",
                           "\xe5\xbc\xa0\xe4\xb8\x89"
                           "A",
                           "utf-16be"},
                    Sample{"utf16le", "a\0 \0n\0a\0m\0e\0"sv, "", "a name", "utf-16le"},
                    Sample{"utf16be", "\0a\0 \0n\0a\0m\0e"sv, "", "a name", "utf-16be"},
                    Sample{"utf32le", "a\0\0\0b\0\0\0c\0\0\0"sv, "", "abc", "utf-32le"},
                    Sample{"gbk_declared", "\xd5\xc5\xc8\xfd 123"sv, "text/plain; charset=GB2312",
                           "\xe5\xbc\xa0\xe4\xb8\x89 123", "gbk"},
                    Sample{"gbk_guessed", "\xd5\xc5\xc8\xfd,\xc0\xee\xcb\xc4"sv, "",
                           "\xe5\xbc\xa0\xe4\xb8\x89,\xe6\x9d\x8e\xe5\x9b\x9b", "gbk"},
                    Sample{"big5_declared", "\xb1\x69\xa4\x54 123"sv, "text/plain;charset=big5",
                           "\xe5\xbc\xb5\xe4\xb8\x89 123", "big5"},
                    Sample{"sjis_guessed", "\x82\xb1\x82\xf1\x82\xc9\x82\xbf\x82\xcd"sv, "",
                           "\xe3\x81\x93\xe3\x82\x93\xe3\x81\xab\xe3\x81\xa1\xe3\x81\xaf",
                           "shift-jis"},
                    Sample{"latin1_guessed", "Jos\xe9 Mu\xf1oz lives here"sv, "",
                           "Jos\xc3\xa9 Mu\xc3\xb1oz lives here", "latin-1"},
                    Sample{"latin1_declared", "caf\xe9 au lait"sv,
                           "text/plain; charset=\"iso-8859-1\"", "caf\xc3\xa9 au lait", "latin-1"}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(CharsetOf, XmlIsDeclaredInItsProlog) {
  EXPECT_THAT(unwrapped("<?xml version=\"1.0\" encoding=\"gbk\"?><n>\xd5\xc5\xc8\xfd</n>"),
              ElementsAre("/n=\xe5\xbc\xa0\xe4\xb8\x89"));
}

TEST(CharsetOf, Utf8StaysWhateverIsDeclared) {
  EXPECT_THAT(unwrapped("\xe5\xbc\xa0\xe4\xb8\x89 name", {.media_type = "text/plain; charset=gbk"}),
              ElementsAre("=\xe5\xbc\xa0\xe4\xb8\x89 name"));
}

TEST(CharsetOf, DamagedUtf8Stays) {
  EXPECT_EQ(unwrapped("\xe5\xbc\xa0\xe4\xb8\x89\xff\xe5\xbc\xa0\xe4\xb8\x89 name").size(), 1U);
  EXPECT_EQ(
      Unwrapped("\xe5\xbc\xa0\xe4\xb8\x89\xff\xe5\xbc\xa0\xe4\xb8\x89 name").leaves()[0].encodings,
      "");
}

TEST(CharsetOf, BytesThatAreNoCharactersAreCounted) {
  const Unwrapped got("\xd5\xc5\xff\xff\xc8\xfd is a name",
                      {.media_type = "text/plain; charset=gbk"});
  EXPECT_EQ(got.leaves()[0].value, "\xe5\xbc\xa0\xef\xbf\xbd\xef\xbf\xbd\xe4\xb8\x89 is a name");
  EXPECT_EQ(got.count(Weird::charset_invalid_bytes), 1U);
}

}  // namespace
}  // namespace telltale
