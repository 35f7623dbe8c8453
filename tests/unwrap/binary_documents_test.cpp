// Protobuf, MessagePack, CBOR and BSON.
#include <bit>

#include "tests/unwrap/unwrapped.h"
#include "tests/unwrap/wrap.h"

namespace telltale {
namespace {

using namespace std::string_literals;
using test::Unwrapped;
using test::unwrapped;
using testing::ElementsAre;

std::string varint(uint64_t value) {
  std::string bytes;
  for (; value > 0x7f; value >>= 7) bytes += static_cast<char>(0x80 | (value & 0x7f));
  return bytes + static_cast<char>(value);
}
std::string pb_text(uint32_t field, std::string_view text) {
  return varint(field << 3 | 2) + varint(text.size()) + std::string(text);
}
std::string pb_number(uint32_t field, uint64_t value) { return varint(field << 3) + varint(value); }
std::string pb_double(uint32_t field, double value) {
  std::string bytes = varint(field << 3 | 1);
  for (unsigned shift = 0; shift < 64; shift += 8) {
    bytes += static_cast<char>(std::bit_cast<uint64_t>(value) >> shift);
  }
  return bytes;
}
std::string be32(size_t size) {
  std::string bytes;
  for (const unsigned shift : {24U, 16U, 8U, 0U}) bytes += static_cast<char>(size >> shift);
  return bytes;
}

const std::string kMessage = pb_text(1, "register") +
                             pb_text(2, pb_text(1, "490154203237518") + pb_text(3, "Pixel 4")) +
                             pb_text(3, pb_double(1, 12.9716) + pb_double(2, 77.5946)) +
                             pb_number(4, 42) + pb_number(5, static_cast<uint64_t>(-7));
const std::vector<std::string> kMessageLines{"$.1=register",  "$.2.1=490154203237518",
                                             "$.2.3=Pixel 4", "$.3.1=12.9716",
                                             "$.3.2=77.5946", "$.4=42",
                                             "$.5=-7"};

TEST(Protobuf, IsReadWithoutASchema) {
  EXPECT_EQ(unwrapped(kMessage), kMessageLines);
  EXPECT_EQ(unwrapped(kMessage, {.media_type = "application/x-protobuf"}), kMessageLines);
  EXPECT_EQ(Unwrapped(kMessage).at("$.3.1").kind, FieldKind::number);
}

TEST(Protobuf, FramesOfGrpcAndLengthsBeforeAreTakenOff) {
  EXPECT_EQ(
      unwrapped("\0"s + be32(kMessage.size()) + kMessage, {.media_type = "application/grpc+proto"}),
      kMessageLines);
  EXPECT_EQ(unwrapped(be32(kMessage.size()) + kMessage), kMessageLines);
  EXPECT_EQ(unwrapped(varint(kMessage.size()) + kMessage), kMessageLines);
}

TEST(Protobuf, SeveralFramesBecomeRows) {
  const std::string one = pb_text(1, "first message");
  const std::string two = pb_text(1, "second message");
  EXPECT_THAT(unwrapped(be32(one.size()) + one + be32(two.size()) + two),
              ElementsAre("$[0].1=first message", "$[1].1=second message"));
}

TEST(Protobuf, ACompressedGrpcMessageIsUnwrapped) {
  const std::string packed = test::gzip(kMessage);
  const Unwrapped got("\1"s + be32(packed.size()) + packed, {.media_type = "application/grpc"});
  EXPECT_EQ(got.leaves()[0].value, "register");
  EXPECT_EQ(got.leaves()[0].encodings, "gzip");
}

TEST(Protobuf, PackedDoublesBecomeAList) {
  const std::string pair = pb_double(1, 12.9716).substr(1) + pb_double(1, 77.5946).substr(1);
  EXPECT_THAT(unwrapped(pb_text(1, "some name") + pb_text(2, pair)),
              ElementsAre("$.1=some name", "$.2[0]=12.9716", "$.2[1]=77.5946"));
}

TEST(Protobuf, AStringInAMessageOfPrintableTagsIsSeen) {
  const std::string uuid = "38400000-8cf0-11bd-b23e-10b96e40000d";
  EXPECT_THAT(unwrapped(pb_text(1, "label") + pb_text(2, pb_text(4, uuid))),
              ElementsAre("$.1=label", "$.2.4=" + uuid));
}

TEST(Protobuf, AnyTruncationGivesAPrefix) {
  for (size_t size = 12; size < kMessage.size(); ++size) {
    const auto leaves =
        Unwrapped(kMessage.substr(0, size), {.media_type = "application/x-protobuf"}, {}, true)
            .leaves();
    for (size_t i = 0; i < leaves.size() && i < kMessageLines.size(); ++i) {
      if (leaves[i].truncated || leaves[i].kind == FieldKind::binary) continue;
      ASSERT_EQ(leaves[i].path + '=' + leaves[i].value, kMessageLines[i]) << size;
    }
  }
}

TEST(Protobuf, NestingBelowTheCapIsCounted) {
  std::string deep = pb_text(1, "innermost text") + pb_number(2, 1);
  for (int i = 0; i < 40; ++i) deep = pb_text(1, deep);
  EXPECT_EQ(Unwrapped(deep, {.media_type = "application/x-protobuf"})
                .count(Weird::protobuf_nested_too_deep),
            1U);
}

TEST(Protobuf, EvidenceKeepsItsPlaceOnTheWire) {
  const Unwrapped got(kMessage);
  const Field& imei = got.field_at("$.2.1");
  EXPECT_EQ(kMessage.substr(imei.wire_begin, imei.wire_end - imei.wire_begin), "490154203237518");
}

// {"lat": 12.5, "n": [1, -2, true, nil], "p": "+91"}
const std::string kMsgpack =
    "\x83\xa3lat\xcb\x40\x29\x00\x00\x00\x00\x00\x00\xa1n\x94\x01\xfe\xc3\xc0\xa1p\xa3+91"s;
const std::vector<std::string> kDocumentLines{"$.lat=12.5",  "$.n[0]=1",    "$.n[1]=-2",
                                              "$.n[2]=true", "$.n[3]=null", "$.p=+91"};

TEST(Msgpack, IsReadByContentAndByMediaType) {
  EXPECT_EQ(unwrapped(kMsgpack), kDocumentLines);
  EXPECT_EQ(unwrapped(kMsgpack, {.media_type = "application/msgpack"}), kDocumentLines);
}

TEST(Msgpack, WhatIsThereOfATruncatedDocumentIsRead) {
  const auto lines = Unwrapped(kMsgpack.substr(0, kMsgpack.size() - 3),
                               {.media_type = "application/msgpack"}, {}, true)
                         .lines();
  EXPECT_EQ(lines, std::vector<std::string>(kDocumentLines.begin(), kDocumentLines.end() - 1));
}

const std::string kCbor =
    "\xa3\x63lat\xfb\x40\x29\x00\x00\x00\x00\x00\x00\x61n\x84\x01\x21\xf5\xf6\x61p\x63+91"s;

TEST(Cbor, IsReadByContentAndByMediaType) {
  EXPECT_EQ(unwrapped(kCbor), kDocumentLines);
  EXPECT_EQ(unwrapped("\xd9\xd9\xf7"s + kCbor), kDocumentLines);
  EXPECT_EQ(unwrapped(kCbor, {.media_type = "application/cbor"}), kDocumentLines);
}

TEST(Cbor, ReadsIndefiniteLengths) {
  EXPECT_THAT(unwrapped("\xbf\x61"
                        "a\x9f\x01\x02\xff\x61s\x7f\x62hi\x62ho\xff\xff"s),
              ElementsAre("$.a[0]=1", "$.a[1]=2", "$.s=hi", "$.s=ho"));
}

TEST(Cbor, WhatIsThereOfATruncatedDocumentIsRead) {
  const auto lines =
      Unwrapped(kCbor.substr(0, kCbor.size() - 2), {.media_type = "application/cbor"}, {}, true)
          .lines();
  EXPECT_EQ(lines, std::vector<std::string>(kDocumentLines.begin(), kDocumentLines.end() - 1));
}

TEST(Bson, IsReadByContent) {
  const std::string inner =
      "\x10"
      "0\0\x05\0\0\0"s;
  const std::string list =
      std::string(1, static_cast<char>(inner.size() + 5)) + "\0\0\0"s + inner + "\0"s;
  const std::string body =
      "\x02imei\0\x10\0\0\0"
      "490154203237518\0"s +
      "\x01lat\0\0\0\0\0\0\0\x29\x40"s + "\x04l\0"s + list;
  const std::string document =
      std::string(1, static_cast<char>(body.size() + 5)) + "\0\0\0"s + body + "\0"s;
  EXPECT_THAT(unwrapped(document), ElementsAre("$.imei=490154203237518", "$.lat=12.5", "$.l[0]=5"));
}

TEST(BinaryDocuments, DeepNestingIsCounted) {
  Limits limits;
  limits.max_nesting = 8;
  std::string msgpack(100, '\x91');
  EXPECT_EQ(Unwrapped("\x81\xa1"
                      "a"s +
                          msgpack,
                      {.media_type = "application/msgpack"}, limits)
                .count(Weird::binary_document_nested_too_deep),
            1U);
  std::string cbor(100, '\x81');
  EXPECT_EQ(Unwrapped("\xa1\x61"
                      "a"s +
                          cbor,
                      {.media_type = "application/cbor"}, limits)
                .count(Weird::binary_document_nested_too_deep),
            1U);
}

TEST(BinaryDocuments, LyingLengthsCostNothing) {
  EXPECT_LE(unwrapped("\x81\xa1"
                      "a\xdd\xff\xff\xff\xff"s,
                      {.media_type = "application/msgpack"})
                .size(),
            1U);
  EXPECT_LE(unwrapped("\xa1\x61"
                      "a\x9b\xff\xff\xff\xff\xff\xff\xff\xff"s,
                      {.media_type = "application/cbor"})
                .size(),
            1U);
}

}  // namespace
}  // namespace telltale
