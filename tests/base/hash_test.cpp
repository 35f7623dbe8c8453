#include "sensor/base/hash.h"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace telltale {
namespace {

// The key 00 01 .. 0f and the messages 00 01 .. of the SipHash paper's test vectors; the values for
// one and three rounds were computed with an implementation of its own, checked on the paper's
// SipHash-2-4 vector.
TEST(Hash, GivesTheValuesOfSipHash13) {
  const HashKey key{0x0706050403020100, 0x0f0e0d0c0b0a0908};
  const std::pair<size_t, uint64_t> vectors[] = {
      {0, 0xabac0158050fc4dc},  {1, 0xc9f49bf37d57ca93},  {7, 0xd3927d989bb11140},
      {8, 0x369095118d299a8e},  {15, 0xd320d86d2a519956}, {16, 0xcc4fdd1a7d908b66},
      {63, 0x9d199062b7bbb3a8},
  };
  for (const auto& [size, expected] : vectors) {
    std::string message;
    for (size_t i = 0; i < size; ++i) message += static_cast<char>(i);
    EXPECT_EQ(hash64(message, key), expected) << size << " bytes";
  }
  EXPECT_EQ(hash64(std::string_view{}), 0xd1fba762150c532cU) << "no key, no bytes";
}

TEST(Hash, DependsOnTheKeyAndOnEveryByte) {
  EXPECT_NE(hash64("telltale"), hash64("telltale", {1, 0}));
  EXPECT_NE(hash64("telltale"), hash64("telltale", {0, 1}));
  std::set<uint64_t> values;
  for (size_t i = 0; i < 24; ++i) {
    std::string text(24, 'a');
    text[i] = 'b';
    values.insert(hash64(text));
  }
  EXPECT_EQ(values.size(), 24U);
}

TEST(Hash, ZeroesAtTheEndCount) {
  EXPECT_NE(hash64(std::string(3, '\0')), hash64(std::string(4, '\0')));
}

TEST(Hash, TheRandomKeyIsOneForTheWholeProcess) {
  const HashKey key = random_hash_key();
  EXPECT_EQ(random_hash_key().k0, key.k0);
  EXPECT_EQ(random_hash_key().k1, key.k1);
  EXPECT_TRUE(key.k0 != 0 || key.k1 != 0);
}

}  // namespace
}  // namespace telltale
