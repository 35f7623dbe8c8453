#include <gmock/gmock.h>

#include "tests/proto/dns_records.h"
#include "tests/proto/notes.h"

namespace telltale::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr Sender kClient{"fe80::7", 546, 547};

std::string option(size_t code, const std::string& data) {
  return be16(code) + be16(data.size()) + data;
}
std::string message(size_t type, const std::string& options) {
  return byte(type) + std::string("\1\2\3", 3) + options;
}

TEST(Dhcpv6, AClientGivesItsName) {
  const std::string input =
      message(1, option(1, "duid") + option(39, byte(1) + name("Annas-Pc.lan")));
  EXPECT_THAT(notes(kClient, input), ElementsAre("dhcpv6 host Annas-Pc"));
  survive(kClient, input);
  const std::string partial = option(39, byte(1) + byte(5) + "phone");  // RFC 4704 section 4.2
  EXPECT_THAT(notes(kClient, message(3, partial)), ElementsAre("dhcpv6 host phone"));
}

TEST(Dhcpv6, AServerDoesNot) {
  EXPECT_THAT(notes(kClient, message(2, option(39, byte(1) + name("pc")))), IsEmpty());
}

}  // namespace
}  // namespace telltale::test
