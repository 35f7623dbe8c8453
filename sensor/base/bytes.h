// Borrowed bytes and the one bounded reader every parser uses.
//
// A reader never throws and never reads past its end: a read that would run short returns zero (or an
// empty span) and makes ok() false for good, so a parser reads a whole header and asks ok() once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace telltale {

// Bytes owned by somebody else; valid only as long as the function that handed them over says.
using Bytes = std::span<const uint8_t>;

inline Bytes as_bytes(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}
inline std::string_view as_text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline uint16_t load_be16(const uint8_t* p) { return static_cast<uint16_t>(p[0] << 8 | p[1]); }
inline uint32_t load_be32(const uint8_t* p) {
  return uint32_t{p[0]} << 24 | uint32_t{p[1]} << 16 | uint32_t{p[2]} << 8 | p[3];
}
inline uint64_t load_be64(const uint8_t* p) {
  return uint64_t{load_be32(p)} << 32 | load_be32(p + 4);
}

class ByteReader {
 public:
  explicit ByteReader(Bytes bytes) : bytes_(bytes) {}

  uint8_t u8() { return need(1) ? bytes_[at_++] : uint8_t{0}; }
  uint16_t be16() { return need(2) ? load_be16(advance(2)) : uint16_t{0}; }
  uint32_t be24() {
    if (!need(3)) return 0;
    const uint8_t* p = advance(3);
    return uint32_t{p[0]} << 16 | uint32_t{p[1]} << 8 | p[2];
  }
  uint32_t be32() { return need(4) ? load_be32(advance(4)) : 0U; }
  uint64_t be64() { return need(8) ? load_be64(advance(8)) : 0U; }
  uint16_t le16() { return static_cast<uint16_t>(little(2)); }
  uint32_t le32() { return static_cast<uint32_t>(little(4)); }
  uint64_t le64() { return little(8); }

  // The next `size` bytes; empty when that many are not there.
  Bytes take(size_t size) { return need(size) ? Bytes{advance(size), size} : Bytes{}; }
  void skip(size_t size) {
    if (need(size)) at_ += size;
  }
  // All that is left; always ok.
  Bytes rest() {
    Bytes all = bytes_.subspan(at_);
    at_ = bytes_.size();
    return all;
  }
  Bytes peek() const { return bytes_.subspan(at_); }

  bool ok() const { return ok_; }
  size_t remaining() const { return bytes_.size() - at_; }
  size_t position() const { return at_; }
  bool done() const { return remaining() == 0; }

 private:
  bool need(size_t size) {
    if (size <= bytes_.size() - at_) return true;
    ok_ = false;
    at_ = bytes_.size();
    return false;
  }
  const uint8_t* advance(size_t size) {
    const uint8_t* here = bytes_.data() + at_;
    at_ += size;
    return here;
  }
  uint64_t little(size_t size) {
    if (!need(size)) return 0;
    const uint8_t* p = advance(size);
    uint64_t value = 0;
    for (size_t i = size; i-- > 0;) value = value << 8 | p[i];
    return value;
  }

  Bytes bytes_;
  size_t at_ = 0;
  bool ok_ = true;
};

}  // namespace telltale
