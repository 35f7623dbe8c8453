#include "tests/unwrap/unwrapped.h"
#include "tests/unwrap/wrap.h"

namespace telltale {
namespace {

using test::Unwrapped;
using testing::ElementsAre;

TEST(Expander, GoesOnUntilNothingIsWrapped) {
  const std::string inner = R"({"imei":"490154203237518"})";
  const Unwrapped all(test::gzip("data=" + std::string("%7B%22a%22%3A%22x%22%7D&b=1&c=") + inner));
  EXPECT_THAT(all.lines(), ElementsAre("b=1", "data:$.a=x", "c:$.imei=490154203237518"));
  EXPECT_EQ(all.at("c:$.imei").encodings, "gzip");
}

TEST(Expander, StopsAtTheDepthCapAndCountsIt) {
  std::string text = "the innermost text";
  for (int i = 0; i < 12; ++i) text = test::gzip(text);
  Limits limits;
  limits.max_depth = 4;
  const Unwrapped deep(text, {}, limits);
  EXPECT_EQ(deep.leaves()[0].encodings, "gzip,gzip,gzip,gzip");
  EXPECT_EQ(deep.count(Weird::unwrap_depth_cap), 1U);
}

TEST(Expander, StopsAtTheCapOnMadeBytesAndCountsIt) {
  Limits limits;
  limits.max_expanded = 1000;
  std::string text;
  for (int i = 0; i < 1000; ++i) text += std::to_string(i * 7919);
  const Unwrapped capped(test::gzip(text), {}, limits);
  EXPECT_EQ(capped.leaves()[0].value, text.substr(0, 1000));
  EXPECT_TRUE(capped.leaves()[0].truncated);
  EXPECT_EQ(capped.count(Weird::unwrap_expanded_cap), 1U);
}

TEST(Expander, LeavesNumbersAndShortOrPlainValuesAlone) {
  const Unwrapped plain(R"({"a":"plain words","b":123456789,"c":"a-b_c.d"})");
  EXPECT_EQ(plain.fields().size(), 4U);
}

TEST(Expander, AMessageWithoutFieldsIsFine) {
  Message message;
  WeirdCounts weird;
  expand(message, Limits{}, weird);
  EXPECT_EQ(message.fields.size(), 0U);
}

}  // namespace
}  // namespace telltale
