#include "sensor/base/text_cache.h"

#include <string>

#include <gtest/gtest.h>

namespace telltale {
namespace {

class TextCacheTest : public ::testing::Test {
 protected:
  uint64_t size_of(const std::string& text) {
    return cache_.find(text, [&] {
      ++asked_;
      return text.size();
    });
  }

  TextCache<uint64_t> cache_{4};
  int asked_ = 0;
};

TEST_F(TextCacheTest, AsksOnce) {
  for (const char* text : {"a", "imei", "longer than eight"}) {
    asked_ = 0;
    EXPECT_EQ(size_of(text), size_of(text)) << text;
    EXPECT_EQ(asked_, 1) << text;
  }
}

TEST_F(TextCacheTest, AnswersRightWhateverWasCrowdedOut) {
  for (int round = 0; round < 2; ++round) {
    for (size_t size = 0; size < 200; ++size) {
      EXPECT_EQ(size_of(std::string(size, 'x')), size);
    }
  }
}

TEST_F(TextCacheTest, TellsTextsOfOneSizeAndTheSameEndsApart) {
  const std::string ends = "12345678";
  EXPECT_EQ(cache_.find(ends + "aaaaaaaa-aaaaaaaa" + ends, [] { return uint64_t{1}; }), 1U);
  EXPECT_EQ(cache_.find(ends + "aaaaaaaa-aaaaaaab" + ends, [] { return uint64_t{2}; }), 2U);
}

TEST_F(TextCacheTest, TellsTextsApartThatDifferInOneByte) {
  for (size_t size = 1; size <= 40; ++size) {
    for (size_t at = 0; at < size; ++at) {
      TextCache<uint64_t> one_set(1);
      std::string text(size, 'x');
      EXPECT_EQ(one_set.find(text, [] { return uint64_t{1}; }), 1U);
      text[at] = 'y';
      EXPECT_EQ(one_set.find(text, [] { return uint64_t{2}; }), 2U)
          << "byte " << at << " of " << size;
    }
  }
}

TEST_F(TextCacheTest, DoesNotKeepLongTexts) {
  const std::string text(64, 'x');
  size_of(text);
  size_of(text);
  EXPECT_EQ(asked_, 2);
}

}  // namespace
}  // namespace telltale
