// Snappy (https://github.com/google/snappy): the framing format by its stream identifier, the raw
// format where Content-Encoding or the media type says so (Prometheus remote write). The only user
// of libsnappy.
#include <snappy.h>

#include "sensor/base/encoding.h"
#include "sensor/unwrap/decompressed.h"

namespace telltale {
namespace {

constexpr std::string_view kStreamIdentifier{"\xff\x06\x00\x00sNaPpY", 10};
constexpr size_t kLargestBlock =
    64 * 1024;  // of uncompressed data in a frame (framing_format.txt section 4.2)
constexpr size_t kChecksumSize = 4;
enum Chunk : uint8_t { kCompressed = 0x00, kUncompressed = 0x01, kFirstSkippable = 0x80 };

// Decompresses one raw block to the end of `output`. False when it is damaged or does not fit.
bool append_block(std::string_view block, size_t largest, Decompressed& output) {
  size_t size = 0;
  if (!snappy::GetUncompressedLength(block.data(), block.size(), &size) || size > largest)
    return false;
  const auto room = output.room_for(size);
  if (room.size() < size ||
      !snappy::RawUncompress(block.data(), block.size(), reinterpret_cast<char*>(room.data()))) {
    return false;
  }
  output.filled(size);
  return true;
}

bool append_plain(Bytes data, Decompressed& output) {
  const auto room = output.room_for(data.size());
  if (room.size() < data.size()) return false;
  std::copy(data.begin(), data.end(), room.begin());
  output.filled(data.size());
  return true;
}

bool unwrap_frames(Offer& offer, std::string_view coding_below) {
  ByteReader reader(offer.bytes().subspan(kStreamIdentifier.size()));
  Decompressed output(offer);
  bool good = true;
  while (good && !reader.done()) {
    const uint8_t type = reader.u8();
    const size_t size = reader.u8() | size_t{reader.le16()} << 8;
    const Bytes data = reader.take(size);
    good = reader.ok();
    if (!good) break;
    if (type == kCompressed && size > kChecksumSize) {
      good = append_block(as_text(data.subspan(kChecksumSize)), kLargestBlock, output);
    } else if (type == kUncompressed && size > kChecksumSize) {
      good = append_plain(data.subspan(kChecksumSize), output);
    } else {
      good = type >= kFirstSkippable;
    }
  }
  if (!reader.ok()) offer.budget().count(Weird::compressed_data_cut_off);
  if (reader.ok() && !good && !output.full()) offer.budget().count(Weird::compressed_data_damaged);
  return output.add("snappy", good, coding_below);
}

bool unwrap(Offer& offer) {
  const Coding coding = split_coding(offer.hints().content_coding);
  const bool says_snappy =
      iequals(coding.outermost, "snappy") || iequals(coding.outermost, "x-snappy");
  const std::string_view below = says_snappy ? coding.rest : offer.hints().content_coding;
  if (offer.value().starts_with(kStreamIdentifier)) return unwrap_frames(offer, below);
  const bool media_says = istarts_with(trim(offer.hints().media_type), "application/x-snappy");
  if (!says_snappy && (!media_says || offer.field().step == Step::decoded)) return false;
  Decompressed output(offer);
  const bool good = append_block(offer.value(), SIZE_MAX, output);
  return output.add("snappy", good, below);
}

}  // namespace

const UnwrapperInfo snappy_unwrapper{
    .name = "snappy", .unwrap = unwrap, .triggers = byte_class::kBinary, .by_head = true};

}  // namespace telltale
