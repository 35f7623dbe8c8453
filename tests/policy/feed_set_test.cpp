// Feeds in a policy, and their reload.
#include "sensor/policy/feed_set.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "sensor/policy/trust.h"

namespace telltale {
namespace {

class FeedSetTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = testing::TempDir() + "telltale_feeds_" + test->name();
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  // Replaces the file, as tools that write lists do.
  std::string write(const std::string& name, const std::string& text) {
    const std::string path = folder_ + "/" + name;
    std::ofstream(path + ".new") << text;
    std::filesystem::rename(path + ".new", path);
    return path;
  }
  static Config config_of(const std::string& text) { return parse_config(text, "test"); }
  static TrustDecision judged(const Config& config, const FeedSet& feeds, const char* host,
                              const char* ip = "8.8.8.8") {
    Destination destination;
    destination.ip = *IpAddress::parse(ip);
    destination.hostname = host;
    return TrustPolicy(config, &feeds).judge(destination);
  }

  std::string folder_;
};

TEST_F(FeedSetTest, EntriesHaveTheRankOfWhatTheyListAndComeAfterTheUsersOwn) {
  const std::string bad =
      write("bad.txt", "evil.example\nmine.example\nlong.fine.example\n203.0.113.0/24\n");
  const std::string good = write("good.txt", "evil.example\nfine.example\n203.0.113.128/25\n");
  const Config config = config_of(
      "trust: {trusted: {domains: [mine.example], asns: [64500]}}\n"
      "feeds: [{path: " +
      bad + ", name: bad}, {path: " + good + ", trust: trusted}]\n");
  const FeedSet feeds(config);
  EXPECT_EQ(judged(config, feeds, "a.evil.example").reason, "untrusted.feeds.bad: evil.example")
      << "where two feeds disagree, untrusted wins";
  EXPECT_EQ(judged(config, feeds, "mine.example").reason, "trusted.domains: mine.example");
  EXPECT_EQ(judged(config, feeds, "x.fine.example").reason, "trusted.feeds.good: fine.example");
  EXPECT_EQ(judged(config, feeds, "x.long.fine.example").reason,
            "untrusted.feeds.bad: long.fine.example");
  EXPECT_EQ(judged(config, feeds, "", "203.0.113.1").reason, "untrusted.feeds.bad: 203.0.113.0/24");
  EXPECT_EQ(judged(config, feeds, "", "203.0.113.200").reason,
            "trusted.feeds.good: 203.0.113.128/25");
  EXPECT_EQ(judged(config, feeds, "other.example").trust, Trust::unknown);
}

TEST_F(FeedSetTest, AChangedFileIsReloadedOnce) {
  const std::string path = write("bad.txt", "evil.example\n");
  const Config config = config_of("feeds: [{path: " + path + "}]\n");
  FeedSet feeds(config);
  EXPECT_TRUE(feeds.poll().empty());
  write("bad.txt", "other.example\nthird.example\n");
  ASSERT_EQ(feeds.poll().size(), 1U);
  EXPECT_TRUE(feeds.poll().empty());
  EXPECT_EQ(judged(config, feeds, "evil.example").trust, Trust::unknown);
  EXPECT_EQ(judged(config, feeds, "other.example").trust, Trust::untrusted);
}

TEST_F(FeedSetTest, ABadNewFileLeavesTheOldEntries) {
  const std::string path = write("bad.txt", "evil.example\n");
  const Config config = config_of("feeds: [{path: " + path + "}]\n");
  FeedSet feeds(config);
  write("bad.txt", "<html>502 Bad Gateway</html>\n");
  const auto lines = feeds.poll();
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_NE(lines[0].find("its 1 entries from before stay"), std::string::npos) << lines[0];
  EXPECT_EQ(judged(config, feeds, "evil.example").trust, Trust::untrusted);
  std::filesystem::remove(path);
  EXPECT_EQ(feeds.poll().size(), 1U);
  EXPECT_EQ(judged(config, feeds, "evil.example").trust, Trust::untrusted) << "a missing file too";
  write("bad.txt", "later.example\n");
  feeds.poll();
  EXPECT_EQ(judged(config, feeds, "later.example").trust, Trust::untrusted);
}

TEST_F(FeedSetTest, ReadersKeepWhatTheyTook) {
  const std::string path = write("bad.txt", "evil.example\n");
  const Config config = config_of("feeds: [{path: " + path + "}]\n");
  FeedSet feeds(config);
  const auto before = feeds.current();
  write("bad.txt", "other.example\n");
  feeds.poll();
  EXPECT_TRUE((*before)[0]->has_name("evil.example"));
  EXPECT_FALSE((*feeds.current())[0]->has_name("evil.example"));
}

}  // namespace
}  // namespace telltale
