// The loop itself. A registry of bitmaps tells for each class of bytes which unwrappers it brings
// in or rules out, so that a plain value costs one pass over its bytes and no call.
#include "sensor/unwrap/expander.h"

#include <array>
#include <bit>
#include <cstdint>
#include <iterator>

namespace telltale {

namespace {

constexpr size_t kShortestWrapped = 6;        // a%40b, {"a":1
constexpr size_t kShortestWithoutSigns = 16;  // base64, hex: shorter ones could be any word
constexpr ByteClasses kNoSigns = byte_class::kAlnum | byte_class::kSpace | byte_class::kDot |
                                 byte_class::kMinus | byte_class::kUnderscore | byte_class::kColon |
                                 byte_class::kPlus | byte_class::kSlash | byte_class::kComma;
using Set = uint64_t;  // of unwrappers, bit i is the i-th line of the registry

class Registry {
 public:
  Registry() {
    static_assert(kSize <= 64, "a Set has 64 bits");
    for (size_t i = 0; i < kSize; ++i) {
      const Set bit = Set{1} << i;
      all_ |= bit;
      if (kAll[i]->by_head) by_head_ |= bit;
      for (size_t c = 0; c < byte_class::kCount; ++c) {
        if ((kAll[i]->triggers >> c & 1) != 0) brings_in_[c] |= bit;
        if ((kAll[i]->rejects >> c & 1) != 0) rules_out_[c] |= bit;
      }
    }
  }

  Set all() const { return all_; }
  Set by_head() const { return by_head_; }
  Set for_classes(ByteClasses classes) const {
    Set in = 0;
    Set out = 0;
    for (; classes != 0; classes &= classes - 1) {
      const auto c = static_cast<size_t>(std::countr_zero(classes));
      in |= brings_in_[c];
      out |= rules_out_[c];
    }
    return in & ~out;
  }
  // Offers to each of `candidates` in the registry's order until one takes it.
  static bool ask(Set candidates, Offer& offer) {
    for (; candidates != 0; candidates &= candidates - 1) {
      if (kAll[static_cast<size_t>(std::countr_zero(candidates))]->unwrap(offer)) return true;
    }
    return false;
  }

 private:
  static constexpr const UnwrapperInfo* kAll[] = {
#define UNWRAPPER(name) &name##_unwrapper,
#include "sensor/unwrap/unwrappers.inc"
#undef UNWRAPPER
  };
  static constexpr size_t kSize = std::size(kAll);

  std::array<Set, byte_class::kCount> brings_in_{};
  std::array<Set, byte_class::kCount> rules_out_{};
  Set all_ = 0;
  Set by_head_ = 0;
};

const Registry& registry() {
  static const Registry instance;
  return instance;
}

bool can_be_wrapped(const Field& field) {
  return (field.kind == FieldKind::text || field.kind == FieldKind::binary) &&
         field.value.size() >= kShortestWrapped;
}

void offer_field(FieldId id, Message& message, UnwrapBudget& budget) {
  Offer offer(id, message, budget);
  const bool hinted = offer.field().hints != 0;
  if (!hinted && offer.value().size() < kShortestWithoutSigns &&
      (offer.head_classes() & ~kNoSigns) == 0) {
    return;
  }
  const Registry& known = registry();
  const Set by_head =
      known.by_head() & (hinted ? known.all() : known.for_classes(offer.head_classes()));
  if (offer.field().depth >= budget.limits().max_depth) {
    if (by_head != 0) budget.count_once(Weird::unwrap_depth_cap);
    return;
  }
  if (Registry::ask(by_head, offer)) return;
  Registry::ask(~known.by_head() & (hinted ? known.all() : known.for_classes(offer.classes())),
                offer);
}

}  // namespace

FieldId Offer::add_decoded(std::string_view name, std::string_view text, bool cut_off,
                           std::string_view content_coding) {
  const FieldId child = add({.key = name,
                             .value = text,
                             .step = Step::decoded,
                             .kind = kind_of(text),
                             .raw_size = static_cast<uint32_t>(value_.size()),
                             .truncated = cut_off || truncated()});
  if (child != kNoField && (!hints_.media_type.empty() || !content_coding.empty())) {
    fields().set_hints(child, {hints_.media_type, content_coding});
  }
  return child;
}

FieldKind kind_of(std::string_view value) {
  const ByteClasses head = classes_of(value.substr(0, Offer::kHead));
  return (head & (byte_class::kControl | byte_class::kNul)) != 0 ? FieldKind::binary
                                                                 : FieldKind::text;
}

void expand(Message& message, const Limits& limits, WeirdCounts& weird) {
  UnwrapBudget budget(limits, weird);
  for (FieldId id = 0; id < message.fields.size(); ++id) {
    if (can_be_wrapped(message.fields[id])) offer_field(id, message, budget);
  }
}

}  // namespace telltale
