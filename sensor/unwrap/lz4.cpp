// LZ4 frames (https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md), by their magic number.
// The only user of liblz4 in this folder.
#include <memory>

#include <lz4frame.h>

#include "sensor/base/encoding.h"
#include "sensor/unwrap/decompressed.h"

namespace telltale {
namespace {

constexpr std::string_view kMagic = "\x04\x22\x4d\x18";

struct Free {
  void operator()(LZ4F_dctx* context) const { LZ4F_freeDecompressionContext(context); }
};

bool unwrap(Offer& offer) {
  if (!offer.value().starts_with(kMagic)) return false;
  LZ4F_dctx* created = nullptr;
  if (LZ4F_isError(LZ4F_createDecompressionContext(&created, LZ4F_VERSION))) return false;
  const std::unique_ptr<LZ4F_dctx, Free> context(created);
  Decompressed output(offer);
  std::string_view input = offer.value();
  size_t hint = 1;  // 0 at the end of a frame
  while (!LZ4F_isError(hint) && !(input.empty() && hint == 0)) {
    const auto room = output.room();
    if (room.empty()) break;
    size_t made = room.size();
    size_t taken = input.size();
    hint = LZ4F_decompress(context.get(), room.data(), &made, input.data(), &taken, nullptr);
    if (LZ4F_isError(hint)) break;
    output.filled(made);
    input.remove_prefix(taken);
    if (made == 0 && taken == 0) break;  // it waits for more
  }
  if (LZ4F_isError(hint)) offer.budget().count(Weird::compressed_data_damaged);
  if (!LZ4F_isError(hint) && hint != 0 && !output.full()) {
    offer.budget().count(Weird::compressed_data_cut_off);
  }
  const Coding coding = split_coding(offer.hints().content_coding);
  const bool said = iequals(coding.outermost, "lz4");
  return output.add("lz4", hint == 0, said ? coding.rest : offer.hints().content_coding);
}

}  // namespace

const UnwrapperInfo lz4_unwrapper{
    .name = "lz4", .unwrap = unwrap, .triggers = byte_class::kBinary, .by_head = true};

}  // namespace telltale
