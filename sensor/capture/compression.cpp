// See compression.h.
#include "sensor/capture/compression.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include <fmt/format.h>

namespace telltale {
namespace {

class PlainStream : public ByteStream {
 public:
  explicit PlainStream(std::unique_ptr<FileInput> input) : input_(std::move(input)) {}

  size_t read(std::span<uint8_t> into) override {
    const Bytes next = input_->peek();
    const size_t size = std::min(next.size(), into.size());
    if (size > 0) std::memcpy(into.data(), next.data(), size);
    input_->use(size);
    return size;
  }
  std::string failure() const override { return input_->failure(); }
  uint64_t input_used() const override { return input_->used(); }

 private:
  std::unique_ptr<FileInput> input_;
};

}  // namespace

Compression compression_of(Bytes start) {
  if (start.size() < kCompressionMagic) return Compression::none;
  switch (load_be32(start.data())) {
    case 0x28b52ffd:  // RFC 8878 section 3.1.1
      return Compression::zstd;
    case 0x04224d18:  // LZ4 frame format
      return Compression::lz4;
    default:  // RFC 1952 section 2.3: ID1, ID2, and the only method there is
      return load_be32(start.data()) >> 8 == 0x1f8b08 ? Compression::gzip : Compression::none;
  }
}

std::string failure_of(const FileInput& input, const std::string& what) {
  if (!input.failure().empty()) return input.failure();
  return fmt::format("{} at compressed byte {}", what, input.used());
}

std::unique_ptr<ByteStream> make_stream(std::unique_ptr<FileInput> input) {
  switch (compression_of(input->peek(kCompressionMagic))) {
    case Compression::gzip:
      return make_gzip_stream(std::move(input));
    case Compression::zstd:
      return make_zstd_stream(std::move(input));
    case Compression::lz4:
      return make_lz4_stream(std::move(input));
    case Compression::none:
      break;
  }
  return std::make_unique<PlainStream>(std::move(input));
}

}  // namespace telltale
