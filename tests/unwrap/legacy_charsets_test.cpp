#include <chrono>

#include <iconv.h>

#include "tests/unwrap/unwrapped.h"

namespace telltale {
namespace {

using test::Unwrapped;
using test::unwrapped;
using testing::ElementsAre;

std::string from_utf8(std::string_view text, const char* charset) {
  const iconv_t handle = iconv_open(charset, "UTF-8");
  std::string converted(text.size() * 4 + 8, '\0');
  char* in = const_cast<char*>(text.data());
  char* out = converted.data();
  size_t in_left = text.size();
  size_t out_left = converted.size();
  iconv(handle, &in, &in_left, &out, &out_left);
  iconv_close(handle);
  converted.resize(converted.size() - out_left);
  return converted;
}

constexpr std::string_view kChinese =
    "\xe5\xa7\x93\xe5\x90\x8d,\xe7\x94\xb5\xe8\xaf\x9d\r\n\xe5\xbc\xa0\xe4\xbc\x9f,13866505243\r\n"
    "\xe6\x9d\x8e\xe5\xa8\x9c,13915924081\r\n";  // name, telephone; Zhang Wei; Li Na

struct Declared {
  const char* charset;
  const char* media_type;
  const char* name;
  std::string_view text;
};

constexpr std::string_view kRussian =
    "{\"\xd0\xb8\xd0\xbc\xd1\x8f\":\"\xd0\x98\xd0\xb2\xd0\xb0\xd0\xbd\"}";
constexpr std::string_view kFrench = "{\"nom\":\"H\xc3\xa9l\xc3\xa8ne\"}";

class DeclaredCharset : public testing::TestWithParam<Declared> {};

TEST_P(DeclaredCharset, IsConvertedAndNamed) {
  const Declared& c = GetParam();
  const Unwrapped got(from_utf8(c.text, c.charset), {.media_type = c.media_type});
  const Unwrapped want(c.text);
  EXPECT_EQ(got.lines(), want.lines());
  EXPECT_EQ(got.leaves()[0].encodings, c.name);
}

INSTANTIATE_TEST_SUITE_P(
    All, DeclaredCharset,
    testing::Values(
        Declared{"GBK", "text/csv; charset=gbk", "gbk", kChinese},
        Declared{"GB18030", "text/csv; charset=\"GB18030\"", "gbk", kChinese},
        Declared{"BIG5", "text/plain;charset=Big5", "big5",
                 "{\"n\":\"\xe5\xbc\xb5\xe8\x87\xaa\xe5\xbf\xa0\"}"},
        Declared{"SHIFT_JIS", "text/plain; charset=Shift_JIS", "shift-jis",
                 "{\"n\":\"\xe5\xb1\xb1\xe7\x94\xb0\xe5\xa4\xaa\xe9\x83\x8e\"}"},
        Declared{"EUC-KR", "text/plain; charset=euc-kr", "euc-kr",
                 "{\"n\":\"\xea\xb9\x80\xeb\xaf\xbc\xec\x88\x98\"}"},
        Declared{"WINDOWS-1251", "text/plain; charset=windows-1251", "windows-1251", kRussian},
        Declared{"WINDOWS-1252", "text/plain; charset=windows-1252", "latin-1", kFrench},
        Declared{"ISO-8859-1", "text/plain; charset=ISO-8859-1", "latin-1", kFrench},
        Declared{"CP1256", "text/plain; charset=windows-1256", "windows-1256",
                 "{\"n\":\"\xd9\x85\xd8\xad\xd9\x85\xd8\xaf\"}"},
        Declared{"CP874", "text/plain; charset=TIS-620", "windows-874",
                 "{\"n\":\"\xe0\xb8\xaa\xe0\xb8\xa1\xe0\xb8\x8a\xe0\xb8\xb2\xe0\xb8\xa2\"}"},
        Declared{"UTF-16LE", "application/json; charset=utf-16", "utf-16le", kFrench},
        Declared{"UTF-16BE", "application/json; charset=utf-16be", "utf-16be", kFrench}));

struct Sniffed {
  const char* charset;
  const char* name;
  const char* mark;
};

class WideCharset : public testing::TestWithParam<Sniffed> {};

TEST_P(WideCharset, IsToldByItsBytes) {
  const std::string_view json = "{\"imei\":\"490154203237518\",\"nom\":\"H\xc3\xa9l\xc3\xa8ne\"}";
  const std::string mark = from_utf8(GetParam().mark, GetParam().charset);
  const Unwrapped got(mark + from_utf8(json, GetParam().charset));
  EXPECT_THAT(got.lines(), ElementsAre("$.imei=490154203237518", "$.nom=H\xc3\xa9l\xc3\xa8ne"));
  EXPECT_EQ(got.at("$.imei").encodings, GetParam().name);
}

INSTANTIATE_TEST_SUITE_P(All, WideCharset,
                         testing::Values(Sniffed{"UTF-16LE", "utf-16le", ""},
                                         Sniffed{"UTF-16BE", "utf-16be", ""},
                                         Sniffed{"UTF-32LE", "utf-32le", ""},
                                         Sniffed{"UTF-32BE", "utf-32be", ""},
                                         Sniffed{"UTF-16LE", "utf-16le", "\xef\xbb\xbf"},
                                         Sniffed{"UTF-16BE", "utf-16be", "\xef\xbb\xbf"},
                                         Sniffed{"UTF-32LE", "utf-32le", "\xef\xbb\xbf"},
                                         Sniffed{"UTF-32BE", "utf-32be", "\xef\xbb\xbf"}));

TEST(Charset, GuessesGbkOfUndeclaredText) {
  const Unwrapped table(from_utf8(kChinese, "GBK"));
  EXPECT_EQ(table.lines(), unwrapped(kChinese));
  EXPECT_EQ(table.leaves()[0].encodings, "gbk");
}

TEST(Charset, GuessesWesternOfUndeclaredText) {
  const Unwrapped text(from_utf8(
      "Caf\xc3\xa9 de la gare, \xc3\xa0 c\xc3\xb4t\xc3\xa9 d'H\xc3\xa9l\xc3\xa8ne", "LATIN1"));
  EXPECT_THAT(
      text.lines(),
      ElementsAre("=Caf\xc3\xa9 de la gare, \xc3\xa0 c\xc3\xb4t\xc3\xa9 d'H\xc3\xa9l\xc3\xa8ne"));
  EXPECT_EQ(text.leaves()[0].encodings, "latin-1");
}

TEST(Charset, Utf8IsNeverConverted) {
  for (const std::string_view type : {"", "text/csv; charset=gbk", "text/plain; charset=utf-8",
                                      "text/plain; charset=iso-8859-1"}) {
    const Unwrapped text("{\"n\":\"\xe5\xbc\xa0\xe4\xbc\x9f\"}", {.media_type = type});
    EXPECT_EQ(text.at("$.n").encodings, "") << type;
  }
}

TEST(Charset, BinaryStaysBinary) {
  for (const std::string& bytes :
       {std::string("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16),
        std::string("\xff\xd8\xff\xe0\0\x10JFIF\0\1\1", 13),
        std::string("\1\2\3\4\x80\x90\xa0\xb0\xc0\xd0", 10), std::string(64, '\0')}) {
    EXPECT_THAT(unwrapped(bytes), ElementsAre("=" + bytes));
  }
}

TEST(Charset, ACharacterCutOffIsLeftOutAndTold) {
  const std::string gbk = from_utf8(kChinese, "GBK");
  const Unwrapped cut(gbk.substr(0, gbk.find("13866505243") - 2),
                      {.media_type = "text/plain; charset=gbk"}, {}, true);
  ASSERT_EQ(cut.leaves().size(), 1U);
  EXPECT_TRUE(cut.leaves()[0].truncated);
}

TEST(Charset, DamageBecomesAReplacementAndIsCounted) {
  const Unwrapped text("abcdefgh \xd5\xc5\xff\xff ijk", {.media_type = "text/plain; charset=gbk"});
  EXPECT_EQ(text.count(Weird::charset_invalid_bytes), 1U);
  EXPECT_THAT(text.leaves()[0].value, testing::HasSubstr("\xef\xbf\xbd"));
  EXPECT_THAT(text.leaves()[0].value, testing::HasSubstr("ijk"));
}

TEST(Charset, TheCapOnMadeBytesHolds) {
  Limits limits;
  limits.max_expanded = 100;
  std::string wide;
  for (int i = 0; i < 1000; ++i) wide += std::string("a\0", 2);
  const Unwrapped text(wide, {}, limits);
  EXPECT_EQ(text.count(Weird::unwrap_expanded_cap), 1U);
}

TEST(Charset, HostileBytesCostLittleTime) {
  for (const std::string& piece :
       {std::string("\xff"), std::string("\x81"), std::string("a\0", 2),
        std::string("\0a\xd8\0", 4), std::string("\xd8\0", 2), std::string("\xd5\xc5\xff")}) {
    std::string bomb = "text ";
    while (bomb.size() < (1U << 20)) bomb += piece;
    for (const std::string_view type : {"", "text/plain; charset=gbk", "text/plain; charset=utf-16",
                                        "text/plain; charset=iso-2022-jp"}) {
      const auto start = std::chrono::steady_clock::now();
      const Unwrapped text(bomb, {.media_type = type});
      EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::minutes(1)) << type;
    }
  }
}

}  // namespace
}  // namespace telltale
