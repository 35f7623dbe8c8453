// Every cap of the sensor in one place. Each has a counter (sensor/base/weird) and a test.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace telltale {

struct Limits {
  // capture
  uint32_t max_frame = 256 * 1024;             // a longer record is damage
  // decode
  size_t max_tunnel_depth = 8;
  size_t max_fragment_groups = 1024;           // datagrams being put together at once
  size_t max_fragment_bytes = 8U << 20;
  std::chrono::seconds fragment_timeout{30};
  // flow; per shard
  size_t max_flows = 128 * 1024;
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
  // proto
  size_t max_body = 8U << 20;                  // inspect.max_body
  size_t max_head = 64 * 1024;                 // request line and headers
  size_t max_header_fields = 200;
  size_t max_raw_window = 64 * 1024;           // of a stream nobody parses
  // unwrap; per message
  size_t max_depth = 8;                        // inspect.max_depth
  size_t max_inflate_ratio = 200;              // inspect.max_inflate_ratio
  size_t max_expanded = 32U << 20;             // bytes made by unwrapping
  size_t max_fields = 200'000;
  size_t max_nesting = 64;                     // objects in objects of one document
};

}  // namespace telltale
