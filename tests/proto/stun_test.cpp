#include <gmock/gmock.h>

#include "tests/proto/recorder.h"
#include "tests/proto/wire.h"

namespace telltale::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Scene scene() { return {*find_parser("stun"), kUdp, 40000, 3478}; }
const std::string kBinding = be16(1) + be16(4) + be32(0x2112a442) + std::string(12, 'i') + "attr";

TEST(Stun, ChecksAndMediaAreNoContent) {
  const Recorder told = run(scene(), {{kBinding}, {byte(0x80) + "rtp"}, {byte(0x40) + "channel"}});
  EXPECT_THAT(told.lines, IsEmpty());
  EXPECT_EQ(told.not_read, kBinding.size() + 12);
  EXPECT_THAT(told.reasons, ElementsAre("not_content"));
}

TEST(Stun, DtlsIsEncryptedAndTheRestIsRaw) {
  const Recorder told =
      run(scene(), {{byte(22) + byte(0xfe) + std::string(20, 'x')}, {"{\"imei\": 1}"}});
  EXPECT_THAT(told.reasons, ElementsAre("encrypted_protocol"));
  EXPECT_THAT(told.lines, ElementsAre("raw", "raw.payload={\"imei\": 1}"));
}

TEST(Stun, TheProbeWantsTheCookieAndTheLength) {
  const auto probe = [](const std::string& text) {
    return find_parser("stun")->probe({as_bytes(text), kUdp, 40000, 3478});
  };
  EXPECT_EQ(probe(kBinding), Probe::yes);
  EXPECT_EQ(probe(kBinding + "x"), Probe::no);
  EXPECT_EQ(probe("short"), Probe::no);
}

}  // namespace
}  // namespace telltale::test
