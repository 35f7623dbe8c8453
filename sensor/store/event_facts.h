// What the store needs to know of an event beyond its text, read from the description every sink
// gets (docs/events.md). Nothing of an event is described a second time here: new members of an
// event are stored and given back without the store knowing them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sensor/store/schema.h"

namespace telltale {

// All text is valid until the reader reads the next event.
struct DeviceFacts {
  std::string_view id, mac, vendor, name, ip, group;
  std::string_view json;  // the object as it stands in the event
};

struct DestinationFacts {
  std::string_view ip, hostname, country, as_org, app, operator_name, operator_country;
  int64_t asn = 0;
  int64_t trust = 1;
  std::string_view json;
  // A destination is known by its name; by its address where it has none.
  std::string_view name() const { return hostname.empty() ? ip : hostname; }
};

// Bytes of a flow: of the whole frames as counted, and of the payload by what became of it.
struct FlowFacts {
  int64_t bytes_in = 0;
  int64_t bytes_out = 0, clear = 0, decrypted = 0, opaque = 0, lost = 0, skipped = 0, gaps = 0;
  std::string_view reason;  // why some was not inspected
  int64_t started = 0;      // µs
};

struct EventFacts {
  EventKind kind = EventKind::finding;
  std::string_view id;
  int64_t ts = 0;  // µs since 1970
  std::string_view app_proto;
  std::optional<DeviceFacts> device;
  std::optional<DestinationFacts> destination;
  std::string_view data_class;          // of a finding; the category of an alert
  std::string_view type;                // of a finding or an anomaly
  std::vector<std::string_view> types;  // of the findings an alert stands for
  bool cleartext = false;
  double score = 0;
  int64_t severity = 3;
  std::string_view rule;
  FlowFacts flow;
};

class EventReader {
 public:
  EventReader();
  ~EventReader();
  EventReader(const EventReader&) = delete;

  // Null when `line` is not an event: not JSON, no timestamp, no event_id, or of an unknown type.
  const EventFacts* read(std::string_view line);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace telltale
