#include <chrono>

#include "tests/unwrap/unwrapped.h"

namespace telltale {
namespace {

using test::Unwrapped;
using test::unwrapped;
using testing::ElementsAre;

TEST(Xml, RowsAreSiblingsUnderOnePath) {
  const Unwrapped calls(
      "<calllog><call><number>624 48 17 65</number><type>in</type></call>"
      "<call><number>+34 685 961 462</number><type>out</type></call></calllog>");
  EXPECT_THAT(calls.lines(),
              ElementsAre("/calllog/call/number=624 48 17 65", "/calllog/call/type=in",
                          "/calllog/call/number=+34 685 961 462", "/calllog/call/type=out"));
  const auto& fields = calls.fields();
  std::vector<FieldId> rows;
  for (FieldId id = 0; id < fields.size(); ++id) {
    if (fields[id].key == "number") rows.push_back(fields[id].parent);
  }
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_NE(rows[0], rows[1]);
  EXPECT_EQ(fields[rows[0]].parent, fields[rows[1]].parent);
  EXPECT_EQ(fields[rows[0]].kind, FieldKind::object);
}

TEST(Xml, DropsNamespacePrefixesAndDeclarations) {
  EXPECT_THAT(unwrapped("\xef\xbb\xbf<?xml version=\"1.0\"?>\n<!-- c > d -->\n<soap:Envelope "
                        "xmlns:soap=\"urn:s\">"
                        "<soap:Body><Register "
                        "xmlns=\"urn:mdm\"><IMEI>490154203237518</IMEI></Register></soap:Body>"
                        "</soap:Envelope>"),
              ElementsAre("/Envelope/Body/Register/IMEI=490154203237518"));
}

TEST(Xml, DecodesReferencesAndCdata) {
  EXPECT_THAT(
      unwrapped("<a><b>x &lt;&amp;&#x5f20;&#65;&unknown; y</b><c><![CDATA[a <b> &amp;]]></c></a>"),
      ElementsAre("/a/b=x <&\xe5\xbc\xa0"
                  "A&unknown; y",
                  "/a/c=a <b> &amp;"));
}

TEST(Xml, GivesAttributes) {
  EXPECT_THAT(unwrapped("<contacts><c name=\"Ada\" phone='+44 &quot;1'/><c name=\"Bob\" "
                        "phone=\"2\"/></contacts>"),
              ElementsAre("/contacts/c/@name=Ada", "/contacts/c/@phone=+44 \"1",
                          "/contacts/c/@name=Bob", "/contacts/c/@phone=2"));
}

TEST(Xml, GivesAttributesOfElementsWithoutText) {
  EXPECT_THAT(unwrapped("<l><c n=\"Ada\" p=\"1\"></c><c n=\"Bob\" p=\"2\"> <x/></c><param "
                        "name=\"lat\" value=\"12.9\"></param></l>"),
              ElementsAre("/l/c/@n=Ada", "/l/c/@p=1", "/l/c/@n=Bob", "/l/c/@p=2", "/l.lat=12.9"));
  EXPECT_THAT(unwrapped("<l><c n=\"Ada\" p=\"1\">"), ElementsAre("/l/c/@n=Ada", "/l/c/@p=1"));
}

TEST(Xml, ElementsThatNameTheirValueBecomeMembers) {
  EXPECT_THAT(
      unwrapped(
          "<?xml version='1.0' encoding='utf-8' standalone='yes' ?>\n<map>\n"
          "<string name=\"imei\">490154203237518</string>\n<int name=\"mcc\" value=\"404\" />\n"
          "<entry key=\"mac\">3c:5a:b4:01:02:03</entry>\n<param name=\"lat\" "
          "value=\"12.9\"/></map>\n"),
      ElementsAre("/map.imei=490154203237518", "/map.mcc=404", "/map.mac=3c:5a:b4:01:02:03",
                  "/map.lat=12.9"));
}

TEST(Xml, ReadsPropertyLists) {
  EXPECT_THAT(
      unwrapped("<?xml version=\"1.0\"?>\n<!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" "
                "\"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n<plist version=\"1.0\"><dict>"
                "<key>IMEI</key><string>490154203237518</string><key>ok</key><true/>"
                "<key>list</key><array><dict><key>n</key><integer>1</integer></dict><string>x</"
                "string></array>"
                "</dict></plist>"),
      ElementsAre("$.IMEI=490154203237518", "$.ok=true", "$.list[0].n=1", "$.list[1]=x"));
}

TEST(Xml, ToleratesBrokenMarkup) {
  EXPECT_THAT(unwrapped("<a><b>1</x><c>2</c><d>3</a>"),
              ElementsAre("/a/b=1", "/a/b/c=2", "/a/b/d=3"));
  EXPECT_THAT(unwrapped("<a b=1 c=\"2\" d><e>5 < 6</e></a>"),
              ElementsAre("/a/@b=1", "/a/@c=2", "/a/e=5", "/a/e=< 6"));
}

TEST(Xml, NothingIsExpanded) {
  const Unwrapped bomb(
      "<?xml version=\"1.0\"?><!DOCTYPE l [<!ENTITY a \"xxxxxxxxxx\"><!ENTITY b \"&a;&a;&a;\">"
      "<!ENTITY f SYSTEM \"file:///etc/passwd\">]><l><v>&b;&f;</v></l>");
  EXPECT_THAT(bomb.lines(), ElementsAre("/l/v=&b;&f;"));
}

class NotXml : public testing::TestWithParam<const char*> {};

TEST_P(NotXml, StaysAsItIs) {
  EXPECT_THAT(unwrapped(GetParam()), ElementsAre("=" + std::string(GetParam())));
}

INSTANTIATE_TEST_SUITE_P(All, NotXml,
                         testing::Values("a < b and c > d", "<3 you all", "<- see above", "<>&;",
                                         "text <b>bold</b>", "<Ada Lovelace> ", "< a >",
                                         "<!DOCTYPE html><html><body><p>a</p></body></html>",
                                         "<html lang=\"en\"><p>a</p></html>"));

TEST(Xml, AnyTruncationGivesAPrefixOfTheFields) {
  test::expect_prefixes_read(
      "<?xml version=\"1.0\"?><list><!-- c --><p id=\"1\"><n>A&amp;B</n><t>12345</t></p>"
      "<p id=\"22\"><n><![CDATA[C]]></n><t>67890</t></p></list>");
}

TEST(Xml, EvidenceKeepsItsPlaceOnTheWire) {
  const std::string text = "<r>\n <p a=\"v1\"><imei> 490154203237518 </imei><x>a&amp;b</x></p></r>";
  const Unwrapped xml(text);
  const auto on_wire = [&](const char* path) {
    const Field& field = xml.field_at(path);
    return text.substr(field.wire_begin, field.wire_end - field.wire_begin);
  };
  EXPECT_EQ(on_wire("/r/p/imei"), "490154203237518");
  EXPECT_EQ(on_wire("/r/p/x"), "a&amp;b");
  EXPECT_EQ(on_wire("/r/p/@a"), "v1");
  EXPECT_TRUE(xml.field_at("/r/p/imei").verbatim);
  EXPECT_FALSE(xml.field_at("/r/p/x").verbatim);
}

TEST(Xml, NestingIsCapped) {
  Limits limits;
  limits.max_nesting = 4;
  const Unwrapped deep("<a><b><c><d><e><f>1</f></e></d></c></b><z>2</z></a>", {}, limits);
  EXPECT_EQ(deep.count(Weird::xml_nested_too_deep), 1U);
  EXPECT_EQ(deep.leaves().size(), 2U);
  EXPECT_EQ(deep.leaves()[0].value, "1");
  EXPECT_EQ(deep.leaves()[1].value, "2");
}

TEST(Xml, HostileMarkupCostsLittleTime) {
  for (const std::string_view piece :
       {"<a>", "<a b=\"", "<a b='1' ", "</a>", "<!--", "<![CDATA[", "<!DOCTYPE [", "<?", "<a/>",
        "&amp;", "<a><", "<a b>", "<string name=\"a\">", "<dict><key>", "</", "<a></b>", "<!",
        "<![", "a=1 "}) {
    std::string bomb = "<r>";
    while (bomb.size() < (2U << 20)) bomb += piece;
    const auto start = std::chrono::steady_clock::now();
    const Unwrapped xml(bomb);
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::minutes(1)) << piece;
    EXPECT_LE(xml.fields().size(), Limits{}.max_fields);
  }
}

}  // namespace
}  // namespace telltale
