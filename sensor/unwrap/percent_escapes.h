// %XX (RFC 3986 section 2.1), %uXXXX (JavaScript's escape()) and '+' for a space, as forms have it.
#pragma once

#include <string_view>

#include "sensor/unwrap/unwrapper.h"

namespace telltale {

// How a text was escaped, and whether more of it may have followed.
struct PercentStyle {
  bool plus_is_space = false;
  bool cut_off = false;  // an escape without its last digit is left out rather than kept
};

// `text` itself when there is nothing to decode or the budget is spent, else its decoding in the
// arena. What is no escape stays as it is.
std::string_view percent_decoded(std::string_view text, PercentStyle style, Offer& offer);

// Does every '%' start an escape? The last one may be cut off.
bool all_percents_are_escapes(std::string_view text);

}  // namespace telltale
