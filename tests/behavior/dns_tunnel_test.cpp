// Tunnels in names, and the names of ordinary traffic that look like them.
#include <gtest/gtest.h>

#include "tests/behavior/anomalies.h"

namespace telltale {
namespace {

class DnsTunnel : public ::testing::Test {
 protected:
  void ask(const std::string& labels, const std::string& domain, const char* type = "A") {
    const std::string name = labels + '.' + domain;
    DnsQuestion question;
    question.device = address("192.168.1.7");
    question.name = name;
    question.domain = std::string_view(name).substr(labels.size() + 1);
    question.type = type;
    question.ts = at_second(second_++);
    monitor_->on_question(question, anomalies_);
  }
  std::string random_label(size_t size, const std::string& alphabet) {
    std::string label;
    for (size_t i = 0; i < size; ++i) label += alphabet[dice_.next() % alphabet.size()];
    return label;
  }

  static constexpr const char* kBase32 = "abcdefghijklmnopqrstuvwxyz234567";
  static constexpr const char* kHex = "0123456789abcdef";

  Limits limits_;
  Dice dice_{1};
  double second_ = 0;
  std::unique_ptr<Monitor> monitor_ = make_dns_tunnel_monitor(limits_);
  Anomalies anomalies_;
};

TEST_F(DnsTunnel, DataInBase32LabelsIsTold) {
  for (int i = 0; i < 15; ++i)
    ask(random_label(50, kBase32) + '.' + random_label(50, kBase32), "x.example");
  ASSERT_EQ(anomalies_.told.size(), 1U);
  EXPECT_EQ(anomalies_.told[0].type, "dns_tunnel");
  EXPECT_GE(anomalies_.told[0].score, 0.6);
  EXPECT_LE(anomalies_.told[0].score, 1.0);
  EXPECT_EQ(anomalies_.evidence("domain"), "x.example");
  EXPECT_EQ(anomalies_.evidence("different_names"), "10");
}

TEST_F(DnsTunnel, HexInTextRecordsIsTold) {
  for (int i = 0; i < 40; ++i) ask(random_label(32, kHex), "c2.example", "TXT");
  EXPECT_EQ(anomalies_.told.size(), 1U);
}

TEST_F(DnsTunnel, AnotherHourIsToldAgain) {
  for (int i = 0; i < 15; ++i) ask(random_label(60, kBase32), "x.example", "NULL");
  second_ += 3601;
  for (int i = 0; i < 15; ++i) ask(random_label(60, kBase32), "x.example", "NULL");
  EXPECT_EQ(anomalies_.told.size(), 2U);
}

TEST_F(DnsTunnel, HostsOfAContentNetworkAreNone) {
  for (int i = 0; i < 60; ++i) {
    ask("r" + std::to_string(i % 8) + "---sn-" + random_label(8, kBase32), "video.example");
    ask("d" + random_label(13, kBase32), "cdn.example");
  }
  EXPECT_TRUE(anomalies_.told.empty());
}

TEST_F(DnsTunnel, AFewLongNamesAskedForAgainAndAgainAreNone) {
  std::vector<std::string> names;
  for (int i = 0; i < 12; ++i) names.push_back(random_label(40, kHex));
  for (int i = 0; i < 600; ++i)
    ask(names[dice_.next() % 12 * static_cast<size_t>(i > 40)], "push.example");
  EXPECT_TRUE(anomalies_.told.empty());
}

TEST_F(DnsTunnel, AddressesAskedForAtABlocklistAreNone) {
  for (int i = 0; i < 200; ++i) {
    ask(std::to_string(i) + ".113.0.203", "list.example");
    ask("1.0.0.0.0.0.0.0." + random_label(1, kHex) + ".f.ip6", "arpa");
  }
  EXPECT_TRUE(anomalies_.told.empty());
}

TEST_F(DnsTunnel, ReputationServicesAreNone) {
  for (int i = 0; i < 100; ++i) ask(random_label(40, kHex), "sophosxl.net", "TXT");
  EXPECT_TRUE(anomalies_.told.empty());
}

TEST_F(DnsTunnel, WordsOfAWebPageAreNone) {
  const char* kHosts[] = {"www",
                          "images",
                          "static-content-delivery",
                          "login",
                          "api-gateway",
                          "mail",
                          "events-collector-frontend",
                          "assets",
                          "accounts",
                          "telemetry",
                          "news",
                          "shop",
                          "media",
                          "support",
                          "help-center-search-service"};
  for (int round = 0; round < 20; ++round) {
    for (const char* host : kHosts) ask(host, "portal.example");
  }
  EXPECT_TRUE(anomalies_.told.empty());
}

TEST_F(DnsTunnel, BeyondTheCapTheOldestDomainIsForgottenAndCounted) {
  limits_.max_behavior_peers = 4;
  monitor_ = make_dns_tunnel_monitor(limits_);
  for (int i = 0; i < 10; ++i) ask("www", "d" + std::to_string(i) + ".example");
  EXPECT_EQ(anomalies_.weirds[Weird::behavior_peer_evicted], 6U);
}

}  // namespace
}  // namespace telltale
