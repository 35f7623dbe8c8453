// HTTP/2 requests (RFC 9113): frames of the client, header blocks through HPACK, a request a
// stream.
//
// Only the client's side is needed: what the server allows shows in what the client does. After a
// loss the next frame is looked for by two plausible frame headers in a row; the dynamic table then
// starts empty, which is safe, as an index counts from the newest entry: it is right or it is an
// error. gRPC bodies are cut into their messages; a WebSocket in a stream (RFC 8441) is read by its
// own parser.
#include <algorithm>
#include <array>
#include <map>

#include "sensor/base/encoding.h"
#include "sensor/proto/grpc.h"
#include "sensor/proto/hpack.h"
#include "sensor/proto/http2_frame.h"
#include "sensor/proto/http_request.h"
#include "sensor/proto/raw_scan.h"

namespace telltale {
namespace {

constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
constexpr HttpRoots kRoots = {"http2",
                              "http2.request.path",
                              "http2.request.query",
                              "http2.request.header",
                              "http2.request.cookie",
                              "http2.request.body"};

using Head = Http2FrameHead;

struct Stream {
  explicit Stream(const Limits& limits) : request(kRoots, limits) {}
  size_t held() const { return request.body_size() + (grpc ? grpc->held() : 0); }

  HttpRequest request;
  std::unique_ptr<GrpcMessages> grpc;
  std::unique_ptr<Parser> tunnel;
};

class Http2Parser final : public Parser, private HeaderTaker {
 public:
  Http2Parser(const Limits& limits, const ProbeInput& flow)
      : limits_(limits), flow_(flow), between_(limits, flow) {
    flow_.head = {};
  }

  std::optional<Handover> feed(const Chunk& chunk, ParserSink& sink) override;
  void finish(ParserSink& sink) override;

 private:
  enum class State : uint8_t { preface, head, prefix, content, padding, lost };

  std::optional<Handover> read_preface(Bytes& rest);
  void read(Bytes rest);
  void collect(Bytes& rest, size_t size);
  void on_head();
  void on_prefix();
  void on_content(Bytes piece);
  void on_data(Bytes piece);
  void end_of_part();
  void end_frame();
  void end_block();
  void on_header(std::string_view name, std::string_view value) override;
  void bridge(uint64_t gap);
  void lose_way(Weird why);
  Bytes resynchronise(Bytes rest, std::string& owned);
  Stream& stream();
  void close(std::map<uint32_t, Stream>::iterator stream, bool truncated);
  size_t room(const Stream& of) const;

  const Limits& limits_;
  ProbeInput flow_;
  RawScan between_;
  HpackDecoder hpack_;
  std::map<uint32_t, Stream> streams_;
  size_t held_ = 0;  // bytes of bodies in all streams
  State state_ = State::preface;
  std::string held_head_;  // of a frame or its prefix, while it is incomplete
  Head frame_;
  uint32_t content_left_ = 0;
  uint32_t padding_left_ = 0;
  uint32_t block_stream_ = 0;  // whose header block goes on in a CONTINUATION; 0 for none
  bool block_ends_stream_ = false;
  bool block_is_good_ = true;
  std::string lost_;  // bytes in which the next frame is looked for
  Chunk now_;
  ParserSink* sink_ = nullptr;  // during feed() and finish()
};

std::optional<Handover> Http2Parser::feed(const Chunk& chunk, ParserSink& sink) {
  if (chunk.direction != Direction::to_server) return std::nullopt;
  now_ = chunk;
  now_.bytes = {};
  now_.gap = 0;
  sink_ = &sink;
  if (chunk.gap > 0) bridge(chunk.gap);
  Bytes rest = chunk.bytes;
  if (state_ == State::preface) {
    auto handover = read_preface(rest);
    if (handover) return handover;
  }
  read(rest);
  return std::nullopt;
}

std::optional<Handover> Http2Parser::read_preface(Bytes& rest) {
  const std::string_view awaited = kPreface.substr(held_head_.size());
  const std::string_view came = as_text(rest).substr(0, awaited.size());
  if (awaited.substr(0, came.size()) != came) {
    sink_->on_weird(Weird::http2_preface_malformed);
    return Handover{&raw_parser(), 0, std::move(held_head_)};
  }
  held_head_ += came;
  rest = rest.subspan(came.size());
  if (held_head_.size() < kPreface.size()) return std::nullopt;
  held_head_.clear();
  state_ = State::head;
  return std::nullopt;
}

void Http2Parser::read(Bytes rest) {
  std::string owned;
  while (!rest.empty()) {
    switch (state_) {
      case State::preface:
        return;
      case State::head:
        collect(rest, Head::kSize);
        if (held_head_.size() == Head::kSize) on_head();
        break;
      case State::prefix:
        collect(rest, frame_.prefix_size());
        if (held_head_.size() == frame_.prefix_size()) on_prefix();
        break;
      case State::content: {
        const Bytes piece = rest.first(std::min<size_t>(rest.size(), content_left_));
        rest = rest.subspan(piece.size());
        content_left_ -= static_cast<uint32_t>(piece.size());
        on_content(piece);
        if (state_ == State::content && content_left_ == 0) end_of_part();
        break;
      }
      case State::padding: {
        const size_t skipped = std::min<size_t>(rest.size(), padding_left_);
        rest = rest.subspan(skipped);
        padding_left_ -= static_cast<uint32_t>(skipped);
        if (padding_left_ == 0) end_of_part();
        break;
      }
      case State::lost:
        rest = resynchronise(rest, owned);
        break;
    }
  }
}

void Http2Parser::collect(Bytes& rest, size_t size) {
  const Bytes part = rest.first(std::min(rest.size(), size - held_head_.size()));
  held_head_ += as_text(part);
  rest = rest.subspan(part.size());
}

void Http2Parser::on_head() {
  frame_ = Head::read(as_bytes(held_head_));
  held_head_.clear();
  const bool goes_on = frame_.type == Head::kContinuation && frame_.stream == block_stream_;
  const bool in_order = block_stream_ != 0 ? goes_on : frame_.type != Head::kContinuation;
  if (!in_order || frame_.prefix_size() > frame_.size ||
      (frame_.carries_content() && frame_.stream == 0)) {
    return lose_way(Weird::http2_frame_malformed);
  }
  content_left_ = frame_.size;
  padding_left_ = 0;
  if (frame_.type == Head::kHeaders) {
    block_stream_ = frame_.stream;
    block_ends_stream_ = frame_.has(Head::kEndStream);
    block_is_good_ = true;
  }
  if (frame_.type == Head::kData) {
    Stream& of = stream();
    if (of.grpc) of.grpc->begin_frame();
  }
  state_ = frame_.prefix_size() > 0 ? State::prefix : State::content;
  if (frame_.size == 0) end_of_part();
}

void Http2Parser::on_prefix() {
  const auto prefix = static_cast<uint32_t>(held_head_.size());
  padding_left_ = frame_.has(Head::kPadded) ? static_cast<uint8_t>(held_head_[0]) : 0;
  held_head_.clear();
  if (padding_left_ > frame_.size - prefix) return lose_way(Weird::http2_frame_malformed);
  content_left_ = frame_.size - prefix - padding_left_;
  state_ = State::content;
  if (content_left_ == 0) end_of_part();
}

// The content or the padding is over.
void Http2Parser::end_of_part() {
  if (padding_left_ > 0) {
    state_ = State::padding;
    return;
  }
  state_ = State::head;
  end_frame();
}

void Http2Parser::on_content(Bytes piece) {
  if (frame_.type == Head::kData) {
    on_data(piece);
  } else if (block_stream_ != 0 && block_is_good_ && !hpack_.decode(piece, false, *this)) {
    sink_->on_weird(Weird::http2_hpack_state_lost);
    block_is_good_ = false;
  }
}

void Http2Parser::on_data(Bytes piece) {
  Stream& of = stream();
  const size_t before = of.held();
  if (of.tunnel) {
    Chunk inner = now_;
    inner.bytes = piece;
    of.tunnel->feed(inner, *sink_);
  } else if (of.grpc) {
    of.grpc->feed(piece, now_, *sink_, room(of));
  } else {
    of.request.add_body(as_text(piece), now_.frame, *sink_, room(of) - before);
  }
  held_ += of.held();
  held_ -= before;
}

// What a stream may hold: the cap for a body is one for the connection.
size_t Http2Parser::room(const Stream& of) const {
  const size_t others = held_ - of.held();
  return std::max(limits_.max_body - std::min(limits_.max_body, others), of.held());
}

void Http2Parser::end_frame() {
  if (frame_.type == Head::kHeaders || frame_.type == Head::kContinuation) {
    if (frame_.has(Head::kEndHeaders)) end_block();
    return;
  }
  const bool ends = frame_.type == Head::kRstStream ||
                    (frame_.type == Head::kData && frame_.has(Head::kEndStream));
  const auto found = streams_.find(frame_.stream);
  if (ends && found != streams_.end()) close(found, frame_.type == Head::kRstStream);
}

void Http2Parser::end_block() {
  if (block_is_good_ && !hpack_.decode({}, true, *this)) {
    sink_->on_weird(Weird::http2_hpack_state_lost);
    block_is_good_ = false;
  }
  if (!block_is_good_) hpack_.reset();
  Stream& of = stream();
  block_stream_ = 0;
  const std::string_view type = of.request.header("content-type");
  if (!of.grpc && istarts_with(type, "application/grpc") && !block_ends_stream_) {
    of.grpc = std::make_unique<GrpcMessages>(
        GrpcMessages::Context{normal_host(of.request.authority()), std::string(type),
                              std::string(of.request.header("grpc-encoding"))},
        limits_);
    of.request.emit(now_.ts, false, *sink_);
  }
  if (block_ends_stream_) close(streams_.find(frame_.stream), false);
}

void Http2Parser::on_header(std::string_view name, std::string_view value) {
  Stream& of = stream();
  if (of.request.is_full() || of.request.head_room() < name.size() + value.size()) {
    sink_->on_weird(Weird::http2_head_beyond_cap);
    return;
  }
  if (name == ":path") {
    of.request.add_target(value, now_.frame);
  } else if (name == ":authority") {
    of.request.set_authority(value);
  } else if (name == ":protocol" && value == "websocket") {
    const ParserInfo* info = find_parser(value);
    if (info != nullptr) of.tunnel = info->create(limits_, flow_);
  } else if (!name.empty() && name[0] != ':') {
    of.request.add_name(name, now_.frame);
    of.request.add_value(value, now_.frame);
  }
}

Stream& Http2Parser::stream() {
  const auto found = streams_.find(frame_.stream);
  if (found != streams_.end()) return found->second;
  if (streams_.size() >= limits_.max_http2_streams) {
    sink_->on_weird(Weird::http2_streams_beyond_cap);
    close(streams_.begin(), true);
  }
  return streams_.try_emplace(frame_.stream, limits_).first->second;
}

void Http2Parser::close(std::map<uint32_t, Stream>::iterator of, bool truncated) {
  Stream& stream = of->second;
  held_ -= stream.held();
  if (stream.grpc) stream.grpc->finish(*sink_);
  if (!stream.request.empty()) stream.request.emit(now_.ts, truncated, *sink_);
  if (stream.tunnel) stream.tunnel->finish(*sink_);
  streams_.erase(of);
}

void Http2Parser::bridge(uint64_t gap) {
  if (state_ == State::lost) {
    between_.feed(lost_, now_, *sink_);
    lost_.clear();
    between_.note_gap(gap, now_, *sink_);
    return;
  }
  if (state_ == State::content && frame_.type == Head::kData && gap < content_left_) {
    content_left_ -= static_cast<uint32_t>(gap);
    Stream& of = stream();
    const size_t before = of.held();
    of.request.note_body_gap();
    if (of.grpc) of.grpc->note_loss(*sink_);
    held_ -= before - of.held();
    if (of.tunnel) {
      Chunk hole = now_;
      hole.gap = gap;
      of.tunnel->feed(hole, *sink_);
    }
    return;
  }
  lose_way(Weird::http2_framing_lost_in_gap);
}

void Http2Parser::lose_way(Weird why) {
  sink_->on_weird(why);
  state_ = State::lost;
  held_head_.clear();
  block_stream_ = 0;
  hpack_.reset();
  for (auto& [id, of] : streams_) {
    const size_t before = of.held();
    of.request.note_body_gap();
    if (of.grpc) of.grpc->note_loss(*sink_);
    held_ -= before - of.held();
  }
}

// Looks for two plausible frame heads in a row; what comes before them is scanned as raw. Returns
// what is to be read then; it lies in `rest` or in `owned`.
Bytes Http2Parser::resynchronise(Bytes rest, std::string& owned) {
  Bytes all = rest;
  if (!lost_.empty()) {
    lost_ += as_text(rest);
    owned = std::move(lost_);
    all = as_bytes(owned);
  }
  lost_.clear();
  size_t at = 0;
  for (; at + Head::kSize <= all.size(); ++at) {
    const Head head = Head::read(all.subspan(at, Head::kSize));
    if (!head.is_plausible()) continue;
    const size_t next = at + Head::kSize + head.size;
    if (next + Head::kSize > all.size()) break;
    if (!Head::read(all.subspan(next, Head::kSize)).is_plausible()) continue;
    between_.feed(as_text(all.first(at)), now_, *sink_);
    between_.finish(*sink_);
    state_ = State::head;
    return all.subspan(at);
  }
  between_.feed(as_text(all.first(at)), now_, *sink_);
  lost_ = as_text(all.subspan(at));
  return {};
}

void Http2Parser::finish(ParserSink& sink) {
  sink_ = &sink;
  if (state_ == State::preface) between_.feed(held_head_, now_, sink);
  between_.feed(lost_, now_, sink);
  lost_.clear();
  between_.finish(sink);
  while (!streams_.empty()) close(streams_.begin(), true);
}

Probe probe(const ProbeInput& input) {
  if (input.ip_proto != kTcp) return Probe::no;
  const std::string_view head = as_text(input.head).substr(0, kPreface.size());
  if (kPreface.substr(0, head.size()) != head) return Probe::no;
  return head.size() == kPreface.size() ? Probe::yes : Probe::more;
}

std::unique_ptr<Parser> create(const Limits& limits, const ProbeInput& flow) {
  return std::make_unique<Http2Parser>(limits, flow);
}

}  // namespace

extern const ParserInfo http2_info{"http2", false, probe, create};

}  // namespace telltale
