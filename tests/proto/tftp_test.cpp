#include <gmock/gmock.h>

#include "tests/proto/recorder.h"
#include "tests/proto/wire.h"

namespace telltale::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

Scene scene() { return {*find_parser("tftp"), kUdp, 40000, 69}; }
constexpr Direction kServer = Direction::to_client;

std::string write_request(const std::string& name) {
  return be16(2) + name + '\0' + "octet" + '\0';
}
std::string data(size_t block, const std::string& bytes) { return be16(3) + be16(block) + bytes; }

TEST(Tftp, AWriteRequestAnnouncesTheFlowOfTheBlocks) {
  EXPECT_THAT(run(scene(), {{write_request("contacts.db")}}).lines,
              ElementsAre("tftp", "tftp.write.filename=contacts.db",
                          "expect :::40000 contacts.db server connects"));
}

TEST(Tftp, BlocksAreJoinedInTheFlowTheServerOpened) {
  const std::string full(512, 'x');
  const Recorder told = run(scene(), {{be16(4) + be16(0)},
                                      {data(1, full), 0, kServer},
                                      {data(1, full), 0, kServer},
                                      {data(2, "end"), 0, kServer}});
  EXPECT_THAT(told.lines, ElementsAre("tftp", "tftp.data=" + full + "end"));
  EXPECT_EQ(told.messages[0].direction, kServer);
}

TEST(Tftp, TheBlockSizeIsAgreedOn) {
  const Recorder told = run(scene(), {{be16(6) + "blksize" + '\0' + "8" + '\0'},
                                      {data(1, "01234567"), 0, kServer},
                                      {data(2, "89"), 0, kServer}});
  EXPECT_THAT(told.lines, ElementsAre("tftp", "tftp.data=0123456789"));
}

TEST(Tftp, AMissingBlockCutsTheFile) {
  const std::string full(512, 'x');
  const Recorder told = run(scene(), {{data(1, full)}, {data(3, "end")}});
  EXPECT_THAT(told.lines, ElementsAre("tftp truncated", "tftp.data=" + full + " truncated", "tftp",
                                      "tftp.data=end"));
  EXPECT_THAT(told.weirds, ElementsAre("tftp_block_missing"));
}

TEST(Tftp, CapsAndHostilePackets) {
  Scene small = scene();
  small.limits.max_body = 4;
  EXPECT_THAT(run(small, {{data(1, "0123456")}}).lines,
              ElementsAre("tftp truncated", "tftp.data=0123 truncated"));
  for (const std::string& packet :
       {be16(2), be16(2) + "name", be16(3), be16(6) + "blksize", std::string("x"),
        be16(6) + "blksize" + '\0' + "99999999" + '\0'}) {
    run(scene(), {{packet}});
  }
  EXPECT_THAT(run(scene(), {{be16(99) + "text"}}).weirds, ElementsAre("tftp_packet_malformed"));
}

TEST(Tftp, TheProbeKnowsRequestsAndTheFirstAnswer) {
  const auto probe = [](const std::string& text, uint16_t port) {
    return find_parser("tftp")->probe({as_bytes(text), kUdp, 40000, port});
  };
  EXPECT_EQ(probe(write_request("a"), 69), Probe::yes);
  EXPECT_EQ(probe(be16(4) + be16(0), 5000), Probe::yes);
  EXPECT_EQ(probe(be16(6) + "blksize" + '\0' + "1428" + '\0', 5000), Probe::yes);
  EXPECT_EQ(probe(be16(4) + be16(1), 5000), Probe::no);
  EXPECT_EQ(probe(be16(2) + "\x01" + '\0' + "octet" + '\0', 69), Probe::no);
}

}  // namespace
}  // namespace telltale::test
