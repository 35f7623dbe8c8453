#include "config/selftest.h"

#include <gtest/gtest.h>

#include <map>
#include <set>

#include "config/config.h"

namespace telltale {
namespace {

TEST(Selftest, HasTenOfEachKindForEachType) {
  std::map<DataType, int> leaks;
  std::map<DataType, int> looks;
  std::set<std::string> names;
  for (const SelftestMessage& message : shipped_selftest()) {
    EXPECT_TRUE(names.insert(message.name).second) << "two are named " << message.name;
    EXPECT_NE(message.expect.empty(), message.tempts.empty()) << message.name;
    for (const DataType type : message.expect) ++leaks[type];
    for (const DataType type : message.tempts) ++looks[type];
  }
  for (const auto& [type, count] : leaks) {
    EXPECT_GE(count, 10) << name_of(type);
    EXPECT_GE(looks[type], 10) << name_of(type);
  }
  EXPECT_GE(leaks.size(), 22U);
}

TEST(Selftest, ReadsAMessage) {
  const auto messages = read_selftest("messages:\n- name: a\n  send: GET /x?y=1\n  expect: [imei]\n- name: b\n  send: udp\n  port: 99\n  hex: '0aff'\n", "t");
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_EQ(messages[0].path, "/x?y=1");
  EXPECT_EQ(messages[1].transport, SelftestMessage::Transport::udp);
  EXPECT_EQ(messages[1].body, "\x0a\xff");
}

TEST(Selftest, RefusesWhatItDoesNotKnow) {
  EXPECT_THROW(read_selftest("messages:\n- name: a\n  expect: [shoe_size]\n", "t"), ConfigError);
  EXPECT_THROW(read_selftest("messages:\n- name: a\n  hex: 'zz'\n", "t"), ConfigError);
  EXPECT_THROW(read_selftest("messages:\n- name: a\n  send: carrier pigeon\n", "t"), ConfigError);
}

}  // namespace
}  // namespace telltale
