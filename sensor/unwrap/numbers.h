// Numbers as text in a message's arena, in their shortest form.
#pragma once

#include <charconv>
#include <string_view>

#include "sensor/unwrap/unwrapper.h"

namespace telltale {

template <typename Number>
std::string_view keep_number(Number number, Offer& offer) {
  char text[32];
  const auto result = std::to_chars(text, text + sizeof text, number);
  return offer.fields().arena().keep({text, static_cast<size_t>(result.ptr - text)});
}

}  // namespace telltale
