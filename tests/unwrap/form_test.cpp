#include "tests/unwrap/unwrapped.h"

namespace telltale {
namespace {

using test::Unwrapped;
using test::unwrapped;
using testing::ElementsAre;

constexpr MediaHints kFormType{.media_type = "application/x-www-form-urlencoded; charset=UTF-8"};

TEST(Form, GivesEachParameterDecodedOnce) {
  const Unwrapped form("name=John+Doe&mail=a%40b.example&n=%E5%BC%A0&raw=x", kFormType);
  EXPECT_THAT(form.lines(),
              ElementsAre("name=John Doe", "mail=a@b.example", "n=\xe5\xbc\xa0", "raw=x"));
  EXPECT_EQ(form.at("mail").encodings, "");
}

TEST(Form, IsRecognisedByContentAlone) {
  EXPECT_THAT(unwrapped("imei=490154203237518&lat=12.97&lon="),
              ElementsAre("imei=490154203237518", "lat=12.97", "lon="));
  EXPECT_THAT(unwrapped("a[0][b]=1&c.d=2"), ElementsAre("a[0][b]=1", "c.d=2"));
}

TEST(Form, ASinglePairCountsWhereTheSenderSaysItIsAForm) {
  EXPECT_THAT(unwrapped("imei=490154203237518", kFormType), ElementsAre("imei=490154203237518"));
  EXPECT_THAT(Unwrapped("imei=1", {}, {}, false, "http.request.query").lines(),
              ElementsAre("imei=1"));
  EXPECT_THAT(unwrapped("imei=490154203237518"), ElementsAre("=imei=490154203237518"));
}

TEST(Form, ReadsCookiesAndSemicolons) {
  EXPECT_THAT(unwrapped("sid=a+b; uid=c%20d;x=1"), ElementsAre("sid=a+b", "uid=c d", "x=1"));
}

TEST(Form, ReadsAPairOnEachLine) {
  EXPECT_THAT(unwrapped("imei = 1\r\nimei=49\r\n"), ElementsAre("=imei = 1\r\nimei=49\r\n"));
  EXPECT_THAT(unwrapped("imei=49\r\nmodel=Pixel 4\r\n"), ElementsAre("imei=49", "model=Pixel 4"));
}

TEST(Form, ReadsTheQueryOfAUrl) {
  EXPECT_THAT(unwrapped("https://a.example/p?imei=490154203237518&x=1#top"),
              ElementsAre("imei=490154203237518", "x=1"));
  EXPECT_THAT(unwrapped("/p/q?imei=490154203237518"), ElementsAre("imei=490154203237518"));
}

TEST(Form, FindsJsonInAParameterEscapedOrNot) {
  EXPECT_THAT(unwrapped("d=%7B%22a%22%3A1%7D&s=2"), ElementsAre("s=2", "d:$.a=1"));
  EXPECT_THAT(unwrapped("d={\"a\":1}&s=2"), ElementsAre("s=2", "d:$.a=1"));
}

class NotAForm : public testing::TestWithParam<const char*> {};

TEST_P(NotAForm, StaysAsItIs) {
  EXPECT_THAT(unwrapped(GetParam()), ElementsAre("=" + std::string(GetParam())));
}

INSTANTIATE_TEST_SUITE_P(All, NotAForm,
                         testing::Values("text/html; charset=utf-8", "if (a=b && c=d) return;",
                                         "a == b & c == d", "x = 1 & y = 2",
                                         "QUJDREVGRw==", "=&=&=", "what? yes=no&a=b c"));

TEST(Form, AnyTruncationGivesAPrefixOfTheParameters) {
  test::expect_prefixes_read(
      "imei=490154203237518&name=J%C3%B6rg+X&plain=abc&last=%E5%BC%A0%u5f20x", kFormType);
}

TEST(Form, EvidenceKeepsItsPlaceOnTheWire) {
  const std::string text = "a=1&imei=490154203237518&m=a%40b";
  const Unwrapped form(text);
  const Field& imei = form.field_at("imei");
  EXPECT_TRUE(imei.verbatim);
  EXPECT_EQ(text.substr(imei.wire_begin, imei.wire_end - imei.wire_begin), "490154203237518");
  const Field& mail = form.field_at("m");
  EXPECT_FALSE(mail.verbatim);
  EXPECT_EQ(text.substr(mail.wire_begin, mail.wire_end - mail.wire_begin), "a%40b");
}

TEST(Form, AFormOfOnlyKeysIsNone) {
  EXPECT_THAT(unwrapped("&&&&&&&&", kFormType), ElementsAre("=&&&&&&&&"));
}

}  // namespace
}  // namespace telltale
