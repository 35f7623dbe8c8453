// A flow: its key, and the snapshot of it that events carry.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sensor/model/segment.h"

namespace telltale {

// The same for both directions of a conversation; compared whole, never by its hash alone.
struct FlowKey {
  Endpoint low;
  Endpoint high;
  uint32_t vlan = 0;
  uint8_t ip_proto = 0;
  friend auto operator<=>(const FlowKey&, const FlowKey&) = default;

  // `from_low` tells whether the segment's source is `low`.
  static FlowKey of(const Segment& segment, bool* from_low) {
    *from_low = segment.src <= segment.dst;
    return *from_low ? FlowKey{segment.src, segment.dst, segment.vlan, segment.ip_proto}
                     : FlowKey{segment.dst, segment.src, segment.vlan, segment.ip_proto};
  }
};

// Client is the originator: who opened the conversation.
enum class Direction : uint8_t { to_server, to_client };

// Which end of a flow is the device whose data may leave.
enum class DeviceSide : uint8_t {
  client,   // the usual case: a device talks to a server
  server,   // somebody outside opened a conversation to a home address
  both,     // both ends are home: lateral
};

struct FlowCounts {
  uint64_t packets = 0;
  uint64_t bytes = 0;  // of frames on the wire
};

// Why bytes that left were not read. Names are those of inspection.reason_not_inspected.
enum class NotInspected : uint8_t {
  none,
#define REASON(name, kind) name,
#include "sensor/model/not_inspected.inc"
#undef REASON
  count_
};
std::string_view name_of(NotInspected reason);
bool is_opaque(NotInspected reason);  // could not be read; else it was skipped

// The coverage ledger of a flow: every payload byte the device sent is in exactly one of the last five.
struct Ledger {
  uint64_t bytes_out = 0;
  uint64_t clear = 0;      // read as they were
  uint64_t decrypted = 0;  // read after decryption
  uint64_t opaque = 0;     // could not be read
  uint64_t lost = 0;       // never captured: gaps, snapped frames
  uint64_t skipped = 0;    // not looked at: a cap, or traffic that is not inspected by design
  uint32_t gaps = 0;
  NotInspected reason = NotInspected::none;  // the first that applied

  void take_not_read(uint64_t bytes, NotInspected why) {
    (is_opaque(why) ? opaque : skipped) += bytes;
    if (reason == NotInspected::none && bytes > 0) reason = why;
  }
  // Bytes that were read after decryption are counted as plaintext, so that what surrounded them on the
  // wire (headers, tags, padding) falls to clear. Call once, when the flow is over.
  void close();
  void add(const Ledger& other);  // sums; keeps this reason when it has one
};

// What classification says of a flow; empty strings where it does not know.
struct AppLabel {
  std::string protocol;      // as nDPI names it: "TLS.Facebook"
  std::string app_protocol;  // lower case, the part that names the transport protocol: "tls"
  std::string host;          // the server's name as nDPI saw it (SNI, Host, DNS name), its last 79 bytes
  bool by_port = false;      // protocol is only what the port suggests; app_protocol is empty
  std::string category;
  std::vector<std::string> risks;
};

// Facts from a TLS handshake (RFC 8446, RFC 5246).
struct TlsFacts {
  std::string sni;
  std::string version;  // "TLS 1.3"
  std::string alpn;     // the first one offered until the server chose
  std::string ja3;
  std::string ja4;
  std::string common_name;                     // of the server's certificate, where it was readable
  std::vector<std::string> alternative_names;  // its DNS names
  bool ech = false;       // the ClientHello offers Encrypted Client Hello
  bool decrypted = false;
};

enum class FlowState : uint8_t { fresh, established, closed };

// A copy of what is known of a flow at one moment; owns its text.
struct Flow {
  uint64_t id = 0;  // stable for the same input; fits a JSON number exactly (53 bits)
  Endpoint client;
  Endpoint server;
  uint8_t ip_proto = 0;
  uint32_t vlan = 0;
  DeviceSide device_side = DeviceSide::client;
  IcmpHeader icmp;
  Timestamp first_ts;
  Timestamp last_ts;
  FrameRef first_frame;
  std::array<FlowCounts, 2> counts;  // by Direction
  FlowState state = FlowState::fresh;
  uint8_t tcp_flags = 0;     // all seen, both directions
  std::string app_proto;     // "http", "tls", "dns"; empty while unknown
  std::string server_name;   // what the device itself called the server (Host, SNI); may be a lie
  AppLabel label;
  TlsFacts tls;
  Ledger ledger;

  const Endpoint& device() const { return device_side == DeviceSide::server ? server : client; }
  const Endpoint& remote() const { return device_side == DeviceSide::server ? client : server; }
};

// Community ID v1 (https://github.com/corelight/community-id-spec), seed 0: "1:" and a base64 SHA-1.
// Defined in sensor/model/community_id.cpp.
std::string community_id(const Flow& flow);

}  // namespace telltale
