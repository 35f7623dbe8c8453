#include <chrono>

#include "tests/unwrap/unwrapped.h"
#include "tests/unwrap/wrap.h"

namespace telltale {
namespace {

using test::Unwrapped;
using test::unwrapped;
using testing::ElementsAre;

const std::string kJson =
    R"({"imei":"490154203237518","lat":12.9716,"lon":77.5946,"name":"a name"})";
const std::vector<std::string> kJsonLines{"$.imei=490154203237518", "$.lat=12.9716",
                                          "$.lon=77.5946", "$.name=a name"};

TEST(Compressed, IsRecognisedByContent) {
  EXPECT_EQ(unwrapped(test::gzip(kJson)), kJsonLines);
  EXPECT_EQ(unwrapped(test::zlib(kJson)), kJsonLines);
  EXPECT_EQ(Unwrapped(test::gzip(kJson)).at("$.imei").encodings, "gzip");
  EXPECT_EQ(Unwrapped(test::zlib(kJson)).at("$.imei").encodings, "zlib");
}

TEST(Compressed, DeflateMayBeZlibOrRaw) {
  const MediaHints hints{.media_type = "application/json", .content_coding = "deflate"};
  EXPECT_EQ(unwrapped(test::zlib(kJson), hints), kJsonLines);
  EXPECT_EQ(unwrapped(test::raw_deflate(kJson), hints), kJsonLines);
  EXPECT_EQ(Unwrapped(test::raw_deflate(kJson), hints).at("$.imei").encodings, "deflate");
}

TEST(Compressed, SeveralCodingsAreTakenOffOutermostFirst) {
  const Unwrapped twice(test::gzip(test::raw_deflate(kJson)), {.content_coding = "deflate, gzip"});
  EXPECT_EQ(twice.lines(), kJsonLines);
  EXPECT_EQ(twice.at("$.imei").encodings, "gzip,deflate");
}

TEST(Compressed, TheMediaTypeHoldsForWhatIsInside) {
  EXPECT_THAT(
      unwrapped(test::gzip("imei=490154203237518"),
                {.media_type = "application/x-www-form-urlencoded", .content_coding = "x-gzip"}),
      ElementsAre("imei=490154203237518"));
}

TEST(Compressed, MembersFollowEachOther) {
  EXPECT_EQ(unwrapped(test::gzip(kJson.substr(0, 30)) + test::gzip(kJson.substr(30))), kJsonLines);
}

TEST(Compressed, ACodingThatIsNotThereDoesNoHarm) {
  EXPECT_EQ(unwrapped(kJson, {.content_coding = "gzip"}), kJsonLines);
}

TEST(Compressed, ACutOffStreamGivesItsReadablePart) {
  std::string text;
  for (int i = 0; i < 2000; ++i) text += std::to_string(i * 7919) + ' ';
  for (const std::string& whole : {test::gzip(text), test::zlib(text)}) {
    for (size_t size = 20; size < whole.size(); size += 97) {
      const auto leaves = Unwrapped(whole.substr(0, size)).leaves();
      ASSERT_EQ(leaves.size(), 1U);
      if (leaves[0].encodings.empty()) continue;
      ASSERT_THAT(text, testing::StartsWith(leaves[0].value)) << size;
      ASSERT_TRUE(leaves[0].truncated);
    }
    const Unwrapped most(whole.substr(0, whole.size() - 20));
    EXPECT_GT(most.leaves()[0].value.size(), text.size() / 2);
    EXPECT_EQ(most.count(Weird::compressed_data_cut_off), 1U);
  }
}

TEST(Compressed, ADamagedStreamGivesWhatStandsBeforeTheDamage) {
  std::string text;
  for (int i = 0; i < 20000; ++i) text += std::to_string(i * 7919) + ' ';
  std::string whole = test::gzip(text);
  for (size_t i = 0; i < 200; ++i) whole[whole.size() / 2 + i] = '\xff';
  const Unwrapped damaged(whole);
  EXPECT_GT(damaged.leaves()[0].value.size(), text.size() / 4);
  EXPECT_TRUE(damaged.leaves()[0].truncated);
  EXPECT_EQ(damaged.count(Weird::compressed_data_damaged), 1U);
}

TEST(Compressed, ABombIsHeldByTheRatioAndTold) {
  const std::string bomb = test::gzip(std::string(200U << 20, 'a'));
  const auto start = std::chrono::steady_clock::now();
  const Unwrapped unwrapped_bomb(bomb);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::minutes(1));
  EXPECT_LE(unwrapped_bomb.fields().arena().bytes(), Limits{}.max_expanded);
  EXPECT_TRUE(unwrapped_bomb.leaves()[0].truncated);
  EXPECT_EQ(unwrapped_bomb.count(Weird::unwrap_expanded_cap) +
                unwrapped_bomb.count(Weird::unwrap_ratio_cap),
            1U);
}

TEST(Compressed, TheRatioCapIsCounted) {
  Limits limits;
  limits.max_inflate_ratio = 2;
  const Unwrapped held(test::gzip(std::string(1U << 20, 'a')), {}, limits);
  EXPECT_EQ(held.leaves()[0].value.size(), 64U * 1024);
  EXPECT_EQ(held.count(Weird::unwrap_ratio_cap), 1U);
}

TEST(Compressed, TextThatStartsLikeZlibStays) {
  for (const char* text :
       {"x^2 + y^2 = z^2 and so on", "hC is some text that goes on", "8O is another text here"}) {
    EXPECT_THAT(unwrapped(text), ElementsAre(std::string("=") + text));
  }
}

}  // namespace
}  // namespace telltale
