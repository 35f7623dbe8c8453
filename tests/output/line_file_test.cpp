#include "sensor/output/line_file.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>
#include <stdlib.h>

namespace telltale {
namespace {

namespace fs = std::filesystem;

class LineFiles : public testing::Test {
 protected:
  LineFiles() {
    std::string name = (fs::temp_directory_path() / "telltale-lines-XXXXXX").string();
    folder_ = mkdtemp(name.data());
  }
  ~LineFiles() override { fs::remove_all(folder_); }
  std::string path(const char* name = "eve.json") const { return (folder_ / name).string(); }
  std::string text(const char* name = "eve.json") const {
    std::ostringstream all;
    all << std::ifstream(path(name)).rdbuf();
    return all.str();
  }

  fs::path folder_;
};

TEST_F(LineFiles, AppendsWholeLines) {
  std::ofstream(path()) << "before\n";
  LineFile file(path());
  file.write("one");
  EXPECT_TRUE(file.flush());
  EXPECT_EQ(text(), "before\none\n");
  EXPECT_EQ(file.written(), 1U);
}

TEST_F(LineFiles, ATornLineIsEnded) {
  std::ofstream(path()) << "whole\n{\"torn";
  LineFile file(path());
  file.write("next");
  file.flush();
  EXPECT_EQ(text(), "whole\n{\"torn\nnext\n");
}

TEST_F(LineFiles, ARotationByRenamingLosesNothing) {
  LineFile file(path());
  file.write("one");
  file.flush();
  fs::rename(path(), path("eve.json.1"));
  file.write("two");
  EXPECT_TRUE(file.reopen());
  file.write("three");
  file.flush();
  EXPECT_EQ(text("eve.json.1"), "one\ntwo\n");
  EXPECT_EQ(text(), "three\n");
}

TEST_F(LineFiles, ARotationByCopyingAndTruncatingLeavesNoHole) {
  LineFile file(path());
  file.write("one");
  file.flush();
  fs::copy_file(path(), path("copy"));
  fs::resize_file(path(), 0);
  file.write("two");
  file.flush();
  EXPECT_EQ(text(), "two\n");
}

TEST_F(LineFiles, AFullDiskIsToldAndTriedAgain) {
  if (!fs::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
  LineFile file("/dev/full");
  file.write("one");
  EXPECT_FALSE(file.flush());
  EXPECT_FALSE(file.reason().empty());
  EXPECT_EQ(file.written(), 0U);
  EXPECT_EQ(file.dropped(), 0U) << "it waits";
}

TEST(LineFile, APlaceThatCannotBeWrittenIsNamed) {
  try {
    LineFile("/nowhere/eve.json");
    FAIL() << "opened";
  } catch (const OutputError& error) {
    EXPECT_NE(std::string(error.what()).find("/nowhere/eve.json: cannot be written"),
              std::string::npos);
  }
}

}  // namespace
}  // namespace telltale
