
#include "tests/unwrap/unwrapped.h"

namespace telltale {
namespace {

using test::Unwrapped;
using test::unwrapped;
using testing::ElementsAre;

TEST(Xml, GivesElementsAndAttributesAsPaths) {
  EXPECT_THAT(
      unwrapped("<?xml version=\"1.0\"?><!-- c --><r id=\"7\"><imei>490154203237518</imei><e/>"
                "<t lang='en'>x &amp; y</t></r>"),
      ElementsAre("/r/@id=7", "/r/imei=490154203237518", "/r/t/@lang=en", "/r/t=x & y"));
}

TEST(Xml, RepeatedElementsAreGroupsOfTheirOwn) {
  const Unwrapped xml("<c><p><n>A</n><t>1</t></p><p><n>B</n><t>2</t></p></c>");
  EXPECT_THAT(xml.lines(), ElementsAre("/c/p/n=A", "/c/p/t=1", "/c/p/n=B", "/c/p/t=2"));
  std::vector<FieldId> parents;
  for (const Field& field : xml.fields().all()) {
    if (field.key == "n") parents.push_back(field.parent);
  }
  EXPECT_NE(parents[0], parents[1]);
}

TEST(Xml, SoapNamespacesAreLeftOut) {
  EXPECT_THAT(unwrapped("<s:Envelope xmlns:s=\"http://x\"><s:Body><d:imei "
                        "xmlns:d='y'>49</d:imei></s:Body></s:Envelope>"),
              ElementsAre("/Envelope/Body/imei=49"));
}

TEST(Xml, ReadsCdataAndNumericReferences) {
  EXPECT_THAT(unwrapped("<a><b><![CDATA[{\"x\":\"<y>\"}]]></b><c>&#x5f20;&#20;&unknown;</c></a>"),
              ElementsAre("/a/c=\xe5\xbc\xa0\x14&unknown;", "/a/b:$.x=<y>"));
}

TEST(Xml, NamesInAttributesBecomeMembers) {
  EXPECT_THAT(unwrapped("<map><string name=\"imei\">490154203237518</string><int name=\"n\" "
                        "value=\"5\" /></map>"),
              ElementsAre("/map.imei=490154203237518", "/map.n=5"));
}

TEST(Xml, PropertyListsBecomeMembers) {
  EXPECT_THAT(
      unwrapped(
          "<?xml version=\"1.0\"?><!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" "
          "\"http://x\">"
          "<plist version=\"1.0\"><dict><key>UDID</key><string>abc</string><key>ok</key><true/>"
          "<key>list</key><array><integer>5</integer><dict><key>k</key><real>1.5</real></dict></"
          "array></dict></plist>"),
      ElementsAre("$.UDID=abc", "$.ok=true", "$.list[0]=5", "$.list[1].k=1.5"));
}

TEST(Xml, WhatIsNotClosedIsRead) {
  EXPECT_THAT(unwrapped("<page><body><p>one<br>two<p>three</body></page>").size(), 3U);
}

TEST(Xml, AnyTruncationGivesAPrefixOfTheValues) {
  test::expect_prefixes_read(
      "<r><imei>490154203237518</imei><geo a=\"1\"><lat>12.9716</lat><lon>77.5946</lon></geo></r>");
}

TEST(Xml, EvidenceKeepsItsPlaceOnTheWire) {
  const std::string text = "<r><g a='1'><lat>12.9716</lat></g></r>";
  const Unwrapped xml(text);
  const Field& lat = xml.field_at("/r/g/lat");
  EXPECT_TRUE(lat.verbatim);
  EXPECT_EQ(text.substr(lat.wire_begin, lat.wire_end - lat.wire_begin), "12.9716");
}

TEST(Xml, EntitiesCannotExpand) {
  EXPECT_THAT(unwrapped("<!DOCTYPE l [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">]><l><x>&b;</x></l>"),
              ElementsAre("/l/x=&b;"));
}

TEST(Xml, DeepNestingAndBrokenMarkupCostLittle) {
  for (const std::string_view piece :
       {"<a>", "<a b='", "</a>", "<!--", "<![CDATA[", "<!", "<a b=c ", "<a>x", "&#1"}) {
    std::string bomb = "<r>";
    while (bomb.size() < (2U << 20)) bomb += piece;
    EXPECT_LE(Unwrapped(bomb).fields().size(), Limits{}.max_fields);
  }
}

TEST(Xml, NestingBelowTheCapIsCounted) {
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += "<a>";
  EXPECT_EQ(Unwrapped(deep + "text").count(Weird::xml_nested_too_deep), 1U);
}

TEST(Xml, ComparisonsStay) {
  EXPECT_EQ(unwrapped("a < b and c > d").size(), 1U);
  EXPECT_EQ(unwrapped("<3 you all so much").size(), 1U);
}

}  // namespace
}  // namespace telltale
