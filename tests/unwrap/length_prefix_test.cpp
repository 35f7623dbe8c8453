#include "tests/unwrap/unwrapped.h"
#include "tests/unwrap/wrap.h"

namespace telltale {
namespace {

using test::Unwrapped;
using testing::ElementsAre;
using testing::SizeIs;

std::string number(size_t value, size_t size, bool big) {
  std::string text;
  for (size_t i = 0; i < size; ++i) {
    const size_t shift = 8 * (big ? size - 1 - i : i);
    text += static_cast<char>(value >> shift & 0xFF);
  }
  return text;
}

std::string varint(size_t value) {
  std::string text;
  for (; value > 0x7F; value >>= 7) text += static_cast<char>(0x80 | (value & 0x7F));
  return text + static_cast<char>(value);
}

struct Kind {
  const char* name;
  std::string (*prefix)(size_t length);
};
const Kind kKinds[] = {{"be32", [](size_t n) { return number(n, 4, true); }},
                       {"le32", [](size_t n) { return number(n, 4, false); }},
                       {"be16", [](size_t n) { return number(n, 2, true); }},
                       {"le16", [](size_t n) { return number(n, 2, false); }},
                       {"varint", varint}};

class LengthPrefixed : public testing::TestWithParam<Kind> {
 protected:
  static std::string framed(const std::string& message) {
    return GetParam().prefix(message.size()) + message;
  }
};
INSTANTIATE_TEST_SUITE_P(All, LengthPrefixed, testing::ValuesIn(kKinds),
                         [](const auto& test) { return std::string(test.param.name); });

const std::string kOne = R"({"imei":"490154203237518","pad":")" + std::string(150, 'p') + "\"}";
const std::string kTwo = R"({"a":"second"})";

TEST_P(LengthPrefixed, OneMessageIsRead) {
  EXPECT_THAT(Unwrapped(framed(kTwo)).lines(), ElementsAre("$.a=second"));
}

TEST_P(LengthPrefixed, EveryMessageIsReadAndNoEncodingIsNamed) {
  const Unwrapped got(framed(kOne) + framed(kTwo) + framed(test::gzip(kTwo)));
  EXPECT_EQ(got.at("$[0]:$.imei").value, "490154203237518");
  EXPECT_EQ(got.at("$[0]:$.imei").encodings, "");
  EXPECT_EQ(got.at("$[1]:$.a").value, "second");
  EXPECT_EQ(got.at("$[2]:$.a").encodings, "gzip");
}

TEST_P(LengthPrefixed, TheLastMayBeCutOffWhereTheContentIs) {
  const std::string whole = framed(kTwo) + framed(kOne);
  const Unwrapped cut(whole.substr(0, whole.size() - 60), {}, {}, true);
  EXPECT_EQ(cut.at("$[0]:$.a").value, "second");
  EXPECT_EQ(cut.at("$[1]:$.imei").value, "490154203237518");
}

TEST(LengthPrefix, ProtobufInsideIsRead) {
  const std::string message =
      "\x0a\x0f"
      "490154203237518"
      "\x12\x03"
      "abc";
  const Unwrapped got(number(message.size(), 4, true) + message);
  EXPECT_THAT(got.lines(), testing::Contains("$.1=490154203237518"));
}

TEST(LengthPrefix, WhatTheLengthsDoNotLeadThroughIsLeftAlone) {
  const std::string binary = number(20, 4, true) + std::string(20, '\xf7');
  EXPECT_THAT(Unwrapped(binary).lines(), SizeIs(1)) << "what it frames is nothing";
  for (const size_t lie : {size_t{4000}, size_t{0xFFFFFFFF}, size_t{0}}) {
    for (const std::string& line : Unwrapped(number(lie, 4, true) + kOne + kTwo).lines()) {
      EXPECT_EQ(line.find("$[0]:"), std::string::npos) << line;
    }
  }
}

}  // namespace
}  // namespace telltale
