#include "geoip/mmdb_writer.h"

#include <random>

#include <gtest/gtest.h>

#include "geoip/countries.h"
#include "geoip/geo_lookup.h"
#include "tests/geoip/oracle.h"
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

// Networks of random places and sizes, with what a plain list says of an address: the last network
// inserted that holds it.
class RandomNetworks {
 public:
  explicit RandomNetworks(uint32_t seed) : random_(seed) {
    for (int i = 0; i < 400; ++i) {
      networks_.push_back(i % 3 == 0 ? v6() : v4());
      writer_.insert(networks_.back(), country(code(networks_.size() - 1).c_str()));
    }
  }

  std::string expected(const IpAddress& address) const {
    for (size_t i = networks_.size(); i-- > 0;) {
      if (networks_[i].contains(address)) return code(i);
    }
    return {};
  }
  const std::vector<Cidr>& networks() const { return networks_; }
  const MmdbWriter& writer() const { return writer_; }

 private:
  // Few places, so that they overlap.
  Cidr v4() {
    const auto place = static_cast<uint32_t>(random_() % 64 << 20 | random_() % 4096);
    return *Cidr::parse(IpAddress::v4(0x10000000 + place).to_string() + "/" +
                        std::to_string(6 + random_() % 27));
  }
  Cidr v6() {
    uint8_t bytes[16] = {0x2a, static_cast<uint8_t>(random_() % 4)};
    bytes[7] = static_cast<uint8_t>(random_() % 4);
    bytes[15] = static_cast<uint8_t>(random_() % 8);
    return *Cidr::parse(IpAddress::v6(bytes).to_string() + "/" +
                        std::to_string(9 + random_() % 120));
  }
  static std::string code(size_t index) {
    return {static_cast<char>('B' + index % 20), static_cast<char>('A' + index / 20 % 20)};
  }

  std::mt19937 random_;
  std::vector<Cidr> networks_;
  MmdbWriter writer_;
};

TEST(MmdbWriter, EveryBoundaryReadsRightInLibmaxminddbAndInOurIndex) {
  for (const int size : {24, 28, 32}) {
    const RandomNetworks random(static_cast<uint32_t>(size));
    MmdbOptions options;
    options.record_size = size;
    options.database_type = "Random";
    const ScratchFile file(random.writer().build(options));
    Oracle oracle(file.path());
    const auto ours = GeoDatabases::open({file.path()});
    for (const Cidr& network : random.networks()) {
      for (const IpAddress& address : around(network)) {
        const std::string expected = random.expected(address);
        EXPECT_EQ(oracle.text(address, "country", "iso_code"), expected)
            << size << " " << address.to_string();
        if (address.is_special_purpose()) continue;
        EXPECT_EQ(ours.lookup(address).country, country_code(expected))
            << size << " " << address.to_string();
      }
    }
  }
}

TEST(MmdbWriter, MappedAddressesAreThoseOfIpv4) {
  MmdbWriter writer;
  writer.insert(*Cidr::parse("1.2.3.0/24"), country("AU"));
  const ScratchFile file(writer.build({}));
  Oracle oracle(file.path());
  // As a reader that walks the bits of the mapped form finds it.
  uint8_t mapped[16] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 1, 2, 3, 4};
  MMDB_s mmdb{};
  ASSERT_EQ(MMDB_open(file.path().c_str(), MMDB_MODE_MMAP, &mmdb), MMDB_SUCCESS);
  sockaddr_in6 socket{};
  socket.sin6_family = AF_INET6;
  std::memcpy(&socket.sin6_addr, mapped, 16);
  int status = 0;
  const auto found = MMDB_lookup_sockaddr(&mmdb, reinterpret_cast<sockaddr*>(&socket), &status);
  EXPECT_TRUE(found.found_entry);
  MMDB_close(&mmdb);
  EXPECT_EQ(oracle.text(*IpAddress::parse("1.2.3.4"), "country", "iso_code"), "AU");
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
