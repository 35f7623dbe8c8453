// gzip (RFC 1952), zlib (RFC 1950) and raw deflate (RFC 1951). The only user of zlib in this
// folder.
//
// Recognised by Content-Encoding or by the first bytes. A stream that is cut off or damaged gives
// what can be read of it.
#include <bitset>

#include <zlib.h>

#include "sensor/base/encoding.h"
#include "sensor/unwrap/decompressed.h"
#include "sensor/unwrap/recognise.h"

namespace telltale {
namespace {

constexpr size_t kShortestRaw = 16;  // of deflate without a header
constexpr size_t kDistinctRaw = 10;  // different characters
constexpr size_t kConvincing = 64;   // bytes made before the damage, for a guess to be believed

enum Format : int { kAuto = 15 + 32, kRaw = -15 };  // windowBits of inflateInit2

bool is_gzip(Bytes head) {
  return head.size() >= 10 && head[0] == 0x1f && head[1] == 0x8b && head[2] == 8 && head[3] < 0x20;
}

// CMF and FLG of RFC 1950 section 2.2 without a preset dictionary. Of the smaller windows only
// those that look like no text: 'x^' and 'x\x01' alone could stand at the start of a line.
bool is_zlib(Bytes head) {
  if (head.size() < 6 || (head[0] & 0x0f) != 8 || head[0] > 0x78 || (head[1] & 0x20) != 0)
    return false;
  if ((head[0] << 8 | head[1]) % 31 != 0) return false;
  return head[1] >= 0x80 || (head[0] == 0x78 && (head[1] == 0x01 || head[1] == 0x5e));
}

// What is left after the end of a stream is its next member, or nothing of ours.
bool next_member(z_stream& stream) {
  return is_gzip({stream.next_in, stream.avail_in}) && inflateReset(&stream) == Z_OK;
}

enum class End : uint8_t { complete, cut_off, damaged };

End inflate_all(z_stream& stream, Decompressed& output) {
  while (true) {
    const auto room = output.room();
    if (room.empty()) return End::cut_off;
    stream.next_out = room.data();
    stream.avail_out = static_cast<uInt>(room.size());
    const int status = inflate(&stream, Z_SYNC_FLUSH);
    output.filled(room.size() - stream.avail_out);
    if (status == Z_STREAM_END) {
      if (!next_member(stream)) return End::complete;
    } else if (status == Z_BUF_ERROR ||
               (status == Z_OK && stream.avail_in == 0 && stream.avail_out > 0)) {
      return End::cut_off;
    } else if (status != Z_OK) {
      return End::damaged;
    }
  }
}

bool unwrap_stream(Offer& offer, std::string_view name, Format format,
                   std::string_view coding_below) {
  z_stream stream{};
  if (inflateInit2(&stream, format) != Z_OK) return false;
  stream.next_in = const_cast<Bytef*>(offer.bytes().data());  // zlib's API; it only reads
  stream.avail_in = static_cast<uInt>(offer.value().size());
  Decompressed output(offer);
  const End end = inflate_all(stream, output);
  inflateEnd(&stream);
  const bool is_guess = format == kAuto && name == "zlib";
  if (output.size() == 0 || (is_guess && end == End::damaged && output.size() < kConvincing))
    return false;
  if (end == End::damaged) offer.budget().count(Weird::compressed_data_damaged);
  if (end == End::cut_off && !output.full()) offer.budget().count(Weird::compressed_data_cut_off);
  return output.add(name, end == End::complete, coding_below);
}

bool unwrap(Offer& offer) {
  const Coding coding = split_coding(offer.hints().content_coding);
  const bool says_gzip = iequals(coding.outermost, "gzip") || iequals(coding.outermost, "x-gzip");
  const bool says_deflate = iequals(coding.outermost, "deflate");
  const std::string_view below =
      says_gzip || says_deflate ? coding.rest : offer.hints().content_coding;
  if (is_gzip(offer.bytes())) return unwrap_stream(offer, "gzip", kAuto, below);
  if (is_zlib(offer.bytes()) &&
      unwrap_stream(offer, says_deflate ? "deflate" : "zlib", kAuto, below)) {
    return true;
  }
  // "deflate" should be zlib (RFC 9110 section 8.4.1.2), but many send it raw.
  return says_deflate && unwrap_stream(offer, "deflate", kRaw, below);
}

// Can a first block begin so (RFC 1951 sections 3.2.3, 3.2.4 and 3.2.7)? Half of all noise cannot.
bool starts_block(Bytes head) {
  switch (head[0] >> 1 & 3) {
    case 0:  // stored: its length, and that inverted
      return (head[1] ^ head[3]) == 0xff && (head[2] ^ head[4]) == 0xff;
    case 1:
      return true;
    case 2:  // at most 286 codes for literals and lengths, 30 for distances
      return head[0] >> 3 <= 29 && (head[1] & 0x1f) <= 29;
    default:
      return false;
  }
}

// A decompressor of raw deflate that is kept: making one costs more than what it is asked for here.
class RawInflater {
 public:
  RawInflater() : ok_(inflateInit2(&stream_, kRaw) == Z_OK) {}
  ~RawInflater() {
    if (ok_) inflateEnd(&stream_);
  }
  RawInflater(const RawInflater&) = delete;
  RawInflater& operator=(const RawInflater&) = delete;

  // Null when there is no memory for it.
  z_stream* start() { return ok_ && inflateReset(&stream_) == Z_OK ? &stream_ : nullptr; }

 private:
  z_stream stream_{};
  bool ok_;
};

// Deflate without any header has nothing to be told by: what its start inflates to must be text,
// and not the runs of one letter that noise inflates to.
bool is_raw_deflate(Bytes bytes) {
  if (bytes.size() < kShortestRaw || !starts_block(bytes)) return false;
  thread_local RawInflater inflater;
  z_stream* const kept = inflater.start();
  if (kept == nullptr) return false;
  z_stream& stream = *kept;
  char head[kConvincing];
  stream.next_in = const_cast<Bytef*>(bytes.data());
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(head);
  stream.avail_out = sizeof head;
  const int status = inflate(&stream, Z_SYNC_FLUSH);
  const size_t size = sizeof head - stream.avail_out;
  const std::bitset<256> distinct = [&] {
    std::bitset<256> seen;
    for (size_t i = 0; i < size; ++i) seen.set(static_cast<uint8_t>(head[i]));
    return seen;
  }();
  return status >= Z_OK && distinct.count() >= kDistinctRaw && is_readable({head, size});
}

bool unwrap_raw(Offer& offer) {
  return is_raw_deflate(offer.bytes()) && unwrap_stream(offer, "deflate", kRaw, {});
}

}  // namespace

const UnwrapperInfo raw_deflate_unwrapper{
    .name = "deflate", .unwrap = unwrap_raw, .triggers = byte_class::kBinary};

const UnwrapperInfo compressed_unwrapper{
    .name = "gzip", .unwrap = unwrap, .triggers = byte_class::kBinary, .by_head = true};

}  // namespace telltale
