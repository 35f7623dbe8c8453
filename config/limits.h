// Every cap of the sensor in one place. Each has a counter (sensor/base/weird) and a test.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace telltale {

struct Limits {
  // capture
  uint32_t max_frame = 256 * 1024;             // a longer record is damage
  size_t max_capture_problems = 100;           // told for each capture, then counted
  size_t max_capture_interfaces = 4096;        // described by one pcapng
  size_t max_capture_names = 65'536;           // name records of all captures together
  size_t max_capture_secrets = 16U << 20;      // bytes of key logs in all captures together
  uint64_t max_capture_inflate_ratio = 1100;   // deflate itself reaches 1032
  // decode
  size_t max_tunnel_depth = 8;
  size_t max_fragment_groups = 1024;           // datagrams being put together at once
  size_t max_fragment_bytes = 8U << 20;
  std::chrono::seconds fragment_timeout{30};
  // flow; per shard
  size_t max_flows = 128 * 1024;
  size_t max_payload_flows = 128 * 1024;       // of those; they are what takes memory
  std::chrono::seconds tcp_new_timeout{60};    // no payload yet
  std::chrono::seconds tcp_timeout{600};
  std::chrono::seconds tcp_closed_timeout{10}; // after RST or both FINs
  std::chrono::seconds udp_timeout{120};
  std::chrono::seconds other_timeout{60};
  size_t max_out_of_order = 512 * 1024;        // bytes a stream holds back while it waits for a hole
  size_t max_out_of_order_segments = 512;
  size_t max_reassembly_bytes = 64U << 20;     // all streams of a shard together
  // classify
  uint32_t max_classified_packets = 16;
  // tls
  size_t max_tls_secrets = 1U << 20;           // of a key store; beyond it the oldest are forgotten
  size_t max_tls_handshake = 128 * 1024;       // one handshake message that is read
  size_t max_tls_held = 256 * 1024;            // records of a flow that wait for keys or the other side
  size_t max_tls_records_ahead = 65'536;       // sequence numbers tried after a loss
  uint64_t max_tls_trial_ratio = 64;           // bytes decrypted on trial for each byte fed
  // proto
  size_t max_body = 8U << 20;                  // inspect.max_body
  size_t max_head = 64 * 1024;                 // request line and headers
  size_t max_header_fields = 200;
  size_t max_raw_window = 64 * 1024;           // of a stream nobody parses
  size_t max_http2_streams = 128;              // open at once in a connection
  // pipeline; per shard
  size_t max_held_bytes = 32U << 20;           // that parsers keep of messages that are not complete
  size_t max_tracking_devices = 1'024;         // whose tokens are remembered
  size_t max_tracking_tokens = 128;            // of a device; a multiple of 4
  // unwrap; per message
  size_t max_depth = 8;                        // inspect.max_depth
  size_t max_inflate_ratio = 200;              // inspect.max_inflate_ratio
  size_t max_expanded = 32U << 20;             // bytes made by unwrapping
  size_t max_fields = 200'000;
  size_t max_nesting = 64;                     // objects in objects of one document
  // detect; per message
  size_t max_text_items = 4096;                // keyed values found in free text
  // behavior; per shard and monitor
  size_t max_behavior_peers = 1'024;           // pairs of device and server remembered
  // policy; per shard
  size_t max_host_names = 8'192;               // pairs of device and address
  size_t max_names_of_address = 4;
  size_t max_devices = 8'192;
  size_t max_cached_destinations = 4'096;
  size_t max_open_alerts = 4'096;
};

// `limits`, made smaller where it must be for a running sensor to stay within `memory` bytes.
// REQUIRES: memory is at least kLeastMemory.
inline constexpr uint64_t kLeastMemory = 96ULL << 20;
Limits within_memory(Limits limits, uint64_t memory);

}  // namespace telltale
