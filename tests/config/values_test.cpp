#include "config/values.h"

#include <gtest/gtest.h>

namespace telltale {
namespace {

// The value of the document `text`, parsed; throws ConfigError.
template <typename Parse>
auto parsed(const std::string& text, Parse parse) {
  const YamlDocument document(text, "v");
  return parse(document.root());
}

TEST(Values, SizesInDecimalAndBinaryUnits) {
  const std::pair<const char*, uint64_t> table[] = {{"0", 0},
                                                    {"4096", 4096},
                                                    {"1B", 1},
                                                    {"64KiB", 65'536},
                                                    {"64MiB", 1U << 26},
                                                    {"1GiB", 1U << 30},
                                                    {"2TiB", 1ULL << 41},
                                                    {"5kB", 5000},
                                                    {"3MB", 3'000'000},
                                                    {"1GB", 1'000'000'000}};
  for (const auto& [text, bytes] : table) EXPECT_EQ(parsed(text, values::size), bytes) << text;
  for (const char* text : {"MiB", "-1", "1.5MiB", "64 MiB", "64mib", "99999999TiB", "''", "[1]",
                           "18446744073709551616"}) {
    EXPECT_THROW(parsed(text, values::size), ConfigError) << text;
  }
}

TEST(Values, Durations) {
  const std::pair<const char*, int64_t> table[] = {
      {"0", 0}, {"30s", 30}, {"15m", 900}, {"12h", 43'200}, {"45d", 3'888'000}, {"2w", 1'209'600}};
  for (const auto& [text, seconds] : table) {
    EXPECT_EQ(parsed(text, values::duration).count(), seconds) << text;
  }
  for (const char* text : {"45", "d", "1y", "-1s", "9999999999w", "45 d"}) {
    EXPECT_THROW(parsed(text, values::duration), ConfigError) << text;
  }
}

TEST(Values, DomainsAreNormalised) {
  EXPECT_EQ(parsed("Example.COM.", values::domain), "example.com");
  EXPECT_EQ(parsed("'*.example.com'", values::domain), "example.com");
  EXPECT_EQ(parsed("cn", values::domain), "cn");
  EXPECT_EQ(parsed("_dmarc.xn--p1ai", values::domain), "_dmarc.xn--p1ai");
  for (const char* text : {"''", "a..b", "-a.com", "a b.com", "1.2.3.4", "10.0.0.0/8", "'*'",
                           "ex*.com", "http://example.com"}) {
    EXPECT_THROW(parsed(text, values::domain), ConfigError) << text;
  }
  EXPECT_THROW(parsed(std::string(300, 'a'), values::domain), ConfigError);
  EXPECT_THROW(parsed(std::string(64, 'a') + ".com", values::domain), ConfigError);
}

TEST(Values, AsNumbersWithAndWithoutPrefix) {
  EXPECT_EQ(parsed("15169", values::asn), 15169U);
  EXPECT_EQ(parsed("AS15169", values::asn), 15169U);
  EXPECT_EQ(parsed("4294967295", values::asn), 4294967295U);
  for (const char* text : {"0", "4294967296", "AS", "-1", "[1]"}) {
    EXPECT_THROW(parsed(text, values::asn), ConfigError) << text;
  }
}

TEST(Values, ListenAddresses) {
  for (const char* text : {"127.0.0.1:8480", "'[::1]:8480'", "0.0.0.0:80", "localhost:8080"}) {
    EXPECT_EQ(parsed(text, values::listen_address), parsed(text, values::text)) << text;
  }
  for (const char* text : {"'::1:8480'", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:65536", "':80'",
                           "'[127.0.0.1]:80'", "example.com:80"}) {
    EXPECT_THROW(parsed(text, values::listen_address), ConfigError) << text;
  }
}

TEST(Values, FractionsAreFrom0To1) {
  EXPECT_DOUBLE_EQ(parsed("0.5", values::fraction), 0.5);
  EXPECT_DOUBLE_EQ(parsed("1", values::fraction), 1);
  for (const char* text : {"1.01", "-0.1", "nan", "inf", "50%", "x"}) {
    EXPECT_THROW(parsed(text, values::fraction), ConfigError) << text;
  }
}

}  // namespace
}  // namespace telltale
