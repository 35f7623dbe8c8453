#include "sensor/output/json_lines.h"

#include <cstdio>
#include <limits>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "tests/output/events.h"

namespace telltale {
namespace {

using test::context;
using test::event_of;

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

std::string score_of(double score) {
  const std::string text = to_json_line(event_of(AnomalyEvent{"x", score, {}}), context());
  const size_t begin = text.find("\"score\":") + 8;
  return text.substr(begin, text.find(',', begin) - begin);
}

TEST(JsonLines, StringsAreValidUtf8WithNothingUnprintable) {
  struct Case {
    std::string_view text;
    std::string_view json;
  };
  const Case cases[] = {
      {"plain", R"("plain")"},
      {"a\"b\\c/", R"("a\"b\\c/")"},
      {"line\nend\r\t", R"("line\nend\r\t")"},
      {std::string_view("nul\0!", 5), R"("nul\u0000!")"},
      {"\x1b[31mred", R"("\u001B[31mred")"},
      {"de\x7fl", R"("de\u007fl")"},
      {"csi \xc2\x9b!", R"("csi \u009b!")"},
      {"nbsp \xc2\xa0!", "\"nbsp \xc2\xa0!\""},
      {"sep\xe2\x80\xa8\xe2\x80\xa9", R"("sep\u2028\u2029")"},
      {"turn\xe2\x80\xae\xe2\x81\xa6 \"x\"\n", "\"turn\\u202e\\u2066 \\\"x\\\"\\u000a\""},
      {"quoted \xe2\x80\x9c", "\"quoted \xe2\x80\x9c\""},
      {"\xe8\x81\x94\xe7\xb3\xbb\xe4\xba\xba", "\"\xe8\x81\x94\xe7\xb3\xbb\xe4\xba\xba\""},
      {"bad \xff\xc3", "\"bad \xef\xbf\xbd\xef\xbf\xbd\""},
      {"cut \xe2\x80", "\"cut \xef\xbf\xbd\xef\xbf\xbd\""},
      {"surrogate \xed\xa0\x80", "\"surrogate \xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
      {"", R"("")"},
  };
  for (const Case& c : cases) EXPECT_EQ(json_quoted(c.text), c.json);
}

TEST(JsonLines, HostileKeysAreStringsToo) {
  const std::string text =
      to_json_line(event_of(AnomalyEvent{"x", 0, {{"a\"\x7f\xff", "v\n"}}}), context());
  EXPECT_NE(text.find("{\"a\\\"\\u007f\xef\xbf\xbd\":\"v\\n\"}"), std::string::npos) << text;
}

TEST(JsonLines, NumbersHaveAtMostThreeDecimalsAndAreAlwaysNumbers) {
  EXPECT_EQ(score_of(0.95), "0.95");
  EXPECT_EQ(score_of(0.29), "0.29");
  EXPECT_EQ(score_of(0.12345), "0.123");
  EXPECT_EQ(score_of(0.9996), "1.0");
  EXPECT_EQ(score_of(1e-9), "0.0");
  EXPECT_EQ(score_of(12345.6789), "12345.679");
  EXPECT_EQ(score_of(std::numeric_limits<double>::infinity()), "null");
  EXPECT_EQ(score_of(std::numeric_limits<double>::quiet_NaN()), "null");
}

TEST(JsonLines, SinkWritesOneLineAnEvent) {
  const File file(std::tmpfile(), std::fclose);
  ASSERT_NE(file, nullptr);
  const Event first = event_of(AnomalyEvent{"one\ntwo", 0.123456, {}});
  const Event second = event_of(StatsEvent{});
  JsonLineSink sink(file.get(), context());
  sink.write(first);
  sink.write(second);
  sink.write(first);
  EXPECT_TRUE(sink.flush());
  std::rewind(file.get());
  std::string text(4096, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file.get()));
  const std::string line = to_json_line(first, context()) + "\n";
  EXPECT_EQ(text, line + to_json_line(second, context()) + "\n" + line);
}

TEST(JsonLines, SinkTellsThatTheDiskIsFull) {
  const File full(std::fopen("/dev/full", "w"), std::fclose);
  if (full == nullptr) GTEST_SKIP() << "no /dev/full here";
  JsonLineSink sink(full.get(), context());
  sink.write(event_of(StatsEvent{}));
  EXPECT_FALSE(sink.flush());
  EXPECT_FALSE(sink.flush()) << "and goes on telling it";
}

}  // namespace
}  // namespace telltale
