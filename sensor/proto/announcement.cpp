#include "sensor/proto/announcement.h"

namespace telltale {
namespace {

const Announcement* announcement_at(uint16_t port) {
  switch (port) {
#define ANNOUNCEMENT(name, port) \
  case port:                     \
    return &name##_announcement;
#include "sensor/proto/announcements.inc"
#undef ANNOUNCEMENT
    default:
      return nullptr;
  }
}

}  // namespace

void read_announcement(const Segment& segment, NoteSink& sink) {
  const Announcement* announcement = announcement_at(segment.dst.port);
  if (announcement == nullptr) announcement = announcement_at(segment.src.port);
  if (announcement != nullptr) announcement->read(segment, sink);
}

}  // namespace telltale
