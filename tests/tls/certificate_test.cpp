// Names in certificates: of one that OpenSSL made, and of everything that may stand in its place.
#include "sensor/tls/certificate.h"

#include <memory>

#include <gtest/gtest.h>
#include <openssl/x509v3.h>

#include "tests/tls/tls_pair.h"

namespace telltale {
namespace {

std::string certificate(const char* common_name, const char* alternative_names) {
  using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
  using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
  const Key key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  const Certificate made(X509_new(), X509_free);
  X509_set_version(made.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 7);
  X509_gmtime_adj(X509_getm_notBefore(made.get()), 0);
  X509_gmtime_adj(X509_getm_notAfter(made.get()), 3600);
  X509_set_pubkey(made.get(), key.get());
  X509_NAME* name = X509_get_subject_name(made.get());
  X509_NAME_add_entry_by_txt(name, "O", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("Example"), -1, -1, 0);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(common_name), -1, -1, 0);
  X509_set_issuer_name(made.get(), name);
  for (const auto& [id, value] : {std::pair{NID_basic_constraints, "critical,CA:FALSE"},
                                  std::pair{NID_subject_alt_name, alternative_names}}) {
    if (value == nullptr) continue;
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, id, value);
    X509_add_ext(made.get(), extension, -1);
    X509_EXTENSION_free(extension);
  }
  X509_sign(made.get(), key.get(), EVP_sha256());
  unsigned char* der = nullptr;
  const int size = i2d_X509(made.get(), &der);
  std::string out(reinterpret_cast<char*>(der), static_cast<size_t>(size));
  OPENSSL_free(der);
  return out;
}

TEST(CertificateNames, AreReadFromTheSubjectAndTheExtension) {
  const std::string der = certificate(
      "shop.example", "DNS:shop.example,DNS:*.shop.example,IP:192.0.2.1,email:a@b.example");
  const CertificateNames names = read_certificate_names(as_bytes(der));
  EXPECT_EQ(names.common_name, "shop.example");
  EXPECT_EQ(names.dns_names, (std::vector<std::string>{"shop.example", "*.shop.example"}));
}

TEST(CertificateNames, AreOnlyTheSubjectsWhereNoExtensionIs) {
  const CertificateNames names =
      read_certificate_names(as_bytes(certificate("router.lan", nullptr)));
  EXPECT_EQ(names.common_name, "router.lan");
  EXPECT_TRUE(names.dns_names.empty());
}

TEST(CertificateNames, AreSixteenAtMost) {
  std::string many = "DNS:n0.example";
  for (int i = 1; i < 40; ++i) many += ",DNS:n" + std::to_string(i) + ".example";
  EXPECT_EQ(
      read_certificate_names(as_bytes(certificate("x.example", many.c_str()))).dns_names.size(),
      16U);
}

TEST(CertificateNames, OfACertificateCutAnywhereAreNoMoreThanOfTheWhole) {
  const std::string der = certificate("shop.example", "DNS:shop.example,DNS:www.shop.example");
  for (size_t size = 0; size < der.size(); ++size) {
    const auto names = read_certificate_names(as_bytes(std::string(der, 0, size)));
    EXPECT_TRUE(names.common_name.empty() || names.common_name == "shop.example");
    EXPECT_LE(names.dns_names.size(), 2U);
  }
}

TEST(CertificateNames, OfDamagedBytesDoNoHarm) {
  const std::string der = certificate("shop.example", "DNS:shop.example");
  size_t named = 0;
  for (size_t at = 0; at < der.size(); ++at) {
    for (const char value : {'\x00', '\x7f', '\x80', '\xff'}) {
      std::string damaged = der;
      damaged[at] = value;
      named += read_certificate_names(as_bytes(damaged)).dns_names.size();
    }
  }
  EXPECT_GT(named, 0U);
  EXPECT_LE(named, 4 * der.size() * 2);
}

TEST(FirstCertificate, IsTakenFromTheMessage) {
  const std::string tls12(
      "\x00\x00\x09\x00\x00\x02"
      "ab"
      "\x00\x00\x01"
      "c",
      12);
  EXPECT_EQ(as_text(first_certificate(as_bytes(tls12), false)), "ab");
  const std::string tls13(
      "\x00\x00\x00\x07\x00\x00\x02"
      "ab"
      "\x00\x00",
      11);
  EXPECT_EQ(as_text(first_certificate(as_bytes(tls13), true)), "ab");
  EXPECT_TRUE(
      first_certificate(as_bytes(std::string("\x00\x00\x09\x00\xff\x02", 6)), false).empty());
  EXPECT_TRUE(first_certificate({}, false).empty());
}

}  // namespace
}  // namespace telltale
