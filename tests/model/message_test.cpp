#include "sensor/model/message.h"

#include <gtest/gtest.h>

namespace telltale {
namespace {

using Names = std::vector<std::string>;

FieldId member(FieldTree& tree, FieldId parent, std::string_view key, std::string_view value,
               FieldKind kind = FieldKind::text) {
  return tree.add_child(parent, {.key = key, .value = value, .step = Step::member, .kind = kind});
}

TEST(Location, OfARootIsItsName) {
  FieldTree tree;
  const FieldId body = tree.add_root("http.request.body", "text", 0);
  EXPECT_EQ(tree.location(body), "http.request.body");
  EXPECT_EQ(tree.encodings(body), Names{});
}

TEST(Location, OfAnItemNamesTheContainerAndTheKey) {
  FieldTree tree;
  const FieldId header = tree.add_item("http.request.header", "X-Imei", "490154203237518", 40);
  EXPECT_EQ(tree.location(header), "http.request.header:X-Imei");
}

TEST(Location, OfADocumentBeginsWithADollar) {
  FieldTree tree;
  const FieldId body = tree.add_root("http.request.body", "{}", 0);
  const FieldId top = tree.add_child(body, {.step = Step::decoded, .kind = FieldKind::object});
  EXPECT_EQ(tree.location(top), "http.request.body");
  const FieldId document = tree.add_root("http.request.body", "{}", 0);
  const FieldId device = member(tree, document, "device", {}, FieldKind::object);
  const FieldId imei = member(tree, device, "imei", "490154203237518");
  EXPECT_EQ(tree.location(imei), "http.request.body:$.device.imei");
  EXPECT_EQ(tree[imei].depth, 1) << "one document around it, however deep inside it stands";
}

TEST(Location, OfElementsHasTheirIndex) {
  FieldTree tree;
  const FieldId body = tree.add_root("body", "[]", 0);
  const FieldId list = member(tree, body, "people", {}, FieldKind::array);
  const FieldId second =
      tree.add_child(list, {.step = Step::element, .kind = FieldKind::object, .index = 1});
  EXPECT_EQ(tree.location(member(tree, second, "name", "Ann")), "body:$.people[1].name");
  const FieldId first = tree.add_child(body, {.step = Step::element, .index = 0});
  EXPECT_EQ(tree.location(first), "body:$[0]");
}

TEST(Location, QuotesNamesThatWouldReadAsASyntax) {
  FieldTree tree;
  const FieldId body = tree.add_root("body", "{}", 0);
  EXPECT_EQ(tree.location(member(tree, body, "a.b", "1")), "body:$['a.b']");
  EXPECT_EQ(tree.location(member(tree, body, "", "1")), "body:$['']");
  EXPECT_EQ(tree.location(member(tree, body, "x y", "1")), "body:$['x y']");
}

TEST(Location, OfANestedDocumentHasBothPaths) {
  FieldTree tree;
  const FieldId body = tree.add_root("body", "{}", 0);
  const FieldId data = member(tree, body, "data", "eyJ9");
  const FieldId plain =
      tree.add_child(data, {.key = "base64", .value = "{}", .step = Step::decoded});
  const FieldId imei = member(tree, plain, "imei", "1");
  EXPECT_EQ(tree.location(imei), "body:$.data:$.imei");
  EXPECT_EQ(tree.encodings(imei), Names{"base64"});
  EXPECT_EQ(tree[imei].depth, 3);
}

TEST(Location, OfXmlIsAPathWithAttributes) {
  FieldTree tree;
  const FieldId body = tree.add_root("body", "<a/>", 0);
  const FieldId element =
      tree.add_child(body, {.key = "device", .step = Step::path, .kind = FieldKind::object});
  const FieldId inner = tree.add_child(element, {.key = "imei", .value = "1", .step = Step::path});
  const FieldId attribute =
      tree.add_child(element, {.key = "mac", .value = "2", .step = Step::attribute});
  EXPECT_EQ(tree.location(inner), "body:/device/imei");
  EXPECT_EQ(tree.location(attribute), "body:/device/@mac");
}

TEST(Encodings, AreNamedOutermostFirst) {
  FieldTree tree;
  const FieldId body = tree.add_root("body", "..", 0);
  const FieldId gzip = tree.add_child(body, {.key = "gzip", .value = "..", .step = Step::decoded});
  const FieldId base64 =
      tree.add_child(gzip, {.key = "base64", .value = "x", .step = Step::decoded});
  EXPECT_EQ(tree.encodings(base64), (Names{"gzip", "base64"}));
  EXPECT_EQ(tree.location(base64), "body");
}

TEST(Items, OfOneNameShareTheirRootAndOthersDoNot) {
  FieldTree tree;
  const FieldId a = tree.add_item("http.request.header", "A", "1", 0);
  const FieldId b = tree.add_item("http.request.header", "B", "2", 10);
  const FieldId c = tree.add_item("http.request.cookie", "C", "3", 20);
  EXPECT_EQ(tree[a].parent, tree[b].parent);
  EXPECT_NE(tree[a].parent, tree[c].parent);
  EXPECT_EQ(tree[tree[a].parent].kind, FieldKind::object);
}

TEST(WireOffsets, OfAVerbatimChildAreItsOwn) {
  FieldTree tree;
  const FieldId body = tree.add_root("body", "{\"a\":\"xyz\"}", 100);
  EXPECT_EQ(tree[body].wire_begin, 100U);
  EXPECT_EQ(tree[body].wire_end, 111U);
  const FieldId leaf = tree.add_child(
      body, {.key = "a", .value = "xyz", .raw_begin = 6, .raw_size = 3, .verbatim = true});
  EXPECT_EQ(tree[leaf].wire_begin, 106U);
  EXPECT_EQ(tree[leaf].wire_end, 109U);
  EXPECT_TRUE(tree[leaf].verbatim);
}

TEST(WireOffsets, BelowAWrappingAreThoseOfTheWrapping) {
  FieldTree tree;
  const FieldId body = tree.add_root("body", "............", 100);
  const FieldId wrapped = tree.add_child(
      body, {.key = "x", .value = "....", .raw_begin = 4, .raw_size = 4, .verbatim = true});
  const FieldId plain =
      tree.add_child(wrapped, {.key = "gzip", .value = "long text", .step = Step::decoded});
  const FieldId inner = tree.add_child(
      plain, {.key = "y", .value = "text", .raw_begin = 5, .raw_size = 4, .verbatim = true});
  EXPECT_FALSE(tree[plain].verbatim);
  EXPECT_FALSE(tree[inner].verbatim) << "its bytes never stood on the wire";
  EXPECT_EQ(tree[inner].wire_begin, 104U);
  EXPECT_EQ(tree[inner].wire_end, 108U);
}

TEST(WireOffsets, OfAContainerMayBeToldAfterwards) {
  FieldTree tree;
  const FieldId body = tree.add_root("body", "[1,2,3]", 50);
  const FieldId list = tree.add_child(
      body, {.kind = FieldKind::array, .raw_begin = 0, .raw_size = 1, .verbatim = true});
  tree.set_raw_size(list, 7);
  EXPECT_EQ(tree[list].wire_begin, 50U);
  EXPECT_EQ(tree[list].wire_end, 57U);
}

TEST(FrameMap, GivesTheFrameOfEveryOffset) {
  FrameMap map;
  EXPECT_EQ(map.at(5), FrameRef{});
  map.mark(0, {0, 10});
  map.mark(50, {0, 10});
  map.mark(100, {0, 12});
  EXPECT_EQ(map.at(0), (FrameRef{0, 10}));
  EXPECT_EQ(map.at(99), (FrameRef{0, 10}));
  EXPECT_EQ(map.at(100), (FrameRef{0, 12}));
  EXPECT_EQ(map.at(0xffffffff), (FrameRef{0, 12}));
}

TEST(Message, AFieldsFrameIsThatOfItsLastByte) {
  Message message;
  message.frames.mark(0, {0, 1});
  message.frames.mark(10, {0, 2});
  message.frames.mark(20, {0, 3});
  const FieldId across = message.fields.add_root("body", "0123456789", 5);
  EXPECT_EQ(message.frame_of(across), (FrameRef{0, 2}));
  const FieldId to_the_edge = message.fields.add_root("body", "01234", 5);
  EXPECT_EQ(message.frame_of(to_the_edge), (FrameRef{0, 1}));
  const FieldId empty = message.fields.add_root("body", "", 20);
  EXPECT_EQ(message.frame_of(empty), (FrameRef{0, 3}));
}

TEST(FieldTree, TakesBackWhatAnUnwrapperAdded) {
  FieldTree tree;
  tree.add_root("body", "x", 0);
  const size_t before = tree.size();
  member(tree, 0, "a", "1");
  member(tree, 0, "b", "2");
  tree.drop_from(before);
  EXPECT_EQ(tree.size(), before);
  tree.drop_from(100);
  EXPECT_EQ(tree.size(), before);
}

TEST(FieldTree, StopsAtItsCap) {
  FieldTree tree;
  const FieldId root = tree.add_root("body", "x", 0);
  for (size_t i = 1; i < FieldTree::kMaxFields; ++i) {
    ASSERT_NE(tree.add_child(root, {.value = "y"}), kNoField);
  }
  EXPECT_EQ(tree.add_child(root, {.value = "z"}), kNoField);
  EXPECT_EQ(tree.add_root("body", "z", 0), kNoField);
  EXPECT_EQ(tree.add_item("other", "k", "z", 0), kNoField);
  EXPECT_EQ(tree.size(), FieldTree::kMaxFields);
}

TEST(FieldTree, KeepsWhatTheSenderSaidOfAValue) {
  FieldTree tree;
  const FieldId body = tree.add_root("body", "x", 0, {"application/json", "gzip"});
  const FieldId part = tree.add_child(body, {.key = "file", .value = "y", .step = Step::item});
  tree.set_hints(part, {"image/png", ""});
  EXPECT_EQ(tree.hints(tree[body]).content_coding, "gzip");
  EXPECT_EQ(tree.hints(tree[part]).media_type, "image/png");
  EXPECT_EQ(tree.hints(tree[tree.add_root("other", "z", 0)]).media_type, "");
}

TEST(Arena, WhatIsKeptStaysWhereItIs) {
  Arena arena;
  std::vector<std::string_view> kept;
  for (int i = 0; i < 5000; ++i) kept.push_back(arena.keep("text number " + std::to_string(i)));
  kept.push_back(arena.keep(std::string(100'000, 'x')));
  const std::string_view adopted = arena.adopt("short");
  for (size_t i = 0; i < 5000; ++i) ASSERT_EQ(kept[i], "text number " + std::to_string(i));
  EXPECT_EQ(kept[5000].size(), 100'000U);
  EXPECT_EQ(adopted, "short");
  EXPECT_TRUE(arena.keep("").empty());
}

TEST(Arena, StaysValidWhenTheMessageIsMoved) {
  Message message;
  message.fields.add_root("body", message.fields.arena().adopt("sso"), 0);
  message.fields.add_root("body", message.fields.arena().keep("kept"), 0);
  const Message moved = std::move(message);
  EXPECT_EQ(moved.fields[0].value, "sso");
  EXPECT_EQ(moved.fields[1].value, "kept");
}

TEST(Arena, CountsItsBytes) {
  Arena arena;
  arena.keep("12345");
  arena.adopt("123");
  EXPECT_EQ(arena.bytes(), 8U);
}

}  // namespace
}  // namespace telltale
