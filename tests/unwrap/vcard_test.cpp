#include <chrono>

#include "tests/unwrap/unwrapped.h"

namespace telltale {
namespace {

using test::Unwrapped;
using test::unwrapped;
using testing::ElementsAre;

TEST(ContentLines, EachCardIsARow) {
  EXPECT_THAT(unwrapped("BEGIN:VCARD\r\nVERSION:3.0\r\nN:Doe;Ada;;;\r\nFN:Ada "
                        "Doe\r\nTEL;TYPE=CELL:+44 20 7946 0018\r\n"
                        "TEL;TYPE=HOME:555\r\nEMAIL;TYPE=INTERNET:ada@a.example\r\nEND:VCARD\r\n"
                        "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Bob\r\nitem1.TEL;VALUE=uri:tel:+1-555-"
                        "0100\r\nEND:VCARD\r\n"),
              ElementsAre("$[0].VERSION=3.0", "$[0].N=Doe;Ada;;;", "$[0].FN=Ada Doe",
                          "$[0].TEL=+44 20 7946 0018", "$[0].TEL=555", "$[0].EMAIL=ada@a.example",
                          "$[1].VERSION=4.0", "$[1].FN=Bob", "$[1].TEL=tel:+1-555-0100"));
}

struct Card {
  const char* name;
  const char* lines;
  std::string value;
};

class CardValue : public testing::TestWithParam<Card> {};

TEST_P(CardValue, IsDecoded) {
  const Unwrapped card("BEGIN:VCARD\r\n" + std::string(GetParam().lines) + "END:VCARD\r\n");
  EXPECT_EQ(card.at("$[0].FN").value, GetParam().value);
}

INSTANTIATE_TEST_SUITE_P(
    All, CardValue,
    testing::Values(Card{"folded", "FN:Ada \r\n Lovelace\r\n", "Ada Lovelace"},
                    Card{"folded_with_bare_line_feeds", "FN:Ada\n\t Lovelace\n", "Ada Lovelace"},
                    Card{"escaped", "FN:A\\, B\\; C\\nD\\\\\r\n", "A, B; C\nD\\"},
                    Card{"quoted_printable",
                         "FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E5=BC=A0=E4=B8=89\r\n",
                         "\xe5\xbc\xa0\xe4\xb8\x89"},
                    Card{"quoted_printable_over_lines",
                         "FN;ENCODING=QUOTED-PRINTABLE:A=\r\nB=20=\r\nC\r\n", "AB C"},
                    Card{"bare_parameter", "FN;QUOTED-PRINTABLE:A=3DB\r\n", "A=B"},
                    Card{"gbk", "FN;CHARSET=GBK;ENCODING=QUOTED-PRINTABLE:=D5=C5=C8=FD\r\n",
                         "\xe5\xbc\xa0\xe4\xb8\x89"},
                    Card{"group", "g-1.FN:Ada\r\n", "Ada"},
                    Card{"quoted_parameter_with_colon", "FN;ALTID=\"a:b;c\":Ada\r\n", "Ada"}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(ContentLines, ReadsCalendars) {
  EXPECT_THAT(
      unwrapped("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nSUMMARY:Dentist\r\n"
                "ATTENDEE;CN=Ada:mailto:ada@a.example\r\nGEO:12.97;77.59\r\nEND:VEVENT\r\nEND:"
                "VCALENDAR\r\n"),
      ElementsAre("$[0].VERSION=2.0", "$[0].VEVENT.SUMMARY=Dentist",
                  "$[0].VEVENT.ATTENDEE=mailto:ada@a.example", "$[0].VEVENT.GEO=12.97;77.59"));
}

TEST(ContentLines, AByteOrderMarkAndLinesBeforeDoNotMatter) {
  EXPECT_THAT(unwrapped("\xef\xbb\xbf\r\nBEGIN:VCARD\r\nFN:Ada\r\nEND:VCARD\r\n"),
              ElementsAre("$[0].FN=Ada"));
}

TEST(ContentLines, AnyTruncationGivesAPrefixOfTheProperties) {
  test::expect_prefixes_read(
      "BEGIN:VCARD\r\nFN:Ada Lovelace\r\nTEL;CELL:+442079460018\r\nNOTE:a\\, b\\nc\r\n "
      "d\r\nEND:VCARD\r\n"
      "BEGIN:VCARD\r\nFN;ENCODING=QUOTED-PRINTABLE:=E5=BC=A0\r\nTEL:5550100\r\nEND:VCARD\r\n");
}

TEST(ContentLines, EvidenceKeepsItsPlaceOnTheWire) {
  const std::string text =
      "BEGIN:VCARD\r\nFN:Ada\r\nEND:VCARD\r\nBEGIN:VCARD\r\nTEL;CELL:5550100\r\nEND:VCARD\r\n";
  const Unwrapped cards(text);
  const Field& tel = cards.field_at("$[1].TEL");
  EXPECT_TRUE(tel.verbatim);
  EXPECT_EQ(text.substr(tel.wire_begin, tel.wire_end - tel.wire_begin), "5550100");
}

TEST(ContentLines, NestingIsCapped) {
  std::string deep;
  for (int i = 0; i < 20; ++i) deep += "BEGIN:VCALENDAR\r\n";
  const Unwrapped calendar(deep + "SUMMARY:x\r\n");
  EXPECT_EQ(calendar.count(Weird::content_lines_nested_too_deep), 1U);
}

TEST(ContentLines, HostileCardsCostLittleTime) {
  for (const std::string_view piece :
       {"BEGIN:VCARD\n", "END:VCARD\n", "A:b\n", "A:b\n ", "A;ENCODING=QUOTED-PRINTABLE:=\n",
        "A;B=\"", "A", ":", "\n", "A;CHARSET=GBK:\xd5\n"}) {
    std::string bomb = "BEGIN:VCARD\n";
    while (bomb.size() < (2U << 20)) bomb += piece;
    const auto start = std::chrono::steady_clock::now();
    const Unwrapped cards(bomb);
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::minutes(1)) << piece;
    EXPECT_LE(cards.fields().size(), Limits{}.max_fields);
  }
}

TEST(ContentLines, TextThatMentionsACardIsNone) {
  const std::string text = "Cards start with BEGIN:VCARD and a line";
  EXPECT_THAT(unwrapped(text), ElementsAre("=" + text));
}

}  // namespace
}  // namespace telltale
