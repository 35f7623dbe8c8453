// Streams nobody recognises. A datagram is a message; a TCP stream is cut where documents and lines
// end.
//
// Bytes are collected into a window until the sender pauses, the window is full or the stream ends,
// so that a JSON document, the rows of a table or the cards of an address book stay together. Where
// a full window must be cut inside a document, its last bytes are kept for the next one, so that a
// value on the seam is whole in one of the two. Windows that look compressed or encrypted are not
// emitted but told as not read.
#include <algorithm>
#include <array>
#include <chrono>

#include "sensor/base/encoding.h"
#include "sensor/base/length_prefix.h"
#include "sensor/proto/parser.h"
#include "sensor/proto/stream_buffer.h"

namespace telltale {
namespace {

constexpr Duration kPause = std::chrono::seconds(1);  // ends a batch of whole documents and lines
constexpr Duration kLongPause = std::chrono::seconds(5);  // ends a line without an end
constexpr size_t kOverlap = 256;
constexpr size_t kSample = 4096;
constexpr size_t kSlice = 256;
constexpr size_t kMinRandom = 128;  // fewer bytes do not show whether they are random

enum class Content : uint8_t { text, binary, opaque };

struct Oddities {
  size_t control = 0;  // bytes below 0x20, but for white space, and 0x7f
  size_t high = 0;     // bytes above 0x7f

  // REQUIRES: size < 256. With a constant size this is a vector loop even at -O2.
  void count(const uint8_t* bytes, size_t size) {
    uint8_t controls = 0;
    uint8_t highs = 0;
    for (size_t i = 0; i < size; ++i) {
      const auto byte = bytes[i];
      const bool space = static_cast<uint8_t>(byte - 0x09) < 5;
      controls = static_cast<uint8_t>(controls + (((byte < 0x20) & !space) | (byte == 0x7f)));
      highs = static_cast<uint8_t>(highs + (byte >> 7));
    }
    control += controls;
    high += highs;
  }
};

// Text with an occasional control byte; any bytes above 0x7f must be UTF-8.
bool is_text(Bytes sample) {
  constexpr size_t kBlock = 128;
  Oddities oddities;
  size_t at = 0;
  for (; at + kBlock <= sample.size(); at += kBlock) oddities.count(&sample[at], kBlock);
  oddities.count(sample.data() + at, sample.size() - at);
  if (oddities.control * 16 > sample.size()) return false;
  if (oddities.high * 16 <= sample.size()) return true;
  // A sample may end inside a character.
  for (size_t cut = 0; cut < 4 && cut < sample.size(); ++cut) {
    if (is_valid_utf8(as_text(sample.first(sample.size() - cut)))) return true;
  }
  return false;
}

// Compares how often two bytes are equal with what chance gives (the index of coincidence, Friedman
// 1922): 1 for random bytes, 3 and more for structured ones.
bool is_random(Bytes sample) {
  std::array<uint32_t, 256> counts{};
  for (const uint8_t byte : sample) ++counts[byte];
  uint64_t pairs = 0;
  for (const uint64_t count : counts) pairs += count * (count - 1);
  const uint64_t all = uint64_t{sample.size()} * (sample.size() - 1);
  return pairs * 256 * 2 < all * 3;
}

// Random from its beginning to its end? Asked of slices spread over it.
bool is_all_random(Bytes bytes) {
  if (bytes.size() < kMinRandom) return false;
  if (bytes.size() <= 2 * kSlice) return is_random(bytes);
  const size_t slices = std::clamp<size_t>(bytes.size() / 2048, 3, 16);
  for (size_t i = 0; i < slices; ++i) {
    const size_t at = (bytes.size() - kSlice) * i / (slices - 1);
    if (!is_random(bytes.subspan(at, kSlice))) return false;
  }
  return true;
}

// Compressed data that can be opened from its start: gzip, zlib, zstd, zip, xz, bzip2, lz4.
bool starts_compressed(Bytes bytes) {
  if (bytes.size() < 6) return false;
  const std::string_view head = as_text(bytes.first(6));
  if (bytes[0] == 0x78 && load_be16(bytes.data()) % 31 == 0 && (bytes[1] & 0x20) == 0) return true;
  for (const std::string_view magic :
       {std::string_view("\x1f\x8b\x08"), std::string_view("\x28\xb5\x2f\xfd"),
        std::string_view("PK\x03\x04"), std::string_view("\xfd\x37zXZ"), std::string_view("BZh"),
        std::string_view("\x04\x22\x4d\x18")}) {
    if (head.substr(0, magic.size()) == magic) return true;
  }
  return false;
}

// Compressed messages may stand behind their lengths.
bool frames_compressed(Bytes bytes) {
  return std::any_of(kLengthPrefixes.begin(), kLengthPrefixes.end(), [&](ReadLengthPrefix read) {
    const auto prefix = read(bytes);
    return prefix && prefix->length <= bytes.size() - prefix->size &&
           starts_compressed(bytes.subspan(prefix->size, prefix->length));
  });
}

Content judge(Bytes bytes) {
  const Bytes sample = bytes.first(std::min(bytes.size(), kSample));
  if (is_text(sample)) return Content::text;
  const bool opens = starts_compressed(bytes) || frames_compressed(bytes);
  return is_all_random(bytes) && !opens ? Content::opaque : Content::binary;
}

struct Window {
  std::string bytes;
  FrameMap frames;
  Timestamp ts;
  bool truncated = false;
};

// REQUIRES: content is not opaque.
void emit(Window&& window, Content content, ParserSink& sink) {
  Message message;
  message.protocol = "raw";
  message.ts = window.ts;
  message.truncated = window.truncated;
  message.frames = std::move(window.frames);
  FieldTree& fields = message.fields;
  const FieldId id =
      fields.add_root("raw.payload", fields.arena().adopt(std::move(window.bytes)), 0);
  if (content == Content::binary) fields.set_kind(id, FieldKind::binary);
  if (window.truncated) fields.set_truncated(id);
  sink.on_message(std::move(message));
}

class RawDatagrams final : public Parser {
 public:
  std::optional<Handover> feed(const Chunk& chunk, ParserSink& sink) override {
    if (chunk.direction != Direction::to_server || chunk.bytes.empty()) return std::nullopt;
    const Content content = judge(chunk.bytes);
    if (content == Content::opaque) {
      sink.on_not_read(chunk.bytes.size(), NotInspected::unknown_binary);
      return std::nullopt;
    }
    Window window{.bytes = std::string(as_text(chunk.bytes)), .ts = chunk.ts};
    window.frames.mark(0, chunk.frame);
    emit(std::move(window), content, sink);
    return std::nullopt;
  }
  void finish(ParserSink&) override {}
};

// Knows where documents and lines end: a JSON document where its brackets balance, anything else at
// the end of its line. Positions count from the start of the window.
class UnitTracker {
 public:
  void take(std::string_view bytes) {
    for (size_t i = 0; i < bytes.size();) {
      if (state_ == State::line) {
        const size_t newline = bytes.find('\n', i);
        if (newline == std::string_view::npos) break;
        end_unit(newline + 1);
        i = newline + 1;
        continue;
      }
      step(bytes[i], i + 1);
      ++i;
    }
    at_ += bytes.size();
  }
  // Where the last complete unit ends, 0 when there is none; white space after it belongs to it.
  size_t end() const { return end_; }
  bool is_inside_document() const { return state_ == State::document || state_ == State::string; }
  // The first `size` bytes of the window are gone.
  void rebase(size_t size) {
    at_ -= size;
    end_ -= std::min(end_, size);
  }
  void forget() { *this = UnitTracker(); }

 private:
  enum class State : uint8_t { between, line, document, string };

  void end_unit(size_t after) {
    end_ = at_ + after;
    state_ = State::between;
  }
  void step(char c, size_t after) {
    if (state_ == State::between) {
      depth_ = 0;
      if (is_space(c)) return end_unit(after);
      state_ = c == '{' || c == '[' ? State::document : State::line;
    }
    if (state_ == State::string) {
      if (!escaped_ && c == '"') state_ = State::document;
      escaped_ = !escaped_ && c == '\\';
    } else if (state_ == State::document) {
      if (c == '"') state_ = State::string;
      if (c == '{' || c == '[') ++depth_;
      if ((c == '}' || c == ']') && --depth_ == 0) end_unit(after);
    }
  }

  State state_ = State::between;
  bool escaped_ = false;
  size_t depth_ = 0;
  size_t at_ = 0;
  size_t end_ = 0;
};

class RawStream final : public Parser {
 public:
  explicit RawStream(const Limits& limits)
      : max_window_(std::max(limits.max_raw_window, 4 * kOverlap)) {}

  std::optional<Handover> feed(const Chunk& chunk, ParserSink& sink) override {
    if (chunk.direction != Direction::to_server) return std::nullopt;
    if (chunk.gap > 0) {
      flush(true, sink);
    } else if (has_paused(chunk.ts)) {
      flush(false, sink);
    }
    if (!chunk.bytes.empty()) last_ts_ = chunk.ts;
    for (Bytes rest = chunk.bytes; !rest.empty();) {
      const Bytes part = rest.first(std::min(rest.size(), max_window_ - window_.size()));
      window_.append(part, chunk.frame);
      units_.take(as_text(part));
      rest = rest.subspan(part.size());
      if (window_.size() == max_window_) cut(sink);
    }
    return std::nullopt;
  }

  // Nobody says where such a stream is complete: only a document that is open is known to be cut
  // off.
  void finish(ParserSink& sink) override { flush(units_.is_inside_document(), sink); }

 private:
  bool has_paused(Timestamp ts) const {
    if (window_.size() == repeated_ || units_.is_inside_document()) return false;
    return ts - last_ts_ >= (units_.end() == window_.size() ? kPause : kLongPause);
  }

  // The window is full: gives out its complete units, or all but a seam when there are none.
  void cut(ParserSink& sink) {
    size_t size = units_.end();
    if (size <= repeated_) {
      const size_t newline = window_.text().rfind('\n');
      size = newline == std::string_view::npos ? 0 : newline + 1;
    }
    const bool clean = size > max_window_ / 4 && size > repeated_;
    if (clean) return give(size, size, false, sink);
    sink.on_weird(Weird::raw_window_cut);
    give(window_.size(), window_.size() - kOverlap, true, sink);
    repeated_ = kOverlap;
  }

  void flush(bool truncated, ParserSink& sink) {
    if (window_.size() > repeated_) give(window_.size(), window_.size(), truncated, sink);
    window_.clear();
    units_.forget();
    repeated_ = 0;
  }

  // Tells the first `size` bytes and drops the first `dropped` of them.
  void give(size_t size, size_t dropped, bool truncated, ParserSink& sink) {
    const Content content = judge(window_.bytes().first(size));
    if (content == Content::opaque) {
      sink.on_not_read(size - repeated_, NotInspected::unknown_binary);
      window_.consume(dropped);
    } else {
      Window window{.ts = last_ts_, .truncated = truncated};
      window_.mark(window.frames, 0, size, 0);
      if (dropped == size) {
        window.bytes = window_.take(size);
      } else {
        window.bytes.assign(window_.text().substr(0, size));
        window_.consume(dropped);
      }
      emit(std::move(window), content, sink);
    }
    units_.rebase(dropped);
    repeated_ = 0;
  }

  const size_t max_window_;
  StreamBuffer window_;
  UnitTracker units_;
  size_t repeated_ = 0;  // bytes at the start of the window that were told with the one before
  Timestamp last_ts_;
};

std::unique_ptr<Parser> create(const Limits& limits, const ProbeInput& flow) {
  if (flow.ip_proto == kTcp) return std::make_unique<RawStream>(limits);
  return std::make_unique<RawDatagrams>();
}

}  // namespace

extern const ParserInfo raw_info{"raw", false, nullptr, create};

}  // namespace telltale
