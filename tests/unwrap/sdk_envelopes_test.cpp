#include "sensor/base/encoding.h"
#include "tests/unwrap/unwrapped.h"
#include "tests/unwrap/wrap.h"

namespace telltale {
namespace {

using test::Unwrapped;
using test::unwrapped;
using testing::ElementsAre;

constexpr std::string_view kStandard =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kMintegral =
    "vSoajc7dRzpWifGyNxZnV5k+DHLYhJ46lt0U3QrgEuq8sw/XMeBAT2Fb9P1OIKmC";
constexpr std::string_view kMtaKey = "03a976511e2cbe3a7f26808fb7af3c05";
constexpr std::string_view kJson = R"({"android_id":"9774d56d682e549d","mac":"3c:5a:b4:01:02:03"})";

std::string mintegral(std::string_view text) {
  std::string encoded = to_base64(as_bytes(text));
  for (char& c : encoded) {
    if (c != '=') c = kMintegral[kStandard.find(c)];
  }
  return encoded;
}

std::string rc4(std::string_view key, std::string text) {
  std::string state(256, '\0');
  for (size_t i = 0; i < 256; ++i) state[i] = static_cast<char>(i);
  uint8_t j = 0;
  for (size_t i = 0; i < 256; ++i) {
    j = static_cast<uint8_t>(j + static_cast<uint8_t>(state[i]) +
                             static_cast<uint8_t>(key[i % key.size()]));
    std::swap(state[i], state[j]);
  }
  uint8_t i = j = 0;
  for (char& c : text) {
    ++i;
    j = static_cast<uint8_t>(j + static_cast<uint8_t>(state[i]));
    std::swap(state[i], state[j]);
    c = static_cast<char>(c ^ state[static_cast<uint8_t>(state[i] + state[j])]);
  }
  return text;
}

std::string masked(std::string text, char mask) {
  for (char& c : text) c = static_cast<char>(c ^ mask);
  return text;
}

std::string length_prefixed(std::string_view text, size_t length) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(length >> shift);
  return bytes + std::string(text);
}

TEST(Envelopes, TheCipherIsTheOneItClaims) {
  // RFC 6229 section 2: key 0x0102030405, offset 0.
  EXPECT_EQ(to_hex(as_bytes(rc4("\x01\x02\x03\x04\x05", std::string(16, '\0')))),
            "b2396305f03dc027ccc3524a0a1118a8");
}

TEST(Envelopes, ReadsBase64WithTheAlphabetOfMintegral) {
  const Unwrapped form("dvi=" + mintegral(kJson) + "&app_id=118690");
  EXPECT_EQ(form.at("dvi:$.android_id").value, "9774d56d682e549d");
  EXPECT_EQ(form.at("dvi:$.android_id").encodings, "base64-mintegral");
  EXPECT_THAT(unwrapped(mintegral(R"({"a":1,"b":"xyz0"})")), ElementsAre("$.a=1", "$.b=xyz0"));
}

TEST(Envelopes, ReadsWhatMtaEnciphers) {
  const std::string body = rc4(kMtaKey, length_prefixed(test::gzip(kJson), kJson.size()));
  const Unwrapped zipped(body, {.media_type = "json", .content_coding = "rc4,gzip"});
  EXPECT_EQ(zipped.at("$.mac").value, "3c:5a:b4:01:02:03");
  EXPECT_EQ(zipped.at("$.mac").encodings, "rc4,gzip");
  const Unwrapped plain(rc4(kMtaKey, std::string(kJson)), {.content_coding = "rc4"});
  EXPECT_EQ(plain.at("$.mac").encodings, "rc4");
}

TEST(Envelopes, ACutOffCipherTextGivesItsReadablePart) {
  const std::string body = rc4(kMtaKey, std::string(kJson)).substr(0, 40);
  const Unwrapped cut(body, {.content_coding = "rc4"}, {}, true);
  EXPECT_EQ(cut.at("$.android_id").value, "9774d56d682e549d");
}

TEST(Envelopes, AnotherKeyMakesNoSense) {
  const std::string body = rc4("another key", std::string(kJson));
  EXPECT_THAT(unwrapped(body, {.content_coding = "rc4"}), ElementsAre("=" + body));
}

TEST(Envelopes, UndoesAXorWithAnyByte) {
  for (int mask = 1; mask < 256; ++mask) {
    const Unwrapped json(masked(std::string(kJson), static_cast<char>(mask)));
    ASSERT_EQ(json.at("$.android_id").value, "9774d56d682e549d") << mask;
    ASSERT_EQ(json.at("$.android_id").encodings, "xor") << mask;
  }
}

TEST(Envelopes, LeavesEverythingElseAlone) {
  for (const std::string& text :
       {std::string("hSoajc7dRzpWifGyNxZn"), masked("{\"just a quote} and more text", 'x'),
        masked("{\"a\" and no end", '\x05')}) {
    EXPECT_THAT(unwrapped(text), ElementsAre("=" + text));
  }
}

}  // namespace
}  // namespace telltale
