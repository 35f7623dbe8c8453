#include "sensor/pipeline/tracking_ids.h"

#include <gtest/gtest.h>

#include "sensor/detect/content.h"
#include "sensor/detect/token_shape.h"
#include "sensor/unwrap/expander.h"
#include "tests/support/message_builder.h"

namespace telltale {
namespace {

constexpr const char* kToken = "q7Zk2vN9xR4mT1bW8cL5";

Destination server(const char* host, const char* address, const char* runs = "") {
  Destination to;
  to.hostname = host;
  to.ip = *IpAddress::parse(address);
  to.operator_name = runs;
  return to;
}

class TrackingIdsTest : public ::testing::Test {
 protected:
  bool told(const Destination& to, std::string_view token = kToken,
            const char* device = "192.168.0.7") {
    const std::vector<TrackingIds::Candidate> candidates = {{0, token}};
    return ids.note(*IpAddress::parse(device), party_of(to), candidates) != nullptr;
  }

  TrackingIds ids{TrackingIds::Caps{}};
};

TEST_F(TrackingIdsTest, ATokenOfTwoUnrelatedPartiesIsTold) {
  EXPECT_FALSE(told(server("a.shop.example", "203.0.113.1")));
  EXPECT_FALSE(told(server("a.shop.example", "203.0.113.1")));
  EXPECT_TRUE(told(server("t.tracker.test", "203.0.113.9")));
  EXPECT_TRUE(told(server("a.shop.example", "203.0.113.1"))) << "the first one has it, too";
}

TEST_F(TrackingIdsTest, RelatedPartiesAreOne) {
  EXPECT_FALSE(told(server("www.google.com", "203.0.113.1", "Google")));
  EXPECT_FALSE(told(server("api.google.com", "203.0.113.2")));
  EXPECT_FALSE(told(server("www.google.de", "203.0.113.3")));
  EXPECT_FALSE(told(server("fcm.googleapis.com", "203.0.113.4")));
  EXPECT_FALSE(told(server("firebase.test", "203.0.113.5", "google")));
  EXPECT_FALSE(told(server("other.test", "203.0.113.1"))) << "same address";
  EXPECT_TRUE(told(server("tracker.test", "203.0.113.9", "Somebody")));
}

TEST_F(TrackingIdsTest, ServersWithoutANameAreNobody) {
  EXPECT_FALSE(told(server("shop.example", "203.0.113.1")));
  EXPECT_FALSE(told(server("", "203.0.113.9")));
  EXPECT_FALSE(told(server("203.0.113.8", "203.0.113.8")));
  Destination liar = server("tracker.test", "203.0.113.9");
  liar.hostname_unverified = true;
  EXPECT_FALSE(told(liar));
}

TEST_F(TrackingIdsTest, DevicesDoNotMix) {
  EXPECT_FALSE(told(server("shop.example", "203.0.113.1"), kToken, "192.168.0.7"));
  EXPECT_FALSE(told(server("tracker.test", "203.0.113.9"), kToken, "192.168.0.8"));
}

TEST_F(TrackingIdsTest, TokensAndDevicesBeyondTheCapAreForgottenAndCounted) {
  for (int i = 0; i < 1000; ++i)
    told(server("shop.example", "203.0.113.1"), "token" + std::to_string(i));
  EXPECT_GE(ids.forgotten(), 1000 - TrackingIds::Caps{}.tokens);
  TrackingIds few({.devices = 3, .tokens = 4});
  for (int i = 1; i < 9; ++i) {
    few.note(*IpAddress::parse("192.168.0." + std::to_string(i)),
             party_of(server("shop.example", "203.0.113.1")), {{0, kToken}});
  }
  EXPECT_EQ(few.devices(), 3U);
  EXPECT_EQ(few.forgotten(), 5U);
}

std::string candidates_in(Message message, const std::vector<FieldId>& told = {}) {
  WeirdCounts weird;
  expand(message, Limits{}, weird);
  const KeyTable keys = KeyTable::shipped();
  const Limits limits;
  ContentIndexer indexer(keys, limits);
  std::string all;
  for (const auto& candidate : TrackingIds::candidates(indexer.index(message), told)) {
    all += (all.empty() ? "" : " ") + message.fields.location(candidate.field);
  }
  return all;
}

TEST(TrackingIdCandidates, StandUnderAKeyInQueryCookieBodyAndOwnHeader) {
  const std::string token = kToken;
  EXPECT_EQ(candidates_in(test::MessageBuilder().query("v=1&duid=" + token).take()),
            "http.request.query:duid");
  EXPECT_EQ(candidates_in(test::MessageBuilder().cookie("_vid", token).take()),
            "http.request.cookie:_vid");
  EXPECT_EQ(candidates_in(test::MessageBuilder().header("X-Visitor", token).take()),
            "http.request.header:X-Visitor");
  EXPECT_EQ(
      candidates_in(test::MessageBuilder().body("{\"u\":{\"vid\":\"" + token + "\"}}").take()),
      "http.request.body:$.u.vid");
}

TEST(TrackingIdCandidates, AreNotWhatPassesOrWasTold) {
  const std::string token = kToken;
  const std::string_view keys[] = {
      "nonce", "sig",       "requestId",   "x-request-id", "trace_id",   "sessionId", "csrfToken",
      "state", "code",      "cb",          "etag",         "sha256",     "appKey",    "client_id",
      "ts",    "buildHash", "cacheBuster", "orderId",      "app_version"};
  for (const std::string_view key : keys) {
    EXPECT_EQ(
        candidates_in(test::MessageBuilder().query(std::string(key) + "=" + token + "&a=b").take()),
        "")
        << key;
    EXPECT_EQ(candidates_in(test::MessageBuilder().cookie(key, token).take()), "") << key;
  }
  EXPECT_EQ(candidates_in(test::MessageBuilder().header("If-None-Match", token).take()), "");
  EXPECT_EQ(candidates_in(test::MessageBuilder().header("Authorization", token).take()), "");
  EXPECT_EQ(candidates_in(test::MessageBuilder().path("/a/" + token + "/b").take()), "");
  EXPECT_EQ(
      candidates_in(test::MessageBuilder().body("{\"trace\":{\"id\":\"" + token + "\"}}").take()),
      "");
  EXPECT_EQ(candidates_in(test::MessageBuilder().body("{\"list\":[\"" + token + "\"]}").take()),
            "");
  Message message = test::MessageBuilder().cookie("vid", token).take();
  const auto last = static_cast<FieldId>(message.fields.size() - 1);
  EXPECT_EQ(candidates_in(std::move(message), {last}), "");
}

TEST(TokenShape, IsOfWhatIsDrawnAtRandom) {
  for (const char* token :
       {"q7Zk2vN9xR4mT1bW8cL5", "9f0c3a51d7e284b6", "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
        "a1b2c3d4e5f60718293a4b5c6d7e8f90", "fE3kQ9_xR4mT1bW8cL5zz0p", "Zm9vYmFyMTIz_Qx8Kd7="}) {
    EXPECT_TRUE(is_random_token(token)) << token;
  }
}

TEST(TokenShape, IsNotOfWordsNumbersTimesAndNames) {
  for (const char* text :
       {"1234567890123456", "2024-05-06T10-20-30Z", "com-example-app-free",
        "Mozilla-5-0-Linux-x86-64", "1.2.3-beta.20240101", "application-release-2024",
        "https://a.b/c?d=e1f2", "shop.example.com", "aaaaaaaaaaaaaaaa1111",
        "en_US-UTF-8-2024-05-06", "GooglePlayServices2024Release",
        "00000000-0000-0000-0000-000000000000", "0123456789abcdef", "short1A2b3C",
        "iPhone14-2-iOS-17-0", "user_profile_page_view_2", "1715000000000-1715000001"}) {
    EXPECT_FALSE(is_random_token(text)) << text;
  }
}

}  // namespace
}  // namespace telltale
