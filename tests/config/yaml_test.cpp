#include "config/yaml.h"

#include <gtest/gtest.h>

namespace telltale {
namespace {

TEST(Yaml, KeepsOrderKindsAndText) {
  const YamlDocument document("b: [1, two, ~]\na: {x: 'q'}\n", "t");
  const YamlNode& root = document.root();
  ASSERT_EQ(root.members.size(), 2U);
  EXPECT_EQ(root.members[0].first.text, "b");
  const YamlNode& list = root.members[0].second;
  ASSERT_EQ(list.items.size(), 3U);
  EXPECT_EQ(list.items[1].text, "two");
  EXPECT_EQ(list.items[2].kind, YamlNode::Kind::null);
  EXPECT_EQ(root.members[1].second.members[0].second.text, "q");
}

TEST(Yaml, AQuotedTextIsNeverNull) {
  const YamlDocument document("[\"null\", null, '', '~']", "t");
  const auto& items = document.root().items;
  EXPECT_EQ(items[0].kind, YamlNode::Kind::scalar);
  EXPECT_EQ(items[1].kind, YamlNode::Kind::null);
  EXPECT_EQ(items[2].kind, YamlNode::Kind::scalar);
  EXPECT_EQ(items[3].kind, YamlNode::Kind::scalar);
}

TEST(Yaml, PlacesAreThoseOfTheValue) {
  const YamlDocument document("a:\n  - x\n  - yes\n", "t");
  try {
    document.root().members[0].second.items[1].fail("here");
  } catch (const ConfigError& error) {
    EXPECT_STREQ(error.what(), "t:3:5: here");
  }
}

TEST(Yaml, NothingAndCommentsAreANullDocument) {
  for (const char* text : {"", "\n\n", "# only a comment\n", "---\n", "---\n...\n"}) {
    EXPECT_EQ(YamlDocument(text, "t").root().kind, YamlNode::Kind::null) << text;
  }
}

TEST(Yaml, QuotedTextStaysOneValidLine) {
  EXPECT_EQ(in_quotes("a\nb\x01"), "'a?b?'");
  EXPECT_EQ(in_quotes(std::string(39, 'a') + "\xc3\xa9"), "'" + std::string(39, 'a') + "...'");
}

TEST(Yaml, BrokenTextOfAnyKindIsAConfigError) {
  for (const char* text : {"{", "[", "\"", "'", "a: b: c", "\t- x", "- a\nb", "%YAML 9.9\n---\n",
                           "? [", "&", "*", "!<", "|x", "\xff\xfe\x00", "a: |\n b\n\tc: d\n :"}) {
    try {
      const YamlDocument document(text, "t");
    } catch (const ConfigError& error) {
      EXPECT_EQ(std::string(error.what()).substr(0, 2), "t:") << text;
      EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << text;
    }
  }
}

}  // namespace
}  // namespace telltale
