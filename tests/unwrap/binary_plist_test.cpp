
#include "tests/unwrap/unwrapped.h"

namespace telltale {
namespace {

using namespace std::string_literals;
using test::Unwrapped;
using test::unwrapped;
using testing::ElementsAre;

// As Python's plistlib writes {"imei": ..., "name": ..., "n": [1, -2, 12.5, True, {"p": "+91"}],
// "d": bytes}.
const std::string kList =
    "bplist00\324\001\002\003\004\005\006\007\017TimeiTnameQnQd_\020\017490154203237518a_ "
    "\245\010\011\012\013\014\020\001\023\377\377\377\377\377\377\377\376#@)\000\000\000\000"
    "\000\000\011\321\015\016QpS+91B\001\002\010\021\026\033\035\03714:<ENORTX\000\000\000"
    "\000\000\000\001\001\000\000\000\000\000\000\000\020\000\000\000\000\000\000\000\000\000"
    "\000\000\000\000\000\000["s;

TEST(BinaryPlist, GivesMembersAndElementsWithTheirPaths) {
  EXPECT_THAT(unwrapped(kList),
              ElementsAre("$.imei=490154203237518", "$.name=\xe5\xbc\xa0", "$.n[0]=1", "$.n[1]=-2",
                          "$.n[2]=12.5", "$.n[3]=true", "$.n[4].p=+91", "$.d=\x01\x02"));
}

TEST(BinaryPlist, EvidenceKeepsItsPlaceOnTheWire) {
  const Unwrapped list(kList);
  for (const auto& [path, value] : {std::pair{"$.imei", "490154203237518"}, {"$.n[4].p", "+91"}}) {
    const Field& field = list.field_at(path);
    EXPECT_TRUE(field.verbatim);
    EXPECT_EQ(kList.substr(field.wire_begin, field.wire_end - field.wire_begin), value);
  }
}

TEST(BinaryPlist, AnyDamageIsSurvived) {
  for (size_t at = 8; at < kList.size(); ++at) {
    for (const char byte : {'\0', '\xff', '\x0f', '\x5f', '\xd1', '\xa1'}) {
      std::string damaged = kList;
      damaged[at] = byte;
      EXPECT_LE(Unwrapped(damaged).fields().size(), 1000U);
    }
    EXPECT_LE(Unwrapped(kList.substr(0, at)).fields().size(), 100U);
  }
}

std::string with_trailer(std::string objects, const std::vector<uint8_t>& offsets) {
  const auto table = static_cast<char>(objects.size());
  for (const uint8_t offset : offsets) objects += static_cast<char>(offset);
  return objects + "\0\0\0\0\0\0\1\1"s + "\0\0\0\0\0\0\0"s + static_cast<char>(offsets.size()) +
         "\0\0\0\0\0\0\0\0"s + "\0\0\0\0\0\0\0"s + table;
}

TEST(BinaryPlist, AListThatHoldsItselfEndsAtTheCapOnNesting) {
  const Unwrapped list(with_trailer("bplist00\xa1\0"s, {8}));
  EXPECT_EQ(list.count(Weird::binary_document_nested_too_deep), 1U);
}

TEST(BinaryPlist, SharedListsEndAtTheCapOnFields) {
  // Each list holds the next one eight times.
  std::string objects = "bplist00";
  std::vector<uint8_t> offsets;
  for (char next = 1; next <= 10; ++next) {
    offsets.push_back(static_cast<uint8_t>(objects.size()));
    objects += '\xa8' + std::string(8, next);
  }
  offsets.push_back(static_cast<uint8_t>(objects.size()));
  objects += "\x51x";
  const Unwrapped list(with_trailer(objects, offsets));
  EXPECT_EQ(list.fields().size(), Limits{}.max_fields);
  EXPECT_EQ(list.count(Weird::unwrap_fields_cap), 1U);
}

}  // namespace
}  // namespace telltale
