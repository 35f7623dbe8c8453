#include "sensor/report/html.h"

#include <gtest/gtest.h>

#include "sensor/report/world_map.h"

namespace telltale {
namespace {

TEST(Html, TextOfTrafficCannotBecomeMarkup) {
  EXPECT_EQ(escaped("<script>alert('x')</script> & \"y\""),
            "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;y&quot;");
  EXPECT_EQ(escaped(std::string_view("a\0b\x1b[31m\x7f", 8)), "ab[31m");
  EXPECT_EQ(escaped("\xff\xfe"), "\xef\xbf\xbd\xef\xbf\xbd");
}

TEST(Html, RowsBeyondTheOpenOnesAreFolded) {
  FoldedTable table({{"name", ""}, {"count", "n"}}, 2, "rows");
  for (int i = 0; i < 5; ++i) table.add({"r" + std::to_string(i), "1"});
  const std::string html = table.html();
  const size_t fold = html.find("<details><summary>and 3 more rows</summary>");
  ASSERT_NE(fold, std::string::npos);
  EXPECT_LT(html.find("r1"), fold);
  EXPECT_GT(html.find("r2"), fold);
}

TEST(WorldMap, MarksCountriesByAddressAndByOperator) {
  const std::string map = world_map({{"DE", 3}, {"SG", 1}, {"ZZ", 9}}, {{"CN", 5}});
  const auto count = [&](std::string_view what) {
    size_t times = 0;
    for (size_t at = map.find(what); at != std::string::npos; at = map.find(what, at + 1)) ++times;
    return times;
  };
  EXPECT_EQ(count("<path class=\"to\""), 1U);    // DE; ZZ is nowhere
  EXPECT_EQ(count("<circle class=\"to\""), 1U);  // SG is too small for a shape
  EXPECT_EQ(count("<circle class=\"by\""), 1U);
  EXPECT_GT(count("<path"), 150U);
}

}  // namespace
}  // namespace telltale
