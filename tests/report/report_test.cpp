#include <gtest/gtest.h>

#include "sensor/report/report_writer.h"
#include "tests/output/events.h"

namespace telltale {
namespace {

using test::context;
using test::destination;
using test::event_of;
using test::imei;
using test::phone;
using test::tls_flow;

Event finding_of(const std::string& host, DataType type, bool cleartext) {
  Finding finding = imei();
  finding.type = type;
  finding.cleartext = cleartext;
  Event event = event_of(FindingEvent{finding});
  event.flow = tls_flow();
  event.device = phone();
  event.destination = destination();
  event.destination->hostname = host;
  return event;
}

ReportContext facts() {
  ReportContext context;
  context.sensor = "lab-1";
  context.version = "1";
  return context;
}

TEST(Report, SumsUpByDeviceTypeAndRecipient) {
  AuditReport report(context());
  report.take(finding_of("a.example", DataType::imei, true));
  report.take(finding_of("a.example", DataType::imei, false));
  report.take(finding_of("a.example", DataType::android_id, false));
  report.take(finding_of("b.example", DataType::imei, false));
  EXPECT_EQ(report.devices().size(), 1U);
  EXPECT_EQ(report.recipients().size(), 2U);
  ASSERT_EQ(report.exchanges().size(), 3U);
  EXPECT_EQ(report.exchanges()[0].findings, 2U);
  EXPECT_EQ(report.exchanges()[0].in_clear, 1U);
  EXPECT_EQ(report.evidence().size(), 4U);
  EXPECT_EQ(report.left_out(), 0U);
}

TEST(Report, TheLeastTrustedComesFirst) {
  AuditReport report(context());
  Event trusted = finding_of("a.example", DataType::contact_list, true);
  trusted.destination->trust = Trust::trusted;
  report.take(trusted);
  report.take(finding_of("b.example", DataType::android_id, true));
  report.take(finding_of("c.example", DataType::contact_list, true));
  std::vector<std::string> hosts;
  for (const size_t place : report.sorted_exchanges()) {
    hosts.push_back(report.recipients()[report.exchanges()[place].recipient].host);
  }
  EXPECT_EQ(hosts, (std::vector<std::string>{"c.example", "b.example", "a.example"}));
}

TEST(Report, HostileNamesStayText) {
  AuditReport report(context());
  Event event = finding_of("<img src=x onerror=alert(1)>", DataType::imei, true);
  event.device->name = "=cmd|' /C calc'!A0";
  report.take(event);
  const std::string html = report_html(report, facts());
  EXPECT_EQ(html.find("<img"), std::string::npos);
  EXPECT_NE(html.find("&lt;img src=x onerror=alert(1)&gt;"), std::string::npos);
  const std::string csv = report_csv(report, facts());
  EXPECT_NE(csv.find("\"'=cmd|' /C calc'!A0\""), std::string::npos) << csv;
}

TEST(Report, ThePageNeedsNothingElse) {
  AuditReport report(context());
  report.take(finding_of("a.example", DataType::imei, true));
  const std::string html = report_html(report, facts());
  for (const char* loads : {"<script", "<link", "src=", "@import", "url("}) {
    EXPECT_EQ(html.find(loads), std::string::npos) << loads;
  }
}

TEST(Report, FormsAreChosenByEnding) {
  EXPECT_NO_THROW(check_report_path("a/b.html"));
  EXPECT_NO_THROW(check_report_path("b.sarif"));
  EXPECT_THROW(check_report_path("b.pdf"), ReportError);
  EXPECT_THROW(check_report_path("html"), ReportError);
}

TEST(Report, WhatCouldNotBeReadIsAHintApartFromFindings) {
  AuditReport report(context());
  Suspicion suspicion{"Some SDK", {DataType::imei, DataType::coordinates}, "its maker (fact)"};
  Event flow = finding_of("sdk.example", DataType::imei, false);
  flow.flow->ledger.opaque = 500;
  flow.payload = FlowEvent{FlowEndReason::closed, std::make_shared<const Suspicion>(suspicion)};
  report.take(flow);
  report.take(flow);
  flow.payload = FlowEvent{};
  report.take(flow);
  ASSERT_EQ(report.suspicions().size(), 1U);
  EXPECT_EQ(report.suspicions()[0].flows, 2U);
  EXPECT_EQ(report.suspicions()[0].opaque, 1000U);
  EXPECT_TRUE(report.exchanges().empty());
  const std::string page = report_html(report, facts());
  EXPECT_NE(page.find("Suspected, not found"), std::string::npos);
  EXPECT_NE(page.find("coordinates"), std::string::npos);
  EXPECT_NE(report_json(report, facts()).find(R"("types":["imei","coordinates"])"),
            std::string::npos);
}

}  // namespace
}  // namespace telltale
