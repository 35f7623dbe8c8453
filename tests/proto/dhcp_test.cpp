#include <gmock/gmock.h>

#include "tests/proto/notes.h"
#include "tests/proto/recorder.h"
#include "tests/proto/wire.h"

namespace telltale::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Scene scene() { return {*find_parser("dhcp"), kUdp, 68, 67}; }

std::string option(size_t number, const std::string& value) {
  return byte(number) + byte(value.size()) + value;
}
std::string request(const std::string& options) {
  std::string bytes = byte(1) + byte(1) + byte(6) + byte(0) + std::string(24, '\0') +
                      std::string("\x02\x00\x00\x00\x00\x07", 6) + std::string(202, '\0');
  return bytes + "\x63\x82\x53\x63" + options;
}
const Sender kJoining{"0.0.0.0", 68, 67};

TEST(Dhcp, ADeviceSaysWhoItIs) {
  const std::string input = request(option(53, "\x03") + byte(0) + option(50, "\xc0\xa8\x01\x07") +
                                    option(12, "Anns-Phone") + option(60, "android-dhcp-11") +
                                    option(55, "\x01\x03\x06") + byte(255));
  EXPECT_THAT(notes(kJoining, input),
              ElementsAre("dhcp host Anns-Phone 02:00:00:00:00:07 192.168.1.7 android-dhcp-11"));
  EXPECT_THAT(run(scene(), {{input}}).lines, IsEmpty()) << "it is no content";
}

TEST(Dhcp, AFullyQualifiedNameWillDo) {
  const std::string fqdn =
      std::string("\x05\x00\x00", 3) + byte(5) + "phone" + byte(3) + "lan" + byte(0);
  EXPECT_THAT(notes(kJoining, request(option(81, fqdn))),
              ElementsAre("dhcp host phone 02:00:00:00:00:07"));
  EXPECT_THAT(notes(kJoining, request(option(81, std::string("\0\0\0", 3) + "phone.lan"))),
              ElementsAre("dhcp host phone 02:00:00:00:00:07"));
}

TEST(Dhcp, HostileOptionsAreSurvived) {
  const std::string input =
      request(option(81, "\x04\x01\x01\xff") + option(12, "") + byte(12) + byte(200) + "x");
  for (size_t size = 0; size <= input.size(); ++size) notes(kJoining, input.substr(0, size));
  EXPECT_THAT(run(scene(), {{"short"}}).weirds, ElementsAre("dhcp_message_malformed"));
}

TEST(Dhcp, TheServersSideIsIgnored) {
  EXPECT_THAT(run(scene(), {{request(byte(255)), 0, Direction::to_client}}).lines, IsEmpty());
}

}  // namespace
}  // namespace telltale::test
