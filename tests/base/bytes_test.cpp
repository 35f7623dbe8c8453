#include "sensor/base/bytes.h"

#include <string>

#include <gtest/gtest.h>

namespace telltale {
namespace {

using std::string_literals::operator""s;

const std::string kCounting = "\x01\x02\x03\x04\x05\x06\x07\x08"s;

TEST(Bytes, TextAndBytesAreTwoViewsOfTheSameMemory) {
  const std::string text = "a\0\xff"s;
  EXPECT_EQ(as_bytes(text).data(), reinterpret_cast<const uint8_t*>(text.data()));
  EXPECT_EQ(as_text(as_bytes(text)), text);
}

TEST(Bytes, LoadsBigEndianWithTheHighestBitSet) {
  const std::string high = "\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8"s;
  const uint8_t* p = as_bytes(high).data();
  EXPECT_EQ(load_be16(p), 0xfffe);
  EXPECT_EQ(load_be32(p), 0xfffefdfcU);
  EXPECT_EQ(load_be64(p), 0xfffefdfcfbfaf9f8U);
}

TEST(ByteReader, ReadsNumbersOfEverySizeInBothOrders) {
  EXPECT_EQ(ByteReader(as_bytes(kCounting)).u8(), 1);
  EXPECT_EQ(ByteReader(as_bytes(kCounting)).be16(), 0x0102);
  EXPECT_EQ(ByteReader(as_bytes(kCounting)).be24(), 0x010203U);
  EXPECT_EQ(ByteReader(as_bytes(kCounting)).be32(), 0x01020304U);
  EXPECT_EQ(ByteReader(as_bytes(kCounting)).be64(), 0x0102030405060708U);
  EXPECT_EQ(ByteReader(as_bytes(kCounting)).le16(), 0x0201);
  EXPECT_EQ(ByteReader(as_bytes(kCounting)).le32(), 0x04030201U);
  EXPECT_EQ(ByteReader(as_bytes(kCounting)).le64(), 0x0807060504030201U);
}

TEST(ByteReader, MovesOnAndKnowsWhereItIs) {
  ByteReader reader(as_bytes(kCounting));
  reader.skip(2);
  EXPECT_EQ(as_text(reader.take(3)), "\x03\x04\x05");
  EXPECT_EQ(reader.position(), 5U);
  EXPECT_EQ(reader.remaining(), 3U);
  EXPECT_EQ(as_text(reader.peek()), "\x06\x07\x08");
  EXPECT_EQ(as_text(reader.rest()), "\x06\x07\x08");
  EXPECT_TRUE(reader.done());
  EXPECT_TRUE(reader.ok());
}

TEST(ByteReader, ReadingExactlyToTheEndIsFine) {
  ByteReader reader(as_bytes(kCounting));
  reader.be64();
  EXPECT_TRUE(reader.ok());
  EXPECT_EQ(reader.take(0).size(), 0U);
  EXPECT_TRUE(reader.rest().empty());
  EXPECT_TRUE(reader.ok());
}

TEST(ByteReader, AReadThatRunsShortGivesZeroAndStaysFailed) {
  ByteReader reader(as_bytes(kCounting));
  reader.skip(5);
  EXPECT_EQ(reader.be32(), 0U);
  EXPECT_FALSE(reader.ok());
  EXPECT_EQ(reader.u8(), 0) << "nothing is read after a failure, though bytes were left";
  EXPECT_TRUE(reader.rest().empty());
  EXPECT_FALSE(reader.ok());
}

TEST(ByteReader, AHugeSizeDoesNotWrapAround) {
  ByteReader reader(as_bytes(kCounting));
  reader.u8();
  EXPECT_TRUE(reader.take(SIZE_MAX).empty());
  EXPECT_FALSE(reader.ok());
  ByteReader skipping(as_bytes(kCounting));
  skipping.u8();
  skipping.skip(SIZE_MAX);
  EXPECT_FALSE(skipping.ok());
  EXPECT_EQ(skipping.remaining(), 0U);
}

TEST(ByteReader, AnEmptyInputFailsOnTheFirstRead) {
  ByteReader reader(Bytes{});
  EXPECT_TRUE(reader.ok());
  EXPECT_EQ(reader.u8(), 0);
  EXPECT_FALSE(reader.ok());
}

}  // namespace
}  // namespace telltale
