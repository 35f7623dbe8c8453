#include "sensor/model/event.h"

#include <array>

namespace telltale {
namespace {

template <size_t N, typename Enum>
std::string_view pick(const std::array<std::string_view, N>& names, Enum value) {
  return names[static_cast<size_t>(value)];
}

}  // namespace

std::string_view name_of(HostnameSource source) {
  static constexpr std::array<std::string_view, 6> kNames = {"",    "http.host", "tls.sni",
                                                             "dns", "quic.sni",  "cert"};
  return pick(kNames, source);
}

std::string_view name_of(Trust trust) {
  static constexpr std::array<std::string_view, 3> kNames = {"trusted", "unknown", "untrusted"};
  return pick(kNames, trust);
}

std::string_view name_of(VerdictKind verdict) {
  static constexpr std::array<std::string_view, 3> kNames = {"allow", "notice", "alert"};
  return pick(kNames, verdict);
}

std::string_view name_of(FlowEndReason reason) {
  static constexpr std::array<std::string_view, 4> kNames = {"closed", "timeout", "evicted",
                                                             "shutdown"};
  return pick(kNames, reason);
}

}  // namespace telltale
