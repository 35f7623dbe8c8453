#include "sensor/policy/feed.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sensor/policy/registrable_domain.h"

namespace telltale {
namespace {

LoadedFeed parse(std::string_view text, const FeedLimits& limits = {},
                 const char* format = "auto") {
  FeedConfig config;
  config.path = "list.txt";
  config.name = "list";
  config.format = format;
  return parse_feed(text, config, limits);
}

uint64_t skipped(const LoadedFeed& loaded, FeedSkip why) {
  return loaded.report.skipped[static_cast<size_t>(why)].count;
}

bool has(const Feed& feed, std::string_view entry) {
  int bits = 0;
  const auto address = IpAddress::parse(entry);
  return address ? feed.find_address(*address, &bits).has_value() : feed.has_name(entry);
}

struct Row {
  const char* format;
  std::string text;
  std::vector<const char*> in;
  std::vector<const char*> out;
  uint64_t garbage = 0;
};

TEST(Feed, EveryFormatIsRecognisedByItsContent) {
  const Row rows[] = {
      {"domains",
       "# a list\n! of domains\nevil.example\n*.wild.example\n.dotted.example.\nUPPER.Example # "
       "why\n"
       "203.0.113.7\n203.0.113.9:8080\n198.51.100.0/24\n2001:db8::/32\nhttp://url.example/\n"
       "https://192.0.2.1/gate.php\nb\xc3\xbc"
       "cher.example\n\n\r\n",
       {"evil.example", "wild.example", "dotted.example", "upper.example", "203.0.113.7",
        "203.0.113.9", "198.51.100.200", "2001:db8::1", "url.example", "192.0.2.1",
        "xn--bcher-kva.example"},
       {"vil.example", "203.0.113.8", "a.evil.example"}},
      {"hosts",
       "127.0.0.1 localhost\n::1 ip6-localhost\n0.0.0.0 ads.example tracker.example\n"
       "0.0.0.0 third.example # x\nplain.example\nnonsense line here\n",
       {"ads.example", "tracker.example", "third.example", "plain.example"},
       {"localhost", "0.0.0.0", "127.0.0.1"},
       1},
      {"adblock",
       "[Adblock Plus 2.0]\n! Title: x\n||ads.example^\n||t.example^$third-party,important\n"
       "@@||good.example^\n||path.example/ads/*\nexample.org##.banner\n||img.example^$image\n/"
       "banner/*\n",
       {"ads.example", "t.example"},
       {"good.example", "path.example", "example.org", "img.example"}},
      {"dnsmasq",
       "address=/a.example/0.0.0.0\nserver=/b.example/c.example/\nlocal=/d.example/\nport=53\n",
       {"a.example", "b.example", "c.example", "d.example"},
       {},
       1},
      {"rpz",
       "$TTL 60\n@ SOA localhost. root.localhost. 1 1 1 1 1\n@ NS localhost.\nbad.example CNAME .\n"
       "*.bad.example CNAME .\nworse.example 60 IN CNAME .\nok.example CNAME rpz-passthru.\n"
       "32.1.0.0.127.rpz-ip CNAME .\n",
       {"bad.example", "worse.example"},
       {"ok.example"}},
      {"csv",
       "################\n# abuse.ch URLhaus\n#\n# id,dateadded,url,url_status,threat\n"
       "\"1\",\"2026-01-01\",\"http://203.0.113.5:81/bin.sh\",\"online\",\"malware\"\n"
       "\"2\",\"2026-01-01\",\"http://shared.example/user/x.exe\",\"online\",\"malware\"\n"
       "\"3\",\"2026-01-01\",\"http://whole.example/\",\"online\",\"malware\"\n",
       {"203.0.113.5", "whole.example"},
       {"shared.example"}},
      {"csv",
       "# "
       "\"first_seen_utc\",\"ioc_id\",\"ioc_value\",\"ioc_type\",\"threat_type\",\"malware_"
       "printable\"\n"
       "\"2026-01-01\", \"5\", \"c2.example\", \"domain\", \"botnet_cc\", \"Foo, Bar\"\n"
       "\"2026-01-01\", \"6\", \"203.0.113.44:443\", \"ip:port\", \"botnet_cc\", \"Foo\"\n"
       "\"2026-01-01\", \"7\", \"d41d8cd98f00b204e9800998ecf8427e\", \"md5_hash\", \"payload\", "
       "\"Foo\"\n",
       {"c2.example", "203.0.113.44"},
       {}},
      {"csv",
       "first_seen_utc,dst_ip,dst_port,c2_status\n2026-01-01 00:00:00,203.0.113.77,443,online\n",
       {"203.0.113.77"},
       {}},
      {"csv",
       "indicator,app\nx.example,TheSpy\n203.0.113.6,TheSpy\n",
       {"x.example", "203.0.113.6"},
       {}},
      {"misp",
       R"({"name":"w","type":"hostname","version":1,"list":["m.example",".n.example","not a name"]})",
       {"m.example", "n.example"},
       {},
       1},
      {"misp",
       R"({"Event":{"info":"campaign","Attribute":[{"type":"domain","value":"e.example","to_ids":true},
           {"type":"ip-dst|port","value":"203.0.113.8|443"},{"type":"md5","value":"00"}],
           "Object":[{"Attribute":[{"type":"hostname","value":"o.example"}]}]}})",
       {"e.example", "203.0.113.8", "o.example"},
       {}},
      {"misp",
       R"({"iocs":[{"type":"domain","tag":"stalkerware","tlp":"white","value":"t.example"}]})",
       {"t.example"},
       {}},
      {"stix",
       R"({"type":"bundle","id":"bundle--1","objects":[{"type":"identity","name":"x"},
           {"type":"indicator","name":"Spy","pattern_type":"stix",
            "pattern":"[domain-name:value = 's.example' OR domain-name:value='s2.example']"},
           {"type":"indicator","pattern_type":"stix","pattern":"[ipv4-addr:value ISSUBSET '198.51.100.0/25']"},
           {"type":"indicator","pattern_type":"stix",
            "pattern":"[domain-name:value = 'and.example' AND file:size = 5]"},
           {"type":"indicator","pattern_type":"stix","revoked":true,
            "pattern":"[domain-name:value = 'revoked.example']"},
           {"type":"indicator","pattern_type":"stix","pattern":"[domain-name:value != 'not.example']"},
           {"type":"indicator","pattern_type":"stix","pattern":"[url:value = 'https://u.example/']"}]})",
       {"s.example", "s2.example", "198.51.100.1", "u.example"},
       {"and.example", "revoked.example", "not.example"}},
      {"stalkerware",
       "- name: TheSpy\n  names:\n  - TheSpy\n  type: stalkerware\n  websites:\n  - shop.example\n "
       " c2:\n"
       "    ips:\n    - 203.0.113.3\n    domains:\n    - c.example\n    - d.example\n",
       {"203.0.113.3", "c.example", "d.example"},
       {"shop.example"}},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.text);
    const LoadedFeed loaded = parse(row.text);
    EXPECT_EQ(loaded.report.format, row.format);
    for (const char* entry : row.in) EXPECT_TRUE(has(loaded.feed, entry)) << entry;
    for (const char* entry : row.out) EXPECT_FALSE(has(loaded.feed, entry)) << entry;
    EXPECT_EQ(loaded.report.bad(), row.garbage);
    EXPECT_EQ(loaded.report.entries, loaded.feed.size());
  }
}

TEST(Feed, LabelsComeWithTheEntry) {
  EXPECT_EQ(parse("indicator,app\nx.example,TheSpy\n").feed.find_name("x.example")->label,
            "TheSpy");
  EXPECT_EQ(
      parse("- name: TheSpy\n  c2:\n    domains: [c.example]\n").feed.find_name("c.example")->label,
      "TheSpy");
}

TEST(Feed, APublicSuffixNeverMatchesEverything) {
  const LoadedFeed loaded =
      parse("co.uk\nappspot.com\ncom\n0.0.0.0/0\n::/0\nevil.co.uk\n*.github.io\n");
  EXPECT_EQ(loaded.feed.size(), 1U);
  EXPECT_TRUE(has(loaded.feed, "evil.co.uk"));
  EXPECT_EQ(skipped(loaded, FeedSkip::public_suffix), 6U);
}

TEST(Feed, GarbageIsCountedAndTheFirstIsNamed) {
  const LoadedFeed loaded = parse("a.example\nthis is no entry\n-x.example\n<html>\nb.example\n");
  EXPECT_EQ(loaded.feed.size(), 2U);
  EXPECT_EQ(loaded.report.bad(), 3U);
  ASSERT_EQ(loaded.report.lines().size(), 1U);
  EXPECT_EQ(loaded.report.lines()[0],
            "3 left out: 'this is no entry' (line 2) is no domain, address, network or rule of "
            "this format; "
            "so do the others");
}

TEST(Feed, TheLongestNetworkIsFound) {
  const Feed feed = parse("198.51.100.0/24\n198.51.100.128/25\n198.51.100.200\n").feed;
  int bits = 0;
  EXPECT_EQ(feed.find_address(*IpAddress::parse("198.51.100.200"), &bits)->entry, "198.51.100.200");
  EXPECT_EQ(bits, 128);
  EXPECT_EQ(feed.find_address(*IpAddress::parse("198.51.100.201"), &bits)->entry,
            "198.51.100.128/25");
  EXPECT_EQ(feed.find_address(*IpAddress::parse("198.51.100.1"), &bits)->entry, "198.51.100.0/24");
  EXPECT_FALSE(feed.find_address(*IpAddress::parse("198.51.101.1"), &bits));
}

TEST(Feed, DuplicatesCountOnce) {
  const LoadedFeed loaded = parse("a.example\nA.EXAMPLE.\n*.a.example\n192.0.2.1\n192.0.2.1/32\n");
  EXPECT_EQ(loaded.feed.size(), 2U);
  EXPECT_EQ(loaded.report.duplicates, 3U);
}

TEST(Feed, WhatHasNoEntryIsAnErrorThatSaysWhatItShouldBe) {
  const std::pair<const char*, const char*> table[] = {
      {"", "list.txt:1:1: nothing in it is recognised"},
      {"\x89PNG\r\n\x1a\n", "list.txt:1:1: nothing in it is recognised"},
      {"{\"list\": [}", "list.txt:1:1: not valid JSON"},
      {"{\"a\": 1}", "list.txt:1:1: read as misp, it has no entry"},
      {"Listingdate,SHA1,Listingreason\n2026-01-01,00aa,x\n",
       "list.txt:1:1: read as csv, it has no entry"},
      {"com\nnet.\n", "list.txt:1:1: "},
  };
  for (const auto& [text, message] : table) {
    try {
      parse(text);
      ADD_FAILURE() << "no error for " << text;
    } catch (const FeedError& error) {
      EXPECT_EQ(std::string(error.what()).substr(0, std::string_view(message).size()), message);
    }
  }
}

TEST(Feed, CapsAreKept) {
  FeedLimits limits;
  limits.max_entries = 2;
  const LoadedFeed loaded = parse("a.example\nb.example\nc.example\n", limits);
  EXPECT_EQ(loaded.feed.size(), 2U);
  EXPECT_EQ(skipped(loaded, FeedSkip::beyond_cap), 1U);
  limits.max_document = 10;
  EXPECT_THROW(parse(R"({"list": ["m.example"]})", limits), FeedError);
}

TEST(Feed, ALineOfAnyLengthIsOneLine) {
  const LoadedFeed loaded = parse("evil.example\n" + std::string(300'000, 'a') + "\nworse.example\n");
  EXPECT_EQ(loaded.feed.size(), 2U);
  EXPECT_EQ(loaded.report.bad(), 1U);
}

TEST(Feed, AFormatThatIsNamedIsUsed) {
  EXPECT_EQ(parse("0.0.0.0 a.example\n", {}, "hosts").report.format, "hosts");
  EXPECT_EQ(parse("a.example\n", {}, "maltrail").report.format, "domains");
}

TEST(Feed, AFileThatIsNotThereIsNamed) {
  FeedConfig config;
  config.path = "/nowhere/list.txt";
  try {
    load_feed(config, {});
    FAIL() << "no error";
  } catch (const FeedError& error) {
    EXPECT_STREQ(error.what(), "/nowhere/list.txt:1:1: cannot be read: No such file or directory");
  }
}

}  // namespace
}  // namespace telltale
