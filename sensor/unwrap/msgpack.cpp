// MessagePack (https://github.com/msgpack/msgpack/blob/master/spec.md), by its media type or when
// the whole value is one map with text keys, or a list of such. The only user of msgpack-c.
#define MSGPACK_NO_BOOST
#include <msgpack.hpp>

#include "sensor/base/encoding.h"
#include "sensor/unwrap/recognise.h"
#include "sensor/unwrap/tree_writer.h"

namespace telltale {
namespace {

constexpr size_t kLongestNumber = 9;  // its type byte and eight more

// Told by msgpack-c what it reads. It is not told where: a value starts where the text before it
// ended.
class Visitor : public msgpack::null_visitor {
 public:
  explicit Visitor(Offer& offer) : writer_(offer), text_(offer.value()) {}

  bool visit_nil() { return in_key_ ? key({}) : writer_.null(here()); }
  bool visit_boolean(bool value) { return in_key_ ? key({}) : writer_.boolean(value, here()); }
  bool visit_positive_integer(uint64_t value) { return number(value); }
  bool visit_negative_integer(int64_t value) { return number(value); }
  bool visit_float32(float value) { return number(value); }
  bool visit_float64(double value) { return number(value); }
  bool visit_str(const char* data, uint32_t size) {
    const Place place = place_of(data, size);
    if (!in_key_) return writer_.text(place);
    has_text_key_ =
        has_text_key_ || (size > 0 && is_readable(text_.substr(place.begin, place.size)));
    return key(text_.substr(place.begin, place.size));
  }
  bool visit_bin(const char* data, uint32_t size) {
    const Place place = place_of(data, size);
    return in_key_ ? key(text_.substr(place.begin, place.size)) : writer_.binary(place);
  }
  bool visit_ext(const char* data, uint32_t size) { return visit_bin(data, size); }
  bool start_array(uint32_t) { return !in_key_ && writer_.open(false, at_); }
  bool end_array() { return end(); }
  bool start_map(uint32_t) { return !in_key_ && writer_.open(true, at_); }
  bool end_map() { return end(); }
  bool start_map_key() { return in_key_ = true; }
  bool end_map_key() {
    in_key_ = false;
    return true;
  }
  void parse_error(size_t, size_t) {}
  void insufficient_bytes(size_t, size_t) {}
  bool referenced() const { return false; }

  bool has_text_key() const { return has_text_key_; }

 private:
  template <typename Number>
  bool number(Number value) {
    return in_key_ ? key(keep_number(value, writer_.offer())) : writer_.number(value, here());
  }
  bool key(std::string_view name) {
    writer_.key(name);
    return true;
  }
  bool end() {
    writer_.close(at_);
    return true;
  }
  Place here() const { return {at_, std::min(kLongestNumber, text_.size() - at_)}; }
  Place place_of(const char* data, uint32_t size) {
    if (size == 0) return {at_, 0};  // `data` is not in the text then
    const auto begin = static_cast<size_t>(data - text_.data());
    at_ = begin + size;
    return {begin, size};
  }

  TreeWriter writer_;
  std::string_view text_;
  size_t at_ = 0;  // where the last text ended
  bool in_key_ = false;
  bool has_text_key_ = false;
};

// A map or a list of maps whose first key is a text of a few characters.
bool starts_like_a_document(Bytes head) {
  size_t at = 0;
  if (head.size() < 4) return false;
  if ((head[0] & 0xf0) == 0x90) at = 1;
  if (head[0] == 0xdc) at = 3;
  if ((head[at] & 0xf0) == 0x80) {
    at += 1;
  } else if (head[at] == 0xde) {
    at += 3;
  } else {
    return false;
  }
  if (at >= head.size()) return false;
  const bool is_short_text = head[at] > 0xa0 && head[at] <= 0xbf;
  return is_short_text || head[at] == 0xd9;
}

bool unwrap(Offer& offer) {
  const bool said = offer.hints().media_type.find("msgpack") != std::string_view::npos;
  if (!said && !starts_like_a_document(offer.bytes())) return false;
  const size_t before = offer.fields().size();
  Visitor visitor(offer);
  size_t read = 0;
  const bool whole = msgpack::parse(offer.value().data(), offer.value().size(), read, visitor);
  const bool believed = said || (visitor.has_text_key() &&
                                 (offer.truncated() || (whole && read == offer.value().size())));
  if (!believed) offer.fields().drop_from(before);
  return offer.fields().size() > before;
}

}  // namespace

const UnwrapperInfo msgpack_unwrapper{
    .name = "msgpack", .unwrap = unwrap, .triggers = byte_class::kHigh, .by_head = true};

}  // namespace telltale
