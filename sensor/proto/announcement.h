// What a datagram on the local network says of its sender: its names, and what tells systems apart.
//
// Devices name themselves when they join a network and when they offer something on it. No content
// leaves with that, so it makes no Messages: a reader tells DeviceNotes. Whatever a datagram says,
// it says it of its sender alone; what it says of others is not told.
//
// To add one: a file that defines an Announcement, its test, and a line ANNOUNCEMENT(name, port) in
// announcements.inc.
#pragma once

#include "sensor/model/device_note.h"
#include "sensor/model/segment.h"

namespace telltale {

class NoteSink {
 public:
  virtual ~NoteSink() = default;
  virtual void on_note(const DeviceNote& note) = 0;
};

struct Announcement {
  // Of UDP payload, anything; `segment` tells who sent it.
  void (*read)(const Segment& segment, NoteSink& sink);
};

#define ANNOUNCEMENT(name, port) extern const Announcement name##_announcement;
#include "sensor/proto/announcements.inc"
#undef ANNOUNCEMENT

// Quick, as it is asked of every segment.
constexpr bool is_announcement_port(uint16_t port) {
  switch (port) {
#define ANNOUNCEMENT(name, port) case port:
#include "sensor/proto/announcements.inc"
#undef ANNOUNCEMENT
    return true;
    default:
      return false;
  }
}

// May the segment say something of its sender?
inline bool may_announce(const Segment& segment) {
  return segment.ip_proto == kUdp && !segment.payload.empty() &&
         (is_announcement_port(segment.dst.port) || is_announcement_port(segment.src.port));
}

// REQUIRES: may_announce(segment).
void read_announcement(const Segment& segment, NoteSink& sink);

}  // namespace telltale
