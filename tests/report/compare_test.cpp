#include "sensor/report/compare.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "sensor/report/report.h"

namespace telltale {
namespace {

ToldRow row(const std::string& device, const std::string& type, const std::string& host) {
  return {.device = device,
          .type = type,
          .host = host,
          .country = "DE",
          .trust = "unknown",
          .findings = 2};
}

TEST(Compare, WhatIsNewIsWorse) {
  const ReadReport before{{row("a", "imei", "x.example")}};
  const ReadReport after{{row("a", "imei", "x.example"), row("a", "contact_list", "x.example")}};
  const auto differences = compare(before, after, false);
  ASSERT_EQ(differences.size(), 1U);
  EXPECT_EQ(differences[0].change, Change::appeared);
  EXPECT_EQ(differences[0].after.type, "contact_list");
  EXPECT_TRUE(differences[0].is_worse);
}

TEST(Compare, WhatIsGoneIsNotWorse) {
  const auto differences = compare({{row("a", "imei", "x.example")}}, {}, false);
  ASSERT_EQ(differences.size(), 1U);
  EXPECT_EQ(differences[0].change, Change::disappeared);
  EXPECT_FALSE(differences[0].is_worse);
}

TEST(Compare, EncryptionAndTrustCount) {
  ToldRow before = row("a", "imei", "x.example");
  ToldRow after = before;
  after.in_clear = 1;
  after.findings = 90;  // how often says nothing
  auto differences = compare({{before}}, {{after}}, false);
  ASSERT_EQ(differences.size(), 1U);
  EXPECT_EQ(differences[0].what, std::vector<std::string>{"now without encryption"});
  EXPECT_TRUE(differences[0].is_worse);
  differences = compare({{after}}, {{before}}, false);
  ASSERT_EQ(differences.size(), 1U);
  EXPECT_FALSE(differences[0].is_worse);
  after = before;
  after.trust = "untrusted";
  differences = compare({{before}}, {{after}}, false);
  ASSERT_EQ(differences.size(), 1U);
  EXPECT_EQ(differences[0].what, std::vector<std::string>{"trust: unknown -> untrusted"});
  EXPECT_TRUE(differences[0].is_worse);
  after.trust = "trusted";
  EXPECT_FALSE(compare({{before}}, {{after}}, false).at(0).is_worse);
}

TEST(Compare, AcrossDevicesTheDeviceDoesNotMatter) {
  const ReadReport before{{row("a", "imei", "x.example")}};
  const ReadReport after{{row("b", "imei", "x.example"), row("c", "imei", "x.example")}};
  EXPECT_EQ(compare(before, after, false).size(), 3U);
  EXPECT_TRUE(compare(before, after, true).empty());
}

TEST(ReadReport, SaysWhatIsWrong) {
  const auto path = std::filesystem::path(testing::TempDir()) / "no-report.json";
  EXPECT_THROW(read_report(path.string() + ".missing"), ReportError);
  for (const char* text : {"", "{}", "[1,2", R"({"telltale_report":2,"exchanges":[]})",
                           R"({"telltale_report":1,"exchanges":{}})"}) {
    std::ofstream(path) << text;
    EXPECT_THROW(read_report(path.string()), ReportError) << text;
  }
  std::ofstream(path) << R"({"telltale_report":1,"exchanges":[7,{},{"type":5}]})";
  EXPECT_EQ(read_report(path.string()).rows.size(), 3U);
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace telltale
