// Raw deflate of a WebSocket connection (RFC 7692): one window for all its messages.
#pragma once

#include <memory>
#include <string>
#include <string_view>

struct z_stream_s;

namespace telltale {

class WebSocketInflater {
 public:
  WebSocketInflater();
  ~WebSocketInflater();
  WebSocketInflater(const WebSocketInflater&) = delete;

  enum class Result { ok, damaged, beyond_cap };
  // Inflates one message into `text`, at most `cap` bytes. After damage or the cap the window is
  // empty: later messages that refer to lost bytes are damaged too, others are not.
  Result inflate(std::string_view message, size_t cap, std::string* text);
  void reset();

 private:
  struct Free {
    void operator()(z_stream_s* stream) const;
  };
  std::unique_ptr<z_stream_s, Free> stream_;
};

}  // namespace telltale
