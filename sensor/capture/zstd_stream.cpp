// zstd captures (RFC 8878), the only user of libzstd here. Frames follow one another. A frame may
// ask for at most 128 MiB of window (zstd's own default), more is refused by the library.
#include <stdexcept>
#include <utility>

#include <fmt/format.h>
#include <zstd.h>

#include "sensor/capture/compression.h"

namespace telltale {
namespace {

class ZstdStream : public ByteStream {
 public:
  explicit ZstdStream(std::unique_ptr<FileInput> input)
      : input_(std::move(input)), zstd_(ZSTD_createDStream(), &ZSTD_freeDStream) {
    if (!zstd_) throw std::runtime_error("zstd cannot start");
  }

  size_t read(std::span<uint8_t> into) override {
    ZSTD_outBuffer out{into.data(), into.size(), 0};
    while (!ended_ && out.pos == 0) step(out);
    return out.pos;
  }
  std::string failure() const override { return failure_; }
  uint64_t input_used() const override { return input_->used(); }

 private:
  void step(ZSTD_outBuffer& out) {
    const Bytes next = input_->peek();
    ZSTD_inBuffer in{next.data(), next.size(), 0};
    // With no input left the decoder may still hold output.
    const size_t result = ZSTD_decompressStream(zstd_.get(), &out, &in);
    input_->use(in.pos);
    if (ZSTD_isError(result)) {
      return fail(fmt::format("the zstd stream is corrupt ({})", ZSTD_getErrorName(result)));
    }
    if (next.empty() && out.pos == 0) {
      if (!frame_complete_) return fail("the zstd stream ends early");
      ended_ = true;
      failure_ = input_->failure();
      return;
    }
    if (in.pos > 0 || out.pos > 0) frame_complete_ = result == 0;
  }

  void fail(const std::string& what) {
    ended_ = true;
    failure_ = failure_of(*input_, what);
  }

  std::unique_ptr<FileInput> input_;
  std::unique_ptr<ZSTD_DStream, decltype(&ZSTD_freeDStream)> zstd_;
  bool frame_complete_ = true;
  bool ended_ = false;
  std::string failure_;
};

}  // namespace

std::unique_ptr<ByteStream> make_zstd_stream(std::unique_ptr<FileInput> input) {
  return std::make_unique<ZstdStream>(std::move(input));
}

}  // namespace telltale
