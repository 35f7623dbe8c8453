// DNS over HTTPS (RFC 8484) once the TLS around it is read; the examples are those of its
// section 4.1.1.
#include <gmock/gmock.h>

#include "tests/proto/recorder.h"
#include "tests/proto/wire.h"

namespace telltale::test {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

Scene scene() { return {*find_parser("http")}; }

// www.example.com, type A.
std::string question() {
  return be16(0) + be16(0x0100) + be16(1) + be16(0) + be16(0) + be16(0) + byte(3) + "www" +
         byte(7) + "example" + byte(3) + "com" + byte(0) + be16(1) + be16(1);
}

TEST(Doh, APostedQuestionIsADnsMessage) {
  const std::string body = question();
  const std::string post =
      "POST /dns-query HTTP/1.1\r\nHost: dnsserver.example.net\r\n"
      "Content-Type: application/dns-message\r\nContent-Length: " +
      std::to_string(body.size()) + "\r\n\r\n" + body;
  expect_same_in_any_cut(post, [](const Pieces& pieces) {
    const auto lines = lines_of(scene(), pieces);
    EXPECT_THAT(lines, Contains("dns"));
    EXPECT_THAT(lines, Contains("dns.question.name=www.example.com"));
    return lines;
  });
}

TEST(Doh, AQuestionInTheQueryIsADnsMessage) {
  const Recorder told =
      run(scene(), {{"GET /dns-query?dns=AAABAAABAAAAAAAAA3d3dwdleGFtcGxlA2NvbQAAAQAB HTTP/1.1\r\n"
                     "Host: dnsserver.example.net\r\nAccept: application/dns-message\r\n\r\n"}});
  EXPECT_THAT(told.lines, Contains("dns.question.name=www.example.com"));
}

TEST(Doh, OtherRequestsWithThatParameterAreNot) {
  for (const char* request : {"GET /search?dns=AAABAAABAAAAAAAAA3d3dwdleGFtcGxlA2NvbQAAAQAB "
                              "HTTP/1.1\r\nHost: a.b\r\n\r\n",
                              "GET /dns-query?dns=*** HTTP/1.1\r\nHost: a.b\r\n\r\n",
                              "GET /dns-query?dns= HTTP/1.1\r\nHost: a.b\r\n\r\n"}) {
    EXPECT_THAT(run(scene(), {{request}}).lines, Not(Contains(HasSubstr("dns.question"))))
        << request;
  }
}

}  // namespace
}  // namespace telltale::test
