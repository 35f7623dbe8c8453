// unwrap(wrap(x)) == x for every codec and every pair of codecs.

#include "tests/unwrap/unwrapped.h"
#include "tests/unwrap/wrap.h"

namespace telltale {
namespace {

using test::Leaf;
using test::Unwrapped;

struct Codec {
  std::string_view step;  // as `encodings` names it
  std::string (*wrap)(std::string_view);
  std::string_view coding;  // that tells it, where its bytes do not
};

std::string mintegral(std::string_view text) {
  return test::base64_with(text,
                           "vSoajc7dRzpWifGyNxZnV5k+DHLYhJ46lt0U3QrgEuq8sw/XMeBAT2Fb9P1OIKmC");
}

constexpr Codec kCodecs[] = {
    {"gzip", test::gzip, ""},
    {"zlib", test::zlib, ""},
    {"deflate", test::raw_deflate, "deflate"},
    {"zstd", test::zstd, ""},
    {"lz4", test::lz4, ""},
    {"brotli", test::brotli, "br"},
    {"snappy", test::snappy_framed, ""},
    {"snappy", test::snappy_raw, "snappy"},
    {"base64", test::base64, ""},
    {"base64url", test::base64url, ""},
    {"hex", test::hex, ""},
    {"percent", test::percent, ""},
    {"quoted-printable", test::quoted_printable, "quoted-printable"},
    {"utf-16le", test::utf16le, ""},
    {"base64-mintegral", mintegral, ""},
};

// Long enough for every sniffer, with characters that each alphabet of base64 spells differently.
const std::string kText =
    R"({"imei":"490154203237518","name":"Zo\u00eb ~~~ ???","lat":12.9716,"lon":77.5946,"q":"a>b?c~d"})";
const std::vector<std::string> kLines{"$.imei=490154203237518", "$.name=Zo\xc3\xab ~~~ ???",
                                      "$.lat=12.9716", "$.lon=77.5946", "$.q=a>b?c~d"};

const std::string kPrintable = [] {
  std::string all = "\r\n";
  for (char c = ' '; c < 0x7f; ++c) all += c;
  return all;
}();

std::string joined(std::string_view a, std::string_view b) {
  return std::string(a) + ',' + std::string(b);
}

bool same_name(std::string_view got, std::string_view want) {
  // Which alphabet of base64 was used cannot be told when no character of it differs.
  return got == want || (want == "base64url" && got == "base64");
}

TEST(Codecs, UnwrapGivesWhatWasWrapped) {
  for (const Codec& codec : kCodecs) {
    const Unwrapped got(codec.wrap(kText), {.content_coding = codec.coding});
    EXPECT_EQ(got.lines(), kLines) << codec.step;
    EXPECT_TRUE(same_name(got.leaves()[0].encodings, codec.step)) << got.leaves()[0].encodings;
  }
}

TEST(Codecs, EveryPairUnwraps) {
  for (const Codec& outer : kCodecs) {
    for (const Codec& inner : kCodecs) {
      const bool inner_is_text =
          inner.wrap(kText).find_first_not_of(kPrintable) == std::string::npos;
      if (outer.step == "utf-16le" && !inner_is_text)
        continue;  // UTF-16 of bytes is nothing anybody sends
      // Nothing tells what is inside, so nothing tells which alphabet it is in either.
      if (outer.step == "base64-mintegral" && !inner.coding.empty()) continue;
      const std::string coding = inner.coding.empty()   ? std::string(outer.coding)
                                 : outer.coding.empty() ? std::string(inner.coding)
                                                        : joined(inner.coding, outer.coding);
      const Unwrapped got(outer.wrap(inner.wrap(kText)), {.content_coding = coding});
      EXPECT_EQ(got.lines(), kLines) << outer.step << " around " << inner.step;
    }
  }
}

TEST(Codecs, AnyTruncationGivesAPrefixOfTheValues) {
  for (const Codec& codec : kCodecs) {
    SCOPED_TRACE(codec.step);
    const std::string whole = codec.wrap(kText);
    for (size_t size = 0; size < whole.size(); ++size) {
      const auto leaves =
          Unwrapped(whole.substr(0, size), {.content_coding = codec.coding}, {}, true).leaves();
      if (leaves.empty() || leaves[0].encodings.empty() || leaves[0].path.empty()) continue;
      for (size_t i = 0; i < leaves.size(); ++i) {
        const std::string line = leaves[i].path + '=' + leaves[i].value;
        ASSERT_LT(i, kLines.size());
        if (leaves[i].truncated) {
          ASSERT_TRUE(kLines[i].starts_with(line)) << line << " cut at " << size;
        } else {
          ASSERT_EQ(line, kLines[i]) << "cut at " << size;
        }
      }
    }
  }
}

TEST(Codecs, BombsStayInsideTheBudgetAndAreTold) {
  const std::string zeros(10U << 20, '0');
  for (const Codec& codec : kCodecs) {
    if (codec.step == "percent" || codec.step == "quoted-printable" || codec.step == "hex")
      continue;
    std::string bomb = codec.wrap(codec.wrap(zeros));
    const std::string coding = codec.coding.empty() ? "" : joined(codec.coding, codec.coding);
    Limits limits;
    limits.max_expanded = 4U << 20;
    const Unwrapped held(bomb, {.content_coding = coding}, limits);
    EXPECT_LE(held.fields().arena().bytes(), limits.max_expanded) << codec.step;
    EXPECT_GE(held.count(Weird::unwrap_expanded_cap) + held.count(Weird::unwrap_ratio_cap), 1U)
        << codec.step;
  }
}

TEST(Codecs, RandomBytesAreNothing) {
  uint32_t state = 1;
  size_t wrong = 0;
  for (int round = 0; round < 2000; ++round) {
    std::string noise;
    const size_t size = 16 + static_cast<size_t>(round) % 300;
    for (size_t i = 0; i < size; ++i) {
      state = state * 1664525 + 1013904223;
      noise += static_cast<char>(state >> 24);
    }
    if (Unwrapped(noise).fields().size() > 1) ++wrong;
    if (Unwrapped(test::base64(noise)).fields().size() > 1) ++wrong;
    if (Unwrapped(test::hex(noise)).fields().size() > 1) ++wrong;
  }
  EXPECT_LE(wrong, 3U);  // of 6000
}

TEST(Codecs, IdentifiersAndWordsStay) {
  for (const char* text :
       {"38400000-8cf0-11bd-b23e-10b96e40000d", "d41d8cd98f00b204e9800998ecf8427e",
        "internationalization", "com.example.application", "490154203237518490154203237518",
        "da39a3ee5e6b4b0d3255bfef95601890afd80709", "AbCdEfGhIjKlMnOpQrStUvWxYz012345",
        "Mozilla/5.0 (Linux; Android 10; Pixel 4) AppleWebKit/537.36", "9774d56d682e549c",
        "BP2A.250605.031.A3", "/storage/emulated/0/Download/file-name.txt", "https://a.example/b/c",
        "2020-06-29T10:11:12.123456+0000", "the quick brown fox jumps over it"}) {
    EXPECT_EQ(Unwrapped(text).fields().size(), 1U) << text;
  }
}

TEST(Codecs, DeepPilesOfWrappingsEndAtTheDepthCap) {
  for (const Codec& codec : kCodecs) {
    if (!codec.coding.empty()) continue;
    std::string pile = kText;
    for (int i = 0; i < 12 && pile.size() < (4U << 20); ++i) pile = codec.wrap(pile);
    const Unwrapped deep(pile);
    for (const Field& field : deep.fields().all()) EXPECT_LE(field.depth, Limits{}.max_depth);
  }
}

}  // namespace
}  // namespace telltale
