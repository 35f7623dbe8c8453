#include "tests/unwrap/unwrapped.h"
#include "tests/unwrap/wrap.h"

namespace telltale {
namespace {

using test::Unwrapped;
using testing::ElementsAre;
using testing::IsSupersetOf;

const test::Files kFiles{{"device.json", R"({"imei":"490154203237518"})"},
                         {"note.txt", "a note of some length"}};

TEST(Archive, FilesBecomeItemsUnderTheirNames) {
  using Format = std::pair<const char*, int (*)(archive*)>;
  for (const auto& [name, format] :
       {Format{"zip", archive_write_set_format_zip}, Format{"tar", archive_write_set_format_ustar},
        Format{"7z", archive_write_set_format_7zip}}) {
    const Unwrapped files(test::archived(kFiles, format));
    EXPECT_THAT(files.lines(),
                ElementsAre("note.txt=a note of some length", "device.json:$.imei=490154203237518"))
        << name;
    EXPECT_EQ(files.at("note.txt").encodings, name);
  }
}

TEST(Archive, ATruncatedZipGivesTheFilesBefore) {
  const std::string whole = test::archived(kFiles, archive_write_set_format_zip);
  const size_t second = whole.find("note.txt");
  EXPECT_THAT(Unwrapped(whole.substr(0, second)).lines(),
              IsSupersetOf({"device.json:$.imei=490154203237518"}));
}

TEST(Archive, AFileOfZerosIsHeldByTheBudget) {
  const Unwrapped bomb(
      test::archived({{"a", std::string(50U << 20, '\0')}}, archive_write_set_format_zip));
  EXPECT_LE(bomb.fields().arena().bytes(), Limits{}.max_expanded + 1024);
  EXPECT_GE(bomb.count(Weird::unwrap_expanded_cap) + bomb.count(Weird::unwrap_ratio_cap), 1U);
}

TEST(Archive, ManyFilesStopAtTheCap) {
  test::Files many;
  for (int i = 0; i < 1100; ++i) many.emplace_back(std::to_string(i), "content");
  const Unwrapped held(test::archived(many, archive_write_set_format_zip));
  EXPECT_EQ(held.count(Weird::archive_entries_cap), 1U);
  EXPECT_EQ(held.leaves().size(), 1000U);
}

TEST(Archive, DamageIsCounted) {
  std::string damaged = test::archived(kFiles, archive_write_set_format_zip);
  for (size_t i = 40; i < damaged.size(); i += 3) damaged[i] = '\x5a';
  EXPECT_GE(Unwrapped(damaged).count(Weird::archive_damaged), 1U);
}

}  // namespace
}  // namespace telltale
