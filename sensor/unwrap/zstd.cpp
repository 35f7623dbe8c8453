// Zstandard (RFC 8878), by Content-Encoding or its magic number. The only user of libzstd in this
// folder.
#include <memory>

#include <zstd.h>

#include "sensor/base/encoding.h"
#include "sensor/unwrap/decompressed.h"

namespace telltale {
namespace {

constexpr std::string_view kMagic = "\x28\xb5\x2f\xfd";
constexpr int kLargestWindowLog =
    23;  // 8 MiB, what RFC 8878 section 3.1.1.1.2 asks decoders to support

struct Free {
  void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
};

bool unwrap(Offer& offer) {
  if (!offer.value().starts_with(kMagic)) return false;
  const Coding coding = split_coding(offer.hints().content_coding);
  const std::unique_ptr<ZSTD_DStream, Free> stream(ZSTD_createDStream());
  ZSTD_DCtx_setParameter(stream.get(), ZSTD_d_windowLogMax, kLargestWindowLog);
  ZSTD_inBuffer input{offer.value().data(), offer.value().size(), 0};
  Decompressed output(offer);
  size_t left = 1;  // 0 at the end of a frame
  while (!ZSTD_isError(left)) {
    const auto room = output.room();
    if (room.empty() || (input.pos == input.size && left == 0)) break;
    ZSTD_outBuffer piece{room.data(), room.size(), 0};
    const size_t before = input.pos;
    left = ZSTD_decompressStream(stream.get(), &piece, &input);
    output.filled(piece.pos);
    if (input.pos == before && piece.pos == 0) break;  // it waits for more
  }
  if (ZSTD_isError(left)) offer.budget().count(Weird::compressed_data_damaged);
  if (!ZSTD_isError(left) && left != 0 && !output.full()) {
    offer.budget().count(Weird::compressed_data_cut_off);
  }
  const bool said = iequals(coding.outermost, "zstd");
  return output.add("zstd", left == 0, said ? coding.rest : offer.hints().content_coding);
}

}  // namespace

const UnwrapperInfo zstd_unwrapper{
    .name = "zstd", .unwrap = unwrap, .triggers = byte_class::kBinary, .by_head = true};

}  // namespace telltale
