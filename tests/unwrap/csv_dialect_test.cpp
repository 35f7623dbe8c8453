
#include "tests/unwrap/unwrapped.h"

namespace telltale {
namespace {

using test::Unwrapped;
using test::unwrapped;
using testing::ElementsAre;

constexpr MediaHints kCsv{.media_type = "text/csv; charset=utf-8"};

TEST(Csv, NamesEachCellByItsColumn) {
  EXPECT_THAT(
      unwrapped("name,phone,mail\r\nAda,+44 20 7946 0018,ada@a.example\r\nBob,555-0100,\r\n", kCsv),
      ElementsAre("$[0].name=Ada", "$[0].phone=+44 20 7946 0018", "$[0].mail=ada@a.example",
                  "$[1].name=Bob", "$[1].phone=555-0100"));
}

struct Table {
  const char* name;
  const char* text;
  std::vector<std::string> lines;
};

class CsvSniffed : public testing::TestWithParam<Table> {};

TEST_P(CsvSniffed, IsReadWithoutAHint) { EXPECT_EQ(unwrapped(GetParam().text), GetParam().lines); }

INSTANTIATE_TEST_SUITE_P(
    All, CsvSniffed,
    testing::Values(
        Table{"tabs", "a\tb\tc\n1\tx\ty\n", {"$[0].a=1", "$[0].b=x", "$[0].c=y"}},
        Table{"semicolons",
              "name;phone\nA;123456\nB;234567\n",
              {"$[0].name=A", "$[0].phone=123456", "$[1].name=B", "$[1].phone=234567"}},
        Table{
            "bars", "name|phone|x\nA|123456|y\n", {"$[0].name=A", "$[0].phone=123456", "$[0].x=y"}},
        Table{"quotes",
              "address,date,body\n+919812345678,1700,\"Hi, \"\"you\"\"\nthere\"\n",
              {"$[0].address=+919812345678", "$[0].date=1700", "$[0].body=Hi, \"you\"\nthere"}},
        Table{"quoted_header",
              "\"First Name\",\"Phone 1 - Value\",\"\"\r\n\"A\",\"+1 555\",\"z\"\r\n",
              {"$[0]['First Name']=A", "$[0]['Phone 1 - Value']=+1 555", "$[0].3=z"}},
        Table{"unnamed_columns",
              "1,a@b.example,x\n2,c@d.example,y\n3,e@f.example,z\n",
              {"$[0].1=1", "$[0].2=a@b.example", "$[0].3=x", "$[1].1=2", "$[1].2=c@d.example",
               "$[1].3=y", "$[2].1=3", "$[2].2=e@f.example", "$[2].3=z"}},
        Table{"byte_order_mark",
              "\xef\xbb\xbfid,imei,x\n1,490154203237518,y\n",
              {"$[0].id=1", "$[0].imei=490154203237518", "$[0].x=y"}},
        Table{"spreadsheet_separator",
              "sep=;\r\nname;mail\r\nA;x\r\n",
              {"$[0].name=A", "$[0].mail=x"}},
        Table{"title_line",
              "PUT contacts.csv\nname,phone,x\nA,123456,y\n",
              {"$[0].name=A", "$[0].phone=123456", "$[0].x=y"}},
        Table{"longer_rows",
              "name,phone,body\nA,123456,hello, you\nB,234567,x\nC,345678,y\n",
              {"$[0].name=A", "$[0].phone=123456", "$[0].body=hello", "$[0].4= you", "$[1].name=B",
               "$[1].phone=234567", "$[1].body=x", "$[2].name=C", "$[2].phone=345678",
               "$[2].body=y"}},
        Table{"blank_lines_and_old_ends",
              "name,phone,x\r\rA,123456,y\r",
              {"$[0].name=A", "$[0].phone=123456", "$[0].x=y"}},
        Table{"chinese_header",
              "\xe5\xa7\x93\xe5\x90\x8d,\xe7\x94\xb5\xe8\xaf\x9d,x\nA,13800138000,y\n",
              {"$[0].\xe5\xa7\x93\xe5\x90\x8d=A", "$[0].\xe7\x94\xb5\xe8\xaf\x9d=13800138000",
               "$[0].x=y"}}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(Csv, AnAnnouncedTableMayBeWithoutNumbers) {
  EXPECT_THAT(unwrapped("package,label\ncom.a,A\n", kCsv),
              ElementsAre("$[0].package=com.a", "$[0].label=A"));
  EXPECT_THAT(unwrapped("13800138000,1\n13900139000,2\n", kCsv),
              ElementsAre("$[0].1=13800138000", "$[0].2=1", "$[1].1=13900139000", "$[1].2=2"));
}

TEST(Csv, AStrayQuoteDoesNotSwallowTheTable) {
  EXPECT_THAT(
      unwrapped("name,phone\n\"A,123456\nB,234567\n", kCsv),
      ElementsAre("$[0].name=\"A", "$[0].phone=123456", "$[1].name=B", "$[1].phone=234567"));
}

TEST(Csv, IsFoundInAFormParameter) {
  EXPECT_THAT(unwrapped("data=name,phone,x%0AA,123456,y%0A&v=1"),
              ElementsAre("v=1", "data:$[0].name=A", "data:$[0].phone=123456", "data:$[0].x=y"));
}

class NotCsv : public testing::TestWithParam<const char*> {};

TEST_P(NotCsv, StaysAsItIs) {
  EXPECT_THAT(unwrapped(GetParam()), ElementsAre("=" + std::string(GetParam())));
}

INSTANTIATE_TEST_SUITE_P(
    All, NotCsv,
    testing::Values(
        "Dear Ada,\nthank you, and see you on 12 May, I hope.\nBob, the other one, left.\n",
        "one, two\nthree, four\nfive, six\nseven, eight\n", "a,b,c", "name,phone\n",
        "2026-11-20 10:15:32,123 INFO start, ok\n2026-11-20 10:15:33,124 INFO run, ok\n2026-11-20 "
        "10:15:34,125 INFO stop, ok\n",
        "int a = 1;\nint b = 2;\nint c = 3;\n", "color:red;\nmargin:0;\npadding:1px;\n",
        "$GPGLL,4916.45,N,12311.12,W,225444,A,\n$GPGLL,4916.46,N,12311.12,W,225445,A,\n$GPGLL,4916."
        "47,N,12311.12,W,225446,A,\n",
        "lat:12.9716,lon:77.5946\nlat:12.9717,lon:77.5947\nlat:12.9718,lon:77.5948\n",
        "x = f(1,2);\ny = f(3,4);\nz = f(5,6);\n", "1,2\n1,2,3\n1\n4,5\n"));

TEST(Csv, AnyTruncationGivesAPrefixOfTheCells) {
  test::expect_prefixes_read(
      "name,phone,note\r\nAda,+442079460018,\"a \"\"b\"\", "
      "c\"\r\nBob,5550100,\"x\ny\"\r\nEve,5550101,z",
      kCsv);
  test::expect_prefixes_read(
      "address\tdate\tbody\n+919812345678\t1700000000\thello "
      "you\n+919812345679\t1700000001\tbye\n");
}

TEST(Csv, EvidenceKeepsItsPlaceOnTheWire) {
  const std::string text = "name,imei,x\nA,490154203237518,\"q\"\nB,\"49\"\"0\",y\n";
  const Unwrapped table(text, kCsv);
  const auto on_wire = [&](const char* path) {
    const Field& field = table.field_at(path);
    return text.substr(field.wire_begin, field.wire_end - field.wire_begin);
  };
  EXPECT_EQ(on_wire("$[0].imei"), "490154203237518");
  EXPECT_EQ(on_wire("$[0].x"), "q");
  EXPECT_EQ(on_wire("$[1].imei"), "49\"\"0");
  EXPECT_FALSE(table.field_at("$[1].imei").verbatim);
  EXPECT_EQ(on_wire("$[0]"), "A,490154203237518,\"q\"\n");
}

TEST(Csv, TheCapOnFieldsHolds) {
  Limits limits;
  limits.max_fields = 6;
  const Unwrapped table("a,b\n1,2\n3,4\n5,6\n", kCsv, limits);
  EXPECT_EQ(table.fields().size(), 6U);
  EXPECT_EQ(table.count(Weird::unwrap_fields_cap), 1U);
}

TEST(Csv, HostileTablesAreDoneWith) {
  for (const std::string_view piece :
       {",", "\"", "\",", "\"\"", "1,2\n", "\n\"", "a,\"1\n", "1,\"\n"}) {
    std::string bomb = "a,b\n1,2\n3,4\n";
    while (bomb.size() < (4U << 20)) bomb += piece;
    const Unwrapped table(bomb, kCsv);
    EXPECT_LE(table.fields().size(), Limits{}.max_fields);
  }
}

}  // namespace
}  // namespace telltale
