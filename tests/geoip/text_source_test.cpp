// Each format of open data, recognised by its content, with lines that say nothing and lines that
// are wrong.
#include <gtest/gtest.h>
#include <zlib.h>

#include "geoip/geo_error.h"
#include "geoip/geo_layer.h"
#include "geoip/text_formats.h"
#include "tests/geoip/scratch_file.h"

namespace telltale {
namespace {

std::string ranges_of(const GeoLayer& layer) {
  std::string all;
  for (const GeoRange& range : layer.ranges) {
    const GeoRecord& fact = layer.facts[range.fact];
    all += range.first.to_string() + "-" + range.last.to_string() + " " + fact.country + "," +
           std::to_string(fact.asn) + "," + fact.as_org + "\n";
  }
  return all;
}

struct Case {
  const char* name;
  std::string content;
  const char* format;
  std::string ranges;
  size_t bad = 0;
  size_t first_bad = 0;
};

const Case kCases[] = {
    {"TorIpv4", "# License: CC BY-SA 4.0\n16777216,16777471,AU\n16777472,16778239,CN\n1,2,??\n",
     "country (CSV)", "1.0.0.0-1.0.0.255 AU,0,\n1.0.1.0-1.0.3.255 CN,0,\n"},
    {"TorIpv6", "2001:2::,2001:2:0:ffff:ffff:ffff:ffff:ffff,JP\n", "country (CSV)",
     "2001:2::-2001:2:0:ffff:ffff:ffff:ffff:ffff JP,0,\n"},
    {"DbIpCountry",
     "1.0.0.0,1.0.0.255,AU\r\n2001:200::,2001:200:ffff::,JP\r\n0.0.0.0,0.255.255.255,ZZ\r\n",
     "country (CSV)", "1.0.0.0-1.0.0.255 AU,0,\n2001:200::-2001:200:ffff:: JP,0,\n"},
    {"DbIpAsn", "1.0.0.0,1.0.0.255,13335,\"Cloudflare, \"\"Inc.\"\"\"\n", "ASN (CSV)",
     "1.0.0.0-1.0.0.255 ,13335,Cloudflare, \"Inc.\"\n"},
    {"DbIpCity",
     "1.0.0.0,1.0.0.255,OC,AU,Queensland,\"South Brisbane\",-27.4767,153.017\n"
     "5.0.0.0,5.0.0.255,EU,DE,Berlin,Berlin,52.5,13.4\n",
     "city (CSV)", "1.0.0.0-1.0.0.255 AU,0,\n5.0.0.0-5.0.0.255 DE,0,\n"},
    {"Iptoasn",
     "1.0.0.0\t1.0.0.255\t13335\tUS\tCLOUDFLARENET\n1.0.1.0\t1.0.3.255\t0\tNone\tNot routed\n"
     "2001::\t2001:0:ffff::\t6939\tUS\tHURRICANE\n",
     "iptoasn (TSV)",
     "1.0.0.0-1.0.0.255 US,13335,CLOUDFLARENET\n2001::-2001:0:ffff:: US,6939,HURRICANE\n"},
    {"Ip2LocationCountry",
     "\"0\",\"16777215\",\"-\",\"-\"\n\"16777216\",\"16777471\",\"US\",\"United States of "
     "America\"\n",
     "IP2Location LITE (CSV)", "1.0.0.0-1.0.0.255 US,0,\n"},
    {"Ip2LocationIpv6",
     "\"0\",\"281470681743359\",\"-\",\"-\"\n"
     "\"281470698520576\",\"281470698520831\",\"AU\",\"Australia\"\n"
     "\"42540488161975842760550356425300246528\",\"42540488161975842760550356425300246783\",\"JP\","
     "\"Japan\"\n",
     "IP2Location LITE (CSV)", "1.0.0.0-1.0.0.255 AU,0,\n2001::-2001::ff JP,0,\n"},
    {"Ip2LocationAsn",
     "\"16777216\",\"16777471\",\"1.0.0.0/24\",\"13335\",\"CloudFlare Inc.\"\n"
     "\"16777472\",\"16778239\",\"1.0.1.0/24\",\"-\",\"-\"\n",
     "IP2Location LITE ASN (CSV)", "1.0.0.0-1.0.0.255 ,13335,CloudFlare Inc.\n"},
    {"Delegated",
     "2|apnic|20260625|3|19830613|20260624|+1000\napnic|*|ipv4|*|2|summary\n"
     "apnic|AU|ipv4|1.0.0.0|256|20110811|assigned|A91872ED\n"
     "apnic|CN|ipv4|1.0.1.0|768|20110414|allocated|A92E1062\n"
     "apnic||ipv4|1.1.64.0|256||available|\napnic|JP|asn|173|1|20020801|allocated|A91\n"
     "apnic|JP|ipv6|2001:200::|35|19990813|allocated|A91\n",
     "RIR delegated statistics",
     "1.0.0.0-1.0.0.255 AU,0,\n1.0.1.0-1.0.3.255 CN,0,\n"
     "2001:200::-2001:200:1fff:ffff:ffff:ffff:ffff:ffff JP,0,\n"},
    {"PrefixToAs", "1.0.0.0\t24\t13335\n1.0.4.0\t22\t38803_56203\n2001:200::\t32\t2500,7660\n",
     "prefix to AS (RouteViews)",
     "1.0.0.0-1.0.0.255 ,13335,\n1.0.4.0-1.0.7.255 ,38803,\n"
     "2001:200::-2001:200:ffff:ffff:ffff:ffff:ffff:ffff ,2500,\n"},
    {"GarbageIsCounted",
     "start,end,country\n1.0.0.0,1.0.0.255,AU\nwhat is this 1\n1.0.2.0,1.0.1.0,CN\n"
     "1.0.2.0,2001::,CN\n1.0.3.0,1.0.3.255,China\n2.0.0.0,2.0.0.255,FR\n3.0.0.0,3.0.0.255,US\n"
     "4.0.0.0,4.0.0.255,US\n5.0.0.0,5.0.0.255,US\n",
     "country (CSV)",
     "1.0.0.0-1.0.0.255 AU,0,\n2.0.0.0-2.0.0.255 FR,0,\n3.0.0.0-3.0.0.255 US,0,\n"
     "4.0.0.0-4.0.0.255 US,0,\n5.0.0.0-5.0.0.255 US,0,\n",
     4, 3},
    {"AnEndlessLineIsOneBadLine",
     "1.0.0.0,1.0.0.255,AU\n" + std::string(1'000'000, 'x') + "\n2.0.0.0,2.0.0.255,FR\n",
     "country (CSV)", "1.0.0.0-1.0.0.255 AU,0,\n2.0.0.0-2.0.0.255 FR,0,\n", 1, 2},
};

class TextSource : public testing::TestWithParam<Case> {};

TEST_P(TextSource, IsRecognisedAndRead) {
  const Case& wanted = GetParam();
  const ScratchFile file(wanted.content);
  const GeoLayer layer = read_geo_layer(file.path());
  EXPECT_EQ(layer.format, wanted.format);
  EXPECT_EQ(ranges_of(layer), wanted.ranges);
  EXPECT_EQ(layer.bad_lines, wanted.bad);
  EXPECT_EQ(layer.first_bad, wanted.first_bad);
}

INSTANTIATE_TEST_SUITE_P(Table, TextSource, testing::ValuesIn(kCases),
                         [](const auto& test) { return std::string(test.param.name); });

std::string error_of(const std::string& path) {
  try {
    read_geo_layer(path);
  } catch (const GeoError& error) {
    return error.what();
  }
  return "no error";
}

TEST(TextSources, WhatHasNoKnownLinesIsNamed) {
  for (const std::string& content : {std::string(), std::string("hello\nworld\n"),
                                     std::string(100'000, '\0'), std::string("# only this\n")}) {
    const ScratchFile file(content);
    EXPECT_EQ(error_of(file.path()), file.path() +
                                         ": none of the formats known has such lines; telltale "
                                         "geoip build --help lists them");
  }
  EXPECT_EQ(error_of("/nonexistent"), "/nonexistent: cannot be read: there is no such file");
  EXPECT_EQ(error_of("/dev/zero"), "/dev/zero: cannot be read: there is no such file");
}

TEST(TextSources, GzipIsReadAndItsDamageTold) {
  std::string text;
  for (int i = 1; i < 20'000; ++i) {
    const std::string start =
        IpAddress::v4(0x10000000U + static_cast<uint32_t>(i) * 256).to_string();
    text += start + "," + start + ",DE\n";
  }
  const ScratchFile file("");
  gzFile out = gzopen(file.path().c_str(), "wb");
  gzwrite(out, text.data(), static_cast<unsigned>(text.size()));
  gzclose(out);
  EXPECT_EQ(read_geo_layer(file.path()).ranges.size(), 19'999U);
  std::filesystem::resize_file(file.path(), std::filesystem::file_size(file.path()) / 2);
  EXPECT_EQ(error_of(file.path()).substr(file.path().size()).substr(0, 44),
            ": the compressed data is damaged or cut off:");
}

TEST(TextSources, TheHeadTellsPublisherLicenceAndDate) {
  const ScratchFile tor(
      "# Generated: Thu, 25 Jun 2026 04:33:59 GMT\n# Vendor:    IPFire Project\n"
      "# License:   CC BY-SA 4.0\n16777216,16777471,AU\n");
  const GeoLayer layer = read_geo_layer(tor.path());
  EXPECT_EQ(layer.licence, "CC BY-SA 4.0");
  EXPECT_EQ(layer.publisher, "IPFire Project");
  EXPECT_EQ(to_iso8601(layer.date), "2026-06-25T04:33:59.000000+0000");
  const ScratchFile rir(
      "2|apnic|20260625|3|19830613|20260624|+1000\n"
      "apnic|AU|ipv4|1.0.0.0|256|20110811|assigned|A91872ED\n");
  EXPECT_EQ(to_iso8601(read_geo_layer(rir.path()).date).substr(0, 10), "2026-06-24");
}

}  // namespace
}  // namespace telltale
