// lz4 captures (LZ4 frame format 1.6.x), the only user of liblz4 here. Frames follow one another;
// blocks are at most 4 MiB, which bounds the decoder's memory.
#include <stdexcept>
#include <utility>

#include <fmt/format.h>
#include <lz4frame.h>

#include "sensor/capture/compression.h"

namespace telltale {
namespace {

class Lz4Stream : public ByteStream {
 public:
  explicit Lz4Stream(std::unique_ptr<FileInput> input) : input_(std::move(input)) {
    if (LZ4F_isError(LZ4F_createDecompressionContext(&lz4_, LZ4F_VERSION))) {
      throw std::runtime_error("lz4 cannot start");
    }
  }
  ~Lz4Stream() override { LZ4F_freeDecompressionContext(lz4_); }
  Lz4Stream(const Lz4Stream&) = delete;
  Lz4Stream& operator=(const Lz4Stream&) = delete;

  size_t read(std::span<uint8_t> into) override {
    size_t written = 0;
    while (!ended_ && written == 0) written = step(into);
    return written;
  }
  std::string failure() const override { return failure_; }
  uint64_t input_used() const override { return input_->used(); }

 private:
  size_t step(std::span<uint8_t> into) {
    const Bytes next = input_->peek();
    size_t written = into.size();
    size_t used = next.size();
    const size_t result = LZ4F_decompress(lz4_, into.data(), &written, next.data(), &used, nullptr);
    if (LZ4F_isError(result)) {
      fail(fmt::format("the lz4 stream is corrupt ({})", LZ4F_getErrorName(result)));
      return 0;
    }
    input_->use(used);
    if (next.empty() && written == 0) {
      if (!frame_complete_) {
        fail("the lz4 stream ends early");
      } else {
        ended_ = true;
        failure_ = input_->failure();
      }
      return 0;
    }
    if (used > 0 || written > 0) frame_complete_ = result == 0;
    return written;
  }

  void fail(const std::string& what) {
    ended_ = true;
    failure_ = failure_of(*input_, what);
  }

  std::unique_ptr<FileInput> input_;
  LZ4F_dctx* lz4_ = nullptr;
  bool frame_complete_ = true;
  bool ended_ = false;
  std::string failure_;
};

}  // namespace

std::unique_ptr<ByteStream> make_lz4_stream(std::unique_ptr<FileInput> input) {
  return std::make_unique<Lz4Stream>(std::move(input));
}

}  // namespace telltale
