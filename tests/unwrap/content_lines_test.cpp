#include "tests/unwrap/unwrapped.h"

namespace telltale {
namespace {

using test::Unwrapped;
using test::unwrapped;
using testing::ElementsAre;

TEST(ContentLines, EachCardIsARow) {
  EXPECT_THAT(unwrapped("BEGIN:VCARD\r\nVERSION:3.0\r\nN:Doe;Ann;;;\r\nitem1.TEL;TYPE=CELL:+"
                        "919876543210\r\nEND:VCARD\r\n"
                        "BEGIN:VCARD\r\nFN:B\\, C\r\nEMAIL:b@c.example\r\nEND:VCARD\r\n"),
              ElementsAre("$[0].VERSION=3.0", "$[0].N=Doe;Ann;;;", "$[0].TEL=+919876543210",
                          "$[1].FN=B, C", "$[1].EMAIL=b@c.example"));
}

TEST(ContentLines, ReadsQuotedPrintableOfVersion21) {
  EXPECT_THAT(unwrapped("BEGIN:VCARD\nVERSION:2.1\nFN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E5="
                        "BC=A0=\n=E4=B8=89\n"
                        "TEL;CELL:1\nEND:VCARD\n"),
              ElementsAre("$[0].VERSION=2.1", "$[0].FN=\xe5\xbc\xa0\xe4\xb8\x89", "$[0].TEL=1"));
  EXPECT_THAT(unwrapped("BEGIN:VCARD\nFN;CHARSET=GBK;QUOTED-PRINTABLE:=D5=C5\nEND:VCARD\n"),
              ElementsAre("$[0].FN=\xe5\xbc\xa0"));
}

TEST(ContentLines, UnfoldsLines) {
  EXPECT_THAT(unwrapped("BEGIN:VCARD\r\nNOTE:a long\r\n  line\r\n\tfolded\r\nFN:x\r\nEND:VCARD"),
              ElementsAre("$[0].NOTE=a long linefolded", "$[0].FN=x"));
}

TEST(ContentLines, ReadsCalendars) {
  EXPECT_THAT(unwrapped("BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:x\nGEO:12.9716;77.5946\nEND:"
                        "VEVENT\nEND:VCALENDAR\n"),
              ElementsAre("$[0].VEVENT.SUMMARY=x", "$[0].VEVENT.GEO=12.9716;77.5946"));
}

TEST(ContentLines, AnyTruncationGivesAPrefixOfTheProperties) {
  test::expect_prefixes_read(
      "BEGIN:VCARD\r\nFN:Ann "
      "Doe\r\nTEL;TYPE=CELL:+919876543210\r\nEND:VCARD\r\nBEGIN:VCARD\r\nFN:B\r\nEND:VCARD\r\n");
}

TEST(ContentLines, EvidenceKeepsItsPlaceOnTheWire) {
  const std::string text = "BEGIN:VCARD\nFN:x\nTEL:+919876543210\nEND:VCARD\n";
  const Unwrapped card(text);
  const Field& number = card.field_at("$[0].TEL");
  EXPECT_EQ(text.substr(number.wire_begin, number.wire_end - number.wire_begin), "+919876543210");
}

TEST(ContentLines, NestingBelowTheCapIsCounted) {
  std::string deep = "BEGIN:VCARD\n";
  for (int i = 0; i < 20; ++i) deep += "BEGIN:X\n";
  EXPECT_EQ(Unwrapped(deep + "A:b\n").count(Weird::content_lines_nested_too_deep), 1U);
}

}  // namespace
}  // namespace telltale
