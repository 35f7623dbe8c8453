#include "sensor/web/metrics.h"

#include <fstream>
#include <regex>
#include <set>

#include <gtest/gtest.h>

namespace telltale {
namespace {

constexpr std::string_view kStats =
    R"({"timestamp":"2026-11-23T21:03:21.371555+0000","event_type":"stats","stats":{"packets":298,)"
    R"("bytes":101039,"drops":2,"decoder":{"tcp":210,"udp":70,"event":{"ipv4_truncated":3}},)"
    R"("flows":33,"evictions":1,"memory":10324,"findings":24,"alerts":6,"notices":3,"muted":4,)"
    R"("anomalies":5,"coverage":{"bytes_out":60,"clear":10,"decrypted":20,"opaque":5,"lost":7,)"
    R"("skipped":18,"gaps":9}}})";

bool has_line(const std::string& text, const std::string& line) {
  return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

TEST(Metrics, SayWhatTheStatsSay) {
  const std::string text = metrics_text(kStats, {{"br-lan", true, 298, 2}});
  for (const char* line :
       {"telltale_packets_total 298", "telltale_drops_total 2", "telltale_flow_evictions_total 1",
        "telltale_alerts_total 6", "telltale_muted_total 4", "telltale_stream_gaps_total 9",
        "telltale_payload_bytes_total{read=\"opaque\"} 5",
        "telltale_transport_packets_total{transport=\"udp\"} 70",
        "telltale_decoder_events_total{event=\"ipv4_truncated\"} 3",
        "telltale_stats_timestamp_seconds 1795467801",
        "telltale_interface_up{interface=\"br-lan\"} 1",
        "telltale_interface_drops_total{interface=\"br-lan\"} 2"}) {
    EXPECT_TRUE(has_line(text, line)) << line << "\n" << text;
  }
}

TEST(Metrics, EveryMetricIsTypedOnceAndNeverNamedAgain) {
  const std::string text = metrics_text(kStats, {{"a", true, 1, 0}, {"b", false, 2, 0}});
  std::set<std::string> typed;
  std::istringstream lines(text);
  std::string line;
  const std::regex sample(R"(([a-z_]+)(\{[a-z]+="[^"\n]*"\})? [0-9]+)");
  while (std::getline(lines, line)) {
    if (line.starts_with("# TYPE ")) {
      EXPECT_TRUE(typed.insert(line.substr(7, line.find(' ', 7) - 7)).second) << line;
    } else if (!line.starts_with("# HELP ")) {
      std::smatch parts;
      ASSERT_TRUE(std::regex_match(line, parts, sample)) << line;
      EXPECT_TRUE(typed.contains(parts[1])) << line;
    }
  }
}

TEST(Metrics, NamesFromOutsideBreakNoLine) {
  const std::string text = metrics_text("", {{"br\"0\\\n", true, 1, 0}});
  EXPECT_TRUE(has_line(text, R"(telltale_interface_up{interface="br\"0\\\n"} 1)")) << text;
  EXPECT_EQ(metrics_text("no json", {}).find("telltale_packets_total"), std::string::npos);
}

// What is shipped for Prometheus and Grafana asks for metrics that there are.
TEST(Metrics, ThoseOfTheShippedDashboardsExist) {
  const std::string text = metrics_text(kStats, {{"a", true, 1, 0}});
  for (const char* name : {"prometheus-alerts.yml", "grafana-dashboard.json"}) {
    std::ifstream file(std::string(TELLTALE_SOURCE_DIR "/deploy/monitoring/") + name);
    const std::string content((std::istreambuf_iterator<char>(file)), {});
    ASSERT_FALSE(content.empty()) << name;
    const std::regex metric("telltale_[a-z_]+");
    size_t asked = 0;
    for (auto it = std::sregex_iterator(content.begin(), content.end(), metric);
         it != std::sregex_iterator(); ++it, ++asked) {
      EXPECT_NE(text.find("# TYPE " + it->str() + " "), std::string::npos)
          << name << ": " << it->str();
    }
    EXPECT_GT(asked, 5U) << name;
  }
}

}  // namespace
}  // namespace telltale
