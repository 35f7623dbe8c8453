// MessagePack, CBOR and BSON: the same document in each, and what is special to one.
#include <bit>
#include <chrono>

#include "tests/unwrap/unwrapped.h"

namespace telltale {
namespace {

using namespace std::string_literals;
using test::Unwrapped;
using test::unwrapped;
using testing::ElementsAre;

std::string big(uint64_t bits, int size) {
  std::string bytes;
  while (size-- > 0) bytes += static_cast<char>(bits >> (8 * size));
  return bytes;
}
std::string little(uint64_t bits, int size) {
  std::string bytes;
  for (int i = 0; i < size; ++i) bytes += static_cast<char>(bits >> (8 * i));
  return bytes;
}
std::string double_be(double value) { return big(std::bit_cast<uint64_t>(value), 8); }
std::string double_le(double value) { return little(std::bit_cast<uint64_t>(value), 8); }

// {"imei":"490154203237518","lat":12.9716,"list":[1,{"n":"Ada"}],"ok":true}
const std::string kMsgpack =
    "\x84\xa4imei\xaf"
    "490154203237518\xa3lat\xcb"s +
    double_be(12.9716) +
    "\xa4list\x92\x01\x81\xa1n\xa3"
    "Ada\xa2ok\xc3"s;
const std::string kCbor =
    "\xa4\x64imei\x6f"
    "490154203237518\x63lat\xfb"s +
    double_be(12.9716) +
    "\x64list\x82\x01\xa1\x61n\x63"
    "Ada\x62ok\xf5"s;
std::string bson_document(const std::string& inside) {
  return little(inside.size() + 5, 4) + inside + '\0';
}
std::string bson_text(const std::string& key, const std::string& value) {
  return '\x02' + key + '\0' + little(value.size() + 1, 4) + value + '\0';
}
const std::string kBson = bson_document(bson_text("imei", "490154203237518") + "\x01lat\0"s +
                                        double_le(12.9716) + "\x04list\0"s +
                                        bson_document("\x10"
                                                      "0\0"s +
                                                      little(1, 4) +
                                                      "\x03"
                                                      "1\0"s +
                                                      bson_document(bson_text("n", "Ada"))) +
                                        "\x08ok\0\x01"s);

struct Format {
  const char* name;
  const std::string& bytes;
  const char* media_type;
};
const Format kFormats[] = {{"msgpack", kMsgpack, "application/msgpack"},
                           {"cbor", kCbor, "application/cbor"},
                           {"bson", kBson, "application/bson"}};

class BinaryDocument : public testing::TestWithParam<Format> {};
INSTANTIATE_TEST_SUITE_P(All, BinaryDocument, testing::ValuesIn(kFormats),
                         [](const auto& test) { return std::string(test.param.name); });

TEST_P(BinaryDocument, IsReadWithAndWithoutAHint) {
  const std::vector<std::string> want{"$.imei=490154203237518", "$.lat=12.9716", "$.list[0]=1",
                                      "$.list[1].n=Ada", "$.ok=true"};
  EXPECT_EQ(unwrapped(GetParam().bytes), want);
  EXPECT_EQ(unwrapped(GetParam().bytes, {.media_type = GetParam().media_type}), want);
}

TEST_P(BinaryDocument, SaysTheKindsOfValues) {
  const Unwrapped got(GetParam().bytes);
  EXPECT_EQ(got.at("$.lat").kind, FieldKind::number);
  EXPECT_EQ(got.at("$.ok").kind, FieldKind::boolean);
  EXPECT_EQ(got.field_at("$.list").kind, FieldKind::array);
}

TEST_P(BinaryDocument, EvidenceKeepsItsPlaceOnTheWire) {
  const Unwrapped got(GetParam().bytes);
  for (const auto& [path, value] :
       {std::pair{"$.imei", "490154203237518"}, {"$.list[1].n", "Ada"}}) {
    const Field& field = got.field_at(path);
    EXPECT_TRUE(field.verbatim);
    EXPECT_EQ(GetParam().bytes.substr(field.wire_begin, field.wire_end - field.wire_begin), value);
  }
}

TEST_P(BinaryDocument, AnyTruncationGivesAPrefixOfTheFields) {
  test::expect_prefixes_read(GetParam().bytes, {.media_type = GetParam().media_type});
  const size_t in_the_list = GetParam().bytes.find("list");
  const Unwrapped cut(GetParam().bytes.substr(0, in_the_list),
                      {.media_type = GetParam().media_type}, {}, true);
  EXPECT_EQ(cut.at("$.imei").value, "490154203237518");
}

TEST(Msgpack, ReadsAllFamilies) {
  EXPECT_THAT(unwrapped("\x8a\xa1"s + "a\xcc\xff\xa1"s + "b\xcd\x01\x00\xa1"s + "c\xd0\x80\xa1"s +
                        "d\xca\x41\x48\0\0\xa1"s + "e\xc0\xa1"s + "f\xd9\x03xyz\xa1"s +
                        "g\xc4\x02\x01\x02\xa1"s + "h\xe0\xa1"s + "i\xdc\0\x01\x05\xa1"s +
                        "j\xce\x65\x52\x3c\x00"s),
              ElementsAre("$.a=255", "$.b=256", "$.c=-128", "$.d=12.5", "$.e=null", "$.f=xyz",
                          "$.g=\x01\x02", "$.h=-32", "$.i[0]=5", "$.j=1699888128"));
}

TEST(Msgpack, ReadsListsOfMaps) {
  EXPECT_THAT(unwrapped("\x92\x81\xa1n\xa3"
                        "Ada\x81\xa1n\xa3"
                        "Bob"s),
              ElementsAre("$[0].n=Ada", "$[1].n=Bob"));
}

TEST(Cbor, ReadsAllMajorTypes) {
  EXPECT_THAT(unwrapped("\xd9\xd9\xf7\xbf\x61"s + "a\x39\x01\xf3\x61"s + "b\xf9\x3c\x00\x61"s +
                        "c\xf6\x61"s + "d\x9f\x01\x02\xff\x61"s + "e\xc1\x1a\x51\x4b\x67\xb0\x61"s +
                        "f\x42\x01\x02\xff"s),
              ElementsAre("$.a=-500", "$.b=1", "$.c=null", "$.d[0]=1", "$.d[1]=2", "$.e=1363896240",
                          "$.f=\x01\x02"));
}

TEST(Bson, ReadsItsOtherTypes) {
  const std::string bytes = bson_document(
      "\x12t\0"s + little(1700000000000, 8) + "\x07id\0"s + "ABCDEFGHIJKL" + "\x0an\0"s +
      "\x05"
      "b\0"s +
      little(3, 4) + "\0xyz"s + "\x10i\0"s + little(static_cast<uint32_t>(-7), 4));
  EXPECT_THAT(unwrapped(bytes), ElementsAre("$.t=1700000000000", "$.id=ABCDEFGHIJKL", "$.n=null",
                                            "$.b=xyz", "$.i=-7"));
}

TEST(BinaryDocuments, OtherBytesStayAsTheyAre) {
  for (const std::string& bytes : {"\x81\x81\x81\x81\x81\x81\x81"s, "\xa1\x61\x80\x90\xa0\xb0"s,
                                   "\x84\xa4imei\xc1\xc1\xc1"s, "\xc3\xa9t\xc3\xa9 comme hiver"s,
                                   "\x10\0\0\0\x02"
                                   "a\0\xff\xff\xff\xff\xff\0\0\0\0"s,
                                   "\x05\0\0\0\0\0\0\0"s}) {
    EXPECT_THAT(unwrapped(bytes), ElementsAre("=" + bytes));
  }
}

TEST(BinaryDocuments, RandomBytesAreHardlyEverTaken) {
  uint64_t state = 88172645463325252;
  size_t taken = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes{round % 2 == 0 ? '\x81' : '\xa1'};
    while (bytes.size() < 8 + static_cast<size_t>(round % 60)) {
      state ^= state << 13;
      state ^= state >> 7;
      state ^= state << 17;
      bytes += static_cast<char>(state >> 32);
    }
    taken += static_cast<size_t>(Unwrapped(bytes).fields().size() > 1);
  }
  EXPECT_LE(taken, 100U);
}

TEST(BinaryDocuments, NestingIsCapped) {
  const std::string msgpack =
      "\x81\xa1"
      "a"s +
      std::string(500, '\x91') + "\x01"s;
  const std::string cbor =
      "\xa1\x61"
      "a"s +
      std::string(500, '\x81') + "\x01"s;
  EXPECT_EQ(Unwrapped(msgpack, {.media_type = "application/msgpack"})
                .count(Weird::binary_document_nested_too_deep),
            1U);
  EXPECT_EQ(Unwrapped(cbor, {.media_type = "application/cbor"})
                .count(Weird::binary_document_nested_too_deep),
            1U);
}

TEST(BinaryDocuments, HostileLengthsCostLittle) {
  const std::string heads[] = {"\xdf\xff\xff\xff\xff"s,
                               "\xdd\xff\xff\xff\xff"s,
                               "\xdb\xff\xff\xff\xff"s,
                               "\xbb\xff\xff\xff\xff\xff\xff\xff\xff"s,
                               "\x9b\xff\xff\xff\xff\xff\xff\xff\xff"s,
                               "\x7b\xff\xff\xff\xff\xff\xff\xff\xff"s,
                               "\x81"s,
                               "\xa1"s,
                               "\x9f"s,
                               "\xbf"s,
                               "\xd9\xd9\xf7"s,
                               "\x91"s,
                               "\x7f"s,
                               "\x5f"s,
                               "\xd8\x01"s};
  for (const std::string& head : heads) {
    for (const std::string& piece : heads) {
      std::string bomb = head;
      while (bomb.size() < (64U << 10)) bomb += piece;
      for (const std::string_view type :
           {"application/msgpack", "application/cbor", "application/bson", ""}) {
        const auto start = std::chrono::steady_clock::now();
        const Unwrapped got(bomb, {.media_type = type});
        ASSERT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(2)) << type;
        ASSERT_LE(got.fields().size(), Limits{}.max_fields);
      }
    }
  }
}

}  // namespace
}  // namespace telltale
