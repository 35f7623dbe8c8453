// Where packets come from: a capture file, a set of them, a live interface.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sensor/base/ip_address.h"
#include "sensor/model/packet.h"

namespace telltale {

// One capture, as far as it was read.
struct CaptureInfo {
  std::string path;      // as the user named it; "-" for standard input
  uint64_t bytes = 0;    // of the file after decompression
  uint64_t packets = 0;  // records, whether or not a filter dropped them
  Timestamp first_ts;    // the earliest and the latest; both the epoch while there is no packet
  Timestamp last_ts;
};

// Something unreadable, truncated or corrupt. What stood before and after it was still read.
struct CaptureProblem {
  std::string path;
  std::optional<uint64_t> offset;  // in the (decompressed) file
  std::string what;                // what is wrong, and what would be right
};

// Secrets that a pcapng file carries (Decryption Secrets Block), for sensor/tls.
struct CaptureSecrets {
  uint32_t type = 0;  // 0x544c534b: TLS key log
  std::string bytes;
};

// A name that a pcapng file gives for an address (Name Resolution Block).
struct CaptureName {
  IpAddress address;
  std::string name;
};

class PacketSource {
 public:
  virtual ~PacketSource() = default;
  // The next packet, false when there is none left. Its bytes are valid until the next call, or,
  // where keeps_bytes() is true, as long as the source lives.
  virtual bool next(Packet& packet) = 0;
  virtual bool keeps_bytes() const = 0;
  // Packets come as they happen: somebody waits for what becomes of them, and next() may give
  // silent ones (Packet::is_silence).
  virtual bool is_live() const { return false; }
  // Where several threads can read at a time: sources that each thread has to itself and that
  // together give what this one would. Fewer than two: there is only this one.
  virtual std::vector<PacketSource*> lanes() { return {}; }
  // Packets that were lost before next() could give them.
  virtual uint64_t dropped() const { return 0; }
  virtual const std::vector<CaptureInfo>& captures() const = 0;  // indexed by FrameRef::capture
  virtual const std::vector<CaptureProblem>& problems() const = 0;
};

}  // namespace telltale
