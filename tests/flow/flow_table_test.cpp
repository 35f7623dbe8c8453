#include "sensor/flow/flow_table.h"

#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/flow/segments.h"

namespace telltale {
namespace {

using test::at_second;
using test::endpoint;
using test::SegmentMaker;
using testing::ElementsAre;

const Endpoint kPhone = endpoint("192.168.1.20", 50000);
const Endpoint kServer = endpoint("203.0.113.5", 443);

struct Probe final : FlowAttachment {};

// The table with what it tells: a line "first frame reason packets-up/packets-down" for each end.
struct Ends final : FlowEndSink {
  void on_flow_end(FlowRecord& record, FlowEndReason reason) override {
    const auto counts = record.counts();
    lines.push_back(std::to_string(record.first_frame.number) + " " + std::string(name_of(reason)) +
                    " " + std::to_string(counts[0].packets) + "/" +
                    std::to_string(counts[1].packets));
  }
  std::vector<std::string> lines;
};

class FlowTableTest : public testing::Test {
 protected:
  FlowRecord& add(const Segment& segment) { return table().at(segment, &direction); }
  FlowTable& table() {
    if (!table_) table_ = std::make_unique<FlowTable>(limits, home, weird, ends);
    return *table_;
  }
  SegmentMaker up(double second, uint32_t frame, uint8_t flags, uint32_t seq = 100) {
    return SegmentMaker(kPhone, kServer).at(second).frame(frame).tcp(flags, seq);
  }
  SegmentMaker down(double second, uint32_t frame, uint8_t flags, uint32_t seq = 900,
                    uint32_t ack = 101) {
    return SegmentMaker(kServer, kPhone).at(second).frame(frame).tcp(flags, seq, ack);
  }
  SegmentMaker udp(double second, uint32_t frame, uint16_t port) {
    return SegmentMaker(endpoint("192.168.1.20", port), kServer, kUdp)
        .at(second)
        .frame(frame)
        .payload("x");
  }

  Limits limits;
  std::vector<Cidr> home{*Cidr::parse("192.168.0.0/16")};
  WeirdCounts weird;
  Ends ends;
  Direction direction{};

 private:
  std::unique_ptr<FlowTable> table_;
};

TEST_F(FlowTableTest, BothDirectionsAreOneFlow) {
  FlowRecord& flow = add(up(0, 1, kSyn));
  EXPECT_EQ(direction, Direction::to_server);
  EXPECT_EQ(&add(down(0.1, 2, kSyn | kAck)), &flow);
  EXPECT_EQ(direction, Direction::to_client);
  EXPECT_EQ(flow.client(), kPhone);
  EXPECT_EQ(flow.server(), kServer);
  EXPECT_EQ(flow.state(), FlowState::fresh);
  add(up(0.2, 3, kAck, 101).payload("hello"));
  EXPECT_EQ(flow.state(), FlowState::established);
  EXPECT_EQ(flow.counts()[0].packets, 2U);
  EXPECT_EQ(flow.counts()[0].bytes, 125U);
  EXPECT_EQ(flow.counts()[1].packets, 1U);
  EXPECT_EQ(flow.first_ts, at_second(0));
  EXPECT_EQ(flow.last_ts, at_second(0.2));
  EXPECT_EQ(flow.tcp_flags, kSyn | kAck);
  EXPECT_EQ(flow.first_client_seq(), 101U);
  EXPECT_EQ(table().size(), 1U);
}

TEST_F(FlowTableTest, AddressPortProtocolAndVlanAllTellFlowsApart) {
  std::vector<Segment> segments(5, up(0, 1, kSyn).segment);
  segments[1].src.address = *IpAddress::parse("192.168.1.21");
  segments[2].dst.port = 444;
  segments[3].ip_proto = kUdp;
  segments[4].vlan = 7;
  for (const Segment& segment : segments) add(segment);
  EXPECT_EQ(table().size(), segments.size());
}

TEST_F(FlowTableTest, LastTimeNeverGoesBack) {
  FlowRecord& flow = add(up(5, 1, kSyn));
  add(down(4.5, 2, kSyn | kAck));
  EXPECT_EQ(flow.last_ts, at_second(5));
  EXPECT_EQ(flow.first_ts, at_second(5));
}

TEST_F(FlowTableTest, ALateSynTurnsTheFlowRoundAndItsCountsWithIt) {
  home.clear();
  const Endpoint low_port = endpoint("192.168.1.20", 40000);
  const Endpoint service = endpoint("203.0.113.5", 60000);
  FlowRecord& flow = add(
      SegmentMaker(service, low_port).tcp(kAck, 900, 101).frame(1));  // reordered, ports mislead
  EXPECT_EQ(flow.client(), service);
  add(SegmentMaker(low_port, service).tcp(kSyn, 100).frame(2));
  EXPECT_EQ(direction, Direction::to_server);
  EXPECT_EQ(flow.client(), low_port);
  EXPECT_EQ(flow.counts()[0].packets, 1U);
  EXPECT_EQ(flow.counts()[1].packets, 1U);
}

TEST_F(FlowTableTest, OnceThereWasPayloadASynBeginsAnotherFlow) {
  add(up(0, 1, kAck).payload("mid-stream"));
  add(up(1, 2, kSyn, 5));
  EXPECT_THAT(ends.lines, ElementsAre("1 closed 1/0"));
  EXPECT_EQ(table().size(), 1U);
}

TEST_F(FlowTableTest, ARepeatedSynIsTheSameFlow) {
  add(up(0, 1, kSyn, 100));
  add(up(1, 2, kSyn, 100));
  EXPECT_EQ(table().total_flows(), 1U);
}

TEST_F(FlowTableTest, ASynThatWasOvertakenByItsAnswerIsTheSameFlow) {
  add(down(0, 1, kSyn | kAck, 900, 101));
  add(up(0.001, 2, kSyn, 100));
  EXPECT_EQ(table().total_flows(), 1U);
}

TEST_F(FlowTableTest, SimultaneousOpenIsOneFlow) {
  add(up(0, 1, kSyn, 100));
  add(down(0, 2, kSyn, 900));
  EXPECT_EQ(table().total_flows(), 1U);
}

TEST_F(FlowTableTest, ASynWithAnotherNumberReusesThePorts) {
  add(up(0, 1, kSyn, 100));
  add(up(1, 2, kAck, 101).payload("a"));
  FlowRecord& second = add(up(2, 3, kSyn, 77777));
  EXPECT_THAT(ends.lines, ElementsAre("1 closed 2/0"));
  EXPECT_EQ(second.first_frame.number, 3U);
  EXPECT_EQ(second.first_client_seq(), 77778U);
  EXPECT_EQ(weird[Weird::tcp_port_reused], 1U);
}

TEST_F(FlowTableTest, ASynAfterAFinReusesThePortsWhateverItsNumber) {
  add(up(0, 1, kSyn, 100));
  add(up(1, 2, kFin | kAck, 101));
  add(up(2, 3, kSyn, 100));
  EXPECT_EQ(table().total_flows(), 2U);
}

TEST_F(FlowTableTest, TheNextPacketAfterTheTimeoutBeginsAnotherFlow) {
  add(udp(0, 1, 5000));
  add(udp(120, 2, 5000));  // still in time
  add(udp(240.5, 3, 5000));
  EXPECT_THAT(ends.lines, ElementsAre("1 timeout 2/0"));
  EXPECT_EQ(table().total_flows(), 2U);
}

TEST_F(FlowTableTest, EachKindOfFlowHasItsTimeout) {
  add(up(0, 1, kSyn));                                                                      // 60 s
  add(SegmentMaker(endpoint("192.168.1.20", 2), kServer).tcp(kAck).frame(2).payload("a"));  // 600 s
  add(SegmentMaker(endpoint("192.168.1.20", 3), kServer).tcp(kRst).frame(3));               // 10 s
  add(udp(0, 4, 4));                                                                        // 120 s
  add(SegmentMaker(endpoint("192.168.1.20", 0), endpoint("203.0.113.5", 0), 47).frame(5));  // 60 s
  const auto ended_by = [&](double second) {
    table().expire(at_second(second));
    return ends.lines.size();
  };
  EXPECT_EQ(ended_by(10), 0U);
  EXPECT_EQ(ended_by(11), 1U);
  EXPECT_EQ(ended_by(60), 1U);
  EXPECT_EQ(ended_by(61), 3U);
  EXPECT_EQ(ended_by(121), 4U);
  EXPECT_EQ(ended_by(600), 4U);
  EXPECT_EQ(ended_by(601), 5U);
  EXPECT_THAT(ends.lines, ElementsAre("3 closed 1/0", "1 timeout 1/0", "5 timeout 1/0",
                                      "4 timeout 1/0", "2 timeout 1/0"));
}

TEST_F(FlowTableTest, AFinishedHandshakeHasTheLongTimeout) {
  add(up(0, 1, kSyn));
  add(down(0, 2, kSyn | kAck));
  add(up(0, 3, kAck, 101));
  table().expire(at_second(599));
  EXPECT_EQ(table().size(), 1U);
}

TEST_F(FlowTableTest, ARefusedConnectionIsNotEstablished) {
  add(up(0, 1, kSyn));
  EXPECT_EQ(add(down(0, 2, kRst | kAck)).state(), FlowState::closed);
}

TEST_F(FlowTableTest, FinsOfBothEndsCloseTheFlow) {
  add(up(0, 1, kSyn));
  EXPECT_NE(add(up(0, 2, kFin | kAck)).state(), FlowState::closed);
  EXPECT_EQ(add(down(0, 3, kFin | kAck)).state(), FlowState::closed);
  add(up(0.1, 4, kAck));  // the last acknowledgement still belongs to it
  EXPECT_EQ(table().total_flows(), 1U);
  table().expire(at_second(11));
  EXPECT_THAT(ends.lines, ElementsAre("1 closed 3/1"));
}

TEST_F(FlowTableTest, EndsComeInTheOrderOfLastPacketsThenFrames) {
  add(udp(0, 1, 1));
  add(udp(1, 2, 2));
  add(udp(1, 3, 3));
  add(up(0.5, 4, kSyn));
  add(udp(2, 5, 1));
  table().expire(at_second(1000));
  EXPECT_THAT(ends.lines,
              ElementsAre("4 timeout 1/0", "2 timeout 1/0", "3 timeout 1/0", "1 timeout 2/0"));
}

TEST_F(FlowTableTest, EndAllTellsOpenFromClosed) {
  add(udp(0, 1, 1));
  add(up(1, 2, kRst));
  table().end_all();
  EXPECT_THAT(ends.lines, ElementsAre("1 shutdown 1/0", "2 closed 1/0"));
  EXPECT_EQ(table().size(), 0U);
}

TEST_F(FlowTableTest, AFullTableGivesUpTheOldestFlowWithoutPayloadFirst) {
  limits.max_flows = 3;
  add(udp(0, 1, 1)).attachment = std::make_unique<Probe>();
  add(up(10, 2, kSyn));
  add(udp(20, 3, 3)).attachment = std::make_unique<Probe>();
  add(udp(30, 4, 4));
  EXPECT_THAT(ends.lines, ElementsAre("2 evicted 1/0"));
  add(udp(31, 5, 1));
  add(udp(40, 6, 6));  // all carry payload: the oldest is now the second
  EXPECT_THAT(ends.lines, ElementsAre("2 evicted 1/0", "3 evicted 1/0"));
  EXPECT_EQ(table().size(), 3U);
  EXPECT_EQ(table().evictions(), 2U);
  EXPECT_EQ(weird[Weird::flow_evicted], 2U);
}

TEST_F(FlowTableTest, TheRecordStaysInPlaceWhileTheTableGrows) {
  FlowRecord& flow = add(udp(0, 1, 1));
  for (uint32_t i = 2; i < 60000; ++i) add(udp(0, i, static_cast<uint16_t>(i)));
  EXPECT_EQ(&add(udp(0, 60001, 1)), &flow);
  EXPECT_EQ(flow.counts()[0].packets, 2U);
}

TEST_F(FlowTableTest, AMillionFlowsComeAndGo) {
  limits.max_flows = 200'000;
  for (uint32_t i = 0; i < 1'000'000; ++i) {
    SegmentMaker segment({IpAddress::v4(0xc0a80000 + (i & 0xff)), 40000},
                         {IpAddress::v4(0x08000000 + (i >> 8)), 443});
    add(segment.at(i * 1e-4).frame(i + 1).tcp(kSyn, i));
  }
  EXPECT_EQ(table().total_flows(), 1'000'000U);
  EXPECT_EQ(table().size(), 200'000U);
  EXPECT_EQ(table().evictions(), 800'000U);
  table().expire(at_second(1e6));
  EXPECT_EQ(table().size(), 0U);
  EXPECT_EQ(ends.lines.size(), 1'000'000U);
}

}  // namespace
}  // namespace telltale
