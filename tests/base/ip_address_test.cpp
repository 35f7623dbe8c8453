#include "sensor/base/ip_address.h"

#include <gtest/gtest.h>

namespace telltale {
namespace {

IpAddress ip(std::string_view text) { return IpAddress::parse(text).value(); }
Cidr net(std::string_view text) { return Cidr::parse(text).value(); }

TEST(IpAddress, WritesWhatItReads) {
  for (const char* text : {"0.0.0.0", "192.168.1.10", "255.255.255.255", "::", "::1", "2001:db8::1",
                           "fe80::1:0:0:1", "2001:db8:1:2:3:4:5:6"}) {
    EXPECT_EQ(ip(text).to_string(), text);
  }
}

TEST(IpAddress, WritesIpv6AsRfc5952Says) {
  EXPECT_EQ(ip("2001:0DB8:0:0:0:0:0:0001").to_string(), "2001:db8::1");
  EXPECT_EQ(ip("2001:db8:0:1:1:1:1:1").to_string(), "2001:db8:0:1:1:1:1:1") << "one zero stays";
  EXPECT_EQ(ip("2001:0:0:1:0:0:0:1").to_string(), "2001:0:0:1::1") << "the longest run goes";
}

TEST(IpAddress, RefusesOtherSpellings) {
  for (const char* text : {"", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.4 ", " 1.2.3.4", "0x7f.1",
                           "2130706433", "::g", "1::2::3", "[::1]", "fe80::1%eth0", "1.2.3.4/8",
                           "0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000"}) {
    EXPECT_FALSE(IpAddress::parse(text)) << text;
  }
}

TEST(IpAddress, Ipv4AndItsMappedFormAreOneAddress) {
  EXPECT_EQ(ip("::ffff:192.0.2.1"), ip("192.0.2.1"));
  EXPECT_EQ(ip("::ffff:192.0.2.1").to_string(), "192.0.2.1");
  EXPECT_EQ(IpAddress::v4(0xc0000201), ip("192.0.2.1"));
  EXPECT_EQ(ip("192.0.2.1").v4_host_order(), 0xc0000201U);
  EXPECT_FALSE(ip("::192.0.2.1").is_v4()) << "IPv4-compatible is not mapped";
}

TEST(IpAddress, OrdersByValue) {
  EXPECT_LT(ip("9.0.0.0"), ip("10.0.0.0"));
  EXPECT_LT(ip("10.0.0.255"), ip("10.0.1.0"));
  EXPECT_LT(ip("2001:db8::1"), ip("2001:db8::2"));
}

TEST(IpAddress, KnowsItsKind) {
  EXPECT_TRUE(ip("0.0.0.0").is_unspecified() && ip("::").is_unspecified());
  EXPECT_TRUE(ip("127.9.9.9").is_loopback() && ip("::1").is_loopback());
  EXPECT_FALSE(ip("128.0.0.1").is_loopback() || ip("::2").is_loopback());
  EXPECT_TRUE(ip("224.0.0.1").is_multicast() && ip("239.255.255.250").is_multicast());
  EXPECT_TRUE(ip("ff02::fb").is_multicast());
  EXPECT_FALSE(ip("223.255.255.255").is_multicast() || ip("240.0.0.0").is_multicast());
  EXPECT_TRUE(ip("255.255.255.255").is_broadcast());
  EXPECT_FALSE(ip("192.168.1.255").is_broadcast());
  EXPECT_TRUE(ip("169.254.1.1").is_link_local() && ip("fe80::1").is_link_local());
  EXPECT_TRUE(ip("febf::1").is_link_local());
  EXPECT_FALSE(ip("fec0::1").is_link_local() || ip("169.253.1.1").is_link_local());
}

TEST(IpAddress, KnowsWhatIsNotRoutedGlobally) {
  for (const char* text :
       {"10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.0.1", "100.64.0.1", "127.0.0.1",
        "169.254.0.1", "192.0.2.1", "198.18.0.1", "203.0.113.9", "0.1.2.3", "224.0.0.1",
        "255.255.255.255", "::", "::1", "fe80::1", "fd00::1", "ff02::1", "2001:db8::1"}) {
    EXPECT_TRUE(ip(text).is_special_purpose()) << text;
  }
  for (const char* text :
       {"1.1.1.1", "172.15.255.255", "172.32.0.0", "100.63.255.255", "100.128.0.0", "192.169.0.0",
        "198.20.0.0", "223.255.255.254", "2606:4700::1111", "2001:470::1"}) {
    EXPECT_FALSE(ip(text).is_special_purpose()) << text;
  }
}

TEST(Cidr, HoldsWhatIsInsideAndNothingElse) {
  EXPECT_TRUE(net("10.0.0.0/8").contains(ip("10.255.255.255")));
  EXPECT_FALSE(net("10.0.0.0/8").contains(ip("11.0.0.0")));
  EXPECT_TRUE(net("192.168.1.128/25").contains(ip("192.168.1.128")));
  EXPECT_FALSE(net("192.168.1.128/25").contains(ip("192.168.1.127")));
  EXPECT_TRUE(net("2001:db8::/33").contains(ip("2001:db8:7fff::1")));
  EXPECT_FALSE(net("2001:db8::/33").contains(ip("2001:db8:8000::1")));
  EXPECT_TRUE(net("203.0.113.7").contains(ip("203.0.113.7")))
      << "a bare address is a network of one";
  EXPECT_FALSE(net("203.0.113.7").contains(ip("203.0.113.6")));
}

TEST(Cidr, FamiliesDoNotMix) {
  EXPECT_TRUE(net("0.0.0.0/0").contains(ip("8.8.8.8")));
  EXPECT_FALSE(net("0.0.0.0/0").contains(ip("2001:db8::1")));
  EXPECT_TRUE(net("2000::/3").contains(ip("2001:db8::1")));
  EXPECT_FALSE(net("2000::/3").contains(ip("32.1.13.184")));
}

TEST(Cidr, IsWrittenWithItsHostBitsCleared) {
  EXPECT_EQ(net("192.168.1.77/24").to_string(), "192.168.1.0/24");
  EXPECT_EQ(net("192.168.1.77").to_string(), "192.168.1.77/32");
  EXPECT_EQ(net("2001:db8::77/64").to_string(), "2001:db8::/64");
  EXPECT_EQ(net("2001:db8::77").prefix_length(), 128);
  EXPECT_EQ(net("192.168.1.77/24"), net("192.168.1.0/24"));
}

TEST(Cidr, RefusesWhatIsNotANetwork) {
  for (const char* text : {"", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8x",
                           "10.0.0.0/ 8", "10.0.0.0/8/8", "::/129", "ten/8"}) {
    EXPECT_FALSE(Cidr::parse(text)) << text;
  }
}

TEST(Cidr, AnyOfSeveralNetworksCounts) {
  const std::vector<Cidr> networks = {net("10.0.0.0/8"), net("fd00::/8")};
  EXPECT_TRUE(contains(networks, ip("10.1.1.1")));
  EXPECT_TRUE(contains(networks, ip("fd12::1")));
  EXPECT_FALSE(contains(networks, ip("192.168.1.1")));
  EXPECT_FALSE(contains({}, ip("10.1.1.1")));
}

TEST(MacAddress, ReadsThreeSpellings) {
  const MacAddress mac = MacAddress::parse("00:1A:2b:3c:4d:5e").value();
  EXPECT_EQ(mac.to_string(), "00:1a:2b:3c:4d:5e");
  EXPECT_EQ(MacAddress::parse("00-1a-2b-3c-4d-5e"), mac);
  EXPECT_EQ(MacAddress::parse("001a2b3c4d5e"), mac);
}

TEST(MacAddress, RefusesOthers) {
  for (const char* text : {"", "00:1a:2b:3c:4d", "00:1a:2b:3c:4d:5g", "00:1a-2b:3c:4d:5e",
                           "00.1a.2b.3c.4d.5e", "001a2b3c4d5", "00:1a:2b:3c:4d:5e:"}) {
    EXPECT_FALSE(MacAddress::parse(text)) << text;
  }
}

TEST(MacAddress, KnowsItsKind) {
  EXPECT_TRUE(MacAddress{}.is_zero());
  EXPECT_TRUE(MacAddress::parse("ff:ff:ff:ff:ff:ff")->is_group());
  EXPECT_TRUE(MacAddress::parse("01:00:5e:00:00:fb")->is_group());
  EXPECT_FALSE(MacAddress::parse("00:1a:2b:3c:4d:5e")->is_group());
  EXPECT_TRUE(MacAddress::parse("02:00:00:00:00:01")->is_local());
  EXPECT_FALSE(MacAddress::parse("00:1a:2b:3c:4d:5e")->is_local());
}

}  // namespace
}  // namespace telltale
