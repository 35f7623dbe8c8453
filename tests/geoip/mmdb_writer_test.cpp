#include "geoip/mmdb_writer.h"

#include <gtest/gtest.h>

#include "geoip/geo_lookup.h"
#include "tests/geoip/scratch_file.h"

namespace telltale {
namespace {

MmdbValue country(const char* code) {
  return MmdbValue::map({{"country", MmdbValue::map({{"iso_code", MmdbValue::text(code)}})}});
}

class Written {
 public:
  explicit Written(const MmdbWriter& writer, int record_size = 0)
      : file_(writer.build(options(record_size))), databases_(GeoDatabases::open({file_.path()})) {}
  std::string country_of(const char* address) const {
    return databases_.lookup(*IpAddress::parse(address)).country;
  }
  GeoRecord at(const char* address) const { return databases_.lookup(*IpAddress::parse(address)); }
  uint32_t nodes() const { return databases_.info()[0].nodes; }

 private:
  static MmdbOptions options(int record_size) {
    MmdbOptions made;
    made.record_size = record_size;
    return made;
  }
  ScratchFile file_;
  GeoDatabases databases_;
};

TEST(MmdbWriter, EveryRecordSizeReadsTheSame) {
  MmdbWriter writer;
  writer.insert(*Cidr::parse("1.0.0.0/8"), country("AU"));
  writer.insert(*Cidr::parse("1.2.0.0/16"), country("CN"));
  writer.insert(*Cidr::parse("1.2.3.4"), country("DE"));
  writer.insert(*Cidr::parse("2a00::/12"), country("FR"));
  writer.insert(*Cidr::parse("2a00:1450::1"), country("IE"));
  for (const int size : {0, 24, 28, 32}) {
    const Written database(writer, size);
    EXPECT_EQ(database.country_of("1.255.255.255"), "AU") << size;
    EXPECT_EQ(database.country_of("1.2.3.3"), "CN") << size;
    EXPECT_EQ(database.country_of("1.2.3.4"), "DE") << size;
    EXPECT_EQ(database.country_of("1.2.3.5"), "CN") << size;
    EXPECT_EQ(database.country_of("2.0.0.0"), "") << size;
    EXPECT_EQ(database.country_of("2a00:1450::1"), "IE") << size;
    EXPECT_EQ(database.country_of("2a00:1450::2"), "FR") << size;
    EXPECT_EQ(database.country_of("2b00::"), "") << size;
  }
}

TEST(MmdbWriter, WhatIsInsertedLaterWins) {
  MmdbWriter writer;
  writer.insert(*Cidr::parse("1.2.3.0/24"), country("CN"));
  writer.insert(*Cidr::parse("1.0.0.0/8"), country("AU"));
  EXPECT_EQ(Written(writer).country_of("1.2.3.4"), "AU");
}

TEST(MmdbWriter, EqualNeighboursBecomeOneLeaf) {
  MmdbWriter split;
  for (int i = 0; i < 256; ++i) {
    split.insert(*Cidr::parse("9.9." + std::to_string(i) + ".0/24"), country("US"));
  }
  MmdbWriter whole;
  whole.insert(*Cidr::parse("9.9.0.0/16"), country("US"));
  EXPECT_EQ(Written(split).nodes(), Written(whole).nodes());
  EXPECT_EQ(split.build({}), whole.build({}));
}

TEST(MmdbWriter, EqualValuesAreStoredOnce) {
  MmdbWriter few;
  MmdbWriter many;
  few.insert(*Cidr::parse("9.0.0.0/24"), country("US"));
  for (const char* network : {"9.0.0.0/24", "9.0.2.0/24", "9.0.4.0/24"}) {
    many.insert(*Cidr::parse(network), country("US"));
  }
  const auto data_of = [](const std::string& file) {
    return file.substr(file.find(std::string(16, '\0') + "\xe1"));
  };
  EXPECT_EQ(data_of(few.build({})).size(), data_of(many.build({})).size());
}

TEST(MmdbWriter, OverlayChangesOneFactAndKeepsTheOthers) {
  MmdbWriter writer;
  MmdbValue google = country("US");
  google.set("autonomous_system_number", MmdbValue::number32(15169));
  writer.insert(*Cidr::parse("8.8.0.0/16"), google);
  int asked = 0;
  writer.overlay(*Cidr::parse("8.0.0.0/8"), [&](const MmdbValue* old) {
    ++asked;
    MmdbValue made = old == nullptr ? MmdbValue() : *old;
    made.set("country", MmdbValue::map({{"iso_code", MmdbValue::text("CA")}}));
    return made;
  });
  EXPECT_EQ(asked, 2) << "once for what was there, once for what was empty";
  const Written database(writer);
  EXPECT_EQ(database.at("8.8.8.8").country, "CA");
  EXPECT_EQ(database.at("8.8.8.8").asn, 15169U);
  EXPECT_EQ(database.at("8.1.1.1").country, "CA");
  EXPECT_EQ(database.at("8.1.1.1").asn, 0U);
}

TEST(MmdbWriter, TheWholeSpaceCanBeOneNetwork) {
  MmdbWriter writer;
  writer.insert(*Cidr::parse("::/0"), country("SE"));
  const Written database(writer);
  EXPECT_EQ(database.country_of("8.8.8.8"), "SE");
  EXPECT_EQ(database.country_of("2600::1"), "SE");
}

TEST(MmdbWriter, AnEmptyDatabaseIsAValidOne) {
  const Written database{MmdbWriter()};
  EXPECT_EQ(database.country_of("8.8.8.8"), "");
  EXPECT_EQ(database.country_of("2600::1"), "");
}

TEST(MmdbWriter, LongTextsAndManyDistinctValuesKeepTheirPlaces) {
  MmdbWriter writer;
  for (uint32_t i = 0; i < 3000; ++i) {
    MmdbValue value = country("US");
    value.set("asn", MmdbValue::number32(i + 1));
    value.set("as_name", MmdbValue::text("AS " + std::to_string(i) + std::string(i % 700, 'x')));
    writer.insert(*Cidr::parse(IpAddress::v4(0x14000000 + i * 256).to_string() + "/24"), value);
  }
  const Written database(writer);
  for (uint32_t i = 0; i < 3000; i += 7) {
    const GeoRecord found =
        database.at(IpAddress::v4(0x14000000 + i * 256 + 9).to_string().c_str());
    EXPECT_EQ(found.asn, i + 1);
    const std::string name = "AS " + std::to_string(i) + std::string(i % 700, 'x');
    EXPECT_EQ(found.as_org, name.substr(0, 256));
  }
}

TEST(MmdbWriter, RecordsThatAreTooSmallAreRefused) {
  MmdbWriter writer;
  MmdbValue big = MmdbValue::map({{"x", MmdbValue::text(std::string((1U << 24) - 1, 'x'))}});
  writer.insert(*Cidr::parse("9.0.0.0/8"), big);
  MmdbOptions options;
  options.record_size = 24;
  EXPECT_THROW(writer.build(options), std::length_error);
}

}  // namespace
}  // namespace telltale
