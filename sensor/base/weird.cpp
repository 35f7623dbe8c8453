#include "sensor/base/weird.h"

namespace telltale {

std::string_view name_of(Weird weird) {
  static constexpr std::string_view kNames[] = {
#define WEIRD(name) #name,
#include "sensor/base/weird/all.inc"
#undef WEIRD
      "count_"};
  return kNames[static_cast<size_t>(weird)];
}

}  // namespace telltale
