#include "sensor/tls/record_reader.h"

#include <algorithm>

namespace telltale {
namespace {

// The smallest protected record: header, one byte and a tag.
constexpr uint64_t kMinProtectedRecord = kRecordHeader + 1 + 16;

size_t payload_size(Bytes header) { return load_be16(header.data() + 3); }

// REQUIRES: header.size() >= kRecordHeader.
bool is_plausible(Bytes header) {
  const uint8_t type = header[0];
  const size_t size = payload_size(header);
  return type >= kChangeCipherSpec && type <= kApplicationData && header[1] == 3 &&
         header[2] <= 4 && size <= kMaxRecordPayload && (size > 0 || type == kApplicationData);
}

}  // namespace

TlsGuess guess_tls(Bytes head) {
  constexpr uint8_t kFirst[] = {kHandshake, 3};
  for (size_t i = 0; i < std::min<size_t>(head.size(), 2); ++i) {
    if (i == 0 && head[0] == kApplicationData) continue;  // captured from its middle on
    if (head[i] != kFirst[i]) return TlsGuess::no;
  }
  if (head.size() < kRecordHeader + 1) return TlsGuess::more;
  if (!is_plausible(head)) return TlsGuess::no;
  const bool is_hello = head[kRecordHeader] == 1 || head[kRecordHeader] == 2;
  return head[0] == kApplicationData || is_hello ? TlsGuess::yes : TlsGuess::no;
}

void TlsRecordReader::feed(const Chunk& chunk, Handler& handler) {
  if (chunk.gap > 0) take_gap(chunk.gap, handler);
  ts_ = chunk.ts;
  frame_ = chunk.frame;
  Bytes bytes = chunk.bytes;
  if (discard_ > 0) {
    const size_t torn = static_cast<size_t>(std::min<uint64_t>(discard_, bytes.size()));
    discard_ -= torn;
    handler.on_torn(torn);
    bytes = bytes.subspan(torn);
  }
  take_bytes(bytes, handler);
}

void TlsRecordReader::take_gap(uint64_t gap, Handler& handler) {
  if (discard_ >= gap) {
    discard_ -= gap;
    handler.on_lost(gap, 0);
    return;
  }
  uint64_t beyond = gap - discard_;
  uint64_t records = 0;
  discard_ = 0;
  if (!pending_.empty()) {
    handler.on_torn(pending_.size());
    if (!searching_ && pending_.size() >= kRecordHeader) {
      const uint64_t rest = kRecordHeader + payload_size(pending_) - pending_.size();
      discard_ = rest > beyond ? rest - beyond : 0;
      beyond = rest > beyond ? 0 : beyond - rest;
    }
    records = 1;
    pending_.clear();
    needed_ = 0;
  }
  if (beyond > 0) {
    records += beyond / kMinProtectedRecord + 1;
    searching_ = true;
  }
  handler.on_lost(gap, records);
}

void TlsRecordReader::take_bytes(Bytes bytes, Handler& handler) {
  std::vector<uint8_t> joined;
  if (!pending_.empty()) {
    // A record that fits is completed and no more, so that what follows is read in place.
    const size_t wanted = needed_ - std::min(needed_, pending_.size());
    const size_t taken = searching_ ? bytes.size() : std::min(wanted, bytes.size());
    pending_.insert(pending_.end(), bytes.begin(), bytes.begin() + static_cast<long>(taken));
    if (pending_.size() < needed_) return;
    joined.swap(pending_);
    Bytes front(joined);
    const Bytes back = bytes.subspan(taken);
    while (!front.empty() && (searching_ ? search(front, handler) : read_record(front, handler))) {
    }
    if (!pending_.empty()) return take_bytes(back, handler);
    bytes = back;
    joined.clear();
    pending_.swap(joined);  // keeps its memory for the next record
  }
  while (!bytes.empty() && (searching_ ? search(bytes, handler) : read_record(bytes, handler))) {
  }
}

bool TlsRecordReader::keep(Bytes& bytes, size_t needed) {
  pending_.assign(bytes.begin(), bytes.end());
  needed_ = needed;
  bytes = {};
  return false;
}

Record TlsRecordReader::record_at(Bytes bytes) const {
  return {bytes[0], load_be16(bytes.data() + 1), bytes.subspan(kRecordHeader, payload_size(bytes)),
          ts_, frame_};
}

bool TlsRecordReader::read_record(Bytes& bytes, Handler& handler) {
  if (bytes.size() < kRecordHeader) return keep(bytes, kRecordHeader);
  if (!is_plausible(bytes)) {
    searching_ = true;
    handler.on_bad_header();
    return true;
  }
  const size_t size = kRecordHeader + payload_size(bytes);
  if (bytes.size() < size) return keep(bytes, size);
  handler.on_record(record_at(bytes));
  bytes = bytes.subspan(size);
  return true;
}

bool TlsRecordReader::is_candidate(Bytes header) const {
  return is_plausible(header) && (version_ == 0 || load_be16(header.data() + 1) == version_);
}

bool TlsRecordReader::search(Bytes& bytes, Handler& handler) {
  size_t at = 0;
  const auto pass = [&] {
    if (at > 0) handler.on_torn(at);
    bytes = bytes.subspan(at);
    at = 0;
  };
  for (; bytes.size() - at >= kRecordHeader; ++at) {
    const Bytes here = bytes.subspan(at);
    if (!is_candidate(here)) continue;
    const size_t size = kRecordHeader + payload_size(here);
    if (here.size() < size) {
      if (last_) continue;
      pass();
      return keep(bytes, size);
    }
    pass();
    const Verdict verdict = handler.on_candidate(record_at(bytes));
    if (verdict == Verdict::no) continue;
    if (verdict == Verdict::cannot_tell) {
      const Bytes next = bytes.subspan(size);
      if (next.size() < kRecordHeader && !last_) return keep(bytes, size + kRecordHeader);
      const bool is_end = last_ && next.empty();
      if (!is_end && (next.size() < kRecordHeader || !is_candidate(next))) continue;
      handler.on_record(record_at(bytes));
    }
    searching_ = false;
    bytes = bytes.subspan(size);
    return true;
  }
  pass();
  return keep(bytes, kRecordHeader);
}

void TlsRecordReader::finish(Handler& handler) {
  if (searching_ && !pending_.empty()) {  // what waited for more bytes may hide a record
    last_ = true;
    std::vector<uint8_t> rest;
    rest.swap(pending_);
    Bytes bytes(rest);
    while (!bytes.empty() && (searching_ ? search(bytes, handler) : read_record(bytes, handler))) {
    }
  }
  if (!pending_.empty()) handler.on_torn(pending_.size());
  pending_.clear();
  needed_ = 0;
}

}  // namespace telltale
