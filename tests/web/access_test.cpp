#include "sensor/web/access.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "sensor/web/http_server.h"

namespace telltale {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

Credentials with_password(std::string_view password) {
  Credentials credentials;
  credentials.password = hash_password(password);
  return credentials;
}

TEST(Password, IsFoundAgainAndNoOther) {
  const std::string line = hash_password("correct horse");
  EXPECT_TRUE(is_password("correct horse", line));
  EXPECT_FALSE(is_password("correct horse ", line));
  EXPECT_FALSE(is_password("", line));
  EXPECT_NE(line, hash_password("correct horse"));  // another salt
  EXPECT_EQ(line.find("horse"), std::string::npos);
}

// RFC 7914 section 12, the third vector, cut to the 32 bytes that are kept.
TEST(Password, IsScrypt) {
  EXPECT_TRUE(is_password("pleaseletmein",
                          "scrypt:16384:8:1:536f6469756d43686c6f72696465:"
                          "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"));
}

TEST(Credentials, AreReadBackFromAFileOfItsOwnerOnly) {
  const auto path = std::filesystem::path(testing::TempDir()) / "web.access";
  std::filesystem::remove(path);
  EXPECT_TRUE(load_credentials(path).empty());
  Credentials credentials = with_password("secret one");
  const std::string token = make_token();
  credentials.tokens.push_back({"grafana", hash_token(token)});
  save_credentials(path, credentials);
  struct stat status {};
  ASSERT_EQ(stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  const Credentials read = load_credentials(path);
  EXPECT_EQ(read.password, credentials.password);
  ASSERT_EQ(read.tokens.size(), 1U);
  EXPECT_EQ(read.tokens[0].name, "grafana");
  EXPECT_TRUE(Access(read).is_token(token));
  EXPECT_FALSE(Access(read).is_token(token + "0"));
  std::filesystem::remove(path);
}

TEST(Credentials, ABrokenFileIsRefusedWithItsLine) {
  const auto path = std::filesystem::path(testing::TempDir()) / "broken.access";
  for (const char* line : {"password plain", "password scrypt:1:2:3:zz:00", "token x 12", "hello",
                           "password scrypt:99999999999999999999:8:1:00:00"}) {
    std::ofstream(path) << "# comment\n\n" << line << "\n";
    try {
      load_credentials(path);
      FAIL() << line;
    } catch (const WebError& error) {
      EXPECT_NE(std::string(error.what()).find("broken.access:3:1: "), std::string::npos)
          << error.what();
    }
  }
  std::filesystem::remove(path);
}

TEST(Access, NobodyLogsInWhereNothingIsSet) {
  Access access{Credentials{}};
  EXPECT_FALSE(access.wants_login());
  ASSERT_TRUE(access.session("", Access::Clock::now()));
  EXPECT_FALSE(access.session("", Access::Clock::now())->csrf.empty());
}

TEST(Access, ASessionEnds) {
  Access access(with_password("long enough"));
  const auto now = Access::Clock::now();
  EXPECT_FALSE(access.session("", now));
  EXPECT_FALSE(access.session("0123", now));
  const auto attempt = access.log_in("long enough", "192.0.2.1", now);
  ASSERT_TRUE(attempt.session);
  const std::string id = attempt.session->id;
  ASSERT_TRUE(access.session(id, now));
  EXPECT_EQ(access.session(id, now)->csrf, attempt.session->csrf);
  EXPECT_TRUE(access.session(id, now + hours(11)));
  EXPECT_TRUE(access.session(id, now + hours(22)));  // used meanwhile
  EXPECT_FALSE(access.session(id, now + hours(35)));
  const auto second = access.log_in("long enough", "192.0.2.1", now);
  ASSERT_TRUE(second.session);
  access.log_out(second.session->id);
  EXPECT_FALSE(access.session(second.session->id, now));
}

TEST(Access, WrongPasswordsHaveToWait) {
  Access access(with_password("long enough"));
  auto now = Access::Clock::now();
  for (int i = 0; i < 6; ++i) {
    const auto attempt = access.log_in("wrong", "2001:db8::1", now);
    EXPECT_FALSE(attempt.session);
    EXPECT_EQ(attempt.wait, seconds(0)) << i;
  }
  // From now on also with the right one, from the whole network.
  EXPECT_EQ(access.log_in("long enough", "2001:db8::ffff", now).wait, seconds(10));
  EXPECT_TRUE(access.log_in("long enough", "2001:db8:0:1::1", now).session);
  now += seconds(11);
  EXPECT_EQ(access.log_in("wrong", "2001:db8::1", now).wait, seconds(0));
  EXPECT_EQ(access.log_in("wrong", "2001:db8::1", now).wait, seconds(20));
  now += seconds(21);
  EXPECT_TRUE(access.log_in("long enough", "2001:db8::1", now).session);
  EXPECT_EQ(access.log_in("wrong", "2001:db8::1", now).wait, seconds(0));
}

TEST(Host, OnlyNamesThatCannotBeAnAttackers) {
  const std::vector<std::string> names = {"router", "router.local"};
  for (const char* own : {"127.0.0.1", "127.0.0.1:8480", "[::1]:8480", "[2001:db8::1]",
                          "localhost:8480", "LOCALHOST", "router:80", "Router.local"}) {
    EXPECT_TRUE(is_own_host(own, names)) << own;
  }
  for (const char* other : {"", "evil.example", "evil.example:8480", "router.evil.example", "[::1",
                            "[evil]", "127.0.0.1.evil.example", "localhost.evil.example"}) {
    EXPECT_FALSE(is_own_host(other, names)) << other;
  }
}

}  // namespace
}  // namespace telltale
