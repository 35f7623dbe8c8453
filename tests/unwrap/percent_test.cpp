#include "tests/unwrap/unwrapped.h"

namespace telltale {
namespace {

using test::Unwrapped;
using test::unwrapped;
using testing::ElementsAre;

TEST(Percent, DecodesAValueThatIsStillEncodedAndNamesTheStep) {
  const Unwrapped form("d=%257B%2522mail%2522%253A%2522a%2540b.example%2522%257D&s=2");
  const test::Leaf leaf = form.at("d:$.mail");
  EXPECT_EQ(leaf.value, "a@b.example");
  EXPECT_EQ(leaf.encodings, "percent");
}

TEST(Percent, ReadsUnicodeEscapes) {
  EXPECT_THAT(unwrapped("%u5f20%u4e09%20x"), ElementsAre("=\xe5\xbc\xa0\xe4\xb8\x89 x"));
}

TEST(Percent, LeavesTextWithPercentSignsAlone) {
  for (const char* text : {"50%off-sale", "100% sure", "a%zzb%40c", "%20 %20 x", "width:100%;"}) {
    EXPECT_THAT(unwrapped(text), ElementsAre(std::string("=") + text));
  }
}

TEST(Percent, AnyTruncationGivesAPrefix) {
  test::expect_prefixes_read("abc%40b.example%2C%u5f20def%41");
}

TEST(Percent, EachLayerIsAStepUntilTheDepthCap) {
  std::string text = "a b@c";
  for (int layer = 0; layer < 12; ++layer) {
    std::string escaped;
    for (const char c : text)
      escaped += c == '%' || c == ' ' || c == '@' ? (c == '%'   ? "%25"
                                                     : c == ' ' ? "%20"
                                                                : "%40")
                                                  : std::string(1, c);
    text = escaped;
  }
  const Unwrapped layers(text);
  EXPECT_EQ(layers.leaves().back().encodings,
            "percent,percent,percent,percent,percent,percent,percent,percent");
}

}  // namespace
}  // namespace telltale
