// Bytes that a parser cannot place: they are read like a stream nobody recognises, so that nothing
// is lost.
#pragma once

#include <memory>

#include "sensor/proto/parser.h"

namespace telltale {

class RawScan {
 public:
  RawScan(const Limits& limits, const ProbeInput& flow) : limits_(limits), flow_(flow) {
    flow_.head = {};
  }

  // `like` says when and in which frame the bytes came.
  void feed(std::string_view bytes, const Chunk& like, ParserSink& sink) {
    if (bytes.empty()) return;
    if (raw_ == nullptr) raw_ = raw_parser().create(limits_, flow_);
    Chunk piece = like;
    piece.gap = 0;
    piece.direction = Direction::to_server;
    piece.bytes = as_bytes(bytes);
    raw_->feed(piece, sink);
  }
  void note_gap(uint64_t gap, const Chunk& like, ParserSink& sink) {
    if (raw_ == nullptr) return;
    Chunk hole = like;
    hole.gap = gap;
    hole.bytes = {};
    raw_->feed(hole, sink);
  }
  void finish(ParserSink& sink) {
    if (raw_ != nullptr) raw_->finish(sink);
    raw_.reset();
  }

 private:
  const Limits& limits_;
  ProbeInput flow_;
  std::unique_ptr<Parser> raw_;
};

}  // namespace telltale
