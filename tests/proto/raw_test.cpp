#include <random>

#include <gmock/gmock.h>

#include "tests/proto/recorder.h"

namespace telltale::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Lines = std::vector<std::string>;

Scene stream() { return {raw_parser()}; }
Scene datagrams() { return {raw_parser(), kUdp}; }

std::string noise(size_t size) {
  std::mt19937 random(7);
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random());
  return bytes;
}

TEST(Raw, ADatagramIsAMessage) {
  const Recorder told = run(datagrams(), {{"$GPRMC,1"}, {std::string_view("\x01\x02\x00\x03", 4)}});
  EXPECT_THAT(told.lines,
              ElementsAre("raw", "raw.payload=$GPRMC,1", "raw",
                          "raw.payload=" + std::string("\x01\x02\x00\x03", 4) + " binary"));
}

TEST(Raw, AStreamIsTheSameInAnyCut) {
  Scene small = stream();
  small.limits.max_raw_window = 1024;
  std::string input;
  for (int i = 0; i < 60; ++i)
    input += "{\"line\": " + std::to_string(i) + ", \"text\": \"}\\\"{\"}\n";
  input += std::string(1500, 'x') + "\nlast";
  expect_same_in_any_cut(input, [&](const Pieces& pieces) { return lines_of(small, pieces); });
}

TEST(Raw, AFullWindowIsCutBetweenDocuments) {
  Scene small = stream();
  small.limits.max_raw_window = 1024;
  const std::string document = "{\"a\": [1,\n2], \"b\": \"" + std::string(380, 'x') + "\"}\n";
  const Recorder told = run(small, {{document + document + document}});
  EXPECT_THAT(told.lines, ElementsAre("raw", "raw.payload=" + document + document, "raw",
                                      "raw.payload=" + document));
  EXPECT_THAT(told.weirds, IsEmpty());
}

TEST(Raw, AForcedCutKeepsASeam) {
  Scene small = stream();
  small.limits.max_raw_window = 1024;
  std::string line;
  while (line.size() < 1500) line += std::to_string(line.size()) + ' ';
  const Recorder told = run(small, {{line}});
  ASSERT_EQ(told.messages.size(), 2u);
  EXPECT_EQ(told.messages[0].fields[0].value, line.substr(0, 1024));
  EXPECT_TRUE(told.messages[0].fields[0].truncated);
  EXPECT_EQ(told.messages[1].fields[0].value, line.substr(1024 - 256));
  EXPECT_THAT(told.weirds, ElementsAre("raw_window_cut"));
}

TEST(Raw, APauseEndsABatchButNotADocument) {
  const Recorder told = run(stream(), {{"line 1\n"},
                                       {"line 2\n", 0, Direction::to_server, 100},
                                       {"{\"a\":", 0, Direction::to_server, 2000},
                                       {"1}", 0, Direction::to_server, 9000},
                                       {"end", 0, Direction::to_server, 20'000}});
  EXPECT_THAT(told.lines, ElementsAre("raw", "raw.payload=line 1\nline 2\n", "raw",
                                      "raw.payload={\"a\":1}", "raw", "raw.payload=end"));
  EXPECT_EQ(told.messages[1].frame_of(0).number, 4u);
}

TEST(Raw, AGapEndsAMessage) {
  const Recorder told = run(stream(), {{"imei=4901"}, {"18 ok", 4}});
  EXPECT_THAT(told.lines, ElementsAre("raw truncated", "raw.payload=imei=4901 truncated", "raw",
                                      "raw.payload=18 ok"));
}

TEST(Raw, RandomBytesAreToldAsNotRead) {
  const std::string bytes = noise(100'000);
  const Recorder told = run(stream(), {{bytes}});
  EXPECT_THAT(told.lines, IsEmpty());
  EXPECT_EQ(told.not_read, bytes.size());
  EXPECT_THAT(told.reasons, ElementsAre("unknown_binary"));
  EXPECT_EQ(run(datagrams(), {{bytes.substr(0, 500)}}).not_read, 500u);
}

TEST(Raw, TextBehindRandomBytesIsNotMissed) {
  const std::string tail(600, 'a');
  EXPECT_EQ(run(datagrams(), {{noise(600) + tail}}).messages.size(), 1u);
  EXPECT_EQ(run(stream(), {{noise(20'000) + tail}}).messages.size(), 1u);
}

TEST(Raw, CompressedDataThatCanBeOpenedIsEmitted) {
  const Recorder told = run(stream(), {{"\x1f\x8b\x08" + noise(1000)}});
  EXPECT_EQ(told.messages.size(), 1u);
  EXPECT_EQ(told.not_read, 0u);
}

TEST(Raw, TextInOtherAlphabetsIsText) {
  std::string text;
  while (text.size() < 5000)
    text += "\xe7\x94\xb5\xe8\xaf\x9d ";  // cut inside a character by the sample
  EXPECT_EQ(run(stream(), {{text}}).messages[0].fields[0].kind, FieldKind::text);
}

TEST(Raw, TheServersBytesAreIgnored) {
  EXPECT_THAT(run(stream(), {{"secret", 0, Direction::to_client}}).lines, IsEmpty());
}

}  // namespace
}  // namespace telltale::test
