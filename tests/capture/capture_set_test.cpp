#include "sensor/capture/capture_set.h"

#include <thread>

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/capture/capture_support.h"

namespace telltale::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class CaptureSets : public ScratchTest {
 protected:
  std::string put_capture(const std::string& name, uint64_t seconds) const {
    return put(name, PcapWriter().add(kStart + seconds * kSecond, name).bytes);
  }
};

TEST_F(CaptureSets, OrderTheCapturesOfAFolderByTheirFirstPacketThenByPath) {
  put_capture("z-first.pcap", 1);
  put_capture("deep/er/second.pcap", 2);
  put_capture("b.pcap", 3);
  put_capture("a.pcap", 3);
  put("empty.pcap", PcapWriter().bytes);
  put("notes.txt", "no capture");
  put("nothing", "");
  std::filesystem::create_directory_symlink(folder_, path("deep/loop"));
  ASSERT_EQ(mkfifo(path("pipe").c_str(), 0600), 0);
  std::vector<CaptureProblem> problems;
  EXPECT_THAT(find_captures({folder_}, problems),
              ElementsAre(path("z-first.pcap"), path("deep/er/second.pcap"), path("a.pcap"),
                          path("b.pcap"), path("empty.pcap")));
  EXPECT_THAT(problems, IsEmpty());
}

TEST_F(CaptureSets, KeepTheOrderOfFilesGivenOneByOne) {
  const std::string late = put_capture("late.pcap", 9);
  const std::string early = put_capture("folder/early.pcap", 1);
  std::vector<CaptureProblem> problems;
  EXPECT_THAT(find_captures({late, path("folder"), "-", "/no/such/file", late}, problems),
              ElementsAre(late, early, "-", "/no/such/file", late));
  EXPECT_THAT(problems, IsEmpty());
}

TEST_F(CaptureSets, TellOfAFolderWithoutCaptures) {
  put("folder/notes.txt", "no capture");
  std::vector<CaptureProblem> problems;
  EXPECT_THAT(find_captures({path("folder")}, problems), IsEmpty());
  ASSERT_THAT(problems, SizeIs(1));
  EXPECT_EQ(problems[0].path, path("folder"));
  EXPECT_THAT(problems[0].what, HasSubstr("holds no capture"));
}

TEST_F(CaptureSets, TellOfWhatMayNotBeRead) {
  chmod(put_capture("secret.pcap", 1).c_str(), 0);
  chmod(folder_.c_str(), 0755);
  const uid_t user = geteuid();
  constexpr uid_t kNobody = 65'534;
  if (user == 0 && seteuid(kNobody) != 0) GTEST_SKIP() << "root may read everything";
  std::vector<CaptureProblem> problems;
  find_captures({folder_}, problems);
  ASSERT_EQ(seteuid(user), 0);
  ASSERT_THAT(problems, SizeIs(2));
  EXPECT_THAT(problems[0].what, HasSubstr("Permission denied"));
}

TEST_F(CaptureSets, ReadOneFileAfterAnotherAndGoOnPastUnreadableOnes) {
  const std::string one = put_capture("one.pcap", 1);
  const std::string two =
      put("two.pcapng", PcapngWriter().interface().add(7, "two").add(9, "2").bytes);
  CaptureSet set({one, path("missing"), folder_, put("text", "hello"), put("none", ""), two}, {});
  const Reading reading = read_set(set);
  EXPECT_THAT(reading.contents(), ElementsAre("one.pcap", "two", "2"));
  ASSERT_THAT(set.problems(), SizeIs(4));
  EXPECT_EQ(set.problems()[0].path, path("missing"));
  EXPECT_THAT(set.problems()[0].what, HasSubstr("No such file"));
  EXPECT_THAT(set.problems()[1].what, HasSubstr("Is a directory"));
  EXPECT_THAT(set.problems()[2].what, HasSubstr("is no capture"));
  EXPECT_THAT(set.problems()[3].what, HasSubstr("is empty"));
  ASSERT_THAT(set.captures(), SizeIs(6));
  EXPECT_EQ(set.captures()[5].path, two);
  EXPECT_EQ(set.captures()[5].packets, 2U);
  EXPECT_EQ(set.captures()[5].bytes, std::filesystem::file_size(two));
  EXPECT_EQ(set.captures()[5].first_ts, Timestamp(Duration(7000)));
  EXPECT_EQ(set.captures()[5].last_ts, Timestamp(Duration(9000)));
}

TEST_F(CaptureSets, NumberPacketsWithinEachFile) {
  const std::string file = put("two.pcap", PcapWriter().add(1, "1").add(2, "2").bytes);
  CaptureSet set({file, file}, {});
  std::vector<FrameRef> frames;
  for (Packet packet; set.next(packet);) frames.push_back(packet.frame);
  EXPECT_THAT(frames, ElementsAre(FrameRef{0, 1}, FrameRef{0, 2}, FrameRef{1, 1}, FrameRef{1, 2}));
}

TEST_F(CaptureSets, ReadAFileThatVanishesBeforeItsTurnAsAProblem) {
  const std::string one = put_capture("one.pcap", 1);
  const std::string two = put_capture("two.pcap", 2);
  CaptureSet set({one, two}, {});
  Packet packet;
  ASSERT_TRUE(set.next(packet));
  std::filesystem::remove(two);
  EXPECT_FALSE(set.next(packet));
  EXPECT_THAT(set.problems(), SizeIs(1));
}

TEST_F(CaptureSets, NeverBreakTheirWordWhenAFileIsReplacedByAPipe) {
  const std::string one = put_capture("one.pcap", 1);
  const std::string two = put_capture("two.pcap", 2);
  CaptureSet set({one, two}, {});
  ASSERT_TRUE(set.keeps_bytes());
  std::filesystem::remove(two);
  ASSERT_EQ(mkfifo(two.c_str(), 0600), 0);
  std::thread writer([&] { write_file(two, PcapWriter().add(1, "from a pipe").bytes); });
  const Reading reading = read_set(set);
  writer.join();
  EXPECT_THAT(reading.contents(), ElementsAre("one.pcap"));
  EXPECT_THAT(reading.problem_text(), HasSubstr("was a plain file when reading began"));
}

TEST_F(CaptureSets, CountBytesForAProgressBar) {
  const std::string one = put_capture("one.pcap", 1);
  const std::string two = put_capture("two.pcap", 2);
  CaptureSet set({one, two}, {});
  const uint64_t each = std::filesystem::file_size(one);
  EXPECT_EQ(set.bytes_total(), 2 * each);
  EXPECT_EQ(set.bytes_read(), 0U);
  Packet packet;
  set.next(packet);
  EXPECT_EQ(set.bytes_read(), each);
  read_set(set);
  EXPECT_EQ(set.bytes_read(), 2 * each);
}

TEST_F(CaptureSets, NameTheInterfacesOfEachCapture) {
  PcapngWriter writer;
  writer.interface(1, writer.option(2, "eth0")).interface(1).add(1, "packet");
  writer.section(true).interface(1, writer.option(2, "wlan\xff")).add(2, "packet");
  CaptureSet set({put_capture("plain.pcap", 1), put("named.pcapng", writer.bytes)}, {});
  const Reading reading = read_set(set);
  EXPECT_EQ(reading.packets.back().interface, 2U);
  EXPECT_EQ(set.interface_name(0, 0), "");
  EXPECT_EQ(set.interface_name(1, 0), "eth0");
  EXPECT_EQ(set.interface_name(1, 1), "");
  EXPECT_EQ(set.interface_name(1, 2), "wlan\xef\xbf\xbd");
  EXPECT_EQ(set.interface_name(1, 3), "");
}

TEST_F(CaptureSets, HandOverSecretsAsTheyAreMet) {
  PcapngWriter writer;
  writer.secrets(0x544c534b, "early").interface().add(1, "packet").secrets(0x544c534b, "late");
  const std::string file = put("keys.pcapng", writer.bytes);
  CaptureSet set({file}, {});
  Packet packet;
  ASSERT_TRUE(set.next(packet));
  const std::vector<CaptureSecrets> early = set.take_secrets();
  ASSERT_THAT(early, SizeIs(1));
  EXPECT_EQ(early[0].bytes, "early");
  ASSERT_FALSE(set.next(packet));
  EXPECT_EQ(set.take_secrets().at(0).bytes, "late");

  const std::vector<CaptureSecrets> all = scan_secrets(file);
  ASSERT_THAT(all, SizeIs(2));
  EXPECT_EQ(all[1].bytes, "late");
}

TEST_F(CaptureSets, ScanSecretsOnlyWhereThereCanBeSome) {
  EXPECT_THAT(scan_secrets("-"), IsEmpty());
  EXPECT_THAT(scan_secrets("/no/such/file"), IsEmpty());
  EXPECT_THAT(scan_secrets(folder_), IsEmpty());
  EXPECT_THAT(scan_secrets(put_capture("plain.pcap", 1)), IsEmpty());
  ASSERT_EQ(mkfifo(path("pipe").c_str(), 0600), 0);
  EXPECT_THAT(scan_secrets(path("pipe")), IsEmpty());
}

}  // namespace
}  // namespace telltale::test
