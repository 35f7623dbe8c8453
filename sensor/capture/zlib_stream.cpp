// gzip captures (RFC 1952), the only user of zlib here. Members follow one another; zero padding
// after the last one, as tapes and block devices leave it, is no damage.
#include <algorithm>
#include <climits>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>
#include <zlib.h>

#include "sensor/capture/compression.h"

namespace telltale {
namespace {

class GzipStream : public ByteStream {
 public:
  explicit GzipStream(std::unique_ptr<FileInput> input) : input_(std::move(input)) {
    constexpr int kGzipOnly = 16 + MAX_WBITS;
    if (inflateInit2(&zlib_, kGzipOnly) != Z_OK) throw std::runtime_error("zlib cannot start");
  }
  ~GzipStream() override { inflateEnd(&zlib_); }
  GzipStream(const GzipStream&) = delete;
  GzipStream& operator=(const GzipStream&) = delete;

  size_t read(std::span<uint8_t> into) override {
    zlib_.next_out = into.data();
    zlib_.avail_out = static_cast<uInt>(std::min<size_t>(into.size(), UINT_MAX));
    const size_t room = zlib_.avail_out;
    while (!ended_ && zlib_.avail_out == room) step();
    return room - zlib_.avail_out;
  }
  std::string failure() const override { return failure_; }
  uint64_t input_used() const override { return input_->used(); }

 private:
  void step() {
    const Bytes next = input_->peek();
    if (between_members_ && !start_member(next)) return;
    if (next.empty()) return fail("the gzip stream ends early");
    zlib_.next_in = const_cast<Bytef*>(next.data());  // zlib does not write there
    zlib_.avail_in = static_cast<uInt>(next.size());
    const int result = inflate(&zlib_, Z_NO_FLUSH);
    input_->use(next.size() - zlib_.avail_in);
    if (result == Z_STREAM_END) {
      between_members_ = true;
    } else if (result != Z_OK && result != Z_BUF_ERROR) {
      fail(fmt::format("the gzip stream is corrupt ({})", zlib_.msg ? zlib_.msg : "unknown"));
    }
  }

  // False at the end of the file or of what is gzip in it.
  bool start_member(Bytes next) {
    if (next.empty()) {
      ended_ = true;
      failure_ = input_->failure();
      return false;
    }
    if (next[0] == 0) {
      input_->use(1);
      return false;
    }
    if (compression_of(input_->peek(kCompressionMagic)) != Compression::gzip) {
      fail("something else follows the gzip stream");
      return false;
    }
    inflateReset(&zlib_);
    between_members_ = false;
    return false;  // peek may have moved the bytes: look at them again
  }

  void fail(const std::string& what) {
    ended_ = true;
    failure_ = failure_of(*input_, what);
  }

  std::unique_ptr<FileInput> input_;
  z_stream zlib_{};
  bool between_members_ = false;
  bool ended_ = false;
  std::string failure_;
};

}  // namespace

std::unique_ptr<ByteStream> make_gzip_stream(std::unique_ptr<FileInput> input) {
  return std::make_unique<GzipStream>(std::move(input));
}

}  // namespace telltale
