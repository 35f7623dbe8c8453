#include "sensor/detect/imei.h"

#include "tests/detect/detected.h"

namespace telltale::test {
namespace {

// 35 24 58 07 ... and the others are made up; their check digits are right.
TEST(Imei, IsTold) {
  expect_types({
      {"under its name", R"({"imei":"352458071234565"})", "imei"},
      {"as a number", R"({"imei":352458071234565})", "imei"},
      {"in a query", "", "imei", "v=2&IMEI=867451042345675"},
      {"written with dashes", R"({"imei1":"35-245807-123456-5"})", "imei"},
      {"of a second slot", R"({"imei_2":"867451042345675"})", "imei"},
      {"with words of one's own before it", R"({"deviceImei":"352458071234565"})", "imei"},
      {"with unknown words before it", R"({"mintegralImei":"352458071234565"})", "imei"},
      {"by a general name", R"({"device_id":"352458071234565"})", "imei"},
      {"by a weak name", R"({"terminalId":"352458071234565"})", "imei"},
      {"Russian", R"({"ИМЕЙ":"352458071234565"})", "imei"},
      {"Chinese", R"({"设备号":"352458071234565"})", "imei"},
      {"list of slots", R"({"imeis":["352458071234565","867451042345675"]})", "imei"},
      {"labelled pair", R"([{"key":"imei","value":"352458071234565"}])", "imei"},
      {"16 digits with a software version", R"({"imeisv":"3524580712345601"})", "imei"},
      {"check digit not sent", R"({"imei":"352458071234560"})", "imei"},
      {"tracker's line", "##,imei:352458071234565,A;", "imei"},
      {"tracker's line without a word", "*HQ,352458071234565,V1,101532", "imei"},
      {"MEID", R"({"meid":"A0000049B1C2D7"})", "imei"},
      {"hashed", R"({"imei_md5":"9e107d9d372bb6826bd81d3542a419d6"})", "imei"},
  });
}

TEST(Imei, IsNotTold) {
  expect_types({
      {"wrong check digit", R"({"imei":"352458071234563"})", ""},
      {"wrong check digit under a general name", R"({"device_id":"350672920106648"})", ""},
      {"only zeros", R"({"imei":"000000000000000"})", ""},
      {"counted up", R"({"imei":"123456789012345"})", ""},
      {"emulator's", R"({"imei":"358240051111110"})", ""},
      {"order number that passes Luhn", R"({"orderId":"352458071234565"})", ""},
      {"order number in a sentence", R"({"text":"your order=352458071234565 is on its way"})", ""},
      {"unusual reporting body under an unknown name", R"({"ref":"706524580712343"})", ""},
      {"American Express card", R"({"card_number":"378282246310005"})", ""},
      {"American Express card without a name", R"(["378282246310005"])", ""},
      {"microseconds", R"({"ts":1700000000123456,"imei":""})", ""},
      {"part of a longer number", "ref 9352458071234565 ok", ""},
      {"schema", R"({"schema":{"imei":{"type":"string"}}})", ""},
      {"masked", R"({"imei":"35245807*****64"})", ""},
      {"null", R"({"imei":null})", ""},
      {"a word", R"({"imei":"unknown"})", ""},
      {"text about it", "the imei: see the sticker", ""},
      {"parcel", R"({"shipment":{"ref":"352458071234565"}})", ""},
  });
}

TEST(Imei, SurenessFollowsKeyAndNeighbours) {
  EXPECT_GT(detected(R"({"imei":"352458071234565"})").confidence(DataType::imei), 0.95);
  EXPECT_NEAR(detected(R"({"imei":"706524580712343"})").confidence(DataType::imei), 0.9, 0.05);
  EXPECT_NEAR(detected(R"({"x":"352458071234565"})").confidence(DataType::imei), 0.6, 0.01);
  EXPECT_GT(detected(R"({"1":"352458071234565","2":"310260123456789"})").confidence(DataType::imei), 0.8)
      << "an IMSI beside it";
}

TEST(Imei, OfAFleetIsLessSure) {
  EXPECT_LE(detected(R"([{"imei":"352458071234565"},{"imei":"867451042345675"},
                         {"imei":"867451042345683"},{"imei":"352458071234573"}])")
                .confidence(DataType::imei),
            0.6);
}

TEST(Imei, IsNormalisedToItsDigits) {
  EXPECT_EQ(detected(R"({"imei":"35-245807-123456-5"})").value(DataType::imei), "352458071234565");
}

TEST(Imei, ChecksDigits) {
  EXPECT_TRUE(is_imei("352458071234565"));
  EXPECT_FALSE(is_imei("352458071234566"));
  EXPECT_FALSE(is_imei("35245807123456"));
  EXPECT_FALSE(is_imei("35245807123456a"));
  EXPECT_TRUE(has_usual_reporting_body("860000000000000"));
  EXPECT_FALSE(has_usual_reporting_body("370000000000000"));
}

}  // namespace
}  // namespace telltale::test
