// Rows and records that no key explains: shapes of cells, lines of texts, dialogues with a modem.
#include "sensor/detect/cell_shapes.h"
#include "sensor/detect/text_records.h"
#include "tests/detect/detected.h"

namespace telltale::test {
namespace {

TEST(CellShapes, Moments) {
  for (const char* text : {"2024-12-01T10:00:00Z", "2024-12-01 10:00", "01.12.2024 08:15", "1/12/24 8:15",
                           "1733151001", "1733151001000", "20241201081500"}) {
    EXPECT_TRUE(is_moment(text)) << text;
  }
  for (const char* text : {"2024-12-01", "10:00:00", "4915112345678", "9876543210", "08:15", "12.5", "0123456789"}) {
    EXPECT_FALSE(is_moment(text)) << text;
  }
}

TEST(CellShapes, Spans) {
  for (const char* text : {"00:01:12", "1:12", "77s", "12 sec", "3m12s", "PT77S", "12 сек", "40秒"}) {
    EXPECT_TRUE(is_span(text)) << text;
  }
  for (const char* text : {"77", "1:2", "2024-12-01", "7 days off", "s", "10:00:00:00", "12kg"}) {
    EXPECT_FALSE(is_span(text)) << text;
  }
}

TEST(CellShapes, WordsOfCalls) {
  for (const char* text : {"incoming", "MISSED", "eingehend", "пропущенный", "未接", "부재중", "cevapsız", "đến"}) {
    EXPECT_TRUE(is_call_word(text)) << text;
  }
  for (const char* text : {"into", "outside", "open", "checkin", "missing", "x"}) {
    EXPECT_FALSE(is_call_word(text)) << text;
  }
}

TEST(CellShapes, SurePhones) {
  for (const char* text : {"+34 600 111 222", "+4915112345678", "010-1234-5678", "09121234567", "13812345678"}) {
    EXPECT_TRUE(is_sure_phone(text)) << text;
  }
  for (const char* text : {"1733151001", "4006381333931", "2024-12-01", "12345678", "10.0.0.12"}) {
    EXPECT_FALSE(is_sure_phone(text)) << text;
  }
}

std::string read(std::string_view text) {
  std::string all;
  TextRecords records(text, false);
  for (TextRecordLine line; records.next(line);) {
    all += (line.begins ? "|" : "") + std::string(line.key) + '=' + std::string(line.value) + ' ';
  }
  return all;
}

TEST(TextRecords, KeepValuesWholeAndRecordsApart) {
  EXPECT_EQ(read("Name: Ana G.\nTel: +34 600\n\nName: Luis\nTel: +34 601\n"),
            "|Name=Ana G. Tel=+34 600 |Name=Luis Tel=+34 601 ");
  EXPECT_EQ(read("a = 1\nb = \"x y\"\na = 2\n"), "|a=1 b=x y |a=2 ");
  EXPECT_EQ(read("AT+CIMI\r\n26201\r\n\r\nOK\r\nAT+COPS?\r\n+COPS: 0,0,\"Net A\",7\r\nOK\r\n"),
            "|CIMI=26201 COPS=0 COPS=0 COPS=Net A COPS=7 ");
}

TEST(TextRecords, KnowProseAndCodeWhenTheySeeIt) {
  EXPECT_TRUE(TextRecords::suits("name: a\ntel: b\nmail: c\n"));
  EXPECT_TRUE(TextRecords::suits("AT+CGSN\r\n1\r\nOK\r\n"));
  EXPECT_FALSE(TextRecords::suits("It was late.\nNobody came: why?\nThe end.\n"));
  EXPECT_FALSE(TextRecords::suits("2024-12-01 10:00:00 INFO a\n2024-12-01 10:00:01 INFO b\n2024-12-01 10:00:02 x\n"));
  EXPECT_FALSE(TextRecords::suits("<div class=\"a\">\n<p id=\"b\">\n</div>\n"));
}

TEST(TextRecords, LeaveAValueThatIsCutOff) {
  TextRecords records("a: 1\nb: 26201", true);
  TextRecordLine line;
  ASSERT_TRUE(records.next(line));
  EXPECT_FALSE(records.next(line));
}

TEST(ShapedRows, InAnyLanguage) {
  expect_types({
      {"calls, one-letter keys", R"([{"p":"+34611112222","w":"2024-11-30 10:01:02","d":"saliente","s":"00:01:10"},{"p":"+34622223333","w":"2024-11-30 11:11:02","d":"entrante","s":"00:00:12"},{"p":"+34633334444","w":"2024-11-30 12:21:02","d":"perdida","s":"00:00:00"}])", "call_log"},
      {"calls, lines", "OUT|+905321112233|2024-12-01T08:00:00Z|31s\nIN|+905322223344|2024-12-01T09:00:00Z|12s\nMISSED|+905323334455|2024-12-01T10:00:00Z|0s\n", "call_log"},
      {"messages, labelled lines", "From: +380671112233 | 2024-06-10 10:01 | Привіт, ти де?\nFrom: +380502223344 | 2024-06-10 10:05 | Перекажи гроші\nFrom: PrivatBank | 2024-06-10 10:06 | Код підтвердження 4471\n", "message_log"},
      {"people, map of names", R"({"Ivan Petrov":"+359881112223","Maria":"+359882223334","Stoyan Kolev":"+359883334445"})", "contact_list"},
      {"people, lines", "Ivan +7 916 111-22-33\nOlga +7 916 222-33-44\nMama +7 495 333-44-55\n", "contact_list"},
      {"people, LDIF", "dn: cn=Eva\ncn: Eva Nagy\nmail: eva.n@level.example.hu\n\ndn: cn=Bela\ncn: Bela Kiss\nmail: bela@level.example.hu\n\ndn: cn=Z\ncn: Zoli\nmail: zoli@level.example.hu\n", "contact_list"},
      {"cells, no header", "GSM,250,2,9733,11021,-81\nGSM,250,2,9733,11022,-90\nGSM,250,2,9740,3011,-97\n", "cell_tower"},
  });
}

TEST(ShapedRows, NotWhatOnlyLooksLikeThem) {
  expect_types({
      {"two people", R"({"Ivan Petrov":"+359881112223","Maria":"+359882223334"})", ""},
      {"lines of names", "From: Billing | 2024-06-10 10:01 | invoice was sent\nFrom: Stock | 2024-06-10 10:05 | shelf is empty\nFrom: Billing | 2024-06-10 10:06 | invoice was paid\n", ""},
      {"doors", "in,2024-12-01 08:00:00,3\nout,2024-12-01 09:00:00,3\nin,2024-12-01 10:00:00,1\n", ""},
      {"scores", R"([{"name":"Max","score":9120034},{"name":"Lia","score":8712345},{"name":"Tom","score":8612345}])", ""},
      {"branches", R"({"shops":[{"n":"Mitte","t":"+49 30 1111111"},{"n":"Nord","t":"+49 30 2222222"},{"n":"West","t":"+49 30 3333333"}]})", ""},
      {"words of radios", "LTE,900,1,22,3\nGSM,900,1,22,3\nLTE,900,2,22,3\n", ""},
  });
}

TEST(Labels, AreNoValues) {
  expect_types({
      {"translation", R"({"de":{"email":"E-Mail","phone":"Telefon","device_model":"Gerätemodell","carrier":"Anbieter"}})", ""},
      {"a value that is a key", R"({"os":"android","sdk":30,"device_model":"Model"})", ""},
      {"experiment", R"({"model":"logistic_regression","device":"cuda:0","metrics":{"auc":0.9}})", ""},
      {"what a cover fits", R"({"sku":"C","fits":[{"brand":"Apple","model":"iPhone 14"},{"brand":"Samsung","model":"Galaxy A54"}]})", ""},
      {"the same device twice", R"([{"gaid":"3f1a1d9e-5a3c-4ad5-9c1f-7a0f4be3a111","model":"SM-A515F"},{"gaid":"3f1a1d9e-5a3c-4ad5-9c1f-7a0f4be3a111","model":"SM-A515F"}])", "advertising_id device_model"},
      {"message authentication code", R"({"ct":"q83v","mac":"92d76334d306f5ef11798d409eb75962fd301a84cc84eab845e9c9d83589a807","iv":"hNs"})", ""},
  });
}

TEST(Paths, NameWhatFollows) {
  Detected seen(MessageBuilder().path("/device/imei/356920117162809/mac/ac37431a056d").take());
  EXPECT_EQ(seen.types(), "imei mac_address");
  Detected none(MessageBuilder().path("/imei/docs/mac/book/serial/podcast").take());
  EXPECT_EQ(none.types(), "");
}

TEST(Trackers, Frames) {
  const std::string login("\x78\x78\x0d\x01\x03\x56\x92\x01\x17\x16\x28\x09\x00\x01\x00\x00\x0d\x0a", 18);
  EXPECT_EQ(detected(login).types(), "") << "a wrong checksum";
}

}  // namespace
}  // namespace telltale::test
