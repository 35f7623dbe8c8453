// The contract of a behaviour monitor: it sees how devices talk, not what they say, and tells what
// no ordinary device does.
//
// A monitor keeps its knowledge by device and remote end, bounded by config/limits.h; a device
// lives in one shard, so nothing is shared. Time is the packets'. What it tells is an anomaly with
// a score of 0..1 and the figures the score was made of, never a finding: whose data left is not
// known. Destinations that the user trusts are left out by the caller.
//
// To add one: a file that defines a class derived from Monitor and make_NAME_monitor(), its test,
// and a line MONITOR(name) in monitors.inc.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "config/limits.h"
#include "sensor/base/weird.h"
#include "sensor/behavior/group_habits.h"
#include "sensor/model/event.h"

namespace telltale {

// A name a device asked for. Views live during the call.
struct DnsQuestion {
  IpAddress device;
  std::string_view name;    // lower case, no final dot
  std::string_view domain;  // its registrable domain, a view on `name`; empty where there is none
  std::string_view type;    // "A", "TXT", "NULL"
  Timestamp ts;
};

// An ICMP or ICMPv6 echo request or reply (RFC 792, RFC 4443 section 4).
struct Echo {
  IpAddress device;
  IpAddress remote;
  bool from_device = false;
  bool is_reply = false;
  uint16_t id = 0;
  uint16_t sequence = 0;
  Bytes data;  // a view during the call; cut where the capture was snapped
  Timestamp ts;
};

// A flow that is over, between a device and somebody outside.
struct Conversation {
  IpAddress device;
  std::string_view group;  // of the device; empty where it has none
  Endpoint remote;
  uint8_t ip_proto = 0;
  std::string_view app_proto;  // "http", "dns"; empty while unknown
  std::string_view host;       // the server's name as far as known
  Timestamp first_ts;
  Timestamp last_ts;
  FlowCounts sent;
  FlowCounts received;
};

class AnomalySink {
 public:
  virtual ~AnomalySink() = default;
  virtual void on_anomaly(AnomalyEvent&& anomaly) = 0;
  virtual void on_weird(Weird weird) = 0;
};

class Monitor {
 public:
  virtual ~Monitor() = default;
  virtual void on_question(const DnsQuestion&, AnomalySink&) {}
  virtual void on_echo(const Echo&, AnomalySink&) {}
  virtual void on_conversation(const Conversation&, AnomalySink&) {}
  // Once an hour what the monitors of all shards know of groups is put together, and given to each.
  virtual void give_habits(GroupHabits&) const {}
  virtual void take_habits(const std::shared_ptr<const GroupHabits>&) {}
};

// One of each line of monitors.inc.
std::vector<std::unique_ptr<Monitor>> make_monitors(const Limits& limits);

#define MONITOR(name) std::unique_ptr<Monitor> make_##name##_monitor(const Limits& limits);
#include "sensor/behavior/monitors.inc"
#undef MONITOR

}  // namespace telltale
