
#include "tests/unwrap/unwrapped.h"

namespace telltale {
namespace {

using test::Leaf;
using test::Unwrapped;
using test::unwrapped;
using testing::ElementsAre;

TEST(Json, GivesMembersAndElementsWithTheirPaths) {
  EXPECT_THAT(
      unwrapped(R"({"device":{"imei":"490154203237518","ok":true},"list":[1,{"a":null}],"e":[]})"),
      ElementsAre("$.device.imei=490154203237518", "$.device.ok=true", "$.list[0]=1",
                  "$.list[1].a=null"));
}

TEST(Json, KeepsNumbersAsTextAndSaysTheirKind) {
  const Unwrapped json(
      R"({"big":12345678901234567890123,"e7":779512340,"lat":-12.90000,"x":1e5,"n":NaN})");
  EXPECT_EQ(json.at("$.big").value, "12345678901234567890123");
  EXPECT_EQ(json.at("$.lat").value, "-12.90000");
  EXPECT_EQ(json.at("$.lat").kind, FieldKind::number);
  EXPECT_EQ(json.at("$.n").kind, FieldKind::number);
}

TEST(Json, DecodesEscapesAndSurrogatePairs) {
  EXPECT_THAT(
      unwrapped(
          R"({"a\tb":"\u5f20\u4e09 \ud83d\ude00 \"q\" \\ \/ \n","lone":"x\ud83dy","k":"\q"})"),
      ElementsAre("$['a\tb']=\xe5\xbc\xa0\xe4\xb8\x89 \xf0\x9f\x98\x80 \"q\" \\ / \n",
                  "$.lone=x\xef\xbf\xbdy", "$.k=q"));
}

struct Lenient {
  const char* name;
  const char* text;
  std::vector<std::string> lines;
};

class JsonLenient : public testing::TestWithParam<Lenient> {};

TEST_P(JsonLenient, IsRead) { EXPECT_EQ(unwrapped(GetParam().text), GetParam().lines); }

INSTANTIATE_TEST_SUITE_P(
    All, JsonLenient,
    testing::Values(
        Lenient{"byte_order_mark", "\xef\xbb\xbf{\"a\":1}", {"$.a=1"}},
        Lenient{"angular_prefix", ")]}',\n{\"a\":1}", {"$.a=1"}},
        Lenient{"callback", "cb_1({\"a\":[\"b\"]});", {"$.a[0]=b"}},
        Lenient{"log_line", "2020-01-01 I/net: {\"imei\":\"1\"} sent", {"$.imei=1"}},
        Lenient{"trailing_commas", "{\"a\":[1,2,],}", {"$.a[0]=1", "$.a[1]=2"}},
        Lenient{"missing_comma", "{\"a\":1 \"b\":2}", {"$.a=1", "$.b=2"}},
        Lenient{"single_quotes", "{'imei': '49', 'x': None}", {"$.imei=49", "$.x=None"}},
        Lenient{"bare_keys", "{imei:\"49\",lat:1.5}", {"$.imei=49", "$.lat=1.5"}},
        Lenient{"bare_values", "{\"a\":abc,\"b\":2}", {"$.a=abc", "$.b=2"}},
        Lenient{"duplicate_keys", "{\"a\":1,\"a\":2}", {"$.a=1", "$.a=2"}},
        Lenient{"missing_value", "{\"a\":,\"b\":2}", {"$.b=2"}},
        Lenient{"stray_string", "{\"a\":1,\"x\",\"b\":2}", {"$.a=1", "$.b=2"}},
        Lenient{"json_lines", "{\"a\":1}\n{\"a\":2}\r\n", {"$[0].a=1", "$[1].a=2"}},
        Lenient{"concatenated",
                "{\"a\":1}{\"a\":2}[3,4]",
                {"$[0].a=1", "$[1].a=2", "$[2][0]=3", "$[2][1]=4"}},
        Lenient{"sequence", "\x1e{\"a\":1}\n\x1e{\"a\":2}\n", {"$[0].a=1", "$[1].a=2"}},
        Lenient{"log_lines", "I: {\"a\":1}\nI: {\"a\":2}\n", {"$[0].a=1", "$[1].a=2"}},
        Lenient{"whole_document_in_a_string", R"("{\"a\":\"b\"}")", {"$.a=b"}},
        Lenient{"document_in_a_string", R"({"d":"{\"a\":\"{\\\"x\\\":1}\"}"})", {"$.d:$.a:$.x=1"}},
        Lenient{"array_of_strings", R"(["a@b.c","d"])", {"$[0]=a@b.c", "$[1]=d"}},
        Lenient{"array_of_numbers", "[1.5,2.5]", {"$[0]=1.5", "$[1]=2.5"}}),
    [](const auto& test) { return std::string(test.param.name); });

class NotJson : public testing::TestWithParam<const char*> {};

TEST_P(NotJson, StaysAsItIs) {
  EXPECT_THAT(unwrapped(GetParam()), ElementsAre("=" + std::string(GetParam())));
}

INSTANTIATE_TEST_SUITE_P(All, NotJson,
                         testing::Values("{color:red;background:blue}", "{width:100px}",
                                         "[INFO] started up", "[2020-01-01 10:00:00] message",
                                         "[12] items of [13]", "{{template}}",
                                         "{ return a ? b : c; }", "{\"no colon\"}",
                                         "[link](http://a.b)", "body{margin:0}", "\"just quoted\"",
                                         "{}", "[[[[[[[[[[[[[[[", "\"a\\b without its end",
                                         "\"\x01\x02\\\x03\x04 bytes\""));

TEST(Json, AnyTruncationGivesAPrefixOfTheFields) {
  test::expect_prefixes_read(
      R"({"imei":"490154203237518","geo":{"lat":12.9716,"lon":77.5946},"n":[{"p":"+91 \u0939\ud83d\ude00x\n"},true],"z":"{\"q\":[1,2]}"})");
}

TEST(Json, SaysThatAValueWithoutItsEndIsTruncated) {
  const Unwrapped json(R"({"a":"done","number":"+9198)");
  EXPECT_FALSE(json.at("$.a").truncated);
  EXPECT_TRUE(json.at("$.number").truncated);
  EXPECT_TRUE(Unwrapped(R"({"a":12.9)").at("$.a").truncated);
}

TEST(Json, EvidenceKeepsItsPlaceOnTheWire) {
  const std::string text = R"({"a":{"imei":"490154203237518","n":[7]},"e":"x\ty"})";
  const Unwrapped json(text);
  const Field& imei = json.field_at("$.a.imei");
  EXPECT_TRUE(imei.verbatim);
  EXPECT_EQ(text.substr(imei.wire_begin, imei.wire_end - imei.wire_begin), "490154203237518");
  const Field& object = json.field_at("$.a");
  EXPECT_EQ(text.substr(object.wire_begin, object.wire_end - object.wire_begin),
            R"({"imei":"490154203237518","n":[7]})");
  const Field& seven = json.field_at("$.a.n[0]");
  EXPECT_EQ(text.substr(seven.wire_begin, seven.wire_end - seven.wire_begin), "7");
  const Field& escaped = json.field_at("$.e");
  EXPECT_FALSE(escaped.verbatim);
  EXPECT_EQ(text.substr(escaped.wire_begin, escaped.wire_end - escaped.wire_begin), R"(x\ty)");
}

TEST(Json, RowsKeepTheirPlaceOnTheWire) {
  const std::string text = "{\"a\":1}\n{\"a\":\"two\"}\n";
  const Unwrapped json(text);
  const Field& two = json.field_at("$[1].a");
  EXPECT_EQ(text.substr(two.wire_begin, two.wire_end - two.wire_begin), "two");
}

TEST(Json, NestedDeeperThanTheCapIsReadAsADocumentOfItsOwn) {
  Limits limits;
  limits.max_nesting = 3;
  const Unwrapped json(R"({"a":{"b":{"c":{"d":{"e":1}}}},"z":2})", {}, limits);
  EXPECT_THAT(json.lines(), ElementsAre("$.z=2", "$.a.b.c:$.d.e=1"));
  EXPECT_EQ(json.count(Weird::json_nested_too_deep), 1U);
}

TEST(Json, AMillionBracketsAreDoneWith) {
  for (const std::string_view piece : {"[", "{\"a\":", "[{\"a\":", "{\"", "[\"", "{ ", "{'"}) {
    std::string bomb;
    while (bomb.size() < (4U << 20)) bomb += piece;
    const Unwrapped json(bomb);
    EXPECT_LE(json.fields().size(), Limits{}.max_fields);
  }
}

TEST(Json, TheCapOnFieldsIsCountedAndKeepsWhatWasRead) {
  Limits limits;
  limits.max_fields = 5;
  const Unwrapped json("[1,2,3,4,5,6,7,8,9]", {}, limits);
  EXPECT_EQ(json.fields().size(), 5U);
  EXPECT_EQ(json.count(Weird::unwrap_fields_cap), 1U);
  EXPECT_THAT(json.lines(), ElementsAre("$[0]=1", "$[1]=2", "$[2]=3", "$[3]=4"));
}

TEST(Json, MalformedIsCountedOnceAMessage) {
  EXPECT_EQ(Unwrapped("{\"a\":1,\"x\",\"y\",\"b\":2}").count(Weird::json_malformed), 1U);
}

}  // namespace
}  // namespace telltale
