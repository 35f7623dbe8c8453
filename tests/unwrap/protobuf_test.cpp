#include <bit>

#include "tests/unwrap/unwrapped.h"

namespace telltale {
namespace {

using test::Unwrapped;
using test::unwrapped;
using testing::ElementsAre;

std::string varint(uint64_t value) {
  std::string bytes;
  for (; value > 0x7f; value >>= 7) bytes += static_cast<char>((value & 0x7f) | 0x80);
  return bytes + static_cast<char>(value);
}
std::string number(uint32_t field, uint64_t value) { return varint(field << 3) + varint(value); }
std::string text(uint32_t field, std::string_view value) {
  return varint(field << 3 | 2) + varint(value.size()) + std::string(value);
}
std::string little(uint64_t bits, size_t size) {
  std::string bytes;
  for (size_t i = 0; i < size; ++i) bytes += static_cast<char>(bits >> (8 * i));
  return bytes;
}
std::string fixed(uint32_t field, double value) {
  return varint(field << 3 | 1) + little(std::bit_cast<uint64_t>(value), 8);
}
std::string fixed(uint32_t field, float value) {
  return varint(field << 3 | 5) + little(std::bit_cast<uint32_t>(value), 4);
}
std::string big32(size_t size) {
  std::string bytes;
  for (const int shift : {24, 16, 8, 0}) bytes += static_cast<char>(size >> shift);
  return bytes;
}

const std::string kPerson =
    text(1, "490154203237518") + text(2, "404450123456789") + text(3, "samsung");
const std::string kMessage =
    text(1, "register") + text(2, kPerson) + text(3, fixed(1, 12.9716) + fixed(2, 77.5946));

TEST(Protobuf, KeysAreFieldNumbers) {
  EXPECT_THAT(unwrapped(kMessage),
              ElementsAre("$.1=register", "$.2.1=490154203237518", "$.2.2=404450123456789",
                          "$.2.3=samsung", "$.3.1=12.9716", "$.3.2=77.5946"));
}

TEST(Protobuf, NumbersAreReadAsWhatIsPlausible) {
  const Unwrapped got(text(1, "some text") + number(2, 1700000000) + number(3, UINT64_MAX) +
                      fixed(4, 12.5F) + varint(5 << 3 | 1) + little(490154203237518, 8) +
                      varint(6 << 3 | 5) + little(404, 4));
  EXPECT_EQ(got.at("$.2").value, "1700000000");
  EXPECT_EQ(got.at("$.3").value, "-1");
  EXPECT_EQ(got.at("$.4").value, "12.5");
  EXPECT_EQ(got.at("$.5").value, "490154203237518");
  EXPECT_EQ(got.at("$.6").value, "404");
  EXPECT_EQ(got.at("$.2").kind, FieldKind::number);
}

TEST(Protobuf, RepeatedFieldsAreRepeatedMembers) {
  EXPECT_THAT(unwrapped(text(1, text(1, "Ada") + text(2, "5550100")) +
                        text(1, text(1, "Bob") + text(2, "5550101"))),
              ElementsAre("$.1.1=Ada", "$.1.2=5550100", "$.1.1=Bob", "$.1.2=5550101"));
}

TEST(Protobuf, LengthsInFrontOfMessagesArePassedOver) {
  const std::string bytes = text(1, "hello there") + text(2, "490154203237518");
  const std::vector<std::string> one{"$.1=hello there", "$.2=490154203237518"};
  EXPECT_EQ(unwrapped(bytes), one);
  EXPECT_EQ(unwrapped(big32(bytes.size()) + bytes), one);
  EXPECT_EQ(unwrapped(varint(bytes.size()) + bytes), one);
  EXPECT_EQ(unwrapped('\0' + big32(bytes.size()) + bytes), one);
  const std::vector<std::string> two{"$[0].1=hello there", "$[0].2=490154203237518",
                                     "$[1].1=hello there", "$[1].2=490154203237518"};
  EXPECT_EQ(unwrapped(big32(bytes.size()) + bytes + big32(bytes.size()) + bytes), two);
  EXPECT_EQ(unwrapped(varint(bytes.size()) + bytes + varint(bytes.size()) + bytes), two);
}

TEST(Protobuf, LittleEndianLengthsArePassedOver) {
  const std::string bytes = text(1, "hello there") + text(2, "490154203237518");
  EXPECT_THAT(unwrapped(little(bytes.size(), 4) + bytes),
              ElementsAre("$.1=hello there", "$.2=490154203237518"));
}

TEST(Protobuf, ShortBytesAreBelievedOnlyWhenAnnounced) {
  const std::string bytes = number(1, 7) + number(2, 5) + number(3, 300);
  EXPECT_THAT(unwrapped(bytes), ElementsAre("=" + bytes));
  EXPECT_THAT(unwrapped(bytes, {.media_type = "application/x-protobuf"}),
              ElementsAre("$.1=7", "$.2=5", "$.3=300"));
}

TEST(Protobuf, BytesThatAreNoneStayAsTheyAre) {
  for (const std::string& bytes :
       {std::string("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0", 20),
        std::string("\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0", 16),
        std::string("\x0a\x05hello\xff", 8), std::string(40, '\x08'),
        std::string("\0\0\0\0\0\0\0\0", 8), std::string("plain text, nothing else\x01")}) {
    EXPECT_THAT(unwrapped(bytes), ElementsAre("=" + bytes));
  }
}

TEST(Protobuf, RandomBytesAreHardlyEverTaken) {
  uint64_t state = 88172645463325252;
  size_t taken = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes;
    const size_t size = 8 + static_cast<size_t>(round % 120);
    while (bytes.size() < size) {
      state ^= state << 13;
      state ^= state >> 7;
      state ^= state << 17;
      bytes += static_cast<char>(state >> 32);
    }
    const Unwrapped got(bytes);
    taken += static_cast<size_t>(got.fields().size() > 1);
  }
  EXPECT_LE(taken, 40U);
}

TEST(Protobuf, AnyTruncationGivesAPrefixOfTheFields) {
  const auto all = Unwrapped(kMessage).leaves();
  for (size_t size = 12; size < kMessage.size(); ++size) {
    const auto part = Unwrapped(kMessage.substr(0, size), {}, {}, true).leaves();
    for (size_t i = 0; i < part.size(); ++i) {
      // Of a message within, too little may be there to see that it is one.
      if (i + 1 == part.size() && part[i].truncated) break;
      ASSERT_EQ(part[i].path, all[i].path) << "cut at " << size;
      ASSERT_EQ(part[i].value, all[i].value) << "cut at " << size;
    }
  }
}

TEST(Protobuf, EvidenceKeepsItsPlaceOnTheWire) {
  for (const std::string& before : {std::string(), big32(kMessage.size())}) {
    const std::string bytes = before + kMessage;
    const Unwrapped got(bytes);
    const Field& imei = got.field_at("$.2.1");
    EXPECT_TRUE(imei.verbatim);
    EXPECT_EQ(bytes.substr(imei.wire_begin, imei.wire_end - imei.wire_begin), "490154203237518");
  }
}

TEST(Protobuf, NestingIsCapped) {
  std::string deep = text(1, "in the middle");
  for (int i = 0; i < 60; ++i) deep = text(1, deep);
  const Unwrapped got(deep, {.media_type = "application/protobuf"});
  EXPECT_GE(got.count(Weird::protobuf_nested_too_deep), 1U);
}

TEST(Protobuf, HostileMessagesAreDoneWith) {
  std::string nested;
  for (int i = 0; i < 200'000; ++i) nested += "\x0a\x02";
  std::string deep = "\x08\x01";
  while (deep.size() < 100'000) deep = text(1, deep);
  for (std::string bomb :
       {nested, deep, std::string(2U << 20, '\x08'), std::string(2U << 20, '\x0a'),
        std::string(2U << 20, '\x80'), std::string(2U << 20, '\0')}) {
    for (const std::string_view type : {"", "application/x-protobuf", "application/grpc"}) {
      const Unwrapped got(bomb, {.media_type = type}, {}, true);
      EXPECT_LE(got.fields().size(), Limits{}.max_fields);
    }
  }
}

}  // namespace
}  // namespace telltale
