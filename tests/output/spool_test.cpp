#include "sensor/output/spool.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <stdlib.h>

namespace telltale {
namespace {

namespace fs = std::filesystem;

class SpoolFiles : public testing::Test {
 protected:
  SpoolFiles() {
    std::string name = (fs::temp_directory_path() / "telltale-spool-XXXXXX").string();
    folder_ = mkdtemp(name.data());
  }
  ~SpoolFiles() override { fs::remove_all(folder_); }
  std::string path() const { return (folder_ / "out").string(); }
  fs::path file(const char* end) const { return folder_ / (std::string("out.") + end); }

  static std::vector<std::string> drain(Spool& spool) {
    std::vector<std::string> lines;
    while (const auto line = spool.front()) {
      lines.push_back(*line);
      spool.pop();
    }
    return lines;
  }

  fs::path folder_;
};

constexpr uint64_t kMuch = 1U << 20;
using Lines = std::vector<std::string>;

TEST_F(SpoolFiles, GivesLinesInOrderUntilTheyAreDone) {
  Spool spool(path(), kMuch);
  for (const char* line : {"one", "", "three"}) EXPECT_TRUE(spool.append(line));
  EXPECT_EQ(spool.counts().waiting, 3U);
  EXPECT_EQ(spool.front(), "one");
  EXPECT_EQ(spool.front(), "one") << "not done yet";
  EXPECT_EQ(drain(spool), (Lines{"one", "", "three"}));
  EXPECT_EQ(spool.counts().waiting, 0U);
  EXPECT_EQ(fs::file_size(file("spool")), 0U) << "the disk has its room back";
}

TEST_F(SpoolFiles, KeepsWhatWaitsOverARestart) {
  {
    Spool spool(path(), kMuch);
    for (const char* line : {"one", "two", "three"}) spool.append(line);
    spool.front();
    spool.pop();
  }
  Spool spool(path(), kMuch);
  EXPECT_EQ(spool.counts().waiting, 2U);
  EXPECT_EQ(drain(spool), (Lines{"two", "three"}));
}

TEST_F(SpoolFiles, ATornRecordIsCutOffWhereverItTore) {
  {
    Spool spool(path(), kMuch);
    spool.append("whole");
    spool.append("torn by a power cut");
  }
  const auto whole = fs::file_size(file("spool"));
  for (uint64_t size = whole - 1; size > 8 + 5; --size) {
    fs::resize_file(file("spool"), size);
    {
      Spool spool(path(), kMuch);
      EXPECT_EQ(spool.counts().waiting, 1U) << size;
      EXPECT_EQ(spool.front(), "whole");
      EXPECT_EQ(fs::file_size(file("spool")), 8U + 5U);
      spool.append("torn by a power cut");
    }
  }
}

TEST_F(SpoolFiles, AChangedByteIsNotGivenOut) {
  {
    Spool spool(path(), kMuch);
    spool.append("one");
    spool.append("two");
  }
  std::fstream bytes(file("spool"), std::ios::in | std::ios::out | std::ios::binary);
  bytes.seekp(8 + 3 + 8);
  bytes.put('X');
  bytes.close();
  Spool spool(path(), kMuch);
  EXPECT_EQ(drain(spool), (Lines{"one"}));
}

TEST_F(SpoolFiles, APositionThatFitsNothingGivesAllAgain) {
  {
    Spool spool(path(), kMuch);
    for (const char* line : {"one", "two"}) spool.append(line);
    spool.front();
    spool.pop();
  }
  for (const uint64_t position : {uint64_t{3}, uint64_t{1} << 40}) {
    std::ofstream(file("position"), std::ios::binary)
        .write(reinterpret_cast<const char*>(&position), sizeof position);
    Spool spool(path(), kMuch);
    EXPECT_EQ(spool.front(), "one");
  }
}

TEST_F(SpoolFiles, WhatIsTooMuchIsDroppedAndCounted) {
  Spool spool(path(), 100);
  uint64_t taken = 0;
  while (spool.append("0123456789")) ++taken;
  EXPECT_EQ(taken, 100U / 18U);
  EXPECT_EQ(spool.counts().dropped, 1U);
  spool.front();
  spool.pop();
  EXPECT_TRUE(spool.append("0123456789")) << "there is room again";
  EXPECT_LE(spool.counts().waiting_bytes, 100U);
}

TEST_F(SpoolFiles, TheFileStaysBoundedWhileItNeverEmpties) {
  constexpr uint64_t kMax = 64 * 1024;
  Spool spool(path(), kMax);
  const std::string line(1000, 'x');
  for (int i = 0; i < 40; ++i) spool.append(line);
  for (int i = 0; i < 12'000; ++i) {
    ASSERT_TRUE(spool.append(line));
    ASSERT_EQ(spool.front(), line);
    spool.pop();
  }
  EXPECT_EQ(spool.counts().waiting, 40U);
  EXPECT_LE(fs::file_size(file("spool")), (5U << 20));
}

TEST(Spool, LivesInMemoryWithoutAPath) {
  Spool spool("", kMuch);
  EXPECT_TRUE(spool.append("one"));
  EXPECT_EQ(spool.front(), "one");
}

}  // namespace
}  // namespace telltale
