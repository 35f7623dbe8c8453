// Events for output tests: a phone that talks to a server, with round numbers.
#pragma once

#include "sensor/model/event.h"
#include "sensor/output/describe.h"

namespace telltale::test {

inline EventContext context() { return {"lab-1", {"first.pcap", "second.pcap"}}; }

inline Timestamp time_at(int64_t milliseconds) {
  return Timestamp(
      std::chrono::milliseconds(1'593'425'472'000 + milliseconds));  // 2020-06-29T10:11:12Z
}

inline Flow tls_flow() {
  Flow flow;
  flow.id = 4242;
  flow.client = {*IpAddress::parse("192.168.1.20"), 50000};
  flow.server = {*IpAddress::parse("203.0.113.5"), 443};
  flow.ip_proto = kTcp;
  flow.first_ts = time_at(0);
  flow.last_ts = time_at(2500);
  flow.first_frame = {1, 7};
  flow.counts = {FlowCounts{3, 300}, FlowCounts{2, 1200}};
  flow.state = FlowState::closed;
  flow.app_proto = "tls";
  return flow;
}

inline Event event_of(Payload payload) {
  Event event;
  event.ts = time_at(2500);
  event.order = {1, 9};
  event.sequence = 1;
  event.payload = std::move(payload);
  return event;
}

inline Device phone() {
  Device device;
  device.id = device.mac = "02:00:00:00:00:07";
  device.vendor = "Example";
  device.name = "Lab phone";
  device.name_source = "config";
  device.ip = *IpAddress::parse("192.168.1.20");
  device.group = "phones";
  return device;
}

inline Destination destination() {
  Destination to;
  to.ip = *IpAddress::parse("203.0.113.5");
  to.hostname = "api.example.net";
  to.hostname_source = HostnameSource::tls_sni;
  to.country = "DE";
  to.asn = 64500;
  to.as_org = "Example Net";
  to.trust = Trust::untrusted;
  to.trust_reason = "pack x: domain example.net";
  return to;
}

inline Finding imei() {
  Finding finding;
  finding.type = DataType::imei;
  finding.confidence = 0.95;
  finding.count = 2;
  finding.location = "http.request.body:$.device.imei";
  finding.encodings = {"gzip", "base64"};
  finding.sample = "49*********3518";
  finding.fingerprint = "0123456789abcdef";
  finding.cleartext = false;
  finding.packet = {1, 8};
  return finding;
}

}  // namespace telltale::test
