#include "tests/unwrap/unwrapped.h"

namespace telltale {
namespace {

using test::Unwrapped;
using test::unwrapped;
using testing::ElementsAre;

TEST(Csv, AHeaderRowNamesTheColumns) {
  EXPECT_THAT(unwrapped("name,phone,email\r\nA B,+919876543210,a@b.example\r\n\"C, "
                        "\"\"D\"\"\",5550100,c@d.example\r\n"),
              ElementsAre("$[0].name=A B", "$[0].phone=+919876543210", "$[0].email=a@b.example",
                          "$[1].name=C, \"D\"", "$[1].phone=5550100", "$[1].email=c@d.example"));
}

TEST(Csv, ReadsSemicolonsTabsAndPipes) {
  for (const char* separator : {";", "\t", "|"}) {
    const std::string s = separator;
    EXPECT_THAT(unwrapped("lat" + s + "lon" + s + "t\n12.9" + s + "77.5" + s + "1\n"),
                ElementsAre("$[0].lat=12.9", "$[0].lon=77.5", "$[0].t=1"))
        << s;
  }
}

TEST(Csv, WithoutAHeaderColumnsAreNumbered) {
  EXPECT_THAT(unwrapped("Ann,+919876543210\nBob,+919876543211\nCy,+919876543212\n"),
              ElementsAre("$[0].1=Ann", "$[0].2=+919876543210", "$[1].1=Bob",
                          "$[1].2=+919876543211", "$[2].1=Cy", "$[2].2=+919876543212"));
}

TEST(Csv, TheMediaTypeIsEnoughForATableOfTwoColumns) {
  EXPECT_THAT(unwrapped("name,phone\nAnn,5550100", {.media_type = "text/csv; charset=utf-8"}),
              ElementsAre("$[0].name=Ann", "$[0].phone=5550100"));
}

TEST(Csv, ReadsTheDeclaredCharacterSet) {
  const Unwrapped table(
      "\xd0\xd5\xc3\xfb,\xb5\xe7\xbb\xb0\r\n\xd5\xc5\xc8\xfd,13800138000\r\n\xc0\xee\xcb\xc4,"
      "13900139000\r\n",
      {.media_type = "text/csv; charset=gbk"});
  EXPECT_THAT(table.lines(),
              ElementsAre("$[0].\xe5\xa7\x93\xe5\x90\x8d=\xe5\xbc\xa0\xe4\xb8\x89",
                          "$[0].\xe7\x94\xb5\xe8\xaf\x9d=13800138000",
                          "$[1].\xe5\xa7\x93\xe5\x90\x8d=\xe6\x9d\x8e\xe5\x9b\x9b",
                          "$[1].\xe7\x94\xb5\xe8\xaf\x9d=13900139000"));
  EXPECT_EQ(table.leaves()[0].encodings, "gbk");
}

TEST(Csv, AnyTruncationGivesAPrefixOfTheCells) {
  test::expect_prefixes_read(
      "name,phone,email\nAnn,+919876543210,a@b.example\n\"B, C\",5550100,c@d.example\n",
      {.media_type = "text/csv"});
}

TEST(Csv, EvidenceKeepsItsPlaceOnTheWire) {
  const std::string text = "lat,lon,t\n12.9716,77.5946,1\n";
  const Unwrapped table(text);
  const Field& lon = table.field_at("$[0].lon");
  EXPECT_EQ(text.substr(lon.wire_begin, lon.wire_end - lon.wire_begin), "77.5946");
}

class NotATable : public testing::TestWithParam<const char*> {};

TEST_P(NotATable, Stays) { EXPECT_EQ(unwrapped(GetParam()).size(), 1U); }

INSTANTIATE_TEST_SUITE_P(All, NotATable,
                         testing::Values("Dear Ann, I hope\nyou are well, and\n", "one, two, three",
                                         "$GPRMC,1,A,2\r\n$GPRMC,1,A,3\r\n$GPRMC,1,A,4\r\n",
                                         "line one\nline two\nline three", "a,b\nc\nd,e,f\n"));

}  // namespace
}  // namespace telltale
