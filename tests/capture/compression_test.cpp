#include "sensor/capture/compression.h"

#include <thread>

#include <gmock/gmock.h>
#include <lz4frame.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "sensor/capture/stream_window.h"
#include "tests/capture/capture_support.h"

namespace telltale::test {
namespace {

using testing::AnyOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

std::string gzip(std::string_view text) {
  z_stream zlib{};
  deflateInit2(&zlib, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&zlib, text.size()) + 32, '\0');
  zlib.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  zlib.avail_in = static_cast<uInt>(text.size());
  zlib.next_out = reinterpret_cast<Bytef*>(out.data());
  zlib.avail_out = static_cast<uInt>(out.size());
  deflate(&zlib, Z_FINISH);
  out.resize(zlib.total_out);
  deflateEnd(&zlib);
  return out;
}

std::string zstd(std::string_view text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 1));
  return out;
}

std::string lz4(std::string_view text) {
  LZ4F_preferences_t preferences{};
  preferences.frameInfo.contentChecksumFlag = LZ4F_contentChecksumEnabled;
  std::string out(LZ4F_compressFrameBound(text.size(), &preferences), '\0');
  out.resize(LZ4F_compressFrame(out.data(), out.size(), text.data(), text.size(), &preferences));
  return out;
}

struct Method {
  const char* name;
  std::string (*compress)(std::string_view);
};

class Methods : public ScratchTest, public testing::WithParamInterface<Method> {
 protected:
  // 3000 packets of little order, larger together than the window's first buffer.
  static std::string capture() {
    PcapWriter writer;
    uint32_t state = 1;
    for (uint64_t i = 0; i < 3000; ++i) {
      std::string packet(i % 700, '\0');
      for (char& c : packet) c = static_cast<char>((state = state * 1103515245 + 12345) >> 28);
      writer.add(kStart + i * 1'000'000, packet);
    }
    return writer.bytes;
  }
};
INSTANTIATE_TEST_SUITE_P(All, Methods,
                         testing::Values(Method{"gzip", gzip}, Method{"zstd", zstd},
                                         Method{"lz4", lz4}),
                         [](const auto& one) { return std::string(one.param.name); });

TEST_P(Methods, GivesTheSameAsThePlainFile) {
  const std::string plain = capture();
  const Reading expected = read_bytes(plain);
  ASSERT_THAT(expected.packets, SizeIs(3000));
  // Under a name that says nothing: the magic decides.
  const Reading reading = read_files({put("capture", GetParam().compress(plain))});
  EXPECT_EQ(reading.packets, expected.packets);
  EXPECT_EQ(reading.problem_text(), "");
}

TEST_P(Methods, ReadsManyMembersAsOneFile) {
  const std::string plain = capture();
  std::string all;
  for (size_t at = 0; at < plain.size(); at += 100'001) {
    all += GetParam().compress(std::string_view(plain).substr(at, 100'001));
  }
  const Reading reading = read_files({put("capture", all)});
  EXPECT_THAT(reading.packets, SizeIs(3000));
  EXPECT_EQ(reading.problem_text(), "");
}

TEST_P(Methods, UsesWhatWasSoundBeforeTheStreamEndsEarly) {
  std::string bytes = GetParam().compress(capture());
  bytes.resize(bytes.size() * 3 / 4);
  const Reading reading = read_files({put("capture", bytes)});
  EXPECT_GT(reading.packets.size(), 1500U);
  EXPECT_LT(reading.packets.size(), 3000U);
  ASSERT_THAT(reading.problems, SizeIs(1)) << reading.problem_text();
  EXPECT_THAT(reading.problem_text(), HasSubstr("stream ends early at compressed byte"));
}

TEST_P(Methods, UsesWhatWasSoundBeforeTheStreamIsCorrupt) {
  std::string bytes = GetParam().compress(capture());
  for (size_t i = bytes.size() * 3 / 4; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * 7);
  const Reading reading = read_files({put("capture", bytes)});
  EXPECT_GT(reading.packets.size(), 1000U);
  // Garbage may pass for a stream for a while; a checksum or the end tells.
  EXPECT_THAT(reading.problem_text(), AnyOf(HasSubstr("is corrupt ("), HasSubstr("ends early")));
}

TEST_P(Methods, CutAnywhereNeverGivesWrongPackets) {
  PcapWriter writer;
  writer.add(kStart, "one").add(kStart, "two").add(kStart, "three");
  const std::string bytes = GetParam().compress(writer.bytes);
  for (size_t cut = 0; cut < bytes.size(); ++cut) {
    const Reading reading = read_files({put("capture", std::string_view(bytes).substr(0, cut))});
    EXPECT_GE(reading.problems.size(), 1U) << "cut at " << cut;
    EXPECT_LE(reading.packets.size(), 3U);
  }
}

TEST_P(Methods, ReadsCompressedStandardInput) {
  const std::string bytes = GetParam().compress(capture());
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const int saved = dup(STDIN_FILENO);
  dup2(ends[0], STDIN_FILENO);
  close(ends[0]);
  std::thread writer([&] {
    for (size_t at = 0; at < bytes.size();) {
      const ssize_t wrote =
          write(ends[1], bytes.data() + at, std::min<size_t>(bytes.size() - at, 777));
      if (wrote <= 0) break;
      at += static_cast<size_t>(wrote);
    }
    close(ends[1]);
  });
  CaptureSet set({"-"}, {});
  EXPECT_FALSE(set.keeps_bytes());
  EXPECT_EQ(set.bytes_total(), 0U);
  const Reading reading = read_set(set);
  writer.join();
  dup2(saved, STDIN_FILENO);
  close(saved);
  EXPECT_THAT(reading.packets, SizeIs(3000));
  EXPECT_EQ(reading.problem_text(), "");
  EXPECT_EQ(set.bytes_read(), bytes.size());
}

class Gzip : public ScratchTest {};

TEST_F(Gzip, AllowsZerosAfterTheStreamAndTellsOfAnythingElse) {
  const std::string bytes = gzip(PcapWriter().add(kStart, "packet").bytes);
  EXPECT_EQ(read_files({put("zeros", bytes + std::string(512, '\0'))}).problem_text(), "");
  const Reading reading = read_files({put("more", bytes + "more")});
  EXPECT_THAT(reading.contents(), ElementsAre("packet"));
  EXPECT_THAT(reading.problem_text(), HasSubstr("something else follows the gzip stream"));
}

class Bomb : public ScratchTest {};

TEST_F(Bomb, IsGivenUpAndTold) {
  const std::string zeros(80U << 20, '\0');
  CaptureSet set({put("bomb", zstd(PcapWriter().add(kStart, "packet").bytes + zeros))}, {});
  const Reading reading = read_set(set);
  EXPECT_THAT(reading.contents(), ElementsAre("packet"));
  EXPECT_THAT(reading.problem_text(), HasSubstr("expands to more than 1100 times its size"));
  EXPECT_EQ(reading.weird[Weird::capture_inflate_ratio_beyond_cap], 1U);
}

// Hands out a text in small pieces.
class Trickle : public ByteStream {
 public:
  Trickle(std::string_view text, size_t piece) : text_(text), piece_(piece) {}
  size_t read(std::span<uint8_t> into) override {
    const size_t size = std::min({into.size(), piece_, text_.size() - at_});
    std::copy_n(text_.data() + at_, size, into.data());
    at_ += size;
    return size;
  }
  std::string failure() const override { return {}; }
  uint64_t input_used() const override { return at_; }

 private:
  std::string_view text_;
  size_t piece_;
  size_t at_ = 0;
};

TEST(StreamWindow, GivesWhatAMemoryWindowGivesDamageIncluded) {
  PcapWriter writer;
  for (uint64_t i = 0; i < 2000; ++i) {
    writer.add(kStart + i * kSecond, std::string(1 + i % 900, 'x'));
    if (i % 100 == 99) writer.bytes += std::string(i, '\xee');
  }
  const Reading expected = read_bytes(writer.bytes);
  EXPECT_THAT(expected.packets, SizeIs(2000));
  for (const size_t piece : {1U, 1000U, 1U << 20}) {
    CaptureNotes notes{Limits{}};
    StreamWindow window(std::make_unique<Trickle>(writer.bytes, piece), notes);
    const Reading reading = read_window(window);
    EXPECT_EQ(reading.packets, expected.packets);
    EXPECT_EQ(reading.problem_text(), expected.problem_text());
  }
}

TEST(StreamWindow, GrowsForABlockLargerThanItsBuffer) {
  PcapngWriter writer;
  writer.interface().add(1, "before").secrets(1, std::string(3'000'000, 's')).add(2, "after");
  CaptureNotes notes{Limits{}};
  StreamWindow window(std::make_unique<Trickle>(writer.bytes, 65'536), notes);
  const Reading reading = read_window(window);
  EXPECT_THAT(reading.contents(), ElementsAre("before", "after"));
  ASSERT_THAT(reading.secrets, SizeIs(1));
  EXPECT_EQ(reading.secrets[0].bytes, std::string(3'000'000, 's'));
}

}  // namespace
}  // namespace telltale::test
