// The key schedule and record protection against the trace of RFC 8448 section 3 (Simple 1-RTT
// Handshake).
#include <gtest/gtest.h>

#include "sensor/base/encoding.h"
#include "sensor/tls/key_schedule.h"

namespace telltale {
namespace {

std::vector<uint8_t> bytes(std::string_view hex) {
  std::vector<uint8_t> out;
  std::string digits;
  for (const char c : hex) {
    if (!is_space(c)) digits += c;
  }
  for (size_t i = 0; i + 1 < digits.size(); i += 2) {
    out.push_back(static_cast<uint8_t>(hex_value(digits[i]) << 4 | hex_value(digits[i + 1])));
  }
  return out;
}

constexpr std::string_view kClientSecret =
    "9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5";
constexpr std::string_view kClientRecord =
    "17 03 03 00 43 a2 3f 70 54 b6 2c 94 d0 af fa fe 82 28 ba 55 cb ef ac ea 42 f9 14 aa 66 bc ab "
    "3f"
    "2b 98 19 a8 a5 b4 6b 39 5b d5 4a 9a 20 44 1e 2b 62 97 4e 1f 5a 62 92 a2 97 70 14 bd 1e 3d ea "
    "e6"
    "3a ee bb 21 69 49 15 e4";

TEST(Rfc8448, TrafficKeysFollowFromTheSecrets) {
  const struct {
    std::string_view secret;
    std::string_view key;
    std::string_view iv;
  } rows[] = {
      {kClientSecret, "17422dda596ed5d9acd890e3c63f5051", "5b78923dee08579033e523d9"},
      {"a11af9f05531f856ad47116b45a950328204b4f44bfb6b3a4b4f1f3fcb631643",
       "9f02283b6c9c07efc26bb9f2ac92e356", "cf782b88dd83549aadf1e984"},
      {"b3eddb126e067f35a780b3abf45e2d8f3b1a950738f52e9600746a0e27a55a21",
       "dbfaa693d1762c5b666af5d950258d01", "5bd3c71b836e0b76bb73265f"},
      {"b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38",
       "3fce516009c21727d0f2e4e86ee403bc", "5d313eb2671276ee13000b30"},
  };
  for (const auto& row : rows) {
    const RecordKeys keys = tls13_keys(*find_cipher_suite(0x1301), bytes(row.secret));
    EXPECT_EQ(keys.key, bytes(row.key));
    EXPECT_EQ(keys.iv, bytes(row.iv));
  }
}

TEST(Rfc8448, TheClientsRecordOpensWithSequenceNumberZeroOnly) {
  const auto wire = bytes(kClientRecord);
  Record record;
  record.type = wire[0];
  record.version = load_be16(wire.data() + 1);
  record.payload = Bytes(wire).subspan(kRecordHeader);
  ASSERT_EQ(record.payload.size(), 0x43U);
  auto cipher = RecordCipher::create(tls13_keys(*find_cipher_suite(0x1301), bytes(kClientSecret)));
  ASSERT_NE(cipher, nullptr);
  std::vector<uint8_t> plain;
  EXPECT_FALSE(cipher->open(record, 1, plain));
  ASSERT_TRUE(cipher->open(record, 0, plain));
  ASSERT_EQ(plain.size(), 51U);
  for (uint8_t i = 0; i < 50; ++i) EXPECT_EQ(plain[i], i);
  EXPECT_EQ(plain[50], kApplicationData);
  record.type = kHandshake;
  EXPECT_FALSE(cipher->open(record, 0, plain)) << "the header is authenticated";
}

// RFC 5246 gives no vectors; this one was published on the TLS working group's list (P_SHA256,
// "test label").
TEST(Tls12Prf, EqualsThePublishedVector) {
  const auto out = tls12_prf(Digest::sha256, bytes("9bbe436ba940f017b17652849a71db35"),
                             "test label", bytes("a0ba9f936cda311827a6f796ffd5198c"), 100);
  EXPECT_EQ(to_hex(Bytes(out).first(32)),
            "e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a");
}

}  // namespace
}  // namespace telltale
