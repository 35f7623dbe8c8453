// Brotli (RFC 7932). It has no magic number: taken where Content-Encoding or the media type says
// so. The only user of libbrotli.
#include <memory>

#include <brotli/decode.h>

#include "sensor/base/encoding.h"
#include "sensor/unwrap/decompressed.h"

namespace telltale {
namespace {

struct Destroy {
  void operator()(BrotliDecoderState* state) const { BrotliDecoderDestroyInstance(state); }
};

bool says_brotli(const Offer& offer, const Coding& coding) {
  if (iequals(coding.outermost, "br") || iequals(coding.outermost, "brotli")) return true;
  const std::string_view media_type = trim(offer.hints().media_type);
  const bool media_says = istarts_with(media_type, "application/brotli") ||
                          istarts_with(media_type, "application/x-brotli");
  return media_says && offer.field().step != Step::decoded;  // what was inside has the same hints
}

bool unwrap(Offer& offer) {
  const Coding coding = split_coding(offer.hints().content_coding);
  if (!says_brotli(offer, coding)) return false;
  const std::unique_ptr<BrotliDecoderState, Destroy> state(
      BrotliDecoderCreateInstance(nullptr, nullptr, nullptr));
  if (state == nullptr) return false;
  const uint8_t* next_in = offer.bytes().data();
  size_t left_in = offer.value().size();
  Decompressed output(offer);
  BrotliDecoderResult result = BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT;
  while (result == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT) {
    const auto room = output.room();
    if (room.empty()) break;
    uint8_t* next_out = room.data();
    size_t left_out = room.size();
    result = BrotliDecoderDecompressStream(state.get(), &left_in, &next_in, &left_out, &next_out,
                                           nullptr);
    output.filled(room.size() - left_out);
  }
  if (output.size() == 0) return false;
  if (result == BROTLI_DECODER_RESULT_ERROR) offer.budget().count(Weird::compressed_data_damaged);
  if (result == BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT) {
    offer.budget().count(Weird::compressed_data_cut_off);
  }
  return output.add("brotli", result == BROTLI_DECODER_RESULT_SUCCESS, coding.rest);
}

}  // namespace

const UnwrapperInfo brotli_unwrapper{
    .name = "brotli", .unwrap = unwrap, .triggers = byte_class::kBinary, .by_head = true};

}  // namespace telltale
