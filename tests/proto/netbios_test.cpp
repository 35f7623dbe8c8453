#include <gmock/gmock.h>

#include "tests/proto/dns_records.h"
#include "tests/proto/notes.h"

namespace telltale::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr Sender kNames{"192.168.1.7", 137, 137};
constexpr Sender kDatagrams{"192.168.1.7", 138, 138};
constexpr size_t kRegistration = 0x2910;
constexpr size_t kUnique = 0x6000;
constexpr size_t kGroup = 0xe000;

std::string encoded(std::string plain, char suffix) {
  plain.resize(15, ' ');
  plain += suffix;
  std::string wire = byte(32);
  for (const char c : plain) {
    wire += static_cast<char>('A' + (static_cast<uint8_t>(c) >> 4));
    wire += static_cast<char>('A' + (c & 15));
  }
  return wire + '\0';
}

std::string registration(const std::string& name, char suffix, size_t flags) {
  return be16(7) + be16(kRegistration) + be16(1) + be16(0) + be16(0) + be16(1) +
         encoded(name, suffix) + be16(0x20) + be16(1) +
         record(kPointer, 0x20, be16(flags) + std::string("\xc0\xa8\x01\x07", 4));
}

TEST(NetBios, ADeviceRegistersItsName) {
  const std::string input = registration("ANNAS-PC", '\x00', kUnique);
  EXPECT_THAT(notes(kNames, input), ElementsAre("netbios host ANNAS-PC"));
  EXPECT_THAT(notes(kNames, registration("ANNAS-PC", '\x20', kUnique)),
              ElementsAre("netbios host ANNAS-PC"));
  survive(kNames, input);
}

TEST(NetBios, GroupsServicesAndQuestionsNameNobody) {
  EXPECT_THAT(notes(kNames, registration("WORKGROUP", '\x00', kGroup)), IsEmpty());
  EXPECT_THAT(notes(kNames, registration("ANNA", '\x03', kUnique)), IsEmpty());
  EXPECT_THAT(notes(kNames, be16(7) + be16(0x0110) + be16(1) + be16(0) + be16(0) + be16(0) +
                                encoded("SERVER", '\x20') + be16(0x20) + be16(1)),
              IsEmpty());
}

TEST(NetBios, AnswersNameTheirSender) {
  const std::string data = be16(kUnique) + std::string("\xc0\xa8\x01\x07", 4);
  EXPECT_THAT(notes(kNames, header(0x8500, 0, 1) + record(encoded("NAS", '\x20'), 0x20, data)),
              ElementsAre("netbios host NAS"));
  const auto row = [](std::string name, char suffix, size_t flags) {
    name.resize(15, ' ');
    return name + suffix + be16(flags);
  };
  const std::string status =
      header(0x8400, 0, 1) +
      record(encoded("*", '\0'), 0x21,
             byte(2) + row("WORKGROUP", '\0', 0x8400) + row("NAS", '\0', 0x0400));
  EXPECT_THAT(notes(kNames, status), ElementsAre("netbios host NAS"));
  survive(kNames, status);
}

TEST(NetBios, EveryDatagramHasItsSendersName) {
  const auto datagram = [](const std::string& address) {
    return byte(0x11) + byte(2) + be16(9) + address + be16(138) + be16(100) + be16(0) +
           encoded("ANNAS-PC", '\x00') + encoded("WORKGROUP", '\x1d') + "SMB";
  };
  const std::string own = datagram(std::string("\xc0\xa8\x01\x07", 4));
  EXPECT_THAT(notes(kDatagrams, own), ElementsAre("netbios host ANNAS-PC"));
  EXPECT_THAT(notes(kDatagrams, datagram(std::string("\xc0\xa8\x01\x08", 4))), IsEmpty())
      << "passed on for somebody else";
  survive(kDatagrams, own);
}

}  // namespace
}  // namespace telltale::test
