#include "sensor/output/describe.h"

#include <set>

#include <gtest/gtest.h>

#include "sensor/output/json_lines.h"
#include "tests/output/events.h"

namespace telltale {
namespace {

using test::context;
using test::destination;
using test::event_of;
using test::imei;
using test::phone;
using test::time_at;
using test::tls_flow;

// The line, with its id (another test's matter) left out.
std::string line(const Event& event) {
  std::string text = to_json_line(event, context());
  const size_t id = text.find(R"("event_id":")");
  if (id != std::string::npos) text.erase(id, text.find(',', id) + 1 - id);
  return text;
}

constexpr std::string_view kFlowHead =
    R"("sensor":"lab-1","flow_id":4242,"community_id":"1:dNi2Qfz7XpOtyY75InCK8IF5NAM=",)"
    R"("pcap_filename":"second.pcap","src_ip":"192.168.1.20","src_port":50000,)"
    R"("dest_ip":"203.0.113.5","dest_port":443,"proto":"TCP","app_proto":"tls",)";
constexpr std::string_view kImei =
    R"({"class":"identifiers","type":"imei","confidence":0.95,"count":2,)"
    R"("location":"http.request.body:$.device.imei","encodings":["gzip","base64"],)"
    R"("sample":"49*********3518","fingerprint":"0123456789abcdef","cleartext":false,"packet":8})";

std::string head(std::string_view type) {
  return R"({"timestamp":"2020-06-29T10:11:14.500000+0000","event_type":")" + std::string(type) +
         R"(",)";
}

TEST(Describe, Finding) {
  Event event = event_of(FindingEvent{imei()});
  event.flow = tls_flow();
  event.device = phone();
  event.destination = destination();
  EXPECT_EQ(
      line(event),
      head("finding") + std::string(kFlowHead) +
          R"("device":{"id":"02:00:00:00:00:07","mac":"02:00:00:00:00:07","vendor":"Example",)"
          R"("name":"Lab phone","name_source":"config","ip":"192.168.1.20","group":"phones"},)"
          R"("destination":{"ip":"203.0.113.5","hostname":"api.example.net",)"
          R"("hostname_source":"tls.sni","country":"DE","asn":64500,"as_org":"Example Net",)"
          R"("trust":"untrusted","trust_reason":"pack x: domain example.net"},)"
          R"("finding":)" +
          std::string(kImei) + "}");
}

TEST(Describe, Alert) {
  AlertEvent alert;
  alert.verdict = {VerdictKind::alert, 1, 77, "identifiers to strangers", "untrusted: pack x"};
  alert.findings = {imei()};
  alert.count = 3;
  alert.first = time_at(0);
  alert.last = time_at(2000);
  Event event = event_of(alert);
  event.flow = tls_flow();
  EXPECT_EQ(
      line(event),
      head("alert") + std::string(kFlowHead) +
          R"("alert":{"action":"allowed","gid":1,"signature_id":77,"rev":1,)"
          R"("signature":"identifiers to strangers","category":"identifiers","severity":1},)"
          R"("verdict":{"rule":"identifiers to strangers","reason":"untrusted: pack x","findings":[)" +
          std::string(kImei) +
          R"(],"count":3,"first":"2020-06-29T10:11:12.000000+0000",)"
          R"("last":"2020-06-29T10:11:14.000000+0000"}})");
}

TEST(Describe, Anomaly) {
  Event event = event_of(AnomalyEvent{"overlap_conflict", 1, {{"packet", "9"}}});
  event.flow = tls_flow();
  EXPECT_EQ(line(event),
            head("anomaly") + std::string(kFlowHead) +
                R"("anomaly":{"type":"overlap_conflict","score":1.0,"evidence":{"packet":"9"}}})");
}

TEST(Describe, FlowWithAllThatIsKnownOfIt) {
  Event event = event_of(FlowEvent{FlowEndReason::closed});
  event.flow = tls_flow();
  event.flow->label.protocol = "TLS.Example";
  event.flow->label.category = "Web";
  event.flow->label.risks = {"Self-signed Cert"};
  event.flow->tls.sni = "api.example.net";
  event.flow->tls.version = "TLS 1.3";
  event.flow->tls.alpn = "h2";
  event.flow->tls.ja3 = "0123";
  event.flow->tls.ja4 = "t13d";
  event.flow->ledger.bytes_out = 100;
  event.flow->ledger.clear = 10;
  event.flow->ledger.opaque = 85;
  event.flow->ledger.lost = 5;
  event.flow->ledger.gaps = 1;
  event.flow->ledger.reason = NotInspected::tls_no_keys;
  EXPECT_EQ(
      line(event),
      head("flow") + std::string(kFlowHead) +
          R"("flow":{"pkts_toserver":3,"pkts_toclient":2,"bytes_toserver":300,"bytes_toclient":1200,)"
          R"("start":"2020-06-29T10:11:12.000000+0000","end":"2020-06-29T10:11:14.500000+0000",)"
          R"("age":2,"state":"closed","reason":"closed"},)"
          R"("ndpi":{"protocol":"TLS.Example","category":"Web","risks":["Self-signed Cert"]},)"
          R"("tls":{"sni":"api.example.net","version":"TLS 1.3","alpn":"h2","ja3":"0123",)"
          R"("ja4":"t13d","decrypted":false},)"
          R"("inspection":{"bytes_out":100,"bytes_inspected":10,"clear":10,"decrypted":0,)"
          R"("opaque":85,"lost":5,"skipped":0,"gaps":1,"reason_not_inspected":"tls_no_keys"}})");
}

TEST(Describe, WhatIsUnknownIsLeftOut) {
  Event event = event_of(FlowEvent{FlowEndReason::timeout});
  event.flow = tls_flow();
  event.flow->app_proto.clear();
  event.flow->state = FlowState::fresh;
  event.flow->first_frame.capture = 2;  // no file of that number
  event.device = Device{};
  event.device->id = "192.168.1.20";
  event.device->ip = event.flow->client.address;
  event.destination = Destination{};
  event.destination->ip = event.flow->server.address;
  const std::string text = line(event);
  for (const char* key : {"app_proto", "pcap_filename", "vlan", "ndpi", "\"tls\"", "mac", "vendor",
                          "hostname", "asn", "country", "trust_reason", "reason_not_inspected"}) {
    EXPECT_EQ(text.find(key), std::string::npos) << key;
  }
  EXPECT_NE(text.find(R"("device":{"id":"192.168.1.20","ip":"192.168.1.20"},)"
                      R"("destination":{"ip":"203.0.113.5","trust":"unknown"},)"),
            std::string::npos);
  EXPECT_NE(text.find(R"("state":"new","reason":"timeout")"), std::string::npos);
}

TEST(Describe, DeviceEventHasNoFlow) {
  Event event = event_of(DeviceEvent{});
  event.device = phone();
  event.device->vendor.clear();
  EXPECT_EQ(
      line(event),
      head("device") +
          R"("sensor":"lab-1","device":{"id":"02:00:00:00:00:07","mac":"02:00:00:00:00:07",)"
          R"("name":"Lab phone","name_source":"config","ip":"192.168.1.20","group":"phones"}})");
}

TEST(Describe, Stats) {
  StatsEvent stats;
  stats.packets = 10;
  stats.bytes = 1000;
  stats.dropped = 1;
  stats.flows = 2;
  stats.evictions = 3;
  stats.memory_peak = 4;
  stats.findings = 5;
  stats.alerts = 6;
  stats.notices = 8;
  stats.muted = 9;
  stats.anomalies = 7;
  stats.transport = {{"udp", 4}, {"tcp", 6}};
  stats.coverage.bytes_out = 500;
  stats.coverage.clear = 400;
  stats.coverage.skipped = 100;
  stats.weird.count(Weird::tcp_gap, 2);
  EXPECT_EQ(
      line(event_of(stats)),
      head("stats") +
          R"("sensor":"lab-1","stats":{"packets":10,"bytes":1000,"drops":1,)"
          R"("decoder":{"tcp":6,"udp":4,"event":{"tcp_gap":2}},"flows":2,"evictions":3,"memory":4,)"
          R"("findings":5,"alerts":6,"notices":8,"muted":9,"anomalies":7,"coverage":{"bytes_out":500,"clear":400,)"
          R"("decrypted":0,"opaque":0,"lost":0,"skipped":100,"gaps":0}}})");
}

TEST(Describe, StatsOfReceivers) {
  StatsEvent stats;
  stats.outputs = {{"mqtt mqtt://broker", 5, 4, 3, 2}};
  EXPECT_NE(line(event_of(stats)).find(R"("outputs":[{"name":"mqtt mqtt://broker","sent":5,"waiting":4,"dropped":3,"refused":2}]}})"),
            std::string::npos);
}

TEST(Describe, SourceIsTheDeviceEvenWhenItIsTheServer) {
  Event event = event_of(FlowEvent{});
  event.flow = tls_flow();
  std::swap(event.flow->client, event.flow->server);
  event.flow->device_side = DeviceSide::server;
  const std::string text = line(event);
  EXPECT_NE(
      text.find(
          R"("src_ip":"192.168.1.20","src_port":50000,"dest_ip":"203.0.113.5","dest_port":443)"),
      std::string::npos);
  EXPECT_NE(text.find(R"("pkts_toserver":3,"pkts_toclient":2)"), std::string::npos);
}

TEST(Describe, IcmpHasTypeAndCodeInPlaceOfPorts) {
  Event event = event_of(FlowEvent{});
  event.flow = tls_flow();
  event.flow->ip_proto = kIcmpV6;
  event.flow->icmp = {128, 0};
  event.flow->client = {*IpAddress::parse("2001:db8::1"), 5};
  event.flow->server = {*IpAddress::parse("2001:db8::2"), 5};
  event.flow->app_proto.clear();
  EXPECT_NE(
      line(event).find(R"("src_ip":"2001:db8::1","dest_ip":"2001:db8::2","proto":"IPv6-ICMP",)"
                       R"("icmp_type":128,"icmp_code":0,"flow":)"),
      std::string::npos);
}

TEST(Describe, ProtocolsAndTagsAreThoseOfEve) {
  Event event = event_of(FlowEvent{});
  event.flow = tls_flow();
  event.flow->vlan = 10U << 16 | 20;
  EXPECT_NE(line(event).find(R"("vlan":[10,20],)"), std::string::npos);
  event.flow->vlan = 20;
  EXPECT_NE(line(event).find(R"("vlan":[20],)"), std::string::npos);
  event.flow->ip_proto = 47;
  EXPECT_NE(line(event).find(R"("dest_ip":"203.0.113.5","proto":"047")"), std::string::npos);
  event.flow->ip_proto = kSctp;
  EXPECT_NE(line(event).find(R"("dest_port":443,"proto":"SCTP")"), std::string::npos);
}

TEST(Describe, ANameThatOnlyTheDeviceClaimsSaysSo) {
  Event event = event_of(FlowEvent{});
  event.destination = destination();
  event.destination->hostname_unverified = true;
  EXPECT_NE(line(event).find(R"("hostname_source":"tls.sni","hostname_unverified":true,)"),
            std::string::npos);
}

TEST(EventId, IsTheSameInEveryRunAndOnEveryMachine) {
  Event event = event_of(FindingEvent{imei()});
  event.flow = tls_flow();
  EXPECT_EQ(event_id(event, context()), "604e1b6434662228");
}

TEST(EventId, DoesNotDependOnWhichOtherCapturesAreRead) {
  Event event = event_of(FindingEvent{imei()});
  event.flow = tls_flow();
  const std::string id = event_id(event, context());
  event.order.capture = 5;
  event.flow->first_frame.capture = 5;
  EXPECT_EQ(event_id(event, context()), id);
}

TEST(EventId, DiffersWithSensorFlowTypeSequenceFrameTimeAndDevice) {
  Event event = event_of(FindingEvent{imei()});
  event.flow = tls_flow();
  std::set<std::string> ids{event_id(event, context()), event_id(event, {"lab-2", {}})};
  Event other = event;
  other.flow->id = 4243;
  ids.insert(event_id(other, context()));
  other = event;
  other.sequence = 2;
  ids.insert(event_id(other, context()));
  other = event;
  other.order.number = 10;
  ids.insert(event_id(other, context()));
  other = event;
  other.ts = time_at(0);
  ids.insert(event_id(other, context()));
  other = event;
  other.payload = AlertEvent{};
  ids.insert(event_id(other, context()));
  std::get<AlertEvent>(other.payload).verdict.rule = "another";
  ids.insert(event_id(other, context()));
  other = event_of(DeviceEvent{});
  ids.insert(event_id(other, context()));
  other.device = phone();
  ids.insert(event_id(other, context()));
  other.device->name = "renamed in the same packet";
  ids.insert(event_id(other, context()));
  EXPECT_EQ(ids.size(), 11U);
  for (const std::string& id : ids) EXPECT_EQ(id.size(), 16U);
}

}  // namespace
}  // namespace telltale
