#include "sensor/proto/grpc.h"

#include <algorithm>

#include "sensor/base/encoding.h"

namespace telltale {
namespace {

// What a single message is, out of its frame: "application/grpc+json" announces JSON, no suffix
// protobuf.
std::string message_type(std::string_view media_type) {
  media_type = trim(media_type.substr(0, media_type.find(';')));
  const size_t plus = media_type.find('+');
  const std::string_view suffix = plus == std::string_view::npos ? "" : media_type.substr(plus + 1);
  if (suffix.empty() || iequals(suffix, "proto")) return "application/x-protobuf";
  return "application/" + std::string(suffix);
}

}  // namespace

void GrpcMessages::begin_frame() { lost_ = false; }

void GrpcMessages::feed(Bytes piece, const Chunk& chunk, ParserSink& sink, size_t room) {
  last_ts_ = chunk.ts;
  while (!piece.empty()) {
    if (lost_) {
      sink.on_not_read(piece.size(), NotInspected::unknown_binary);
      return;
    }
    if (head_size_ < sizeof head_) {
      head_[head_size_++] = piece[0];
      piece = piece.subspan(1);
      if (head_[0] > 1) {
        sink.on_weird(Weird::grpc_message_malformed);
        head_size_ = 0;
        lost_ = true;
      }
      if (head_size_ < sizeof head_) continue;
      left_ = load_be32(head_ + 1);
      if (left_ == 0) emit(false, sink);
      continue;
    }
    const Bytes part = piece.first(std::min<uint64_t>(piece.size(), left_));
    const size_t kept = std::min(
        {part.size(), limits_.max_body - message_.size(), room - std::min(room, message_.size())});
    frames_.mark(static_cast<uint32_t>(message_.size()), chunk.frame);
    message_.append(as_text(part.first(kept)));
    if (kept < part.size()) {
      if (!capped_) sink.on_weird(Weird::grpc_message_beyond_cap);
      capped_ = true;
      sink.on_not_read(part.size() - kept, NotInspected::body_cap);
    }
    left_ -= part.size();
    piece = piece.subspan(part.size());
    if (left_ == 0) emit(false, sink);
  }
}

void GrpcMessages::note_loss(ParserSink& sink) {
  if (head_size_ == sizeof head_) emit(true, sink);
  head_size_ = 0;
  lost_ = true;
}

void GrpcMessages::emit(bool truncated, ParserSink& sink) {
  const bool compressed = head_[0] == 1;
  truncated |= capped_;
  head_size_ = 0;
  capped_ = false;
  if (message_.empty()) return;
  Message message;
  message.protocol = "http2";
  message.ts = last_ts_;
  message.host = context_.host;
  message.truncated = truncated;
  message.frames = std::move(frames_);
  FieldTree& fields = message.fields;
  MediaHints hints{fields.arena().keep(message_type(context_.media_type)), {}};
  if (compressed) {
    hints.content_coding =
        context_.encoding.empty() ? "gzip" : fields.arena().keep(context_.encoding);
  }
  const FieldId id =
      fields.add_root("grpc.message", fields.arena().adopt(std::move(message_)), 0, hints);
  if (truncated) fields.set_truncated(id);
  message_.clear();
  frames_ = {};
  sink.on_message(std::move(message));
}

}  // namespace telltale
