// Every suite and version OpenSSL can speak, recorded and decrypted.
#include <gtest/gtest.h>

#include "tests/tls/listener.h"

namespace telltale {
namespace {

using test::keys_of;
using test::Listener;
using test::PairOptions;
using test::Tap;
using test::TlsPair;

std::string text(size_t size) {
  std::string out;
  for (size_t i = 0; out.size() < size; ++i) out += "line " + std::to_string(i) + "\n";
  out.resize(size);
  return out;
}

std::vector<std::string> all_ciphers() {
  std::vector<std::string> names;
  SSL_CTX* context = SSL_CTX_new(TLS_method());
  SSL_CTX_set_security_level(context, 0);
  SSL_CTX_set_cipher_list(context, "ALL:COMPLEMENTOFALL:@SECLEVEL=0");
  STACK_OF(SSL_CIPHER)* ciphers = SSL_CTX_get_ciphers(context);
  for (int i = 0; i < sk_SSL_CIPHER_num(ciphers); ++i) {
    const std::string name = SSL_CIPHER_get_name(sk_SSL_CIPHER_value(ciphers, i));
    if (name.rfind("TLS_", 0) != 0 && name.rfind("SRP", 0) != 0) names.push_back(name);
  }
  SSL_CTX_free(context);
  return names;
}

// Whether the pair could agree; then everything both said must be read, in several cuts.
bool reads_all(const PairOptions& options) {
  TlsPair pair(options);
  pair.connect();
  if (!pair.handshake()) return false;
  pair.say(Direction::to_server, "POST / HTTP/1.1\r\n\r\n");
  pair.say(Direction::to_client, text(40'000));
  pair.say(Direction::to_server, text(20'000));
  for (const size_t most : {SIZE_MAX, size_t{1}, size_t{1460}}) {
    if (most == 1 && options.max_version != TLS1_2_VERSION) continue;
    Tap tap(keys_of(pair.key_log()));
    tap.feed(pair.wire(), most);
    const Listener& seen = tap.finish();
    EXPECT_EQ(seen.up().plain, pair.sent(Direction::to_server)) << pair.cipher();
    EXPECT_EQ(seen.down().plain, pair.sent(Direction::to_client)) << pair.cipher();
    EXPECT_EQ(seen.up().opaque, 0U) << pair.cipher();
    EXPECT_EQ(seen.down().opaque, 0U) << pair.cipher();
    EXPECT_EQ(seen.up().gaps, 0U);
    EXPECT_TRUE(tap.stream().facts().decrypted);
    EXPECT_EQ(tap.stream().facts().sni, options.host);
    for (size_t i = 0; i < kWeirdCount; ++i) {
      EXPECT_EQ(tap.weird()[static_cast<Weird>(i)], 0U) << name_of(static_cast<Weird>(i));
    }
  }
  return true;
}

class Tls12Suites : public ::testing::TestWithParam<int> {};

TEST_P(Tls12Suites, AllAreReadInAnyCut) {
  size_t agreed = 0;
  for (const std::string& name : all_ciphers()) {
    PairOptions options;
    options.min_version = options.max_version = GetParam();
    options.ciphers = name + ":@SECLEVEL=0";
    agreed += reads_all(options);
  }
  // TLS 1.2 has about 150 suites in OpenSSL 3.0, the older versions those with CBC and SHA-1.
  EXPECT_GE(agreed, GetParam() == TLS1_2_VERSION ? 120U : 30U);
}

TEST_P(Tls12Suites, AreReadWithMacThenEncryptAndWithoutExtendedMasterSecret) {
  for (const char* name : {"AES128-SHA", "ECDHE-RSA-AES256-SHA", "ECDHE-RSA-AES128-SHA256",
                           "DHE-RSA-AES256-SHA256", "ECDHE-ECDSA-AES256-SHA384"}) {
    PairOptions options;
    options.min_version = options.max_version = GetParam();
    options.ciphers = name + std::string(":@SECLEVEL=0");
    options.options = SSL_OP_NO_ENCRYPT_THEN_MAC | SSL_OP_NO_EXTENDED_MASTER_SECRET;
    EXPECT_TRUE(reads_all(options) || GetParam() != TLS1_2_VERSION) << name;
  }
}

INSTANTIATE_TEST_SUITE_P(Versions, Tls12Suites,
                         ::testing::Values(TLS1_VERSION, TLS1_1_VERSION, TLS1_2_VERSION));

class Tls13Suites : public ::testing::TestWithParam<const char*> {};

TEST_P(Tls13Suites, AreRead) {
  PairOptions options;
  options.min_version = TLS1_3_VERSION;
  options.suites = GetParam();
  EXPECT_TRUE(reads_all(options));
  options.padding = 512;
  EXPECT_TRUE(reads_all(options)) << "padded";
  options.padding = 0;
  options.options = SSL_OP_ENABLE_MIDDLEBOX_COMPAT;
  EXPECT_TRUE(reads_all(options)) << "with ChangeCipherSpec for middleboxes";
}

INSTANTIATE_TEST_SUITE_P(All, Tls13Suites,
                         ::testing::Values("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384",
                                           "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_CCM_SHA256",
                                           "TLS_AES_128_CCM_8_SHA256"));

TEST(CipherSuites, UnknownOnesAndRc4AreNotThere) {
  EXPECT_EQ(find_cipher_suite(0x0000), nullptr);
  EXPECT_EQ(find_cipher_suite(0x0005), nullptr);
  EXPECT_EQ(find_cipher_suite(0xffff), nullptr);
  ASSERT_NE(find_cipher_suite(0x1301), nullptr);
  EXPECT_EQ(find_cipher_suite(0xc02f)->kind, CipherKind::gcm);
}

}  // namespace
}  // namespace telltale
