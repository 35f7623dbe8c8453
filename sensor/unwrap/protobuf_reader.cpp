#include "sensor/unwrap/protobuf_reader.h"

#include <array>
#include <bit>
#include <cmath>

#include "sensor/unwrap/numbers.h"
#include "sensor/unwrap/recognise.h"

namespace telltale {
namespace {

constexpr size_t kMostNesting = 16;
constexpr uint32_t kLargestFieldNumber =
    4096;  // the format allows 2^29 - 1; guesses must be plausible
constexpr size_t kShortestText = 3;
constexpr size_t kMostVarintBytes = 10;
enum WireType : uint8_t { kVarint = 0, kFixed64 = 1, kLength = 2, kFixed32 = 5 };

struct WireField {
  uint32_t number = 0;
  WireType type = kVarint;
  uint64_t bits = 0;  // of a number
  size_t begin = 0;   // of the value in the message
  size_t size = 0;
  bool cut = false;
};

class WireReader {
 public:
  WireReader(Bytes bytes, bool cut) : bytes_(bytes), cut_(cut) {}

  // False at the end, and where the bytes are no field: then ok() is false.
  bool next(WireField* field) {
    if (at_ >= bytes_.size()) return false;
    uint64_t tag = 0;
    if (!varint(&tag)) return stop(at_ >= bytes_.size());
    field->number = static_cast<uint32_t>(std::min<uint64_t>(tag >> 3, UINT32_MAX));
    if (field->number == 0 || field->number > kLargestFieldNumber) return stop(false);
    field->type = static_cast<WireType>(tag & 7);
    field->begin = at_;
    field->cut = false;
    return value(field);
  }
  bool ok() const { return ok_; }

 private:
  bool value(WireField* field) {
    switch (field->type) {
      case kVarint:
        if (!varint(&field->bits)) return stop(at_ >= bytes_.size());
        field->size = at_ - field->begin;
        return true;
      case kFixed64:
        return fixed(field, 8);
      case kFixed32:
        return fixed(field, 4);
      case kLength:
        return length_delimited(field);
    }
    return stop(false);
  }

  bool fixed(WireField* field, size_t size) {
    if (bytes_.size() - at_ < size) return stop(true);
    field->bits = 0;
    for (size_t i = size; i-- > 0;) field->bits = field->bits << 8 | bytes_[at_ + i];
    field->size = size;
    at_ += size;
    return true;
  }

  bool length_delimited(WireField* field) {
    uint64_t size = 0;
    if (!varint(&size)) return stop(at_ >= bytes_.size());
    const size_t left = bytes_.size() - at_;
    field->begin = at_;
    field->cut = size > left;
    if (field->cut && (!cut_ || left == 0)) return stop(cut_);
    field->size = field->cut ? left : static_cast<size_t>(size);
    at_ += field->size;
    return true;
  }

  bool varint(uint64_t* value) {
    *value = 0;
    for (size_t i = 0; i < kMostVarintBytes && at_ < bytes_.size(); ++i) {
      const uint8_t byte = bytes_[at_++];
      *value |= static_cast<uint64_t>(byte & 0x7f) << (7 * i);
      if (byte < 0x80) return i == 0 || byte != 0;  // an encoder writes no more bytes than it needs
    }
    return false;
  }

  // The end came, or a byte that fits nothing. A message that may be cut off may end in a field.
  bool stop(bool by_end) {
    ok_ = by_end && cut_;
    at_ = bytes_.size();
    return false;
  }

  Bytes bytes_;
  bool cut_;
  bool ok_ = true;
  size_t at_ = 0;
};

bool is_plausible_double(uint64_t bits) {
  const double value = std::bit_cast<double>(bits);
  return value == 0 ? bits == 0
                    : std::isfinite(value) && std::fabs(value) >= 1e-7 && std::fabs(value) <= 1e10;
}

bool is_plausible_float(uint64_t bits) {
  const float value = std::bit_cast<float>(static_cast<uint32_t>(bits));
  return value == 0 ? bits == 0
                    : std::isfinite(value) && std::fabs(value) >= 1e-5F && std::fabs(value) <= 1e7F;
}

enum class Reading : uint8_t { text, message, doubles, floats, bytes };

bool all_plausible(Bytes bytes, size_t size, bool (*is_plausible)(uint64_t)) {
  if (bytes.empty() || bytes.size() % size != 0) return false;
  for (size_t at = 0; at < bytes.size(); at += size) {
    uint64_t bits = 0;
    for (size_t i = size; i-- > 0;) bits = bits << 8 | bytes[at + i];
    if (bits == 0 || !is_plausible(bits)) return false;
  }
  return true;
}

// A message of one string can look like text when its tag and length are printable: "$ and 36
// characters.
bool has_printable_tag(Bytes value) {
  const uint8_t tag = value[0];
  return tag == 0x0a || tag == 0x22 || tag == 0x2a || tag == 0x32;
}

Reading reading_of(Bytes value, bool cut) {
  if (value.empty()) return Reading::text;
  if (is_readable(as_text(value)) &&
      !(has_printable_tag(value) && parses_as_protobuf(value, cut))) {
    return Reading::text;
  }
  if (parses_as_protobuf(value, cut)) return Reading::message;
  if (all_plausible(value, 8, is_plausible_double)) return Reading::doubles;
  if (all_plausible(value, 4, is_plausible_float)) return Reading::floats;
  return Reading::bytes;
}

// What speaks for a message: strings in it, and doubles of everyday magnitude.
struct Evidence {
  size_t text_bytes = 0;
  size_t doubles = 0;
  size_t fields = 0;
};

bool gather(Bytes bytes, bool cut, size_t depth, Evidence& evidence) {
  WireReader reader(bytes, cut);
  WireField field;
  while (reader.next(&field)) {
    ++evidence.fields;
    const Bytes value = bytes.subspan(field.begin, field.size);
    if (field.type == kFixed64 && field.bits != 0 && is_plausible_double(field.bits))
      ++evidence.doubles;
    if (field.type != kLength || value.size() < kShortestText) continue;
    const Reading reading = reading_of(value, field.cut);
    if (reading == Reading::text) evidence.text_bytes += value.size();
    if (reading == Reading::message && depth < kMostNesting)
      gather(value, field.cut, depth + 1, evidence);
  }
  return reader.ok() && evidence.fields > 0;
}

class MessageReader {
 public:
  explicit MessageReader(Offer& offer) : offer_(offer) {}

  void read(const ProtobufPlace& place, size_t depth) {
    const Bytes bytes = offer_.bytes().subspan(place.begin, place.size);
    WireReader reader(bytes, place.cut);
    WireField field;
    for (uint32_t index = 0; !full_ && reader.next(&field); ++index) {
      Child child{.key = number_text(field.number),
                  .step = Step::member,
                  .index = index,
                  .truncated = field.cut};
      child.raw_begin = static_cast<uint32_t>(place.begin + field.begin - place.parent_begin);
      child.raw_size = static_cast<uint32_t>(field.size);
      if (field.type == kLength) {
        add_length_delimited(place, field, child, depth);
      } else {
        child.value = number_value(field);
        child.kind = FieldKind::number;
        full_ = offer_.add_to(place.parent, child) == kNoField;
      }
    }
  }

 private:
  void add_length_delimited(const ProtobufPlace& place, const WireField& field, Child& child,
                            size_t depth) {
    const size_t begin = place.begin + field.begin;
    const Bytes value = offer_.bytes().subspan(begin, field.size);
    Reading reading = reading_of(value, field.cut);
    if (reading == Reading::message && depth >= kMostNesting) {
      offer_.budget().count_once(Weird::protobuf_nested_too_deep);
      reading = Reading::bytes;
    }
    child.verbatim = true;
    if (reading == Reading::text || reading == Reading::bytes) {
      child.value = as_text(value);
      child.kind = reading == Reading::text ? FieldKind::text : FieldKind::binary;
    } else {
      child.kind = reading == Reading::message ? FieldKind::object : FieldKind::array;
      child.truncated = false;
    }
    const FieldId id = offer_.add_to(place.parent, child);
    full_ = id == kNoField;
    if (full_) return;
    if (reading == Reading::message) {
      read({.parent = id,
            .parent_begin = begin,
            .begin = begin,
            .size = field.size,
            .cut = field.cut},
           depth + 1);
    } else if (reading == Reading::doubles) {
      add_packed(id, value, 8);
    } else if (reading == Reading::floats) {
      add_packed(id, value, 4);
    }
  }

  void add_packed(FieldId array, Bytes bytes, size_t size) {
    for (size_t at = 0; at < bytes.size() && !full_; at += size) {
      WireField field{.type = size == 8 ? kFixed64 : kFixed32};
      for (size_t i = size; i-- > 0;) field.bits = field.bits << 8 | bytes[at + i];
      full_ = offer_.add_to(array, {.value = number_value(field),
                                    .step = Step::element,
                                    .kind = FieldKind::number,
                                    .index = static_cast<uint32_t>(at / size),
                                    .raw_begin = static_cast<uint32_t>(at),
                                    .raw_size = static_cast<uint32_t>(size)}) == kNoField;
    }
  }

  std::string_view number_text(uint64_t number) { return keep_number(number, offer_); }

  std::string_view number_value(const WireField& field) {
    if (field.type == kVarint) {
      const bool negative = field.size == kMostVarintBytes && (field.bits >> 63) != 0;
      return negative ? keep_number(static_cast<int64_t>(field.bits), offer_)
                      : number_text(field.bits);
    }
    if (field.type == kFixed64 && is_plausible_double(field.bits)) {
      return keep_number(std::bit_cast<double>(field.bits), offer_);
    }
    if (field.type == kFixed32 && is_plausible_float(field.bits)) {
      return keep_number(std::bit_cast<float>(static_cast<uint32_t>(field.bits)), offer_);
    }
    return number_text(field.bits);
  }

  Offer& offer_;
  bool full_ = false;
};

}  // namespace

bool parses_as_protobuf(Bytes bytes, bool cut) {
  WireReader reader(bytes, cut);
  WireField field;
  size_t count = 0;
  while (reader.next(&field)) ++count;
  return reader.ok() && count > 0;
}

bool looks_like_protobuf(Bytes bytes, bool cut) {
  if (!parses_as_protobuf(bytes, cut)) return false;
  Evidence evidence;
  if (!gather(bytes, cut, 0, evidence)) return false;
  const size_t needed = cut ? 2 * kShortestText : kShortestText;
  return evidence.text_bytes >= needed &&
                 evidence.text_bytes * 8 >= std::min<size_t>(bytes.size(), 512)
             ? true
             : evidence.doubles >= 2 && evidence.doubles * 10 >= evidence.fields;
}

void read_protobuf(Offer& offer, const ProtobufPlace& place) {
  MessageReader(offer).read(place, 0);
}

}  // namespace telltale
