#include <gmock/gmock.h>

#include "tests/proto/dns_records.h"
#include "tests/proto/notes.h"

namespace telltale::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr Sender kPhone{"192.168.1.7", 5353, 5353};
const std::string kOwn = std::string("\xc0\xa8\x01\x07", 4);
const std::string kOther = std::string("\xc0\xa8\x01\x08", 4);
constexpr size_t kAnswer = 0x8400;
constexpr size_t kTxt = 16;
constexpr size_t kSrv = 33;

std::string text(const std::string& item) { return byte(item.size()) + item; }
std::string srv(const std::string& target) { return be16(0) + be16(0) + be16(8009) + name(target); }

TEST(Mdns, AnAddressRecordGivesTheHostName) {
  const std::string input = header(kAnswer, 0, 1) + record(name("Annas-Phone.local"), 1, kOwn);
  EXPECT_THAT(notes(kPhone, input), ElementsAre("mdns host Annas-Phone 192.168.1.7"));
  survive(kPhone, input);
}

TEST(Mdns, AServiceOfTheWholeDeviceGivesTheNamePeopleSee) {
  const std::string input =
      header(kAnswer, 0, 2) +
      record(name("Anna's iPad._companion-link._tcp.local"), kSrv, srv("annas-ipad.local")) +
      record(name("annas-ipad.local"), 1, kOwn);
  EXPECT_THAT(notes(kPhone, input),
              ElementsAre("mdns host annas-ipad 192.168.1.7", "mdns given Anna's iPad"));
  survive(kPhone, input);
}

TEST(Mdns, ACastDeviceIsCalledByItsFriendlyName) {
  const std::string input =
      header(kAnswer, 0, 1) + record(name("Chromecast-3c6aa7d1._googlecast._tcp.local"), kTxt,
                                     text("id=3c6aa7d1") + text("fn=Living Room TV"));
  EXPECT_THAT(notes(kPhone, input), ElementsAre("mdns given Living Room TV"));
  survive(kPhone, input);
}

TEST(Mdns, CompressedOwnersAreFollowed) {
  // A pointer answer names the instance first; the record's owner points back at it.
  const std::string service = name("_ipp._tcp.local");
  const std::string instance = byte(6) + "Laser " + "\xc0\x0c";
  const std::string head = header(kAnswer, 0, 2);
  std::string input = head + service + be16(12) + be16(1) + be32(60) + be16(instance.size());
  const size_t at = input.size();
  input += instance + "\xc0" + byte(at) + be16(kSrv) + be16(1) + be32(60);
  const std::string data = srv("printer.local");
  input += be16(data.size()) + data;
  EXPECT_THAT(notes(kPhone, input), ElementsAre("mdns given Laser "));
  survive(kPhone, input);
}

TEST(Mdns, WhatIsPassedOnForOthersNamesTheirAddressesOnly) {
  const std::string input =
      header(kAnswer, 0, 2) +
      record(name("Kitchen._airplay._tcp.local"), kSrv, srv("kitchen.local")) +
      record(name("kitchen.local"), 1, kOther);
  EXPECT_THAT(notes(kPhone, input), ElementsAre("mdns host kitchen 192.168.1.8"));
}

TEST(Mdns, QuestionsWithAnswersKnownFromOthersSayNothing) {
  const std::string input = header(0, 0, 1) + record(name("kitchen.local"), 1, kOther);
  EXPECT_THAT(notes(kPhone, input), IsEmpty());
}

TEST(Mdns, ServicesThatAreNotTheDeviceDoNotNameIt) {
  const std::string input =
      header(kAnswer, 0, 1) + record(name("My Music._daap._tcp.local"), kSrv, srv("pc.local"));
  EXPECT_THAT(notes(kPhone, input), IsEmpty());
}

TEST(Llmnr, AnAnswerNamesItsAddress) {
  const std::string input =
      header(0x8000, 1, 1) + question("ANNAS-PC", 1) + record(kPointer, 1, kOwn);
  EXPECT_THAT(notes({"192.168.1.7", 5355, 50000}, input),
              ElementsAre("llmnr host ANNAS-PC 192.168.1.7"));
  survive({"192.168.1.7", 5355, 50000}, input);
  EXPECT_THAT(notes({"192.168.1.7", 50000, 5355}, header(0, 1, 0) + question("ANNAS-PC", 1)),
              IsEmpty())
      << "who asks for a name has another";
}

}  // namespace
}  // namespace telltale::test
