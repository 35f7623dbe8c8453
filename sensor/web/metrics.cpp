#include "sensor/web/metrics.h"

#include <fmt/format.h>

#include "sensor/base/json_members.h"
#include "sensor/base/time_text.h"
#include "sensor/base/version.h"

namespace telltale {
namespace {

using simdjson::dom::element;

struct Metric {
  std::string_view name;
  std::string_view type;
  std::string_view help;
  std::string_view pointer;
};

constexpr Metric kMetrics[] = {
#define METRIC(name, type, help, pointer) {name, type, help, pointer},
#include "sensor/web/metrics.inc"
#undef METRIC
};

constexpr std::string_view kColumns[] = {"clear", "decrypted", "opaque", "lost", "skipped"};

std::string head(std::string_view name, std::string_view type, std::string_view help) {
  return fmt::format("# HELP {0} {2}\n# TYPE {0} {1}\n", name, type, help);
}

// A label's value: backslash, quote and line end are escaped.
std::string label(std::string_view value) {
  std::string escaped;
  for (const char c : value) {
    if (c == '\\' || c == '"') escaped += '\\';
    if (c == '\n') {
      escaped += "\\n";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

// One sample a member of the object that is a number.
std::string samples(element from, std::string_view pointer, std::string_view name,
                    std::string_view key) {
  std::string text;
  simdjson::dom::object members;
  if (from.at_pointer(pointer).get(members) != simdjson::SUCCESS) return text;
  for (const auto& [member, value] : members) {
    uint64_t number = 0;
    if (value.get(number) != simdjson::SUCCESS) continue;
    text += fmt::format("{}{{{}=\"{}\"}} {}\n", name, key, label(member), number);
  }
  return text;
}

std::string of_stats(element stats) {
  std::string text;
  for (const Metric& metric : kMetrics) {
    text += head(metric.name, metric.type, metric.help) +
            fmt::format("{} {}\n", metric.name, number_at(stats, metric.pointer));
  }
  text += head("telltale_payload_bytes_total", "counter",
               "Payload that left devices, by what became of it");
  for (const std::string_view column : kColumns) {
    text += fmt::format("telltale_payload_bytes_total{{read=\"{}\"}} {}\n", column,
                        number_at(stats, fmt::format("/stats/coverage/{}", column)));
  }
  text += head("telltale_transport_packets_total", "counter", "Packets by transport") +
          samples(stats, "/stats/decoder", "telltale_transport_packets_total", "transport");
  text += head("telltale_decoder_events_total", "counter", "Malformed traffic and reached caps") +
          samples(stats, "/stats/decoder/event", "telltale_decoder_events_total", "event");
  if (const auto time = parse_iso8601(text_at(stats, "/timestamp"))) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time->time_since_epoch());
    text += head("telltale_stats_timestamp_seconds", "gauge", "Time of these counters") +
            fmt::format("telltale_stats_timestamp_seconds {}\n", seconds.count());
  }
  return text;
}

std::string of_interfaces(const std::vector<DashboardHost::Interface>& interfaces) {
  if (interfaces.empty()) return {};
  std::string up = head("telltale_interface_up", "gauge", "Whether the interface can be read");
  std::string packets = head("telltale_interface_packets_total", "counter", "Packets it gave");
  std::string drops = head("telltale_interface_drops_total", "counter", "Packets lost at it");
  for (const DashboardHost::Interface& one : interfaces) {
    const std::string name = label(one.name);
    up += fmt::format("telltale_interface_up{{interface=\"{}\"}} {}\n", name, one.up ? 1 : 0);
    packets +=
        fmt::format("telltale_interface_packets_total{{interface=\"{}\"}} {}\n", name, one.packets);
    drops +=
        fmt::format("telltale_interface_drops_total{{interface=\"{}\"}} {}\n", name, one.dropped);
  }
  return up + packets + drops;
}

}  // namespace

std::string metrics_text(std::string_view stats,
                         const std::vector<DashboardHost::Interface>& interfaces) {
  std::string text = head("telltale_build_info", "gauge", "The version that runs") +
                     fmt::format("telltale_build_info{{version=\"{}\"}} 1\n", kVersion);
  simdjson::dom::parser parser;
  element root;
  if (parser.parse(stats.data(), stats.size()).get(root) == simdjson::SUCCESS) {
    text += of_stats(root);
  }
  return text + of_interfaces(interfaces);
}

}  // namespace telltale
