// Key logs: every kind of line, bad ones with their numbers, files that grow, shrink and are
// replaced.
#include "sensor/tls/key_store.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>
#include <unistd.h>

#include "sensor/base/encoding.h"

namespace telltale {
namespace {

TlsRandom random_of(uint8_t fill) {
  TlsRandom random;
  random.fill(fill);
  return random;
}

std::string hex(size_t size, uint8_t fill) { return to_hex(std::vector<uint8_t>(size, fill)); }
TlsSecret secret(size_t size, uint8_t fill) { return TlsSecret(size, fill); }
std::string line(const std::string& label, uint8_t random, size_t size, uint8_t fill) {
  return label + " " + hex(32, random) + " " + hex(size, fill) + "\n";
}

class KeyStoreTest : public ::testing::Test {
 protected:
  Limits limits_;
  KeyStore store_{limits_};
};

TEST_F(KeyStoreTest, FindsEveryLabel) {
  const struct {
    const char* name;
    SecretLabel label;
  } labels[] = {{"CLIENT_RANDOM", SecretLabel::master},
                {"CLIENT_EARLY_TRAFFIC_SECRET", SecretLabel::client_early},
                {"CLIENT_HANDSHAKE_TRAFFIC_SECRET", SecretLabel::client_handshake},
                {"SERVER_HANDSHAKE_TRAFFIC_SECRET", SecretLabel::server_handshake},
                {"CLIENT_TRAFFIC_SECRET_0", SecretLabel::client_application},
                {"SERVER_TRAFFIC_SECRET_0", SecretLabel::server_application}};
  uint8_t fill = 1;
  for (const auto& row : labels) {
    EXPECT_EQ(store_.load(line(row.name, 7, 48, fill), "test").secrets, 1U) << row.name;
    EXPECT_EQ(store_.find(row.label, random_of(7)), std::vector<TlsSecret>{secret(48, fill)})
        << row.name;
    EXPECT_TRUE(store_.find(row.label, random_of(8)).empty()) << row.name;
    ++fill;
  }
  EXPECT_EQ(store_.size(), 6U);
}

TEST_F(KeyStoreTest, FindsThePremasterByItsEncryptedForm) {
  EXPECT_FALSE(store_.has_premasters());
  EXPECT_EQ(store_.load("RSA 0102030405060708 " + hex(48, 9), "test").secrets, 1U);
  EXPECT_TRUE(store_.has_premasters());
  const std::vector<uint8_t> encrypted = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  EXPECT_EQ(store_.find_premaster(encrypted), std::vector<TlsSecret>{secret(48, 9)});
  EXPECT_TRUE(store_.find_premaster(Bytes(encrypted).subspan(1)).empty());
  EXPECT_TRUE(store_.find_premaster(Bytes(encrypted).first(7)).empty());
}

TEST_F(KeyStoreTest, TakesCommentsEmptyLinesCarriageReturnsAndAnyCase) {
  std::string text = "# by a browser\r\n\r\n  \n\t client_random " + hex(32, 0xab) + "\t " +
                     hex(48, 0xcd) + "  \r\nEXPORTER_SECRET 00 11\n";
  for (char& c : text) {
    if (c == 'b' || c == 'd') c = static_cast<char>(c - 32);
  }
  const KeyLogResult result = store_.load(text, "test");
  EXPECT_EQ(result.secrets, 1U);
  EXPECT_EQ(result.ignored, 1U);
  EXPECT_EQ(result.bad_lines, 0U);
  EXPECT_EQ(store_.find(SecretLabel::master, random_of(0xab)),
            std::vector<TlsSecret>{secret(48, 0xcd)});
}

TEST_F(KeyStoreTest, NamesBadLinesByNumber) {
  const std::string good = line("CLIENT_RANDOM", 1, 48, 1);
  const std::string text = good + "hello\n" + "CLIENT_RANDOM 00 00\n" + "CLIENT_RANDOM " +
                           hex(32, 1) + " " + hex(47, 1) + "\n" + "CLIENT_TRAFFIC_SECRET_0 " +
                           hex(32, 1) + " " + hex(33, 1) + "\n" + "CLIENT_RANDOM " + hex(32, 1) +
                           " " + hex(48, 1) + " more\n" + "CLIENT_RANDOM " + hex(32, 1) + "\n" +
                           "CLIENT_RANDOM zz" + hex(31, 1) + " " + hex(48, 1) + "\n" + good;
  const KeyLogResult result = store_.load(text, "keys.log", 10);
  EXPECT_EQ(result.secrets, 1U);
  EXPECT_EQ(result.repeated, 1U);
  EXPECT_EQ(result.bad_lines, 7U);
  ASSERT_EQ(result.problems.size(), 7U);
  for (size_t i = 0; i < 7; ++i) {
    EXPECT_EQ(result.problems[i].line, 11 + i);
    EXPECT_EQ(result.problems[i].source, "keys.log");
    EXPECT_FALSE(result.problems[i].what.empty());
  }
}

TEST_F(KeyStoreTest, KeepsContradictoryLinesAsCandidatesButNotWithoutEnd) {
  for (int i = 0; i < 20; ++i) {
    store_.load(line("CLIENT_RANDOM", 1, 48, static_cast<uint8_t>(i)), "test");
  }
  const auto found = store_.find(SecretLabel::master, random_of(1));
  ASSERT_EQ(found.size(), KeyStore::kMaxCandidates);
  EXPECT_EQ(found[0], secret(48, 0));
  EXPECT_EQ(found[1], secret(48, 1));
}

TEST_F(KeyStoreTest, ChangesItsVersionWithEveryNewSecretOnly) {
  const uint64_t before = store_.version();
  store_.load("# nothing\nbad\n", "test");
  EXPECT_EQ(store_.version(), before);
  store_.load(line("CLIENT_RANDOM", 1, 48, 1), "test");
  const uint64_t after = store_.version();
  EXPECT_NE(after, before);
  store_.load(line("CLIENT_RANDOM", 1, 48, 1), "test");
  EXPECT_EQ(store_.version(), after);
}

TEST(KeyStoreCap, ForgetsTheOldestSecretsFirst) {
  Limits limits;
  limits.max_tls_secrets = 3;
  KeyStore store(limits);
  for (uint8_t i = 0; i < 5; ++i) store.load(line("CLIENT_RANDOM", i, 48, i), "test");
  EXPECT_EQ(store.size(), 3U);
  EXPECT_TRUE(store.find(SecretLabel::master, random_of(1)).empty());
  EXPECT_EQ(store.find(SecretLabel::master, random_of(2)).size(), 1U);
  EXPECT_EQ(store.find(SecretLabel::master, random_of(4)).size(), 1U);
}

TEST_F(KeyStoreTest, RemembersSessionsByIdAndByLongTickets) {
  const std::vector<uint8_t> id(32, 5);
  const std::vector<uint8_t> ticket(2000, 6);
  store_.remember_session(id, secret(48, 1));
  store_.remember_session(ticket, secret(48, 2));
  store_.remember_session({}, secret(48, 3));
  EXPECT_EQ(store_.find_session(id), std::vector<TlsSecret>{secret(48, 1)});
  EXPECT_EQ(store_.find_session(ticket), std::vector<TlsSecret>{secret(48, 2)});
  EXPECT_TRUE(store_.find_session({}).empty());
}

TEST_F(KeyStoreTest, MayBeLoadedAndReadAtOnce) {
  std::thread writer([&] {
    for (int i = 0; i < 2000; ++i) {
      store_.load(line("CLIENT_RANDOM", static_cast<uint8_t>(i), 48, static_cast<uint8_t>(i / 7)),
                  "t");
    }
  });
  size_t found = 0;
  for (int i = 0; i < 2000; ++i) {
    found += store_.find(SecretLabel::master, random_of(static_cast<uint8_t>(i))).size();
  }
  writer.join();
  EXPECT_LE(found, 2000 * KeyStore::kMaxCandidates);
  EXPECT_EQ(store_.find(SecretLabel::master, random_of(200)).empty(), false);
}

class KeyLogFileTest : public KeyStoreTest {
 protected:
  void SetUp() override {
    path_ =
        (std::filesystem::temp_directory_path() / ("key_log_test_" + std::to_string(::getpid())))
            .string();
    std::remove(path_.c_str());
  }
  void TearDown() override { std::remove(path_.c_str()); }
  void write(const std::string& text, bool append) {
    std::ofstream out(path_, append ? std::ios::app : std::ios::trunc);
    out << text;
  }
  bool knows(uint8_t random) {
    return !store_.find(SecretLabel::master, random_of(random)).empty();
  }

  std::string path_;
};

TEST_F(KeyLogFileTest, ReadsWhatIsAppendedAndWaitsForTheEndOfALine) {
  KeyLogFile file(path_, store_);
  bool opened = true;
  EXPECT_EQ(file.poll(&opened).secrets, 0U);
  EXPECT_FALSE(opened);
  const std::string second = line("CLIENT_RANDOM", 2, 48, 2);
  write(line("CLIENT_RANDOM", 1, 48, 1) + second.substr(0, 60), false);
  EXPECT_EQ(file.poll(&opened).secrets, 1U);
  EXPECT_TRUE(opened);
  EXPECT_FALSE(knows(2));
  write(second.substr(60) + "oops\n", true);
  const KeyLogResult result = file.poll();
  EXPECT_EQ(result.secrets, 1U);
  ASSERT_EQ(result.problems.size(), 1U);
  EXPECT_EQ(result.problems[0].line, 3U);
  EXPECT_TRUE(knows(2));
  EXPECT_EQ(file.poll().secrets, 0U);
}

TEST_F(KeyLogFileTest, TakesALastLineWithoutItsEndWhenTold) {
  KeyLogFile file(path_, store_);
  std::string text = line("CLIENT_RANDOM", 1, 48, 1);
  text.pop_back();
  write(text, false);
  EXPECT_EQ(file.poll().secrets, 0U);
  EXPECT_EQ(file.poll(nullptr, true).secrets, 1U);
}

TEST_F(KeyLogFileTest, StartsOverWhenTheFileWasCutOrReplaced) {
  KeyLogFile file(path_, store_);
  write(line("CLIENT_RANDOM", 1, 48, 1) + line("CLIENT_RANDOM", 2, 48, 1), false);
  EXPECT_EQ(file.poll().secrets, 2U);
  write(line("CLIENT_RANDOM", 3, 48, 1), false);
  EXPECT_EQ(file.poll().secrets, 1U);
  std::filesystem::rename(path_, path_ + ".old");
  write(line("CLIENT_RANDOM", 4, 48, 1) + line("CLIENT_RANDOM", 5, 48, 1), false);
  EXPECT_EQ(file.poll().secrets, 2U);
  std::remove((path_ + ".old").c_str());
}

TEST_F(KeyLogFileTest, HoldsNoMoreThanALineWithoutAnEnd) {
  KeyLogFile file(path_, store_);
  write(std::string(300'000, 'x'), false);
  EXPECT_EQ(file.poll().bad_lines, 0U);
  write("\n" + line("CLIENT_RANDOM", 1, 48, 1), true);
  const KeyLogResult result = file.poll();
  EXPECT_EQ(result.bad_lines, 1U);
  EXPECT_EQ(result.secrets, 1U);
}

}  // namespace
}  // namespace telltale
