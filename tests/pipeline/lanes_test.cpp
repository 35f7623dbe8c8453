#include "sensor/pipeline/lanes.h"

#include <array>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/support/frame_builder.h"

namespace telltale {
namespace {

using namespace test;

// Numbered datagrams of one host out of one buffer, as from a ring; silence after `silent_after`.
class FakeLane final : public PacketSource {
 public:
  FakeLane(uint8_t host, uint32_t packets, uint32_t silent_after = 0)
      : host_(host), packets_(packets), silent_after_(silent_after) {}

  bool next(Packet& packet) override {
    if (given_ == packets_) return false;
    packet = Packet{};
    packet.ts = Timestamp(std::chrono::seconds(1000 + given_));
    if (silent_after_ > 0 && given_ == silent_after_ && !was_silent_) {
      was_silent_ = true;
      return true;
    }
    const bool is_odd = ++given_ % 5 == 0;  // some are nothing that can be decoded
    const std::string src = "192.168.0." + std::to_string(host_);
    buffer_ = udp_frame({.src = src}, std::to_string(given_));
    if (is_odd) buffer_[12] = '\xff';
    packet.bytes = as_bytes(buffer_);
    packet.wire_size = static_cast<uint32_t>(buffer_.size());
    packet.frame = {0, given_};
    return true;
  }
  bool keeps_bytes() const override { return false; }
  bool is_live() const override { return true; }
  const std::vector<CaptureInfo>& captures() const override { return captures_; }
  const std::vector<CaptureProblem>& problems() const override { return problems_; }

 private:
  uint8_t host_;
  uint32_t packets_;
  uint32_t silent_after_;
  uint32_t given_ = 0;
  bool was_silent_ = false;
  std::string buffer_;
  std::vector<CaptureInfo> captures_;
  std::vector<CaptureProblem> problems_;
};

TEST(Lanes, GiveEveryPacketOnceInTheOrderOfItsLaneWithBytesOfItsOwn) {
  constexpr uint32_t kPackets = 3000;
  std::vector<FakeLane> lanes = {{1, kPackets}, {2, kPackets}, {3, kPackets}};
  std::vector<PacketSource*> sources;
  for (FakeLane& lane : lanes) sources.push_back(&lane);
  const Limits limits;
  LaneReaders readers(sources, limits);
  std::array<uint32_t, 3> last{};
  std::array<uint64_t, 3> packets{};
  std::array<DecodeCounts, 3> decoded;
  std::vector<std::shared_ptr<const Batch>> kept;  // as rounds keep them
  while (auto batch = readers.next()) {
    for (const Segment& segment : batch->segments) {
      ASSERT_EQ(segment.src.address.bytes()[15], batch->lane + 1);
      ASSERT_GT(segment.frame.number, last[batch->lane]);
      last[batch->lane] = segment.frame.number;
    }
    packets[batch->lane] += batch->packets;
    decoded[batch->lane] = batch->decoded;
    kept.push_back(std::move(batch));
  }
  size_t segments = 0;
  for (const auto& batch : kept) {
    for (const Segment& segment : batch->segments) {
      ASSERT_EQ(as_text(segment.payload), std::to_string(segment.frame.number));
      ++segments;
    }
  }
  EXPECT_EQ(segments, 3 * kPackets / 5 * 4);
  for (size_t lane = 0; lane < lanes.size(); ++lane) {
    EXPECT_EQ(packets[lane], kPackets);
    EXPECT_EQ(decoded[lane].udp, kPackets / 5 * 4);
    EXPECT_EQ(decoded[lane].non_ip, kPackets / 5);
  }
}

TEST(Lanes, SilencePutsWhatIsThereAndSaysHowFarTimeHasPassed) {
  FakeLane lane(1, 5, 2);
  const Limits limits;
  LaneReaders readers({&lane}, limits);
  std::vector<uint64_t> packets;
  Timestamp ts;
  while (const auto batch = readers.next()) {
    packets.push_back(batch->packets);
    EXPECT_GE(batch->ts, ts) << "time does not go back";
    if (batch->packets > 0) ts = batch->ts;
    if (packets.size() > 8) break;
  }
  uint64_t all = 0;
  for (const uint64_t of_one : packets) all += of_one;
  EXPECT_EQ(all, 5U);
  EXPECT_GE(packets.size(), 2U) << "the silence parted them";
}

TEST(Lanes, EndWithoutBeingReadToTheirEnd) {
  FakeLane lane(1, 1'000'000);
  const Limits limits;
  LaneReaders readers({&lane}, limits);
  ASSERT_NE(readers.next(), nullptr);
}

}  // namespace
}  // namespace telltale
