#include "tests/decode/decode_support.h"

namespace telltale::test {
namespace {

constexpr uint32_t kWifi = 105;
constexpr uint32_t kRadiotap = 127;
constexpr char kOne[] = "020000000001";
constexpr char kTwo[] = "020000000002";
constexpr char kThree[] = "020000000003";
constexpr char kFour[] = "020000000004";

// Frame control, duration, three addresses, sequence control.
std::string header(const char* control, const char* sequence = "0000") {
  return from_hex(std::string(control) + "0000" + kOne + kTwo + kThree + sequence);
}
std::string body() { return llc_snap(0x0800, inner_ipv4()); }

struct Macs {
  std::string src;
  std::string dst;
};
Macs macs_of(const std::string& frame) {
  DecodeBench bench;
  EXPECT_TRUE(bench.decode(frame, kWifi));
  EXPECT_EQ(describe(bench.segment), kInnerIpv4);
  return {bench.segment.src_mac.to_string().substr(15),
          bench.segment.dst_mac.to_string().substr(15)};
}

TEST(Wifi, AddressesDependOnTheDirection) {
  const Macs adhoc = macs_of(header("0800") + body());
  EXPECT_EQ(adhoc.src + adhoc.dst, "0201");
  const Macs to_access_point = macs_of(header("0801") + body());
  EXPECT_EQ(to_access_point.src + to_access_point.dst, "0203");
  const Macs from_access_point = macs_of(header("0802") + body());
  EXPECT_EQ(from_access_point.src + from_access_point.dst, "0301");
  const Macs bridge = macs_of(header("0803") + from_hex(kFour) + body());
  EXPECT_EQ(bridge.src + bridge.dst, "0403");
}

TEST(Wifi, QosAndHtControlAreSteppedOver) {
  EXPECT_EQ(decoded(header("8801") + from_hex("0500") + body(), kWifi), kInnerIpv4);
  EXPECT_EQ(decoded(header("8881") + from_hex("0500 01020304") + body(), kWifi), kInnerIpv4);
  EXPECT_EQ(decoded(header("8803") + from_hex(kFour) + from_hex("0500") + body(), kWifi),
            kInnerIpv4);
}

TEST(Wifi, AnAggregateGivesItsFirstFrame) {
  const auto subframe = [](const std::string& content) {
    return mac_bytes("02:00:00:00:00:07") + mac_bytes("02:00:00:00:00:08") + be16(content.size()) +
           content;
  };
  DecodeBench bench;
  ASSERT_TRUE(bench.decode(header("8801") + from_hex("8000") + subframe(body()), kWifi));
  EXPECT_EQ(describe(bench.segment), kInnerIpv4);
  EXPECT_EQ(bench.segment.src_mac.to_string(), "02:00:00:00:00:08");
  EXPECT_EQ(bench.count(Weird::ieee80211_amsdu_rest_not_read), 0U);
  ASSERT_TRUE(bench.decode(
      header("8801") + from_hex("8000") + subframe(body()) + zeros(3) + subframe(body()), kWifi));
  EXPECT_EQ(bench.count(Weird::ieee80211_amsdu_rest_not_read), 1U);
  EXPECT_FALSE(bench.decode(header("8801") + from_hex("8000") + zeros(12) + be16(5000), kWifi));
  EXPECT_FALSE(bench.decode(header("8801") + from_hex("8000") + zeros(12), kWifi));
  EXPECT_EQ(bench.count(Weird::ieee80211_amsdu_malformed), 2U);
}

TEST(Wifi, EncryptedFramesAreCounted) {
  DecodeBench bench;
  EXPECT_FALSE(bench.decode(header("0841") + std::string(60, '\x5a'), kWifi));
  EXPECT_EQ(bench.count(Weird::ieee80211_protected), 1U);
  EXPECT_EQ(bench.decoder.counts().non_ip, 1U);
}

TEST(Wifi, FragmentsAreCounted) {
  DecodeBench bench;
  EXPECT_FALSE(bench.decode(header("0805") + body(), kWifi));
  EXPECT_FALSE(bench.decode(header("0801", "0100") + body(), kWifi));
  EXPECT_EQ(bench.count(Weird::ieee80211_fragment), 2U);
}

TEST(Wifi, ManagementControlAndEmptyFramesAreNotIp) {
  DecodeBench bench;
  for (const char* control : {"8000", "4000", "d400", "b400", "4801", "c801"}) {
    EXPECT_FALSE(bench.decode(header(control) + body(), kWifi)) << control;
  }
  EXPECT_EQ(bench.total_weird(), 0U);
}

TEST(Wifi, ATruncatedHeaderIsCounted) {
  DecodeBench bench;
  EXPECT_FALSE(bench.decode("\x08", kWifi));
  EXPECT_FALSE(bench.decode(header("0801").substr(0, 23), kWifi));
  EXPECT_FALSE(bench.decode(header("8801"), kWifi));
  EXPECT_EQ(bench.count(Weird::ieee80211_header_truncated), 3U);
}

TEST(Radiotap, IsSteppedOver) {
  EXPECT_EQ(decoded(from_hex("0000 0800 00000000") + header("0801") + body(), kRadiotap),
            kInnerIpv4);
  EXPECT_EQ(decoded(from_hex("0000 0c00 04000000 02000000") + header("0801") + body(), kRadiotap),
            kInnerIpv4);
}

TEST(Radiotap, FlagsStandBehindAnAlignedTime) {
  // Two words of presence, padding to 16, TSFT, then flags: data is padded to 4 bytes.
  const std::string padded =
      from_hex("0000 1900 03000080 00000000 00000000") + zeros(8) + from_hex("20");
  EXPECT_EQ(decoded(padded + header("8801") + from_hex("0000") + zeros(2) + body(), kRadiotap),
            kInnerIpv4);
}

TEST(Radiotap, AFrameWithABadCheckSequenceIsCounted) {
  DecodeBench bench;
  EXPECT_FALSE(
      bench.decode(from_hex("0000 0900 02000000 40") + header("0801") + body(), kRadiotap));
  EXPECT_EQ(bench.count(Weird::ieee80211_fcs_bad), 1U);
}

TEST(Radiotap, ABadHeaderIsCounted) {
  DecodeBench bench;
  EXPECT_FALSE(bench.decode(from_hex("0100 0800 00000000") + header("0801") + body(), kRadiotap));
  EXPECT_FALSE(bench.decode(from_hex("0000 0700 00000000") + header("0801") + body(), kRadiotap));
  EXPECT_FALSE(bench.decode(from_hex("0000 ff00 00000000") + header("0801"), kRadiotap));
  EXPECT_FALSE(bench.decode("short", kRadiotap));
  EXPECT_EQ(bench.count(Weird::radio_header_bad), 4U);
}

TEST(Radiotap, PresenceWithoutEndIsNoOverRead) {
  DecodeBench bench;
  EXPECT_TRUE(
      bench.decode(from_hex("0000 0c00 ffffffff ffffffff") + header("0801") + body(), kRadiotap));
}

TEST(Prism, AndAvsHeadersAreSteppedOver) {
  const std::string prism = le32(0x44) + le32(144) + zeros(136);
  const std::string avs = be32(0x80211001) + be32(64) + zeros(56);
  for (const uint32_t link_type : {119U, 163U}) {
    EXPECT_EQ(decoded(prism + header("0801") + body(), link_type), kInnerIpv4);
    EXPECT_EQ(decoded(avs + header("0801") + body(), link_type), kInnerIpv4);
  }
  DecodeBench bench;
  EXPECT_FALSE(bench.decode(le32(0x44) + le32(4) + zeros(100), 119));
  EXPECT_FALSE(bench.decode(le32(0x44) + le32(4000) + zeros(100), 119));
  EXPECT_EQ(bench.count(Weird::radio_header_bad), 2U);
}

TEST(Wifi, CookedCapturesMayHoldIt) {
  EXPECT_EQ(
      decoded(from_hex("0000 0321 0000 0000000000000000 0019") + header("0801") + body(), 113),
      kInnerIpv4);
  EXPECT_EQ(decoded(from_hex("0000 0323 0000 0000000000000000 0019 0000 0800 00000000") +
                        header("0801") + body(),
                    113),
            kInnerIpv4);
}

}  // namespace
}  // namespace telltale::test
