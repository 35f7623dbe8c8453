// Handshake messages over records, and the ServerHello.
#include "sensor/tls/handshake.h"

#include <gtest/gtest.h>

#include "sensor/base/encoding.h"
#include "tests/support/splits.h"
#include "tests/tls/hello_builder.h"

namespace telltale {
namespace {

using test::be16;
using test::sized16;
using test::sized8;

std::string message(int type, const std::string& body) {
  return static_cast<char>(type) + std::string(1, '\0') + sized16(body);
}

std::string read_all(const test::Pieces& pieces, bool want_all, WeirdCounts& weird,
                     Limits limits = {}) {
  HandshakeReader reader(limits, weird);
  std::string seen;
  for (const std::string_view piece : pieces) {
    const std::vector<uint8_t> own(piece.begin(), piece.end());
    reader.feed(own, want_all, [&](const HandshakeMessage& found) {
      EXPECT_EQ(found.whole.size(), found.body.size() + 4);
      seen += std::to_string(found.type) + "(" + std::string(as_text(found.body)) + ")";
    });
  }
  return seen;
}

TEST(HandshakeReader, PutsMessagesTogetherInAnyCut) {
  const std::string input =
      message(1, "client") + message(12, "exchange") + message(14, "") + message(20, "fin");
  WeirdCounts weird;
  test::expect_same_in_any_cut(
      input, [&](const test::Pieces& pieces) { return read_all(pieces, true, weird); });
  EXPECT_EQ(read_all({input}, true, weird), "1(client)12(exchange)14()20(fin)");
  const std::string_view all(input);
  EXPECT_EQ(read_all({all.substr(0, 12), all.substr(12)}, false, weird), "1(client)14()20(fin)")
      << "a message nobody reads is passed over";
}

TEST(HandshakeReader, PassesOverAMessageBeyondTheCap) {
  Limits limits;
  limits.max_tls_handshake = 100;
  const std::string input = message(1, std::string(200, 'x')) + message(20, "fin");
  WeirdCounts weird;
  const std::string_view all(input);
  EXPECT_EQ(read_all({all.substr(0, 50), all.substr(50)}, false, weird, limits), "20(fin)");
  EXPECT_EQ(weird[Weird::tls_handshake_too_long], 1U);
}

TEST(HandshakeReader, AfterLossWaitsForARecordThatLooksLikeAStart) {
  Limits limits;
  WeirdCounts weird;
  HandshakeReader reader(limits, weird);
  std::string seen;
  const auto feed = [&](const std::string& record) {
    reader.feed(as_bytes(record), false,
                [&](const HandshakeMessage& found) { seen += std::to_string(found.type); });
  };
  feed(message(12, "exchange").substr(0, 7));
  reader.lose();
  feed("the rest of something");
  feed(message(20, "fin"));
  EXPECT_EQ(seen, "20");
}

std::string server_hello(const std::string& random, const std::string& extensions) {
  return "\x03\x03" + random + sized8("id") + be16(0x1301) + std::string(1, '\0') +
         sized16(extensions);
}

TEST(ServerHello, TellsWhatWasChosen) {
  const auto extension = [](int type, const std::string& data) {
    return be16(static_cast<size_t>(type)) + sized16(data);
  };
  const std::string body = server_hello(
      std::string(32, 's'), extension(43, "\x03\x04") + extension(16, sized16(sized8("h2"))) +
                                extension(22, "") + extension(23, "") + "\xff\xff\xff");
  const auto hello = parse_server_hello(as_bytes(body));
  ASSERT_TRUE(hello.has_value());
  EXPECT_EQ(hello->version, kTls13);
  EXPECT_EQ(hello->cipher_suite, 0x1301);
  EXPECT_EQ(hello->session_id, "id");
  EXPECT_EQ(hello->alpn, "h2");
  EXPECT_TRUE(hello->encrypt_then_mac);
  EXPECT_TRUE(hello->extended_master_secret);
  EXPECT_FALSE(hello->is_retry_request);
  for (size_t size = 0; size < 40; ++size) {
    const std::vector<uint8_t> own(body.begin(), body.begin() + static_cast<long>(size));
    EXPECT_EQ(parse_server_hello(own).has_value(), size >= 2 + 32 + 3 + 2 + 1) << size;
  }
}

TEST(ServerHello, WithTheRandomOfRfc8446IsARetryRequest) {
  // SHA-256 of "HelloRetryRequest" (RFC 8446 section 4.1.3).
  const auto random = hash_of(Digest::sha256, as_bytes("HelloRetryRequest"));
  const auto hello = parse_server_hello(as_bytes(server_hello(std::string(as_text(random)), "")));
  ASSERT_TRUE(hello.has_value());
  EXPECT_TRUE(hello->is_retry_request);
  EXPECT_EQ(hello->version, kTls12);
}

}  // namespace
}  // namespace telltale
