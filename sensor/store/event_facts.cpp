#include "sensor/store/event_facts.h"

#include <cstring>

#include <simdjson.h>

#include "sensor/base/time_text.h"

namespace telltale {
namespace {

namespace json = simdjson::ondemand;

// Members of the wrong kind are left as they were: the event is stored, only not found by them.
void take(json::value value, std::string_view& out) {
  std::string_view text;
  if (value.get_string().get(text) == simdjson::SUCCESS) out = text;
}

void take(json::value value, int64_t& out) {
  int64_t number = 0;
  if (value.get_int64().get(number) == simdjson::SUCCESS) out = number;
}

void take(json::value value, double& out) {
  double number = 0;
  if (value.get_double().get(number) == simdjson::SUCCESS) out = number;
}

void take(json::value value, bool& out) {
  bool flag = false;
  if (value.get_bool().get(flag) == simdjson::SUCCESS) out = flag;
}

// Microseconds since 1970 from an event's time; false when it is none.
bool take_time(json::value value, int64_t& out) {
  std::string_view text;
  take(value, text);
  const std::optional<Timestamp> time = parse_iso8601(text);
  if (!time) return false;
  out = std::chrono::floor<std::chrono::microseconds>(time->time_since_epoch()).count();
  return true;
}

// Calls `on_member(key, value)` for each member of `value` where that is an object; its text.
template <typename OnMember>
std::string_view each_member(json::value value, OnMember on_member) {
  json::object object;
  std::string_view text;
  if (value.get_object().get(object) != simdjson::SUCCESS) return {};
  if (object.raw_json().get(text) != simdjson::SUCCESS) return {};
  if (object.reset().error() != simdjson::SUCCESS) return {};
  for (auto field : object) {
    std::string_view key;
    json::value member;
    if (field.unescaped_key().get(key) != simdjson::SUCCESS) break;
    if (field.value().get(member) != simdjson::SUCCESS) break;
    on_member(key, member);
  }
  return text;
}

int64_t trust_number(std::string_view name) {
  if (name == "trusted") return 0;
  return name == "untrusted" ? 2 : 1;
}

}  // namespace

class EventReader::Impl {
 public:
  const EventFacts* read(std::string_view line) {
    facts_ = {};
    room_for(line.size());
    std::memcpy(buffer_.data(), line.data(), line.size());
    json::document document;
    json::object root;
    const auto padded = simdjson::padded_string_view(buffer_.data(), line.size(), buffer_.size());
    if (parser_.iterate(padded).get(document) != simdjson::SUCCESS) return nullptr;
    if (document.get_object().get(root) != simdjson::SUCCESS) return nullptr;
    bool timed = false;
    bool typed = false;
    for (auto field : root) {
      std::string_view key;
      json::value value;
      if (field.unescaped_key().get(key) != simdjson::SUCCESS) return nullptr;
      if (field.value().get(value) != simdjson::SUCCESS) return nullptr;
      if (key == "timestamp") {
        timed = take_time(value, facts_.ts);
      } else if (key == "event_type") {
        std::string_view name;
        take(value, name);
        const auto kind = parse_event_kind(name);
        typed = kind.has_value();
        if (kind) facts_.kind = *kind;
      } else {
        read_member(key, value);
      }
    }
    return timed && typed && !facts_.id.empty() ? &facts_ : nullptr;
  }

 private:
  void room_for(size_t size) {
    if (buffer_.size() < size + simdjson::SIMDJSON_PADDING) {
      buffer_.resize(size + simdjson::SIMDJSON_PADDING + 4096);
    }
  }

  void read_member(std::string_view key, json::value value) {
    if (key == "event_id") take(value, facts_.id);
    if (key == "app_proto") take(value, facts_.app_proto);
    if (key == "device") read_device(value);
    if (key == "destination") read_destination(value);
    if (key == "finding") read_finding(value);
    if (key == "anomaly") read_anomaly(value);
    if (key == "alert") read_alert(value);
    if (key == "verdict") read_verdict(value);
    if (key == "flow") read_flow(value);
    if (key == "inspection") read_inspection(value);
  }

  void read_device(json::value value) {
    DeviceFacts& device = facts_.device.emplace();
    device.json = each_member(value, [&](std::string_view key, json::value member) {
      if (key == "id") take(member, device.id);
      if (key == "mac") take(member, device.mac);
      if (key == "vendor") take(member, device.vendor);
      if (key == "name") take(member, device.name);
      if (key == "ip") take(member, device.ip);
      if (key == "group") take(member, device.group);
    });
    if (device.id.empty()) facts_.device.reset();
  }

  void read_destination(json::value value) {
    DestinationFacts& to = facts_.destination.emplace();
    std::string_view trust;
    to.json = each_member(value, [&](std::string_view key, json::value member) {
      if (key == "ip") take(member, to.ip);
      if (key == "hostname") take(member, to.hostname);
      if (key == "country") take(member, to.country);
      if (key == "asn") take(member, to.asn);
      if (key == "as_org") take(member, to.as_org);
      if (key == "app") take(member, to.app);
      if (key == "operator") take(member, to.operator_name);
      if (key == "operator_country") take(member, to.operator_country);
      if (key == "trust") take(member, trust);
    });
    to.trust = trust_number(trust);
    if (to.name().empty()) facts_.destination.reset();
  }

  void read_finding(json::value value) {
    each_member(value, [&](std::string_view key, json::value member) {
      if (key == "class") take(member, facts_.data_class);
      if (key == "type") take(member, facts_.type);
      if (key == "cleartext") take(member, facts_.cleartext);
    });
  }

  void read_anomaly(json::value value) {
    each_member(value, [&](std::string_view key, json::value member) {
      if (key == "type") take(member, facts_.type);
      if (key == "score") take(member, facts_.score);
    });
  }

  void read_alert(json::value value) {
    each_member(value, [&](std::string_view key, json::value member) {
      if (key == "category") take(member, facts_.data_class);
      if (key == "severity") take(member, facts_.severity);
    });
  }

  void read_verdict(json::value value) {
    each_member(value, [&](std::string_view key, json::value member) {
      if (key == "rule") take(member, facts_.rule);
      if (key == "anomaly") take(member, facts_.type);
      if (key == "findings") read_types(member);
    });
    if (!facts_.type.empty()) facts_.types.push_back(facts_.type);
  }

  void read_types(json::value value) {
    json::array findings;
    if (value.get_array().get(findings) != simdjson::SUCCESS) return;
    for (auto element : findings) {
      json::value finding;
      if (element.get(finding) != simdjson::SUCCESS) return;
      each_member(finding, [&](std::string_view key, json::value member) {
        std::string_view type;
        if (key == "type") take(member, type);
        if (!type.empty()) facts_.types.push_back(type);
      });
    }
  }

  void read_flow(json::value value) {
    FlowFacts& flow = facts_.flow;
    flow.started = facts_.ts;
    each_member(value, [&](std::string_view key, json::value member) {
      if (key == "bytes_toclient") take(member, flow.bytes_in);
      if (key == "start") take_time(member, flow.started);
    });
  }

  void read_inspection(json::value value) {
    FlowFacts& flow = facts_.flow;
    each_member(value, [&](std::string_view key, json::value member) {
      if (key == "bytes_out") take(member, flow.bytes_out);
      if (key == "clear") take(member, flow.clear);
      if (key == "decrypted") take(member, flow.decrypted);
      if (key == "opaque") take(member, flow.opaque);
      if (key == "lost") take(member, flow.lost);
      if (key == "skipped") take(member, flow.skipped);
      if (key == "gaps") take(member, flow.gaps);
      if (key == "reason_not_inspected") take(member, flow.reason);
    });
  }

  json::parser parser_;
  std::vector<char> buffer_;
  EventFacts facts_;
};

EventReader::EventReader() : impl_(std::make_unique<Impl>()) {}
EventReader::~EventReader() = default;

const EventFacts* EventReader::read(std::string_view line) { return impl_->read(line); }

}  // namespace telltale
