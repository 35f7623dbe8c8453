#include "sensor/proto/websocket_inflate.h"

#include <algorithm>

#include <zlib.h>

namespace telltale {
namespace {

// Senders leave out the end of the last block (RFC 7692 section 7.2.1).
constexpr std::string_view kTail("\x00\x00\xff\xff", 4);

}  // namespace

void WebSocketInflater::Free::operator()(z_stream_s* stream) const {
  inflateEnd(stream);
  delete stream;
}

WebSocketInflater::WebSocketInflater() {
  auto stream = std::make_unique<z_stream>();
  if (inflateInit2(stream.get(), -15) == Z_OK) stream_.reset(stream.release());
}

WebSocketInflater::~WebSocketInflater() = default;

void WebSocketInflater::reset() {
  if (stream_ != nullptr) inflateReset(stream_.get());
}

WebSocketInflater::Result WebSocketInflater::inflate(std::string_view message, size_t cap,
                                                     std::string* text) {
  text->clear();
  if (stream_ == nullptr) return Result::damaged;
  for (const std::string_view part : {message, kTail}) {
    stream_->next_in = reinterpret_cast<Bytef*>(const_cast<char*>(part.data()));
    stream_->avail_in = static_cast<uInt>(part.size());
    for (;;) {
      const size_t before = text->size();
      const size_t room = std::min(cap - before, std::max<size_t>(before, 4096));
      text->resize(before + room);
      stream_->next_out = reinterpret_cast<Bytef*>(text->data() + before);
      stream_->avail_out = static_cast<uInt>(room);
      const int result = ::inflate(stream_.get(), Z_SYNC_FLUSH);
      text->resize(before + room - stream_->avail_out);
      if (result == Z_STREAM_END) {  // a sender may end the stream with each message
        reset();
        return Result::ok;
      }
      if (result != Z_OK && result != Z_BUF_ERROR) {
        reset();
        return Result::damaged;
      }
      if (stream_->avail_out > 0) break;
      if (text->size() >= cap) {
        reset();
        return Result::beyond_cap;
      }
    }
  }
  return Result::ok;
}

}  // namespace telltale
