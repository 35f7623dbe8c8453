#include "sensor/detect/text_scan.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace telltale {
namespace {

std::string pairs(std::string_view text, bool truncated = false) {
  TextScanner scanner(text, truncated);
  std::string out;
  for (KeyedText found; scanner.next(found);) {
    out += (out.empty() ? "" : " ") + std::string(found.key) + "=" + std::string(found.value);
  }
  return out;
}

TEST(TextScan, FindsPairsHoweverTheyAreWritten) {
  const std::vector<std::pair<std::string_view, std::string_view>> cases = {
      {"boot mac=1a:2b serial=R5 up", "mac=1a:2b serial=R5"},
      {"imei: 35", "imei=35"},
      {"imei : 35", "imei=35"},
      {R"("imei":"35","lat":1.5)", "imei=35 lat=1.5"},
      {R"(\"imei\":\"35\")", "imei=35"},
      {"imei='35'", "imei=35"},
      {"{imei=35, model=X}", "imei=35 model=X"},
      {"[MODEL=LGLS751]", "MODEL=LGLS751"},
      {"http://x.example/?imei=35&a=b", "imei=35"},
      {"a=1", ""},
      {"12:30:45", ""},
      {"=5", ""},
      {"key=", ""},
      {"", ""},
  };
  for (const auto& [text, expected] : cases) {
    const std::string found = pairs(text);
    if (expected.empty()) {
      EXPECT_EQ(found, "") << text;
    } else {
      EXPECT_NE(found.find(expected), std::string::npos) << text << " gave " << found;
    }
  }
}

TEST(TextScan, AValueThatWasCutOffIsNotTold) {
  EXPECT_EQ(pairs("mac=aa imei=35", true), "mac=aa");
  EXPECT_EQ(pairs("mac=aa imei=35", false), "mac=aa imei=35");
}

TEST(TextScan, VeryLongWordsAreNoKeysOrValues) {
  EXPECT_EQ(pairs(std::string(200, 'k') + "=1"), "");
  EXPECT_EQ(pairs("imei=" + std::string(500, '1')), "");
}

TEST(TextScan, RestOfLineStopsAtItsEnd) {
  const std::string_view text = "location: 52.5, 13.3\nnext";
  TextScanner scanner(text, false);
  KeyedText found;
  ASSERT_TRUE(scanner.next(found));
  EXPECT_EQ(scanner.rest_of_line(found), "52.5, 13.3");
}

}  // namespace
}  // namespace telltale
