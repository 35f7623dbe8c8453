#include "sensor/flow/originator.h"

#include <gtest/gtest.h>

#include "tests/flow/segments.h"

namespace telltale {
namespace {

using test::endpoint;
using test::SegmentMaker;

struct Case {
  const char* what;
  SegmentMaker first;
  bool sender_is_client;
};

bool sender_is_client(const Segment& segment) {
  const std::vector<Cidr> home{*Cidr::parse("192.168.0.0/16")};
  FlowRecord record;
  bool from_low = false;
  record.key = FlowKey::of(segment, &from_low);
  settle_originator(record, segment, from_low, home);
  return record.client() == segment.src;
}

TEST(Originator, IsToldByTheOpeningThenByHomeThenByPortsThenByWhoSpokeFirst) {
  const auto home = [](uint16_t port) { return endpoint("192.168.1.2", port); };
  const auto other_home = [](uint16_t port) { return endpoint("192.168.1.3", port); };
  const auto far = [](uint16_t port) { return endpoint("203.0.113.9", port); };
  const Case cases[] = {
      {"SYN from outside", SegmentMaker(far(443), home(22)).tcp(kSyn), true},
      {"SYN+ACK to outside", SegmentMaker(home(22), far(443)).tcp(kSyn | kAck), false},
      {"RST is no opening", SegmentMaker(far(50000), home(22)).tcp(kSyn | kRst), false},
      {"home end sends", SegmentMaker(home(80), far(50000)).tcp(kAck), true},
      {"home end receives", SegmentMaker(far(50000), home(80)).tcp(kAck), false},
      {"both home, to a well-known port", SegmentMaker(home(5000), other_home(53), kUdp), true},
      {"both home, from a well-known port", SegmentMaker(home(53), other_home(5000), kUdp), false},
      {"registered port beside an ephemeral one",
       SegmentMaker(home(8883), other_home(40000)).tcp(kAck), false},
      {"two registered ports", SegmentMaker(home(8883), other_home(5000)).tcp(kAck), true},
      {"two ephemeral ports", SegmentMaker(home(33000), other_home(60000)).tcp(kAck), true},
      {"two well-known ports", SegmentMaker(home(67), other_home(68), kUdp), true},
      {"equal ports", SegmentMaker(home(5353), other_home(5353), kUdp), true},
      {"echo request from outside", SegmentMaker(far(9), home(9), kIcmp).icmp(8), true},
      {"echo reply from home", SegmentMaker(home(9), far(9), kIcmp).icmp(0), false},
      {"echo request v6",
       SegmentMaker(endpoint("2001:db8::1", 3), endpoint("2001:db8::2", 3), kIcmpV6).icmp(128),
       true},
      {"echo reply v6",
       SegmentMaker(endpoint("2001:db8::1", 3), endpoint("2001:db8::2", 3), kIcmpV6).icmp(129),
       false},
  };
  for (const Case& c : cases) EXPECT_EQ(sender_is_client(c.first), c.sender_is_client) << c.what;
}

TEST(Originator, IsLearntLaterOnlyFromAnOpeningAndOnlyBeforePayload) {
  const SegmentMaker first =
      SegmentMaker(endpoint("10.0.0.1", 5000), endpoint("10.0.0.2", 5001)).tcp(kAck);
  const SegmentMaker syn =
      SegmentMaker(endpoint("10.0.0.2", 5001), endpoint("10.0.0.1", 5000)).tcp(kSyn, 41);
  FlowRecord record;
  bool from_low = false;
  record.key = FlowKey::of(first, &from_low);
  settle_originator(record, first, from_low, {});
  ASSERT_EQ(record.client(), first.segment.src);

  FlowRecord with_payload;
  with_payload.key = record.key;
  with_payload.carries_payload = true;
  learn_opening(with_payload, syn, !from_low);
  EXPECT_EQ(with_payload.client(), first.segment.src);

  learn_opening(record, syn, !from_low);
  EXPECT_EQ(record.client(), syn.segment.src);
  EXPECT_EQ(record.first_client_seq(), 42U);
}

TEST(Originator, SynAckTellsTheClientsSequenceNumber) {
  const SegmentMaker answer =
      SegmentMaker(endpoint("10.0.0.2", 443), endpoint("10.0.0.1", 5000)).tcp(kSyn | kAck, 9, 0);
  FlowRecord record;
  bool from_low = false;
  record.key = FlowKey::of(answer, &from_low);
  settle_originator(record, answer, from_low, {});
  EXPECT_EQ(record.client_isn, 0xffffffffU);
  EXPECT_EQ(record.first_client_seq(), 0U);
}

}  // namespace
}  // namespace telltale
