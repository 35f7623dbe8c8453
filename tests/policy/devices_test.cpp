#include "sensor/policy/devices.h"

#include <gtest/gtest.h>

namespace telltale {
namespace {

IpAddress ip(const char* text) { return *IpAddress::parse(text); }
MacAddress mac(const char* text) { return *MacAddress::parse(text); }

constexpr const char* kPhoneMac = "02:00:00:00:00:07";
constexpr const char* kRouterMac = "02:00:00:00:00:01";

class DevicesTest : public testing::Test {
 protected:
  Config config_ = parse_config(R"(
devices:
  - {mac: "02:00:00:00:00:07", name: Lab phone, group: phones}
  - {ip: 192.168.0.9, name: Printer}
  - {ip: 192.168.0.10, group: guests}
)",
                                "test");
  // What a device at `address` says of itself; true where that is worth telling.
  bool say(const char* address, const DeviceNote& note, const MacAddress& own = {}) {
    return devices_.learn(note, {ip(address), own}).has_value();
  }
  static DeviceNote host(std::string_view source, std::string_view name) {
    return {.source = source, .kind = NameKind::host, .name = name};
  }

  WeirdCounts weird_;
  Devices devices_{config_, weird_};
};

TEST_F(DevicesTest, TheMacIsTheIdentityWhereItIsKnown) {
  EXPECT_TRUE(devices_.see(ip("192.168.0.7"), mac("02:00:00:00:00:aa")));
  EXPECT_FALSE(devices_.see(ip("192.168.0.7"), mac("02:00:00:00:00:aa"))) << "nothing new";
  const Device device = devices_.of(ip("192.168.0.7"));
  EXPECT_EQ(device.id, "02:00:00:00:00:aa");
  EXPECT_EQ(device.mac, "02:00:00:00:00:aa");
  EXPECT_EQ(device.name, "");
}

TEST_F(DevicesTest, TheAddressIsTheIdentityElsewhere) {
  devices_.see(ip("192.168.0.7"), MacAddress{});
  EXPECT_EQ(devices_.of(ip("192.168.0.7")).id, "192.168.0.7");
  EXPECT_EQ(devices_.of(ip("192.168.0.8")).id, "192.168.0.8") << "never seen";
  EXPECT_EQ(devices_.of(ip("192.168.0.7")).mac, "");
}

TEST_F(DevicesTest, ConfiguredNamesAndGroupsApply) {
  devices_.see(ip("192.168.0.7"), mac(kPhoneMac));
  EXPECT_EQ(devices_.of(ip("192.168.0.7")).name, "Lab phone");
  EXPECT_EQ(devices_.of(ip("192.168.0.7")).name_source, "config");
  EXPECT_EQ(devices_.of(ip("192.168.0.7")).group, "phones");
  EXPECT_EQ(devices_.of(ip("192.168.0.9")).name, "Printer");
}

TEST_F(DevicesTest, AConfiguredNameIsNotOverruled) {
  devices_.see(ip("192.168.0.7"), mac(kPhoneMac));
  EXPECT_FALSE(say("192.168.0.7", host("dhcp", "android-1234"), mac(kPhoneMac)));
  EXPECT_EQ(devices_.of(ip("192.168.0.7")).name, "Lab phone");
  devices_.see(ip("192.168.0.10"), MacAddress{});
  EXPECT_TRUE(say("192.168.0.10", host("dhcp", "tablet")));
  EXPECT_FALSE(say("192.168.0.10", host("dhcp", "tablet")));
  EXPECT_EQ(devices_.of(ip("192.168.0.10")).name, "tablet");
  EXPECT_EQ(devices_.of(ip("192.168.0.10")).name_source, "dhcp");
  EXPECT_EQ(devices_.of(ip("192.168.0.10")).group, "guests");
}

TEST_F(DevicesTest, OfSeveralNamesTheOneThatSaysMostStays) {
  const MacAddress own = mac("02:00:00:00:00:aa");
  devices_.see(ip("192.168.0.20"), own);
  devices_.see(ip("fd00::20"), own);
  EXPECT_TRUE(say("192.168.0.20",
                  {.source = "user_agent", .kind = NameKind::product, .name = "SM-A536B"}, own));
  EXPECT_EQ(devices_.learnt(ip("192.168.0.20")).host_name, "") << "what it is, not its name";
  EXPECT_FALSE(say("fd00::20", host("mdns", "android-8f1c2b3a4d5e6f70"), own))
      << "a number says less than the model";
  EXPECT_TRUE(say("192.168.0.20", host("netbios", "ANNAS-TAB"), own));
  EXPECT_TRUE(say("192.168.0.20", host("dhcp", "Annas-Tab"), own));
  EXPECT_FALSE(say("192.168.0.20", host("netbios", "ANNAS-TAB"), own));
  EXPECT_TRUE(
      say("fd00::20", {.source = "mdns", .kind = NameKind::given, .name = "Anna's tab"}, own));
  for (const char* address : {"192.168.0.20", "fd00::20"}) {
    EXPECT_EQ(devices_.of(ip(address)).name, "Anna's tab");
    EXPECT_EQ(devices_.of(ip(address)).name_source, "mdns");
    EXPECT_EQ(devices_.learnt(ip(address)).host_name, "Annas-Tab");
  }
}

TEST_F(DevicesTest, ANumberIsBetterThanNoName) {
  devices_.see(ip("192.168.0.21"), {});
  EXPECT_FALSE(devices_.has_name(ip("192.168.0.21")));
  EXPECT_TRUE(say("192.168.0.21", host("dhcp", "android-8f1c2b3a4d5e6f70")));
  EXPECT_TRUE(devices_.has_name(ip("192.168.0.21")));
  EXPECT_EQ(devices_.of(ip("192.168.0.21")).name, "android-8f1c2b3a4d5e6f70");
}

TEST_F(DevicesTest, WhatIsSaidOfAnotherAddressIsBelievedOfThatOneOnly) {
  const MacAddress repeater = mac("02:00:00:00:00:bb");
  devices_.see(ip("192.168.0.30"), repeater);
  devices_.see(ip("192.168.0.31"), mac("02:00:00:00:00:cc"));
  DeviceNote note = host("mdns", "kitchen");
  note.address = ip("192.168.0.31");
  EXPECT_TRUE(say("192.168.0.30", note, repeater));
  EXPECT_EQ(devices_.of(ip("192.168.0.30")).name, "");
  EXPECT_EQ(devices_.of(ip("192.168.0.31")).name, "kitchen");
  note.address = ip("8.8.8.8");
  EXPECT_FALSE(say("192.168.0.30", note, repeater)) << "not at home";
}

TEST_F(DevicesTest, NamesGivenBeforeThereIsAnAddressHoldForEveryAddress) {
  const MacAddress own = mac("02:00:00:00:00:dd");
  DeviceNote note = host("dhcp", "Annas-Phone");
  note.mac = own;
  EXPECT_FALSE(say("0.0.0.0", note, own)) << "nobody to tell of yet";
  EXPECT_TRUE(devices_.see(ip("192.168.0.40"), own));
  EXPECT_EQ(devices_.of(ip("192.168.0.40")).name, "Annas-Phone");
}

TEST_F(DevicesTest, AJoinedMacHasTheIdAndTheConfigurationOfItsFirst) {
  const MacAddress newer = mac("06:00:00:00:00:ee");
  devices_.see(ip("192.168.0.60"), newer);
  EXPECT_EQ(devices_.join({newer, mac(kPhoneMac)}), ip("192.168.0.60"));
  const Device device = devices_.of(ip("192.168.0.60"));
  EXPECT_EQ(device.id, kPhoneMac);
  EXPECT_EQ(device.mac, "06:00:00:00:00:ee");
  EXPECT_TRUE(device.inferred);
  EXPECT_EQ(device.name, "Lab phone");
  EXPECT_EQ(devices_.join({newer, {}}), ip("192.168.0.60"));
  EXPECT_EQ(devices_.of(ip("192.168.0.60")).id, "06:00:00:00:00:ee");
  EXPECT_FALSE(devices_.of(ip("192.168.0.60")).inferred);
}

TEST_F(DevicesTest, LongNamesAreCutAtACharacter) {
  devices_.see(ip("192.168.0.50"), {});
  std::string name(63, 'x');
  name += "\xc3\xa9";
  EXPECT_TRUE(say("192.168.0.50", host("mdns", name)));
  EXPECT_EQ(devices_.of(ip("192.168.0.50")).name, std::string(63, 'x'));
}

TEST_F(DevicesTest, AnotherMacBehindAnAddressIsAnotherDevice) {
  devices_.see(ip("192.168.0.20"), mac("02:00:00:00:00:aa"));
  EXPECT_TRUE(devices_.see(ip("192.168.0.20"), mac("02:00:00:00:00:bb")));
  EXPECT_EQ(devices_.of(ip("192.168.0.20")).id, "02:00:00:00:00:bb");
}

TEST_F(DevicesTest, TheTableIsBounded) {
  config_.inspect.limits.max_devices = 2;
  EXPECT_TRUE(devices_.see(ip("192.168.0.1"), {}));
  EXPECT_TRUE(devices_.see(ip("192.168.0.2"), {}));
  EXPECT_FALSE(devices_.see(ip("192.168.0.3"), {}));
  EXPECT_EQ(devices_.size(), 2U);
  EXPECT_EQ(weird_[Weird::device_beyond_cap], 1U);
  EXPECT_EQ(devices_.of(ip("192.168.0.3")).id, "192.168.0.3");
}

class SharedMacsTest : public testing::Test {
 protected:
  // The MACs that are left after a packet from `source` to an outside server.
  MacAddress sent(const char* source, const char* source_mac, int second = 0) {
    Segment segment = packet(source, source_mac, "8.8.8.8", kRouterMac, second);
    macs_.clean(segment);
    return segment.src_mac;
  }
  static Segment packet(const char* source, const char* source_mac, const char* target,
                        const char* target_mac, int second) {
    Segment segment;
    segment.ts = Timestamp{} + std::chrono::seconds(second);
    segment.src.address = ip(source);
    segment.src_mac = mac(source_mac);
    segment.dst.address = ip(target);
    segment.dst_mac = mac(target_mac);
    return segment;
  }

  Config config_ = default_config();
  WeirdCounts weird_;
  SharedMacs macs_{config_, weird_};
};

TEST_F(SharedMacsTest, ADevicesOwnMacStays) {
  EXPECT_EQ(sent("192.168.0.7", kPhoneMac), mac(kPhoneMac));
  EXPECT_EQ(sent("fe80::7", kPhoneMac), mac(kPhoneMac));
  EXPECT_EQ(sent("fd00::7", kPhoneMac), mac(kPhoneMac));
}

TEST_F(SharedMacsTest, AMacOfSeveralHomeAddressesIsTakenOff) {
  EXPECT_EQ(sent("192.168.0.7", kRouterMac), mac(kRouterMac));
  EXPECT_EQ(sent("192.168.0.8", kRouterMac), mac(kRouterMac));
  EXPECT_EQ(sent("192.168.0.9", kRouterMac), MacAddress{});
  EXPECT_EQ(sent("192.168.0.7", kRouterMac), MacAddress{}) << "from then on for all of them";
}

TEST_F(SharedMacsTest, ADeviceThatChangesItsAddressNowAndThenKeepsItsMac) {
  for (int hour = 0; hour < 10; ++hour) {
    const std::string address = "192.168.0." + std::to_string(hour + 10);
    EXPECT_EQ(sent(address.c_str(), kPhoneMac, hour * 3600), mac(kPhoneMac)) << hour;
  }
}

TEST_F(SharedMacsTest, TemporaryIpv6AddressesAreNormal) {
  for (int i = 0; i < 12; ++i) {
    const std::string address = "fd00::" + std::to_string(i + 1);
    EXPECT_EQ(sent(address.c_str(), kPhoneMac, i), mac(kPhoneMac)) << i;
  }
}

TEST_F(SharedMacsTest, AMacThatForwardsFromOutsideIsARouters) {
  EXPECT_EQ(sent("192.168.0.7", kPhoneMac), mac(kPhoneMac));
  Segment answer = packet("8.8.8.8", kRouterMac, "192.168.0.7", kPhoneMac, 1);
  macs_.clean(answer);
  EXPECT_EQ(answer.src_mac, MacAddress{});
  EXPECT_EQ(answer.dst_mac, mac(kPhoneMac)) << "the receiver has spoken as a device before";
  EXPECT_EQ(sent("192.168.0.1", kRouterMac, 2), MacAddress{});
}

TEST_F(SharedMacsTest, AReceiverThatNeverSpokeProvesNothing) {
  Segment packet_in = packet("8.8.8.8", kRouterMac, "192.168.0.7", kPhoneMac, 1);
  macs_.clean(packet_in);
  EXPECT_EQ(packet_in.dst_mac, MacAddress{});
}

TEST_F(SharedMacsTest, TheTableIsBounded) {
  config_.inspect.limits.max_devices = 1;
  EXPECT_EQ(sent("192.168.0.7", kPhoneMac), mac(kPhoneMac));
  EXPECT_EQ(sent("192.168.0.8", "02:00:00:00:00:08"), MacAddress{});
  EXPECT_EQ(weird_[Weird::device_beyond_cap], 1U);
  EXPECT_EQ(sent("192.168.0.8", "02:00:00:00:00:08"), MacAddress{});
  EXPECT_EQ(weird_[Weird::device_beyond_cap], 1U) << "not once a packet";
}

}  // namespace
}  // namespace telltale
