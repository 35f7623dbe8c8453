// Values that are still percent-encoded: by a sender who encoded twice, or in a place that is no
// form.
//
// Recognised when every '%' starts an escape and there is no white space, so that "50% off" stays.
#include "sensor/unwrap/percent_escapes.h"

namespace telltale {
namespace {

bool unwrap(Offer& offer) {
  const std::string_view text = offer.value();
  if (!all_percents_are_escapes(text)) return false;
  const std::string_view decoded = percent_decoded(text, {.cut_off = offer.truncated()}, offer);
  if (decoded.size() == text.size() || decoded.empty()) return false;
  return offer.add_decoded("percent", decoded, false, offer.hints().content_coding) != kNoField;
}

}  // namespace

const UnwrapperInfo percent_unwrapper{
    .name = "percent",
    .unwrap = unwrap,
    .triggers = byte_class::kPercent,
    .rejects = byte_class::kSpace | byte_class::kNewline | byte_class::kControl | byte_class::kNul};

}  // namespace telltale
