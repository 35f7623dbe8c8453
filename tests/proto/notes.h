// What a datagram says of its sender, as lines that a test can compare:
// "mdns host annas-phone 02:00:00:00:00:07 192.168.1.7 vendor-class", the last three where told.
#pragma once

#include <string>
#include <vector>

#include "sensor/proto/announcement.h"

namespace telltale::test {

struct Sender {
  const char* address;
  uint16_t port;
  uint16_t to_port;
};

inline std::vector<std::string> notes(const Sender& sender, std::string_view payload) {
  class Collector final : public NoteSink {
   public:
    void on_note(const DeviceNote& note) override {
      static constexpr const char* kKinds[] = {"product", "host", "given"};
      std::string line = std::string(note.source) + " " + kKinds[static_cast<size_t>(note.kind)] +
                         " " + std::string(note.name);
      if (!note.mac.is_zero()) line += " " + note.mac.to_string();
      if (!note.address.is_unspecified()) line += " " + note.address.to_string();
      if (!note.vendor_class.empty()) line += " " + std::string(note.vendor_class);
      lines.push_back(std::move(line));
    }
    std::vector<std::string> lines;
  };
  // A block of its own, so that reading past it is seen.
  const std::vector<char> bytes(payload.begin(), payload.end());
  Segment segment;
  segment.ip_proto = kUdp;
  segment.src = {*IpAddress::parse(sender.address), sender.port};
  segment.dst = {*IpAddress::parse("255.255.255.255"), sender.to_port};
  segment.payload = as_bytes({bytes.data(), bytes.size()});
  Collector collector;
  if (may_announce(segment)) read_announcement(segment, collector);
  return collector.lines;
}

// No cut of it and no change of one byte makes trouble.
inline void survive(const Sender& sender, const std::string& payload) {
  for (size_t size = 0; size <= payload.size(); ++size) notes(sender, payload.substr(0, size));
  for (size_t at = 0; at < payload.size(); ++at) {
    for (const char value : {'\0', '\x3f', '\xc0', '\xff'}) {
      std::string changed = payload;
      changed[at] = value;
      notes(sender, changed);
    }
  }
}

}  // namespace telltale::test
