#include "tests/unwrap/unwrapped.h"
#include "tests/unwrap/wrap.h"

namespace telltale {
namespace {

using test::Unwrapped;
using test::unwrapped;
using testing::ElementsAre;
using testing::IsSupersetOf;

TEST(Mail, GivesHeadersAndBody) {
  EXPECT_THAT(
      unwrapped("From: a@b.example\r\nTo: c@d.example\r\nSubject: hello\r\n\r\nThe body.\r\n"),
      ElementsAre("From=a@b.example", "To=c@d.example", "Subject=hello", "body=The body.\r\n"));
}

TEST(Mail, DecodesEncodedWordsAndFolds) {
  const Unwrapped mail(
      "From: =?utf-8?Q?J=C3=B6rg_X?= <j@x.example>\r\nSubject: =?gbk?B?1cXI/Q==?=\r\n "
      "=?UTF-8?B?5byg?= and\r\n"
      "\tmore\r\n\r\nbody text\r\n");
  EXPECT_EQ(mail.at("From").value, "J\xc3\xb6rg X <j@x.example>");
  EXPECT_EQ(mail.at("Subject").value, "\xe5\xbc\xa0\xe4\xb8\x89\xe5\xbc\xa0 and more");
}

TEST(Mail, ReadsNestedPartsAndAttachments) {
  const std::string card =
      "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:A Name\r\nTEL:+919876543210\r\nEND:VCARD\r\n";
  const Unwrapped mail(
      "Received: from x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed;\r\n "
      "boundary=\"o\"\r\n\r\n"
      "--o\r\nContent-Type: multipart/alternative; boundary=i\r\n\r\n--i\r\nContent-Type: "
      "text/plain\r\n\r\n"
      "plain words\r\n--i--\r\n--o\r\nContent-Type: text/vcard; name=\"c.vcf\"\r\n"
      "Content-Transfer-Encoding: base64\r\n\r\n" +
      test::base64(card) + "\r\n--o--\r\n");
  EXPECT_THAT(mail.lines(),
              IsSupersetOf({"body:1:1=plain words", "body:c.vcf:$[0].TEL=+919876543210"}));
  EXPECT_EQ(mail.at("body:c.vcf:$[0].TEL").encodings, "base64");
}

TEST(Mail, AnyTruncationGivesTheFirstHeaders) {
  test::expect_prefixes_read(
      "From: a@b.example\r\nTo: c@d.example\r\nSubject: hello\r\n\r\nThe body.\r\n",
      {.media_type = "message/rfc822"});
}

TEST(Mail, TextWithColonsStays) {
  EXPECT_EQ(unwrapped("Note: remember the milk\nand the bread").size(), 1U);
  EXPECT_EQ(unwrapped("12:30 lunch\n13:30 walk to the station").size(), 1U);
}

TEST(Mail, ManyEncodedWordsCostLittle) {
  std::string header = "Subject: ";
  while (header.size() < (1U << 20)) header += "=?a?b?";
  EXPECT_GE(Unwrapped("From: a\r\n" + header + "\r\n\r\n").fields().size(), 2U);
}

}  // namespace
}  // namespace telltale
