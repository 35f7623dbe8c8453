// Every capture of the public test suites must be read, and give what libpcap gives where it can
// read it.
#include <algorithm>
#include <optional>

#include <gmock/gmock.h>
#include <pcap/pcap.h>

#include "tests/capture/capture_support.h"

namespace telltale::test {
namespace {

struct Totals {
  uint64_t packets = 0;
  uint64_t bytes = 0;
  uint64_t wire_bytes = 0;
  int64_t times = 0;  // sum of the seconds
  friend bool operator==(const Totals&, const Totals&) = default;
  friend std::ostream& operator<<(std::ostream& out, const Totals& totals) {
    return out << totals.packets << " packets, " << totals.bytes << " of " << totals.wire_bytes
               << " bytes, times " << totals.times;
  }
};

// None when libpcap meets an error.
std::optional<Totals> read_with_libpcap(const std::string& path, uint32_t& snap_length) {
  char error[PCAP_ERRBUF_SIZE];
  pcap_t* pcap = pcap_open_offline(path.c_str(), error);
  if (pcap == nullptr) return std::nullopt;
  snap_length = static_cast<uint32_t>(pcap_snapshot(pcap));
  Totals totals;
  pcap_pkthdr* header = nullptr;
  const u_char* data = nullptr;
  int result = 0;
  while ((result = pcap_next_ex(pcap, &header, &data)) == 1) {
    ++totals.packets;
    totals.bytes += header->caplen;
    totals.wire_bytes += header->len;
    totals.times += header->ts.tv_sec;
  }
  pcap_close(pcap);
  if (result != PCAP_ERROR_BREAK) return std::nullopt;
  return totals;
}

// libpcap cuts packets to the snap length that the file claims; we keep what was captured.
Totals read_with_us(const std::string& path, uint32_t snap_length, std::string& problems) {
  CaptureSet set({path}, {});
  Totals totals;
  for (Packet packet; set.next(packet);) {
    ++totals.packets;
    totals.bytes += std::min<size_t>(packet.bytes.size(), snap_length);
    totals.wire_bytes += packet.wire_size;
    totals.times += std::chrono::floor<std::chrono::seconds>(packet.ts.time_since_epoch()).count();
  }
  for (const CaptureProblem& problem : set.problems()) problems += problem.what + "\n";
  return totals;
}

TEST(SharedCaptures, GiveWhatLibpcapGives) {
  const std::filesystem::path folder =
      std::filesystem::path(TELLTALE_SOURCE_DIR) / "../shared/captures";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no captures in " << folder;
  std::vector<CaptureProblem> problems;
  const std::vector<std::string> captures = find_captures({folder.string()}, problems);
  EXPECT_TRUE(problems.empty());
  size_t compared = 0;
  for (const std::string& path : captures) {
    uint32_t snap_length = 0;
    const std::optional<Totals> expected = read_with_libpcap(path, snap_length);
    std::string told;
    const Totals got = read_with_us(path, expected ? snap_length : UINT32_MAX, told);
    if (!expected) continue;
    EXPECT_EQ(got, *expected) << path << "\n" << told;
    EXPECT_EQ(told, "") << path;
    ++compared;
  }
  EXPECT_GT(compared, captures.size() * 9 / 10);
}

}  // namespace
}  // namespace telltale::test
