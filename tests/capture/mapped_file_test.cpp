#include "sensor/capture/mapped_file.h"

#include <algorithm>
#include <csignal>
#include <fstream>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/capture/capture_support.h"

namespace telltale::test {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

class MappedFiles : public ScratchTest {
 protected:
  // Packets of about 1 kB until the file has `size` bytes.
  std::string put_large(const std::string& name, size_t size) {
    PcapWriter writer;
    for (uint64_t i = 0; writer.bytes.size() < size; ++i) {
      writer.add(kStart + i * 1000, std::string(1000, static_cast<char>('a' + i % 26)));
    }
    return put(name, writer.bytes);
  }
};

TEST_F(MappedFiles, ThatShrinkWhileTheyAreReadEndWithAProblem) {
  const std::string file = put_large("shrinks.pcap", 1U << 20);
  CaptureSet set({file}, {});
  Packet packet;
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(set.next(packet));
  ASSERT_EQ(truncate(file.c_str(), 200'000), 0);
  const Reading reading = read_set(set);
  EXPECT_GE(reading.packets.size(), 200'000U / 1016 - 100 - 1);
  EXPECT_LE(reading.packets.size(), 200'000U / 1016 - 100 + 3);
  ASSERT_THAT(reading.problems, SizeIs(1)) << reading.problem_text();
  EXPECT_THAT(reading.problem_text(), HasSubstr("the file shrank from 1049552"));
  EXPECT_THAT(reading.problem_text(), HasSubstr("to 200000 bytes while it was read"));
}

TEST_F(MappedFiles, ThatShrinkToNothingEndWithAProblem) {
  const std::string file = put_large("vanishes.pcap", 1U << 20);
  CaptureSet set({file}, {});
  Packet packet;
  ASSERT_TRUE(set.next(packet));
  ASSERT_EQ(truncate(file.c_str(), 0), 0);
  EXPECT_LE(read_set(set).packets.size(), 5U);
  EXPECT_THAT(set.problems(), SizeIs(1));
}

TEST_F(MappedFiles, KeepBytesValidEvenWhenTheFileShrinksLater) {
  const std::string file = put_large("later.pcap", 100'000);
  CaptureSet set({file}, {});
  ASSERT_TRUE(set.keeps_bytes());
  std::vector<Packet> packets;
  for (Packet packet; set.next(packet);) packets.push_back(packet);
  EXPECT_EQ(packets.front().bytes[0], 'a');
  EXPECT_EQ(packets[1].bytes[0], 'b');
  ASSERT_EQ(truncate(file.c_str(), 0), 0);
  for (const Packet& packet : packets) {
    EXPECT_LE(*std::max_element(packet.bytes.begin(), packet.bytes.end()), 'z');
  }
}

size_t resident_file_bytes() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.rfind("RssFile:", 0) == 0) return std::stoul(line.substr(8)) * 1024;
  }
  return 0;
}

TEST_F(MappedFiles, GiveBackWhatIsBehind) {
  const std::string file = put_large("large.pcap", 160U << 20);
  const size_t before = resident_file_bytes();
  CaptureSet set({file}, {});
  size_t most = 0;
  uint64_t sum = 0;
  uint64_t count = 0;
  for (Packet packet; set.next(packet); ++count) {
    sum += packet.bytes[500];
    if (count % 10'000 == 0) most = std::max(most, resident_file_bytes());
  }
  EXPECT_GT(sum, count * 'a');
  EXPECT_LT(most - before, 80U << 20);
  EXPECT_LT(resident_file_bytes() - before, 8U << 20);
}

using SigbusGuardDeathTest = MappedFiles;

TEST_F(SigbusGuardDeathTest, LeavesOtherBadAccessesToWhoeverHandledThem) {
  const std::string file = put("other", std::string(8192, 'x'));
  const auto die = [&] {
    // A capture is open, so the guard's handler is installed; the fault is elsewhere.
    CaptureSet set({put_large("some.pcap", 2000)}, {});
    Packet packet;
    set.next(packet);
    const int fd = open(file.c_str(), O_RDWR);
    auto* bytes = static_cast<volatile char*>(mmap(nullptr, 8192, PROT_READ, MAP_SHARED, fd, 0));
    if (ftruncate(fd, 0) != 0) _exit(1);
    _exit(bytes[4096] == 'x' ? 2 : 3);
  };
  // Sanitizers have a handler of their own, which ends the process another way.
  EXPECT_EXIT(
      die(),
      [](int status) {
        return !WIFEXITED(status) || WEXITSTATUS(status) > 3 || WEXITSTATUS(status) == 1;
      },
      "");
}

}  // namespace
}  // namespace telltale::test
