// The length-prefixed messages in a gRPC request body (gRPC over HTTP2, "Length-Prefixed-Message"):
// a byte that says whether the message is compressed, four bytes of length, the message.
//
// Each is a Message of its own, so that a stream that stays open for hours is read as it goes.
#pragma once

#include <string>

#include "sensor/proto/parser.h"

namespace telltale {

class GrpcMessages {
 public:
  struct Context {
    std::string host;
    std::string media_type;
    std::string encoding;  // grpc-encoding, of messages that say they are compressed
  };

  GrpcMessages(Context context, const Limits& limits)
      : context_(std::move(context)), limits_(limits) {}

  // A DATA frame begins: where framing was lost, a message may begin here too.
  void begin_frame();
  // At most `room` bytes are kept.
  void feed(Bytes piece, const Chunk& chunk, ParserSink& sink, size_t room);
  // Bytes are missing here.
  void note_loss(ParserSink& sink);
  void finish(ParserSink& sink) { note_loss(sink); }
  size_t held() const { return message_.size(); }

 private:
  void emit(bool truncated, ParserSink& sink);

  Context context_;
  const Limits& limits_;
  uint8_t head_[5] = {};
  size_t head_size_ = 0;
  uint64_t left_ = 0;  // of the message
  bool lost_ = false;
  bool capped_ = false;
  std::string message_;
  FrameMap frames_;
  Timestamp last_ts_;
};

}  // namespace telltale
