#include "sensor/capture/fanout_program.h"

#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <pcap/pcap.h>

#include "tests/support/frame_builder.h"

namespace telltale {
namespace {

using namespace test;

std::vector<Cidr> networks(const std::vector<std::string>& texts) {
  std::vector<Cidr> parsed;
  for (const std::string& text : texts) parsed.push_back(Cidr::parse(text).value());
  return parsed;
}

// A packet as the interpreter below sees it: the protocol, then the header of IP.
std::string packet(const std::string& src, const std::string& dst) {
  return ip_frame({.src = src, .dst = dst}, kUdp, {}).substr(12);
}

// libpcap's interpreter, for which what only the kernel knows stands in the packet.
uint32_t run(const std::vector<sock_filter>& program, const std::string& bytes) {
  std::vector<bpf_insn> code;
  for (const sock_filter& step : program) {
    uint32_t k = step.k;
    if (k == static_cast<uint32_t>(SKF_AD_OFF + SKF_AD_PROTOCOL)) {
      k = 0;
    } else if (BPF_CLASS(step.code) == BPF_LD) {
      k = k - static_cast<uint32_t>(SKF_NET_OFF) + 2;
    }
    code.push_back({step.code, step.jt, step.jf, k});
  }
  const auto size = static_cast<u_int>(bytes.size());
  return bpf_filter(code.data(), as_bytes(bytes).data(), size, size);
}

class FanoutProgram : public testing::Test {
 protected:
  uint32_t answer(const std::string& src, const std::string& dst) const {
    return run(program_, packet(src, dst));
  }

  std::vector<sock_filter> program_ =
      fanout_program(networks({"192.168.0.0/16", "10.0.0.0/8", "fd00::/8", "2001:db8:1::/48"}));
};

TEST_F(FanoutProgram, AnswersByTheHomeEndWhicheverWayAPacketGoes) {
  const uint32_t device = answer("192.168.1.20", "203.0.113.5");
  EXPECT_EQ(answer("203.0.113.5", "192.168.1.20"), device);
  EXPECT_EQ(answer("192.168.1.20", "198.51.100.77"), device);
  EXPECT_EQ(answer("192.168.1.20", "224.0.0.251"), device);
  EXPECT_NE(answer("192.168.1.21", "203.0.113.5"), device);
  const uint32_t other = answer("2001:db8:1:2::20", "2001:db8:f::1");
  EXPECT_EQ(answer("2001:db8:f::1", "2001:db8:1:2::20"), other);
  EXPECT_EQ(answer("2001:db8:1:2::20", "2001:db8:e::9"), other);
  EXPECT_NE(answer("2001:db8:1:2::21", "2001:db8:f::1"), other);
}

TEST_F(FanoutProgram, KeepsAConversationTogetherWhereBothEndsOrNoneAreHome) {
  EXPECT_EQ(answer("192.168.1.20", "10.1.2.3"), answer("10.1.2.3", "192.168.1.20"));
  EXPECT_EQ(answer("198.51.100.7", "203.0.113.5"), answer("203.0.113.5", "198.51.100.7"));
  EXPECT_EQ(answer("fd00::1", "fd00::2"), answer("fd00::2", "fd00::1"));
  EXPECT_EQ(answer("2001:db8:2::1", "2001:db8:3::2"), answer("2001:db8:3::2", "2001:db8:2::1"));
}

TEST_F(FanoutProgram, SpreadsTheDevicesOfASubnet) {
  std::vector<int> taken(4);
  for (int host = 1; host < 255; ++host) {
    ++taken[answer("192.168.1." + std::to_string(host), "203.0.113.5") % taken.size()];
  }
  for (const int devices : taken) EXPECT_GT(devices, 254 / 8);
}

TEST_F(FanoutProgram, SendsWhatIsNotPlainIpToTheFirst) {
  EXPECT_EQ(run(program_, be16(0x0806) + zeros(42)), 0U);
}

TEST(FanoutPrograms, HoldForAnyHomeNetworks) {
  const auto v4 = packet("192.168.1.20", "203.0.113.5");
  const auto v4_back = packet("203.0.113.5", "192.168.1.20");
  const auto elsewhere = packet("192.168.1.20", "203.0.113.6");
  for (const auto& home : {std::vector<std::string>{}, {"0.0.0.0/0"}, {"::/0"}}) {
    const auto program = fanout_program(networks(home));
    EXPECT_EQ(run(program, v4), run(program, v4_back));
    EXPECT_NE(run(program, v4), run(program, elsewhere)) << "one end decides";
  }
  const auto one = fanout_program(networks({"192.168.1.20"}));
  EXPECT_EQ(run(one, v4), run(one, elsewhere));
}

TEST(FanoutPrograms, StayWithinWhatTheKernelTakes) {
  std::vector<Cidr> many;
  for (int i = 0; i < 200; ++i) {
    many.push_back(Cidr::parse("2001:db8:" + std::to_string(i) + "::/64").value());
  }
  const auto fits = fanout_program({many.begin(), many.begin() + 50});
  EXPECT_LE(fits.size(), 4096U);
  const auto program = fanout_program(many);
  EXPECT_LE(program.size(), 4096U);
  EXPECT_EQ(run(program, packet("2001:db8:7::1", "2001:db8:ffff::1")),
            run(program, packet("2001:db8:ffff::1", "2001:db8:7::1")));
}

}  // namespace
}  // namespace telltale
