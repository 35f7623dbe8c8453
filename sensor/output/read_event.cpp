#include "sensor/output/read_event.h"

#include <array>
#include <vector>

#include <simdjson.h>

#include "sensor/base/time_text.h"

namespace telltale {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

constexpr size_t kLongestLine = 16U << 20;

std::string text_at(object from, std::string_view key) {
  std::string_view text;
  return from[key].get(text) == simdjson::SUCCESS ? std::string(text) : std::string();
}

uint64_t number_at(object from, std::string_view key) {
  uint64_t number = 0;
  return from[key].get(number) == simdjson::SUCCESS ? number : 0;
}

double real_at(object from, std::string_view key) {
  double number = 0;
  return from[key].get(number) == simdjson::SUCCESS ? number : 0;
}

bool flag_at(object from, std::string_view key) {
  bool flag = false;
  return from[key].get(flag) == simdjson::SUCCESS && flag;
}

template <typename Enum, size_t N>
Enum named(const std::array<Enum, N>& values, std::string_view name, Enum otherwise) {
  for (const Enum value : values) {
    if (name_of(value) == name) return value;
  }
  return otherwise;
}

Device read_device(object from) {
  Device device;
  device.id = text_at(from, "id");
  device.mac = text_at(from, "mac");
  device.vendor = text_at(from, "vendor");
  device.name = text_at(from, "name");
  device.name_source = text_at(from, "name_source");
  device.group = text_at(from, "group");
  bool inferred = false;
  if (from["inferred"].get(inferred) == simdjson::SUCCESS) device.inferred = inferred;
  if (const auto ip = IpAddress::parse(text_at(from, "ip"))) device.ip = *ip;
  return device;
}

Destination read_destination(object from) {
  static constexpr std::array kSources = {HostnameSource::http_host, HostnameSource::tls_sni,
                                          HostnameSource::dns, HostnameSource::quic_sni,
                                          HostnameSource::cert};
  static constexpr std::array kTrust = {Trust::trusted, Trust::unknown, Trust::untrusted};
  Destination to;
  if (const auto ip = IpAddress::parse(text_at(from, "ip"))) to.ip = *ip;
  to.hostname = text_at(from, "hostname");
  to.hostname_source = named(kSources, text_at(from, "hostname_source"), HostnameSource::none);
  to.hostname_unverified = flag_at(from, "hostname_unverified");
  to.dns_name = text_at(from, "dns_name");
  to.country = text_at(from, "country");
  to.asn = static_cast<uint32_t>(number_at(from, "asn"));
  to.as_org = text_at(from, "as_org");
  to.app = text_at(from, "app");
  to.operator_name = text_at(from, "operator");
  to.operator_country = text_at(from, "operator_country");
  to.trust = named(kTrust, text_at(from, "trust"), Trust::unknown);
  to.trust_reason = text_at(from, "trust_reason");
  return to;
}

std::optional<Finding> read_finding(object from) {
  const auto type = parse_data_type(text_at(from, "type"));
  if (!type) return std::nullopt;
  Finding finding;
  finding.type = *type;
  finding.confidence = real_at(from, "confidence");
  finding.count = static_cast<uint32_t>(number_at(from, "count"));
  finding.location = text_at(from, "location");
  finding.sample = text_at(from, "sample");
  finding.fingerprint = text_at(from, "fingerprint");
  finding.cleartext = flag_at(from, "cleartext");
  finding.packet.number = static_cast<uint32_t>(number_at(from, "packet"));
  array encodings;
  if (from["encodings"].get(encodings) == simdjson::SUCCESS) {
    for (const element item : encodings) {
      std::string_view name;
      if (item.get(name) == simdjson::SUCCESS) finding.encodings.emplace_back(name);
    }
  }
  return finding;
}

// Only as events have it: "2020-06-29T10:11:12.123456+0000".
std::optional<Timestamp> time_at(object from, std::string_view key) {
  const std::string text = text_at(from, key);
  if (text.size() != 31 || !text.ends_with("+0000")) return std::nullopt;
  return parse_iso8601(text);
}

AlertEvent read_alert(object alert, object verdict) {
  AlertEvent read;
  read.verdict.kind = VerdictKind::alert;
  read.verdict.severity = static_cast<int>(number_at(alert, "severity"));
  read.verdict.signature_id = static_cast<uint32_t>(number_at(alert, "signature_id"));
  read.verdict.rule = text_at(verdict, "rule");
  read.verdict.reason = text_at(verdict, "reason");
  read.anomaly = text_at(verdict, "anomaly");
  read.count = number_at(verdict, "count");
  read.update = flag_at(verdict, "update");
  if (const auto first = time_at(verdict, "first")) read.first = *first;
  if (const auto last = time_at(verdict, "last")) read.last = *last;
  array findings;
  if (verdict["findings"].get(findings) != simdjson::SUCCESS) return read;
  for (const element item : findings) {
    object part;
    if (item.get(part) != simdjson::SUCCESS) continue;
    if (auto finding = read_finding(part)) read.findings.push_back(std::move(*finding));
  }
  return read;
}

Payload read_payload(object from) {
  object part;
  object verdict;
  if (from["finding"].get(part) == simdjson::SUCCESS) {
    if (auto finding = read_finding(part)) return FindingEvent{std::move(*finding)};
  }
  if (from["alert"].get(part) == simdjson::SUCCESS &&
      from["verdict"].get(verdict) == simdjson::SUCCESS) {
    AlertEvent alert = read_alert(part, verdict);
    if (text_at(from, "event_type") != "notice") return alert;
    alert.verdict.kind = VerdictKind::notice;
    return NoticeEvent{std::move(alert)};
  }
  if (from["anomaly"].get(part) == simdjson::SUCCESS) {
    AnomalyEvent anomaly;
    anomaly.type = text_at(part, "type");
    anomaly.score = real_at(part, "score");
    return anomaly;
  }
  return FlowEvent{};
}

std::optional<Event> read_object(object root) {
  const auto ts = time_at(root, "timestamp");
  if (!ts) return std::nullopt;
  Event event;
  event.ts = *ts;
  object part;
  if (root["device"].get(part) == simdjson::SUCCESS) event.device = read_device(part);
  if (root["destination"].get(part) == simdjson::SUCCESS)
    event.destination = read_destination(part);
  event.payload = read_payload(root);
  return event;
}

}  // namespace

std::optional<Event> read_event(std::string_view line) {
  simdjson::dom::parser parser;
  object root;
  if (parser.parse(line.data(), line.size()).get(root) != simdjson::SUCCESS) return std::nullopt;
  return read_object(root);
}

std::optional<Event> find_event(std::FILE* file, std::string_view event_id) {
  const std::string wanted = "\"" + std::string(event_id) + "\"";
  std::string line;
  std::array<char, 65'536> piece;
  while (std::fgets(piece.data(), static_cast<int>(piece.size()), file) != nullptr) {
    line += piece.data();
    if (!line.ends_with('\n') && std::feof(file) == 0) {
      if (line.size() > kLongestLine) line.clear();
      continue;
    }
    if (line.find(wanted) != std::string::npos) {
      simdjson::dom::parser parser;
      object root;
      if (parser.parse(line).get(root) == simdjson::SUCCESS &&
          text_at(root, "event_id") == event_id) {
        return read_object(root);
      }
    }
    line.clear();
  }
  return std::nullopt;
}

}  // namespace telltale
