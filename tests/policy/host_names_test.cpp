#include "sensor/policy/host_names.h"

#include <string>

#include <gtest/gtest.h>

namespace telltale {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

const IpAddress kPhone = *IpAddress::parse("192.168.0.7");
const IpAddress kLaptop = *IpAddress::parse("192.168.0.8");
const IpAddress kServer = *IpAddress::parse("198.51.100.1");
const IpAddress kOther = *IpAddress::parse("198.51.100.2");
const Timestamp kNow = Timestamp{} + hours(1000);

class HostNamesTest : public testing::Test {
 protected:
  void learn(const std::string& name, const IpAddress& address, seconds ttl = seconds(60),
             Timestamp ts = kNow) {
    names_.learn({kPhone, name, address, ttl, ts});
  }

  Limits limits_;
  WeirdCounts weird_;
  HostNames names_{limits_, weird_};
};

TEST_F(HostNamesTest, ANameIsKnownToTheDeviceThatAsked) {
  learn("Www.Example.COM.", kServer);
  EXPECT_EQ(names_.lookup(kPhone, kServer, kNow), "www.example.com");
  EXPECT_EQ(names_.lookup(kLaptop, kServer, kNow), "");
  EXPECT_EQ(names_.lookup(kPhone, kOther, kNow), "");
}

TEST_F(HostNamesTest, AnAnswerHoldsAnHourAtLeastAndItsTtlWhereThatIsLonger) {
  learn("a.example", kServer, seconds(1));
  learn("b.example", kOther, seconds(7200));
  EXPECT_EQ(names_.lookup(kPhone, kServer, kNow + seconds(3599)), "a.example");
  EXPECT_EQ(names_.lookup(kPhone, kServer, kNow + seconds(3601)), "");
  EXPECT_EQ(names_.lookup(kPhone, kOther, kNow + seconds(7199)), "b.example");
  EXPECT_EQ(names_.lookup(kPhone, kOther, kNow + seconds(7201)), "");
}

TEST_F(HostNamesTest, ATtlOfDecadesIsCut) {
  learn("a.example", kServer, seconds(0x7fffffff));
  EXPECT_EQ(names_.lookup(kPhone, kServer, kNow + hours(24 * 8)), "");
}

TEST_F(HostNamesTest, TheNewestNameOfAnAddressIsTold) {
  learn("a.example", kServer);
  learn("b.example", kServer);
  EXPECT_EQ(names_.lookup(kPhone, kServer, kNow), "b.example");
  learn("a.example", kServer);
  EXPECT_EQ(names_.lookup(kPhone, kServer, kNow), "a.example");
}

TEST_F(HostNamesTest, ClaimsAreCheckedAgainstTheAnswers) {
  learn("api.example.com", kServer);
  EXPECT_EQ(names_.check(kPhone, kServer, "api.example.com", kNow), NameClaim::backed);
  EXPECT_EQ(names_.check(kPhone, kServer, "www.example.com", kNow), NameClaim::backed)
      << "a sibling of the same site shares its servers";
  EXPECT_EQ(names_.check(kPhone, kServer, "bank.example", kNow), NameClaim::contradicted)
      << "the address goes by another name";
  EXPECT_EQ(names_.check(kPhone, kOther, "api.example.com", kNow), NameClaim::contradicted)
      << "the name is somewhere else";
  EXPECT_EQ(names_.check(kPhone, kOther, "bank.example", kNow), NameClaim::unheard);
  EXPECT_EQ(names_.check(kLaptop, kServer, "bank.example", kNow), NameClaim::unheard)
      << "what other devices asked proves nothing";
}

TEST_F(HostNamesTest, OldAnswersBackAClaimButDoNotContradictOne) {
  learn("api.example.com", kServer);
  const Timestamp later = kNow + hours(48);
  EXPECT_EQ(names_.check(kPhone, kServer, "api.example.com", later), NameClaim::backed);
  EXPECT_EQ(names_.check(kPhone, kServer, "bank.example", later), NameClaim::unheard);
}

TEST_F(HostNamesTest, TheTableIsBoundedAndForgetsWhatWasUsedLongestAgo) {
  limits_.max_host_names = 3;
  for (int i = 0; i < 3; ++i) {
    learn("h" + std::to_string(i) + ".example",
          IpAddress::v4(0x08080800 + static_cast<uint32_t>(i)));
  }
  EXPECT_EQ(names_.lookup(kPhone, IpAddress::v4(0x08080800), kNow), "h0.example");
  learn("new.example", kServer);
  EXPECT_EQ(names_.size(), 3U);
  EXPECT_EQ(weird_[Weird::host_name_beyond_cap], 1U);
  EXPECT_EQ(names_.lookup(kPhone, IpAddress::v4(0x08080800), kNow), "h0.example");
  EXPECT_EQ(names_.lookup(kPhone, IpAddress::v4(0x08080801), kNow), "");
}

TEST_F(HostNamesTest, NamesOfOneAddressAreBounded) {
  for (int i = 0; i < 100; ++i) learn("h" + std::to_string(i) + ".example", kServer);
  EXPECT_EQ(weird_[Weird::host_name_of_address_beyond_cap], 100U - limits_.max_names_of_address);
  EXPECT_EQ(names_.check(kPhone, kServer, "h99.example", kNow), NameClaim::backed);
  EXPECT_EQ(names_.resolved_size(), limits_.max_names_of_address);
}

}  // namespace
}  // namespace telltale
