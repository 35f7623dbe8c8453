// Parsing a ClientHello and its fingerprints, checked against published examples.
#include "sensor/tls/client_hello.h"

#include <gtest/gtest.h>

#include "tests/tls/hello_builder.h"

namespace telltale {
namespace {

using test::HelloBuilder;
using test::numbers16;
using test::sized16;
using test::sized8;

ClientHello parsed(const HelloBuilder& builder) {
  const std::string body = builder.body();
  const auto hello = parse_client_hello(as_bytes(body));
  EXPECT_TRUE(hello.has_value());
  return hello.value_or(ClientHello{});
}

// The example of the JA4 specification (FoxIO, technical_details/JA4.md), with GREASE as Chrome
// sends it.
HelloBuilder chrome() {
  HelloBuilder hello;
  hello.suites = {0x2a2a, 0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030,
                  0xcca9, 0xcca8, 0xc013, 0xc014, 0x009c, 0x009d, 0x002f, 0x0035};
  hello.add(0x3a3a)
      .add_host("Www.Example.COM")
      .add(0x0017)
      .add(0xff01, std::string(1, '\0'))
      .add(0x000a, sized16(numbers16({0x4a4a, 29, 23, 24})))
      .add(0x000b, sized8(std::string(1, '\0')))
      .add(0x0023, "ticket")
      .add_alpn({"h2", "http/1.1"})
      .add(0x0005, std::string("\1\0\0\0\0", 5))
      .add(0x000d,
           sized16(numbers16({0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601})))
      .add(0x0012)
      .add(0x0033)
      .add(0x002d, "\1\1")
      .add(0x002b, sized8(numbers16({0x5a5a, 0x0304, 0x0303})))
      .add(0x001b)
      .add(0x4469)
      .add(0x6a6a)
      .add(0x0015, "pad");
  return hello;
}

TEST(ClientHello, HoldsWhatWasSent) {
  const ClientHello hello = parsed(chrome());
  EXPECT_EQ(hello.server_name, "www.example.com");
  EXPECT_EQ(hello.alpn, (std::vector<std::string>{"h2", "http/1.1"}));
  EXPECT_EQ(hello.version(), 0x0304);
  EXPECT_EQ(hello.session_id, "session");
  EXPECT_EQ(hello.session_ticket, "ticket");
  EXPECT_EQ(hello.cipher_suites.size(), 16U);
  EXPECT_EQ(hello.extensions.size(), 18U);
  EXPECT_EQ(hello.groups, (std::vector<uint16_t>{0x4a4a, 29, 23, 24}));
  EXPECT_EQ(hello.signature_algorithms.size(), 8U);
  EXPECT_FALSE(hello.encrypted_client_hello);
  EXPECT_FALSE(hello.early_data);
}

TEST(ClientHello, KnowsWhatItOffers) {
  HelloBuilder builder;
  builder.add(42).add(0xfe0d, "ech");
  const ClientHello hello = parsed(builder);
  EXPECT_TRUE(hello.early_data);
  EXPECT_TRUE(hello.encrypted_client_hello);
  EXPECT_EQ(hello.version(), 0x0303) << "the legacy version where no versions are listed";
}

TEST(ClientHello, MayHaveNoExtensions) {
  HelloBuilder builder;
  builder.has_extensions = false;
  EXPECT_TRUE(parsed(builder).extensions.empty());
}

TEST(ClientHello, CutAnywhereReadsNothingBeyondTheCut) {
  const std::string body = chrome().body();
  for (size_t size = 0; size < body.size(); ++size) {
    const std::vector<uint8_t> own(body.begin(), body.begin() + static_cast<long>(size));
    const auto hello = parse_client_hello(own);
    EXPECT_EQ(hello.has_value(), size >= 2 + 32 + 8 + 2 + 32 + 2) << size;
  }
}

TEST(ClientHello, AnExtensionThatLiesAboutItsLengthIsLeftOut) {
  HelloBuilder builder;
  builder.add(0, std::string("\x40\x00\x00\x40\x00name", 9))
      .add(16, "\x7f\x7f")
      .add(43, "\xff\x03");
  const ClientHello hello = parsed(builder);
  EXPECT_EQ(hello.server_name, "");
  EXPECT_TRUE(hello.alpn.empty());
  EXPECT_TRUE(hello.supported_versions.empty());
  EXPECT_EQ(hello.extensions.size(), 3U);
}

TEST(Grease, IsTheSixteenValuesOfRfc8701) {
  int count = 0;
  for (int value = 0; value <= 0xffff; ++value) count += is_grease(static_cast<uint16_t>(value));
  EXPECT_EQ(count, 16);
  EXPECT_TRUE(is_grease(0x0a0a));
  EXPECT_TRUE(is_grease(0xfafa));
  EXPECT_FALSE(is_grease(0x1a2a));
}

TEST(Ja4, EqualsThePublishedExample) {
  EXPECT_EQ(ja4(parsed(chrome())), "t13d1516h2_8daaf6152771_e5627efa2ab1");
}

TEST(Ja4, TellsTransportNameAndProtocol) {
  HelloBuilder builder;
  EXPECT_EQ(ja4(parsed(builder), 'q'), "q12i000000_000000000000_000000000000");
  const struct {
    std::string alpn;
    std::string expected;
  } cases[] = {{"h2", "h2"},
               {"http/1.1", "h1"},
               {"h", "hh"},
               {"\xab", "ab"},
               {"\xab\xcd", "ad"},
               {"\x30\xab", "3b"},
               {"\x30\x31\xab\xcd", "3d"},
               {"0\xab"
                "1",
                "01"}};
  for (const auto& row : cases) {
    HelloBuilder with;
    with.add_alpn({row.alpn});
    EXPECT_EQ(ja4(parsed(with)).substr(8, 2), row.expected);
  }
}

TEST(Ja4, CountsAtMost99) {
  HelloBuilder builder;
  for (int i = 0; i < 150; ++i) builder.suites.push_back(0xc000 + i);
  EXPECT_EQ(ja4(parsed(builder)).substr(4, 2), "99");
}

// Examples of the README of github.com/salesforce/ja3.
TEST(Ja3, EqualsThePublishedExamples) {
  ClientHello hello;
  hello.legacy_version = 769;
  hello.cipher_suites = {47, 53, 5, 10, 49161, 49162, 49171, 49172, 50, 56, 19, 4};
  hello.extensions = {0, 10, 11};
  hello.groups = {23, 24, 25};
  hello.point_formats = {0};
  EXPECT_EQ(ja3(hello), "ada70206e40642a3e4461f35503241d5");
  ClientHello old;
  old.legacy_version = 769;
  old.cipher_suites = {4, 5, 10, 9, 100, 98, 3, 6, 19, 18, 99};
  EXPECT_EQ(ja3_text(old), "769,4-5-10-9-100-98-3-6-19-18-99,,,");
  EXPECT_EQ(ja3(old), "de350869b8c85de67a350c8d186f11e6");
}

TEST(Ja3, LeavesGreaseOut) {
  ClientHello hello;
  hello.legacy_version = 771;
  hello.cipher_suites = {0x1a1a, 47};
  hello.extensions = {0x2a2a, 0};
  hello.groups = {0x3a3a, 29};
  EXPECT_EQ(ja3_text(hello), "771,47,0,29,");
}

}  // namespace
}  // namespace telltale
