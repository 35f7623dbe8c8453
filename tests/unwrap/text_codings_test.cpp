// base64 in its disguises, tokens, entities, and the envelopes of SDKs.
#include "tests/unwrap/unwrapped.h"
#include "tests/unwrap/wrap.h"

namespace telltale {
namespace {

using test::Unwrapped;
using test::unwrapped;
using testing::ElementsAre;

TEST(Base64, MayComeInLinesUnpaddedOrWithSpacesForPlus) {
  const std::string text =
      "some text ~~~>>> that is long enough for more than one line of encoded text, and on";
  std::string lines = test::base64(text);
  lines.insert(76, "\r\n");
  EXPECT_THAT(unwrapped(lines), ElementsAre('=' + text));
  std::string spaced = test::base64(text);
  for (char& c : spaced) c = c == '+' ? ' ' : c;
  EXPECT_THAT(unwrapped(spaced), ElementsAre('=' + text));
}

TEST(Base64, IsReadBehindDataUrlsAndBasicCredentials) {
  EXPECT_THAT(unwrapped("data:text/plain;base64,aGk="), ElementsAre("=hi"));
  EXPECT_THAT(unwrapped("Basic " + test::base64("ann:secret word")),
              ElementsAre("=ann:secret word"));
}

TEST(Base64, OfAShortIdentifierIsRead) {
  EXPECT_THAT(unwrapped(test::base64("490154203237518")), ElementsAre("=490154203237518"));
}

TEST(Jwt, GivesHeaderAndClaims) {
  const std::string token = test::base64url(R"({"alg":"none"})") + '.' +
                            test::base64url(R"({"email":"a@b.example","sub":"1"})") +
                            ".c2lnbmF0dXJl";
  const std::vector<std::string> lines{"$.alg=none", "$.email=a@b.example", "$.sub=1"};
  EXPECT_EQ(unwrapped(token), lines);
  EXPECT_EQ(unwrapped("Bearer " + token), lines);
  EXPECT_EQ(Unwrapped(token).at("$.email").encodings, "jwt");
}

TEST(HtmlEntities, AreDecoded) {
  const Unwrapped json(
      "{&quot;imei&quot;:&quot;490154203237518&quot;,&quot;n&quot;:&quot;&#x5f20;&#39;&quot;}");
  EXPECT_THAT(json.lines(), ElementsAre("$.imei=490154203237518", "$.n=\xe5\xbc\xa0'"));
  EXPECT_EQ(json.at("$.imei").encodings, "html");
  EXPECT_THAT(unwrapped("this & that &such;"), ElementsAre("=this & that &such;"));
}

TEST(QuotedPrintable, IsRecognisedByItsBreaksAndBytes) {
  const Unwrapped text("The name is =E5=BC=A0=E4=B8=89 and =\r\nmore");
  EXPECT_THAT(text.lines(), ElementsAre("=The name is \xe5\xbc\xa0\xe4\xb8\x89 and more"));
  EXPECT_EQ(text.leaves()[0].encodings, "quoted-printable");
  EXPECT_THAT(unwrapped("a=20 b=30 c=40 d=50"), ElementsAre("=a=20 b=30 c=40 d=50"));
}

TEST(SdkEnvelopes, MintegralsAlphabetIsKnown) {
  const Unwrapped got("dvi=" +
                      test::percent(test::base64_with(
                          R"({"android_id":"9774d56d682e549d","mac":"02:00:00:00:00:07"})",
                          "vSoajc7dRzpWifGyNxZnV5k+DHLYhJ46lt0U3QrgEuq8sw/XMeBAT2Fb9P1OIKmC")) +
                      "&v=1");
  EXPECT_EQ(got.at("dvi:$.android_id").value, "9774d56d682e549d");
  EXPECT_EQ(got.at("dvi:$.android_id").encodings, "base64-mintegral");
}

// RFC 6229's way of testing: with the state visible only through its output.
std::string rc4(std::string_view key, std::string_view text) {
  std::vector<uint8_t> state(256);
  for (size_t i = 0; i < 256; ++i) state[i] = static_cast<uint8_t>(i);
  for (size_t i = 0, j = 0; i < 256; ++i) {
    j = (j + state[i] + static_cast<uint8_t>(key[i % key.size()])) % 256;
    std::swap(state[i], state[j]);
  }
  std::string out;
  size_t i = 0;
  size_t j = 0;
  for (const char c : text) {
    i = (i + 1) % 256;
    j = (j + state[i]) % 256;
    std::swap(state[i], state[j]);
    out += static_cast<char>(static_cast<uint8_t>(c) ^ state[(state[i] + state[j]) % 256]);
  }
  return out;
}

TEST(SdkEnvelopes, TencentsRc4IsKnown) {
  const std::string json =
      R"([{"ky":"AppKey","mc":"02:00:00:00:00:07","md":"Pixel 4","ui":"490154203237518"}])";
  const std::string sized = std::string("\0\0\0\x55", 4) + test::gzip(json);
  for (const auto& [coding, plain] : {std::pair{"rc4", json}, std::pair{"rc4,gzip", sized}}) {
    const Unwrapped got(rc4("03a976511e2cbe3a7f26808fb7af3c05", plain), {.content_coding = coding});
    EXPECT_EQ(got.at("$[0].ui").value, "490154203237518") << coding;
    EXPECT_THAT(got.at("$[0].ui").encodings, testing::StartsWith("rc4")) << coding;
  }
}

TEST(SdkEnvelopes, AnXoredDocumentGivesItsKeyAway) {
  const Unwrapped got(test::xored(R"({"imei":"490154203237518","model":"Pixel 4"})", '\x5a'));
  EXPECT_THAT(got.lines(), ElementsAre("$.imei=490154203237518", "$.model=Pixel 4"));
  EXPECT_EQ(got.at("$.imei").encodings, "xor");
}

TEST(SdkEnvelopes, DeflateWithoutAHeaderIsTried) {
  const Unwrapped got(test::raw_deflate(R"({"imei":"490154203237518","model":"Pixel 4"})"),
                      {.media_type = "application/octet-stream"});
  EXPECT_THAT(got.lines(), ElementsAre("$.imei=490154203237518", "$.model=Pixel 4"));
}

}  // namespace
}  // namespace telltale
