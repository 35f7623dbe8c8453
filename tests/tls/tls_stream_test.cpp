// Conversations that are not the plain case: resumption, early data, key changes, loss, forgery,
// missing and late secrets, hostile input.
#include "sensor/tls/tls_stream.h"

#include <set>

#include <gtest/gtest.h>

#include "sensor/base/encoding.h"
#include "tests/tls/hello_builder.h"
#include "tests/tls/listener.h"

namespace telltale {
namespace {

using test::Flight;
using test::keys_of;
using test::Listener;
using test::PairOptions;
using test::Tap;
using test::TlsPair;

constexpr Direction kUp = Direction::to_server;
constexpr Direction kDown = Direction::to_client;

PairOptions only(int version, const std::string& ciphers = "ECDHE-RSA-AES128-GCM-SHA256") {
  PairOptions options;
  options.min_version = options.max_version = version;
  options.ciphers = ciphers + ":@SECLEVEL=0";
  return options;
}

// Key log lines with one of the labels.
std::string lines_with(const std::string& log, const std::set<std::string>& labels) {
  std::string out;
  for (size_t begin = 0; begin < log.size();) {
    const size_t end = log.find('\n', begin) + 1;
    const std::string line = log.substr(begin, end - begin);
    if (labels.count(line.substr(0, line.find(' '))) > 0) out += line;
    begin = end;
  }
  return out;
}

// The same lines with other secrets.
std::string with_wrong_secrets(std::string log) {
  for (size_t end = log.find('\n'); end != std::string::npos; end = log.find('\n', end + 1)) {
    log[end - 1] = log[end - 1] == '0' ? '1' : '0';
  }
  return log;
}

void expect_all_read(const TlsPair& pair, std::shared_ptr<const KeyStore> keys) {
  for (const size_t most : {SIZE_MAX, size_t{700}}) {
    Tap tap(keys);
    tap.feed(pair.wire(), most);
    const Listener& seen = tap.finish();
    EXPECT_EQ(seen.up().plain, pair.sent(kUp));
    EXPECT_EQ(seen.down().plain, pair.sent(kDown));
    EXPECT_EQ(seen.up().opaque, 0U);
    EXPECT_EQ(seen.up().gaps, 0U);
  }
}

// One record of the flight list as its own element, so that tests can lose or forge one.
std::vector<Flight> records_of(const std::vector<Flight>& wire) {
  std::string pending[2];
  std::vector<Flight> out;
  for (const Flight& flight : wire) {
    std::string& bytes = pending[static_cast<size_t>(flight.direction)];
    bytes += flight.bytes;
    while (bytes.size() >= 5) {
      const size_t size = 5 + load_be16(as_bytes(bytes).data() + 3);
      if (bytes.size() < size) break;
      out.push_back({flight.direction, bytes.substr(0, size)});
      bytes.erase(0, size);
    }
  }
  return out;
}

bool is_data(const Flight& record, Direction direction) {
  return record.direction == direction && record.bytes[0] == 23;
}

// A conversation with one upload record a line.
TlsPair& uploaded(TlsPair& pair, int lines = 10) {
  pair.connect();
  EXPECT_TRUE(pair.handshake());
  for (int i = 0; i < lines; ++i) {
    pair.say(kUp, "line " + std::to_string(i) + " of the upload\n");
    pair.say(kDown, "ok\n");
  }
  return pair;
}

class EveryVersion : public ::testing::TestWithParam<std::pair<int, const char*>> {
 protected:
  PairOptions options() const {
    PairOptions options = only(GetParam().first, GetParam().second);
    options.options = SSL_OP_DONT_INSERT_EMPTY_FRAGMENTS;  // one record a line
    return options;
  }
  bool is13() const { return GetParam().first == TLS1_3_VERSION; }
};

INSTANTIATE_TEST_SUITE_P(Versions, EveryVersion,
                         ::testing::Values(std::pair{TLS1_VERSION, "AES128-SHA"},
                                           std::pair{TLS1_1_VERSION, "AES128-SHA"},
                                           std::pair{TLS1_2_VERSION, "AES128-SHA"},
                                           std::pair{TLS1_2_VERSION, "ECDHE-RSA-AES128-GCM-SHA256"},
                                           std::pair{TLS1_2_VERSION, "ECDHE-RSA-CHACHA20-POLY1305"},
                                           std::pair{TLS1_2_VERSION, "NULL-SHA256"},
                                           std::pair{TLS1_3_VERSION, "ALL"}));

TEST_P(EveryVersion, ResumesASession) {
  TlsPair pair(options());
  uploaded(pair);
  pair.connect(true);
  ASSERT_TRUE(pair.handshake());
  ASSERT_TRUE(pair.resumed());
  pair.say(kUp, "again");
  expect_all_read(pair, keys_of(pair.key_log()));
}

TEST_P(EveryVersion, ALostRecordLeavesAGapAndNothingElse) {
  TlsPair pair(options());
  const auto records = records_of(uploaded(pair).wire());
  Tap tap(keys_of(pair.key_log()));
  int number = 0;
  uint64_t lost = 0;
  for (const Flight& record : records) {
    if (is_data(record, kUp) && ++number == (is13() ? 5 : 4)) {
      lost = record.bytes.size();
      continue;
    }
    tap.feed(record.direction, record.bytes, record.direction == kUp ? std::exchange(lost, 0) : 0);
  }
  const Listener& seen = tap.finish();
  const bool chained = GetParam().first == TLS1_VERSION;  // the next record's IV was lost, too
  EXPECT_EQ(seen.up().gaps, 1U);
  EXPECT_EQ(seen.up().plain.find("line 3"), std::string::npos);
  EXPECT_EQ(seen.up().plain.find("line 4") == std::string::npos, chained);
  EXPECT_NE(seen.up().plain.find("line 2 of the upload\nline " + std::to_string(chained ? 5 : 4)),
            std::string::npos)
      << seen.up().plain;
  EXPECT_NE(seen.up().plain.find("line 9 of the upload"), std::string::npos);
  if (is13() || GetParam().second == std::string("ECDHE-RSA-AES128-GCM-SHA256")) {
    EXPECT_EQ(seen.up().gap_bytes, std::string("line 3 of the upload\n").size())
        << "AEAD tells exactly";
  }
}

TEST_P(EveryVersion, ResynchronisesAfterAnyHole) {
  TlsPair pair(options());
  const auto records = records_of(uploaded(pair, 20).wire());
  std::string upload;  // application data of the client as one stream
  std::vector<Flight> before;
  for (const Flight& record : records) {
    if (is_data(record, kUp)) {
      upload += record.bytes;
    } else {
      before.push_back(record);
    }
  }
  const size_t step = upload.size() / 40;
  for (size_t begin = is13() ? 200 : 60; begin + 700 < upload.size(); begin += step) {
    for (const size_t hole : {size_t{1}, size_t{40}, size_t{333}}) {
      Tap tap(keys_of(pair.key_log()));
      tap.feed(before);
      tap.feed(kUp, upload.substr(0, begin));
      tap.feed(kUp, upload.substr(begin + hole, 300), hole);
      tap.feed(kUp, upload.substr(begin + hole + 300));
      const Listener& seen = tap.finish();
      EXPECT_EQ(seen.up().gaps, 1U) << begin << " " << hole;
      EXPECT_NE(seen.up().plain.find("line 19 of the upload"), std::string::npos) << begin;
      EXPECT_GT(seen.up().plain.size(), upload.size() / 8);
    }
  }
}

TEST_P(EveryVersion, ForgedAndRepeatedRecordsAreCountedAndSkipped) {
  TlsPair pair(options());
  const auto records = records_of(uploaded(pair).wire());
  Tap tap(keys_of(pair.key_log()));
  for (const Flight& record : records) {
    if (is_data(record, kUp) && tap.listener().up().plain.size() > 50) {
      std::string forged = record.bytes;
      forged.back() = static_cast<char>(forged.back() ^ 1);
      if (GetParam().first != TLS1_VERSION) tap.feed(kUp, forged);
      tap.feed(kUp, record.bytes);
      if (GetParam().first != TLS1_VERSION) tap.feed(kUp, record.bytes);
      continue;
    }
    tap.feed(record.direction, record.bytes);
  }
  const Listener& seen = tap.finish();
  EXPECT_EQ(seen.up().plain, pair.sent(kUp));
  EXPECT_EQ(seen.up().gaps, 0U);
  if (GetParam().first != TLS1_VERSION) {
    EXPECT_GT(tap.weird()[Weird::tls_record_not_authentic], 5U);
    EXPECT_GT(seen.up().reasons.at(NotInspected::tls_record_damaged), 100U);
  }
}

TEST_P(EveryVersion, WithoutSecretsAllIsOpaqueAndTheReasonTold) {
  TlsPair pair(options());
  uploaded(pair);
  Tap tap(keys_of(""));
  tap.feed(pair.wire(), 100);
  const Listener& seen = tap.finish();
  EXPECT_EQ(seen.up().plain, "");
  EXPECT_GT(seen.up().opaque, pair.sent(kUp).size());
  EXPECT_EQ(seen.up().reasons.size(), 1U);
  EXPECT_EQ(seen.up().reasons.begin()->first, NotInspected::tls_no_keys);
  EXPECT_FALSE(tap.stream().facts().decrypted);
  EXPECT_EQ(tap.stream().facts().sni, "api.example.com");
  Tap without_store(nullptr);
  without_store.feed(pair.wire());
  EXPECT_EQ(without_store.finish().up().plain, "");
}

TEST_P(EveryVersion, WrongSecretsAreToldApartFromNone) {
  TlsPair pair(options());
  uploaded(pair);
  Tap tap(keys_of(with_wrong_secrets(pair.key_log())));
  tap.feed(pair.wire());
  const Listener& seen = tap.finish();
  EXPECT_EQ(seen.up().plain, "");
  EXPECT_EQ(seen.up().reasons.count(NotInspected::tls_wrong_keys), 1U);
  EXPECT_EQ(seen.up().reasons.size(), 1U);
}

TEST_P(EveryVersion, OfContradictingSecretsTheRightOneWins) {
  TlsPair pair(options());
  uploaded(pair);
  expect_all_read(pair, keys_of(with_wrong_secrets(pair.key_log()) + pair.key_log()));
}

TEST_P(EveryVersion, SecretsThatComeLateOpenWhatWaited) {
  TlsPair pair(options());
  uploaded(pair);
  auto keys = keys_of("", true);
  Tap tap(keys);
  tap.feed(pair.wire());
  EXPECT_EQ(tap.listener().up().plain, "");
  EXPECT_GT(tap.stream().held(), 0U);
  keys->load(pair.key_log(), "late");
  tap.retry();
  EXPECT_EQ(tap.listener().up().plain, pair.sent(kUp));
  EXPECT_EQ(tap.listener().down().plain, pair.sent(kDown));
  EXPECT_EQ(tap.finish().up().opaque, 0U);
}

TEST_P(EveryVersion, SecretsThatComeTooLateStillOpenTheRest) {
  TlsPair pair(options());
  uploaded(pair, 40);
  const std::vector<Flight> early = pair.wire();
  for (int i = 0; i < 5; ++i) pair.say(kUp, "last " + std::to_string(i) + "\n");
  auto keys = keys_of("", true);
  Limits limits;
  limits.max_tls_held = 2000;
  Tap tap(keys, limits);
  tap.feed(early);
  EXPECT_GT(tap.weird()[Weird::tls_held_overflow], 0U);
  EXPECT_LE(tap.stream().held(), limits.max_tls_held);
  keys->load(pair.key_log(), "late");
  tap.feed({pair.wire().begin() + static_cast<long>(early.size()), pair.wire().end()});
  const Listener& seen = tap.finish();
  const bool chained = GetParam().first == TLS1_VERSION;  // the first record lacks its IV
  EXPECT_NE(seen.up().plain.find(chained ? "last 1\nlast 2\nlast 3\nlast 4\n"
                                         : "last 0\nlast 1\nlast 2\nlast 3\nlast 4\n"),
            std::string::npos);
  EXPECT_EQ(seen.up().gaps, 1U);
  EXPECT_GT(seen.up().reasons.at(NotInspected::tls_no_keys), 1000U);
}

TEST_P(EveryVersion, FromTheMiddleOnIsHandshakeMissing) {
  TlsPair pair(options());
  uploaded(pair);
  Tap tap(keys_of(pair.key_log()));
  for (const Flight& record : records_of(pair.wire())) {
    if (record.bytes[0] == 23) tap.feed(record.direction, record.bytes);
  }
  const Listener& seen = tap.finish();
  EXPECT_EQ(seen.up().plain, "");
  EXPECT_EQ(seen.up().reasons.size(), 1U);
  EXPECT_EQ(seen.up().reasons.count(NotInspected::tls_handshake_missing), 1U);
}

TEST_P(EveryVersion, TheClientsSideMayComeBeforeTheServers) {
  TlsPair pair(options());
  uploaded(pair);
  Tap tap(keys_of(pair.key_log()));
  for (const Direction direction : {kUp, kDown}) {
    for (const Flight& flight : pair.wire()) {
      if (flight.direction == direction) tap.feed(direction, flight.bytes);
    }
  }
  EXPECT_EQ(tap.finish().up().plain, pair.sent(kUp));
  Tap reverse(keys_of(pair.key_log()));
  for (const Direction direction : {kDown, kUp}) {
    for (const Flight& flight : pair.wire()) {
      if (flight.direction == direction) reverse.feed(direction, flight.bytes);
    }
  }
  EXPECT_EQ(reverse.finish().up().plain, pair.sent(kUp));
  EXPECT_EQ(reverse.listener().down().plain, pair.sent(kDown));
}

TEST_P(EveryVersion, AServerNobodyReadsIsNotDecrypted) {
  TlsPair pair(options());
  pair.connect();
  ASSERT_TRUE(pair.handshake());
  pair.say(kUp, "GET\n");
  pair.say(kDown, std::string(50'000, 'd'));
  pair.say(kUp, "more\n");
  Tap tap(keys_of(pair.key_log()));
  tap.stream().want_server_plaintext(false);
  tap.feed(pair.wire());
  const Listener& seen = tap.finish();
  EXPECT_EQ(seen.up().plain, pair.sent(kUp));
  EXPECT_EQ(seen.down().plain, "");
  EXPECT_GT(seen.down().reasons.at(NotInspected::inbound), 50'000U);
}

TEST(TlsStream, OpensARenegotiatedConnection) {
  for (const char* cipher : {"AES128-SHA", "ECDHE-RSA-AES256-GCM-SHA384"}) {
    for (const int version : {TLS1_VERSION, TLS1_2_VERSION}) {
      PairOptions options = only(version, cipher);
      TlsPair pair(options);
      pair.connect();
      if (!pair.handshake()) continue;
      pair.say(kUp, "before\n");
      pair.renegotiate();
      pair.say(kUp, "after\n");
      pair.say(kDown, "answer\n");
      expect_all_read(pair, keys_of(pair.key_log()));
    }
  }
}

TEST(TlsStream, ResumesASessionThatWasNotLoggedAgain) {
  for (const uint64_t option : {uint64_t{0}, uint64_t{SSL_OP_NO_TICKET}}) {
    PairOptions options = only(TLS1_2_VERSION);
    options.options = option;
    TlsPair pair(options);
    uploaded(pair);
    const auto keys = keys_of(pair.key_log());
    expect_all_read(pair, keys);
    pair.connect(true);
    ASSERT_TRUE(pair.handshake());
    ASSERT_TRUE(pair.resumed());
    pair.say(kUp, "again");
    expect_all_read(pair, keys);
  }
}

TEST(TlsStream, OpensRsaKeyExchangeByThePremasterSecret) {
  for (const uint64_t option : {uint64_t{0}, uint64_t{SSL_OP_NO_EXTENDED_MASTER_SECRET}}) {
    for (const int version : {TLS1_VERSION, TLS1_2_VERSION}) {
      PairOptions options = only(version, "AES256-SHA");
      options.options = option;
      TlsPair pair(options);
      uploaded(pair);
      const std::string log = lines_with(pair.key_log(), {"RSA"});
      ASSERT_FALSE(log.empty()) << "OpenSSL logs it as well";
      expect_all_read(pair, keys_of(log));
    }
  }
}

TEST(TlsStream, FollowsKeyUpdatesOfEitherSide) {
  TlsPair pair(only(TLS1_3_VERSION));
  pair.connect();
  ASSERT_TRUE(pair.handshake());
  for (int i = 0; i < 6; ++i) {
    pair.say(kUp, "line " + std::to_string(i) + "\n");
    pair.say(kDown, "ok\n");
    pair.update_keys(i % 2 == 0 ? kUp : kDown, i > 2);
    pair.say(kDown, "new\n");
  }
  pair.say(kUp, "end\n");
  expect_all_read(pair, keys_of(pair.key_log()));
  Tap tap(keys_of(pair.key_log()));
  tap.stream().want_server_plaintext(false);
  tap.feed(pair.wire());
  EXPECT_EQ(tap.finish().up().plain, pair.sent(kUp));
}

TEST(TlsStream, FindsTheNextKeysWhenAKeyUpdateWasLost) {
  TlsPair pair(only(TLS1_3_VERSION));
  pair.connect();
  ASSERT_TRUE(pair.handshake());
  pair.say(kUp, "before\n");
  const size_t begin = pair.wire().size();
  pair.update_keys(kUp, false);
  const size_t end = pair.wire().size();
  pair.say(kUp, "after\n");
  Tap tap(keys_of(pair.key_log()));
  uint64_t gap = 0;
  for (size_t i = 0; i < pair.wire().size(); ++i) {
    const Flight& flight = pair.wire()[i];
    if (i >= begin && i < end) {
      gap += flight.bytes.size();
    } else {
      tap.feed(flight.direction, flight.bytes, flight.direction == kUp ? std::exchange(gap, 0) : 0);
    }
  }
  EXPECT_EQ(tap.finish().up().plain, "before\nafter\n");
}

TEST(TlsStream, FollowsAHelloRetryRequest) {
  PairOptions options = only(TLS1_3_VERSION);
  options.client_groups = "X25519:P-384";
  options.server_groups = "P-384";
  TlsPair pair(options);
  uploaded(pair);
  expect_all_read(pair, keys_of(pair.key_log()));
  Tap tap(keys_of(pair.key_log()));
  tap.feed(pair.wire());
  EXPECT_EQ(tap.stream().facts().version, "TLS 1.3");
}

class EarlyData : public ::testing::TestWithParam<bool> {};

TEST_P(EarlyData, IsReadWhetherAcceptedOrRejected) {
  const bool rejected = GetParam();
  PairOptions options = only(TLS1_3_VERSION);
  options.max_early_data = 16'384;
  TlsPair pair(options);
  uploaded(pair, 1);
  if (rejected) pair.forget_server_tickets();
  pair.connect(true);
  ASSERT_TRUE(pair.early("early "));
  ASSERT_TRUE(pair.early("bird "));
  ASSERT_TRUE(pair.handshake());
  ASSERT_EQ(pair.early_accepted(), !rejected);
  pair.say(kUp, "late");
  pair.say(kDown, "answer");
  expect_all_read(pair, keys_of(pair.key_log()));
  EXPECT_EQ(pair.sent(kUp), "early bird late");

  Tap without(keys_of(
      lines_with(pair.key_log(), {"CLIENT_HANDSHAKE_TRAFFIC_SECRET",
                                  "SERVER_HANDSHAKE_TRAFFIC_SECRET", "CLIENT_TRAFFIC_SECRET_0"})));
  without.feed(pair.wire());
  EXPECT_EQ(without.finish().up().plain, "late") << "the early secret was not logged";
}

INSTANTIATE_TEST_SUITE_P(Both, EarlyData, ::testing::Bool());

TEST(TlsStream, ReadsApplicationDataWithoutTheHandshakeSecrets) {
  TlsPair pair(only(TLS1_3_VERSION));
  uploaded(pair);
  Tap tap(keys_of(lines_with(pair.key_log(), {"CLIENT_TRAFFIC_SECRET_0"})));
  tap.feed(pair.wire(), 333);
  const Listener& seen = tap.finish();
  EXPECT_EQ(seen.up().plain, pair.sent(kUp));
  EXPECT_EQ(seen.up().gaps, 0U);
  EXPECT_EQ(seen.down().plain, "");
}

TEST(TlsStream, TellsTheFactsOfTheHandshake) {
  TlsPair pair(only(TLS1_2_VERSION));
  uploaded(pair, 1);
  Tap tap(keys_of(""));
  tap.feed(pair.wire());
  const TlsFacts& facts = tap.stream().facts();
  EXPECT_EQ(facts.version, "TLS 1.2");
  EXPECT_EQ(facts.sni, "api.example.com");
  EXPECT_EQ(facts.ja3.size(), 32U);
  EXPECT_EQ(facts.ja4.substr(0, 4), "t12d");
  EXPECT_FALSE(facts.ech);
}

TEST(TlsStream, NamesTheFrameThatCompletedTheRecord) {
  TlsPair pair(only(TLS1_3_VERSION));
  pair.connect();
  ASSERT_TRUE(pair.handshake());
  Tap tap(keys_of(pair.key_log()));
  tap.feed(pair.wire());
  const size_t known = pair.wire().size();
  pair.say(kUp, "hello");
  const std::string record = pair.wire()[known].bytes;
  tap.feed(kUp, record.substr(0, 10));
  tap.feed(kUp, record.substr(10, 5));
  tap.feed(kUp, record.substr(15));
  EXPECT_EQ(tap.listener().up().last_frame, known + 3);
}

TEST(TlsStream, AnUnknownSuiteOrCompressionIsUnsupported) {
  const auto conversation = [](const std::string& suite, char compression) {
    test::HelloBuilder client;
    client.suites = {5};
    const std::string hello = client.body();
    const std::string server = "\x03\x03" + std::string(32, 's') + '\0' + suite + compression;
    const auto record = [](char type, const std::string& body) {
      return type + std::string("\x03\x03") + test::sized16(body);
    };
    const auto message = [](char type, const std::string& body) {
      return type + std::string(1, '\0') + test::sized16(body);
    };
    return std::vector<Flight>{{kUp, record(22, message(1, hello))},
                               {kDown, record(22, message(2, server))},
                               {kUp, record(20, "\1") + record(22, std::string(40, 'f'))},
                               {kUp, record(23, std::string(100, 'x'))}};
  };
  const std::string random(64, '7');
  const std::string rc4 = std::string("\x00\x05", 2);
  const std::string aes = std::string("\x00\x2f", 2);
  for (const auto& wire : {conversation(rc4, 0), conversation(aes, 1)}) {
    Tap tap(keys_of("CLIENT_RANDOM " + to_hex(as_bytes(std::string(32, 'r'))) + " " +
                    std::string(96, '1') + "\n"));
    tap.feed(wire);
    EXPECT_EQ(tap.finish().up().reasons.at(NotInspected::tls_unsupported_cipher), 105U);
  }
}

TEST(TlsStream, CandidatesForAResynchronisationCostABoundedAmount) {
  TlsPair pair(only(TLS1_3_VERSION));
  uploaded(pair, 2);
  Limits limits;
  limits.max_tls_trial_ratio = 1;
  Tap tap(keys_of(pair.key_log()), limits);
  tap.feed(pair.wire());
  std::string crafted;
  while (crafted.size() < 200'000) crafted += "\x17\x03\x03\x3f\xff";
  tap.feed(kUp, crafted, 1'000'000);
  tap.feed(kUp, crafted);
  tap.finish();
  EXPECT_EQ(tap.weird()[Weird::tls_trials_exhausted], 1U);
}

TEST(TlsStream, LooksOnlySoFarAheadForALostRecord) {
  TlsPair pair(only(TLS1_3_VERSION));
  const auto records = records_of(uploaded(pair, 12).wire());
  for (const size_t ahead : {size_t{4}, size_t{100}}) {
    Limits limits;
    limits.max_tls_records_ahead = ahead;
    Tap tap(keys_of(pair.key_log()), limits);
    int number = 0;
    uint64_t lost = 0;
    for (const Flight& record : records) {
      if (is_data(record, kUp) && ++number > 3 && number < 10) {
        lost += record.bytes.size();
      } else {
        tap.feed(record.direction, record.bytes,
                 record.direction == kUp ? std::exchange(lost, 0) : 0);
      }
    }
    EXPECT_EQ(tap.finish().up().plain.find("line 11") != std::string::npos, ahead == 100);
  }
}

TEST(TlsStream, SurvivesDamageAnywhere) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TlsPair pair(only(version));
    uploaded(pair, 3);
    const auto keys = keys_of(pair.key_log());
    std::mt19937 random(7);
    for (int round = 0; round < 300; ++round) {
      Tap tap(keys);
      for (const Flight& flight : pair.wire()) {
        std::string bytes = flight.bytes;
        if (random() % 3 == 0) bytes[random() % bytes.size()] = static_cast<char>(random());
        if (random() % 8 == 0) bytes.resize(random() % bytes.size());
        tap.feed(flight.direction, bytes, random() % 6 == 0 ? random() % 500 : 0);
      }
      tap.finish();
    }
  }
}

TEST(GuessTls, KnowsAHelloAndWaitsForMore) {
  EXPECT_EQ(guess_tls(as_bytes(std::string_view("\x16\x03\x01\x02\x00\x01", 6))), TlsGuess::yes);
  EXPECT_EQ(guess_tls(as_bytes(std::string_view("\x16\x03\x01\x02\x00\x02", 6))), TlsGuess::yes);
  EXPECT_EQ(guess_tls(as_bytes(std::string_view("\x17\x03\x03\x02\x00\x77", 6))), TlsGuess::yes);
  EXPECT_EQ(guess_tls(as_bytes(std::string_view("\x16\x03\x01\x02\x00", 5))), TlsGuess::more);
  EXPECT_EQ(guess_tls(as_bytes(std::string_view("\x16"))), TlsGuess::more);
  EXPECT_EQ(guess_tls({}), TlsGuess::more);
  EXPECT_EQ(guess_tls(as_bytes(std::string_view("GET / HTTP"))), TlsGuess::no);
  EXPECT_EQ(guess_tls(as_bytes(std::string_view("\x16\x03\x01\xff\xff\x01", 6))), TlsGuess::no);
  EXPECT_EQ(guess_tls(as_bytes(std::string_view("\x16\x03\x01\x02\x00\x63", 6))), TlsGuess::no);
}

}  // namespace
}  // namespace telltale
