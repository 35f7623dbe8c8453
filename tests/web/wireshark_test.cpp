#include "sensor/web/wireshark.h"

#include <gtest/gtest.h>

namespace telltale {
namespace {

TEST(Wireshark, ShowsTheFlow) {
  EXPECT_EQ(wireshark_filter(R"({"src_ip":"192.168.1.2","src_port":40000,"dest_ip":"203.0.113.5",)"
                             R"("dest_port":80,"proto":"TCP"})"),
            "ip.addr == 192.168.1.2 && ip.addr == 203.0.113.5 && tcp.port == 40000 && tcp.port == "
            "80");
  EXPECT_EQ(wireshark_filter(R"({"src_ip":"fd00::2","dest_ip":"2001:db8::5","proto":"IPv6-ICMP"})"),
            "ipv6.addr == fd00::2 && ipv6.addr == 2001:db8::5 && icmpv6");
}

TEST(Wireshark, TakesNothingButAddresses) {
  EXPECT_EQ(wireshark_filter(R"({"src_ip":"1 || frame","dest_ip":"203.0.113.5","proto":"TCP"})"),
            "");
  EXPECT_EQ(wireshark_filter("no json"), "");
  EXPECT_EQ(wireshark_filter("{}"), "");
}

TEST(Wireshark, FramesOfFindingsAndAlerts) {
  EXPECT_EQ(frames_of(R"({"finding":{"packet":7}})"), std::vector<uint64_t>{7});
  EXPECT_EQ(frames_of(R"({"verdict":{"findings":[{"packet":9},{"packet":3},{"packet":9},{}]}})"),
            (std::vector<uint64_t>{3, 9}));
  EXPECT_TRUE(frames_of(R"({"verdict":{"findings":"x"}})").empty());
  EXPECT_TRUE(frames_of("[").empty());
}

}  // namespace
}  // namespace telltale
