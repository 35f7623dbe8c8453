// Echo traffic: what pings send, and what tunnels do.
#include <gtest/gtest.h>

#include "tests/behavior/anomalies.h"

namespace telltale {
namespace {

class IcmpTunnel : public ::testing::Test {
 protected:
  void request(uint16_t sequence, const std::vector<uint8_t>& data) { send(sequence, data, false); }
  void reply(uint16_t sequence, const std::vector<uint8_t>& data) { send(sequence, data, true); }
  void send(uint16_t sequence, const std::vector<uint8_t>& data, bool is_reply) {
    Echo echo;
    echo.device = address("192.168.1.7");
    echo.remote = address("203.0.113.5");
    echo.from_device = !is_reply;
    echo.is_reply = is_reply;
    echo.id = 77;
    echo.sequence = sequence;
    echo.data = data;
    echo.ts = at_second(second_);
    second_ += 0.5;
    monitor_->on_echo(echo, anomalies_);
  }
  std::vector<uint8_t> noise(size_t size) {
    std::vector<uint8_t> data(size);
    for (auto& byte : data) byte = static_cast<uint8_t>(dice_.next());
    return data;
  }
  // As Linux's ping fills a packet: a time stamp of 16 bytes, then 0x10, 0x11, ...
  std::vector<uint8_t> ping(size_t size) {
    std::vector<uint8_t> data = noise(std::min<size_t>(size, 16));
    for (size_t i = data.size(); i < size; ++i) data.push_back(static_cast<uint8_t>(i));
    return data;
  }

  Limits limits_;
  Dice dice_{2};
  double second_ = 0;
  std::unique_ptr<Monitor> monitor_ = make_icmp_tunnel_monitor(limits_);
  Anomalies anomalies_;
};

TEST_F(IcmpTunnel, PacketsThatDifferAndRepliesOfTheirOwnAreTold) {
  for (uint16_t i = 0; i < 20; ++i) {
    request(i, noise(200));
    reply(i, noise(300));
  }
  ASSERT_EQ(anomalies_.told.size(), 1U);
  EXPECT_EQ(anomalies_.told[0].type, "icmp_tunnel");
  EXPECT_GE(anomalies_.told[0].score, 0.8);
}

TEST_F(IcmpTunnel, AnUploadWhoseReplierIsTheKernelIsTold) {
  for (uint16_t i = 0; i < 20; ++i) {
    const auto data = noise(500);
    request(i, data);
    reply(i, data);
  }
  EXPECT_EQ(anomalies_.told.size(), 1U);
}

TEST_F(IcmpTunnel, PingsOfEverySizeAreNone) {
  for (uint16_t i = 0; i < 600; ++i) {
    const auto data = ping(56 + i % 7 * 200);
    request(i, data);
    reply(i, data);
  }
  EXPECT_TRUE(anomalies_.told.empty());
}

TEST_F(IcmpTunnel, PingsWhoseReplyIsLateOrLostAreNone) {
  std::vector<std::vector<uint8_t>> sent;
  for (uint16_t i = 0; i < 100; ++i) {
    sent.push_back(ping(56));
    request(i, sent.back());
    if (i >= 60) reply(static_cast<uint16_t>(i - 60), sent[i - 60U]);
  }
  EXPECT_TRUE(anomalies_.told.empty());
}

TEST_F(IcmpTunnel, EmptyEchoesAreNone) {
  for (uint16_t i = 0; i < 100; ++i) request(i, {});
  EXPECT_TRUE(anomalies_.told.empty());
}

}  // namespace
}  // namespace telltale
