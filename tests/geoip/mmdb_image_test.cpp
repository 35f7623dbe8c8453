// Every way in which a file may lie, built byte by byte, and what is said of it.
#include "geoip/mmdb_image.h"

#include <gtest/gtest.h>

#include "geoip/geo_error.h"
#include "geoip/mmdb_file.h"
#include "geoip/mmdb_writer.h"

namespace telltale {
namespace {

std::string be(uint64_t value, int bytes) {
  std::string text;
  for (int shift = (bytes - 1) * 8; shift >= 0; shift -= 8)
    text += static_cast<char>(value >> shift);
  return text;
}

std::string text_value(const std::string& text) {
  return static_cast<char>(2 << 5 | text.size()) + text;
}
std::string number32(uint64_t value) { return "\xc4" + be(value, 4); }
std::string number16(uint64_t value) { return "\xa2" + be(value, 2); }

struct Metadata {
  uint64_t nodes = 1;
  uint64_t record_size = 24;
  uint64_t ip_version = 4;
  std::string epoch = "\x08\x02" + be(1'600'000'000, 8);  // uint64
  uint64_t major = 2;
};

std::string metadata(const Metadata& of) {
  return "\xab\xcd\xefMaxMind.com\xe9" + text_value("node_count") + number32(of.nodes) +
         text_value("record_size") + number16(of.record_size) + text_value("ip_version") +
         number16(of.ip_version) + text_value("database_type") + text_value("Test") +
         text_value("build_epoch") + of.epoch + text_value("binary_format_major_version") +
         number16(of.major) + text_value("binary_format_minor_version") + number16(0) +
         text_value("languages") + std::string("\x00\x04", 2) + text_value("description") + "\xe0";
}

// One node; `left` is where addresses with a first bit of 0 lead.
std::string file(const std::string& data, uint64_t left = 1 + 16, const Metadata& of = {}) {
  return be(left, 3) + be(1, 3) + std::string(16, '\0') + data + metadata(of);
}

std::string error_of(const std::string& bytes) {
  try {
    parse_geo_database(as_bytes(bytes), "f");
  } catch (const GeoError& error) {
    return error.what();
  }
  return "fine";
}

const std::string kRecord = "\xe1" + text_value("country_code") + text_value("US");

struct Case {
  const char* name;
  std::string bytes;
  const char* error;
};

std::string repeated(const std::string& text, size_t times) {
  std::string all;
  for (size_t i = 0; i < times; ++i) all += text;
  return all;
}

const Case kCases[] = {
    {"Sound", file(kRecord), "fine"},
    {"ARecordOfPlainText", file(text_value("hello")), "fine"},
    {"Empty", "", "it is no MMDB file: the metadata is missing"},
    {"MetadataMarkerOnly", "\xab\xcd\xefMaxMind.com", "its data points outside of the file"},
    {"MetadataMissing", std::string(1000, '\0'), "it is no MMDB file: the metadata is missing"},
    {"MetadataIsANumber", "\xab\xcd\xefMaxMind.com\x10\x03" + std::string(16, '\1'),
     "its metadata is not a map"},
    {"MetadataWithoutCount", "\xab\xcd\xefMaxMind.com\xe0",
     "its metadata has no number 'binary_format_major_version'"},
    {"VersionThree", file(kRecord, 17, {.major = 3}),
     "its metadata has binary_format_major_version 3, which cannot be"},
    {"NodeCountZero", file(kRecord, 17, {.nodes = 0}),
     "its metadata has node_count 0, which cannot be"},
    {"NodeCountBeyondTheFile", file(kRecord, 17, {.nodes = 100'000}),
     "its metadata tells of 100000 nodes, more than the file holds"},
    {"NodeCountOverflows", file(kRecord, 17, {.nodes = 0xffffffff}),
     "its metadata has node_count 4294967295, which cannot be"},
    {"RecordSize", file(kRecord, 17, {.record_size = 25}),
     "its metadata has record_size 25, which cannot be"},
    {"RecordSizeZero", file(kRecord, 17, {.record_size = 0}),
     "its metadata has record_size 0, which cannot be"},
    {"IpVersion", file(kRecord, 17, {.ip_version = 5}),
     "its metadata has ip_version 5, which cannot be"},
    {"EpochOfAllOnes", file(kRecord, 17, {.epoch = "\x08\x02" + std::string(8, '\xff')}),
     "its metadata has build_epoch 18446744073709551615, which cannot be"},
    {"TreePointsIntoTheSeparator", file(kRecord, 1 + 3),
     "its search tree points between the tree and the data"},
    {"TreePointsBeyondTheData", file(kRecord, 1 + 16 + 5000),
     "its data points outside of the file"},
    {"TreeWithACycle", file(kRecord, 0), "its search tree is deeper than an address"},
    {"TreeWithACycleInIpv6", file(kRecord, 0, {.ip_version = 6}),
     "its search tree is deeper than an address"},
    {"PointerToItself", file(std::string("\x20\x00", 2)), "its data has a pointer to a pointer"},
    {"PointerBeyondTheData", file("\x20\xff"), "its data points outside of the file"},
    {"ACycleOfData", file("\xe1" + text_value("a") + std::string("\x20\x00", 2)),
     "its data points at itself"},
    {"AMapLongerThanTheFile", file("\xff\xff\xff\xff"),
     "its data has a map or list longer than the file"},
    {"AListLongerThanTheFile", file(std::string("\x1f\x04\xff\xff\xff", 5)),
     "its data has a map or list longer than the file"},
    {"ATextLongerThanTheFile", file("\x5f\xff\xff\xff"), "its data ends inside a value"},
    {"MapsInMaps", file(repeated("\xe1" + text_value("a"), 1000) + kRecord),
     "its data is nested more than 32 levels deep"},
    {"ListsInLists", file(repeated("\x01\x04", 1000)),
     "its data is nested more than 32 levels deep"},
    {"AKeyThatIsANumber", file("\xe1" + number32(1) + text_value("US")),
     "its data has a key that is not text"},
    {"AKeyThatIsNotUtf8", file("\xe1" + text_value("a\xff") + text_value("US")),
     "its data has a key that is not UTF-8"},
    {"ADoubleOfFiveBytes",
     file("\x65"
          "12345"),
     "its data has a number of 5 bytes, which its type cannot have"},
    {"ANumberOfNineBytes",
     file("\xc9"
          "123456789"),
     "its data has a number of 9 bytes, which its type cannot have"},
    {"AnUnknownType", file("\x01\x20"), "its data has a value of the unknown type 39"},
    {"AnEndMarkerAsAValue", file(std::string("\x00\x06", 2)),
     "its data has a value of a type that has none"},
    {"AFlagOfSeven", file("\x07\x07"), "its data has a flag that is neither true nor false"},
};

class MmdbImageOf : public testing::TestWithParam<Case> {};

TEST_P(MmdbImageOf, IsReadOrRefusedInOneLine) {
  const std::string expected =
      GetParam().error == std::string("fine")
          ? "fine"
          : "f: not a usable MMDB database: " + std::string(GetParam().error);
  EXPECT_EQ(error_of(GetParam().bytes), expected);
}

INSTANTIATE_TEST_SUITE_P(Table, MmdbImageOf, testing::ValuesIn(kCases),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(MmdbImage, ATreeThatSharesItsNodesEndlesslyIsRefused) {
  // Each node leads twice to the next: 2^31 ways through 31 nodes.
  std::string tree;
  for (uint64_t i = 0; i < 31; ++i) tree += be(i < 30 ? i + 1 : 31, 3) + be(i < 30 ? i + 1 : 31, 3);
  const std::string bytes = tree + std::string(16, '\0') + kRecord + metadata({.nodes = 31});
  EXPECT_EQ(
      error_of(bytes),
      "f: not a usable MMDB database: its search tree shares so many nodes that it has no end");
}

TEST(MmdbImage, DataThatSharesItselfIsFollowedOnce) {
  // Each of 30 maps has the next one twice: 2^30 values, if each pointer were followed.
  std::string data;
  for (size_t i = 0; i < 30; ++i) {
    const auto next = static_cast<char>((i + 1) * 9);
    data += "\xe2" + text_value("a") + "\x20" + next + text_value("b") + "\x20" + next;
  }
  EXPECT_EQ(error_of(file(data + kRecord)), "fine");
}

TEST(MmdbImage, EveryByteOfASoundFileMayBeDamagedOrMissing) {
  MmdbWriter writer;
  writer.insert(
      *Cidr::parse("8.8.8.0/24"),
      MmdbValue::map({{"country", MmdbValue::map({{"iso_code", MmdbValue::text("US")}})}}));
  const std::string whole = writer.build({});
  for (size_t at = 0; at < whole.size(); ++at) {
    for (const char damage : {'\x00', '\xff', '\x20', '\x5f'}) {
      std::string bytes = whole;
      bytes[at] = damage;
      EXPECT_EQ(error_of(bytes).find('\n'), std::string::npos);
    }
    error_of(whole.substr(0, at));
  }
}

}  // namespace
}  // namespace telltale
