// Every capture of the public test suites goes through the decoder, whole and with each frame cut
// short.
#include <filesystem>
#include <set>

#include <pcap/pcap.h>

#include "tests/decode/decode_support.h"

namespace telltale::test {
namespace {

const std::filesystem::path kCaptures =
    std::filesystem::path(TELLTALE_SOURCE_DIR).parent_path() / "shared" / "captures";

// Calls `take` with every packet that libpcap can read.
template <typename Take>
bool for_each_packet(const std::filesystem::path& path, Take take) {
  char error[PCAP_ERRBUF_SIZE];
  pcap_t* pcap =
      pcap_open_offline_with_tstamp_precision(path.c_str(), PCAP_TSTAMP_PRECISION_NANO, error);
  if (pcap == nullptr) return false;
  Packet packet;
  packet.link_type = static_cast<uint32_t>(pcap_datalink(pcap));
  if (packet.link_type == DLT_RAW) packet.link_type = 101;
  pcap_pkthdr* header = nullptr;
  const u_char* data = nullptr;
  while (pcap_next_ex(pcap, &header, &data) == 1) {
    packet.ts = Timestamp{std::chrono::seconds{header->ts.tv_sec} + Duration{header->ts.tv_usec}};
    ++packet.frame.number;
    packet.bytes = {data, header->caplen};
    packet.wire_size = header->len;
    take(packet);
  }
  pcap_close(pcap);
  return true;
}

bool is_inside(Bytes inner, Bytes outer) {
  return inner.empty() || (inner.data() >= outer.data() &&
                           inner.data() + inner.size() <= outer.data() + outer.size());
}

void expect_sound(const DecodeBench& bench, const Packet& packet) {
  const Bytes frame{bench.block.get(), packet.bytes.size()};
  if (!bench.decoder.last_was_reassembled()) {
    ASSERT_TRUE(is_inside(bench.segment.ip, frame));
  }
  ASSERT_TRUE(is_inside(bench.segment.payload, bench.segment.ip));
  ASSERT_LE(bench.segment.payload.size(), bench.segment.payload_wire_size);
}

TEST(SharedCaptures, AreDecodedWithoutReadingOutsideAnyFrame) {
  if (!std::filesystem::is_directory(kCaptures)) {
    GTEST_SKIP() << "no captures in ../shared/captures";
  }
  size_t captures = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kCaptures)) {
    SCOPED_TRACE(entry.path().filename());
    DecodeBench bench;
    DecodeBench cut_bench;
    uint64_t packets = 0;
    captures += for_each_packet(entry.path(),
                                [&](const Packet& packet) {
                                  ++packets;
                                  if (bench.decode(packet)) expect_sound(bench, packet);
                                  Packet cut = packet;
                                  cut.bytes =
                                      packet.bytes.first(packet.bytes.size() * (packets % 16) / 16);
                                  if (cut_bench.decode(cut)) expect_sound(cut_bench, cut);
                                })
                    ? 1
                    : 0;
    EXPECT_EQ(bench.total_packets(), packets);
  }
  EXPECT_GT(captures, 0U);
}

// Tunnels, tags and fragments of others: what must come out at the innermost layer.
TEST(SharedCaptures, HoldWhatIsKnownToBeInside) {
  if (!std::filesystem::is_directory(kCaptures)) {
    GTEST_SKIP() << "no captures in ../shared/captures";
  }
  struct Known {
    const char* file;
    const char* sender;  // an address and protocol that stand only inside
  };
  for (const Known& known : {
           Known{"suri__tests__decode-erspan-typeII-01__input.pcap", "23.0.0.2 1"},
           Known{"zeek__testing__btest__Traces__erspanI.pcap", "172.16.133.2 1"},
           Known{"suri__tests__vxlan-decoder-02__vxlan.pcap", "192.168.203.3 1"},
           Known{"zeek__testing__btest__Traces__tunnels__gre-pptp.pcap", "172.16.44.3 17"},
           Known{"zeek__testing__btest__Traces__tunnels__geneve-many-options.pcap", "10.0.0.226 6"},
           Known{"zeek__testing__btest__Traces__tunnels__6in4.pcap", "dead::beef 17"},
           Known{"zeek__testing__btest__Traces__tunnels__gtp__gtp2_different_udp_port.pcap",
                 "10.131.17.170 6"},
           Known{"suri__tests__defrag__bug-6887-defrag-ppp-ipv6-tcp__frag-ppp-ipv6-tcp.pcap",
                 "::1 6"},
           Known{"zeek__testing__btest__Traces__wlanmon.pcap", "172.17.156.76 17"},
           Known{"suri__tests__decode-sll2-01__input.pcap", "192.168.1.21 6"},
           Known{"zeek__testing__btest__Traces__ipv4__fragmented-syn.pcap", "192.168.1.100 6"},
           Known{"zeek__testing__btest__Traces__ipv6-fragmented-dns.pcap", "2607:f740:b::f93 17"},
       }) {
    if (!std::filesystem::exists(kCaptures / known.file)) continue;
    std::set<std::string> senders;
    DecodeBench bench;
    for_each_packet(kCaptures / known.file, [&](const Packet& packet) {
      if (!bench.decode(packet)) return;
      senders.insert(bench.segment.src.address.to_string() + " " +
                     std::to_string(bench.segment.ip_proto));
    });
    EXPECT_EQ(senders.count(known.sender), 1U) << known.file;
  }
}

}  // namespace
}  // namespace telltale::test
