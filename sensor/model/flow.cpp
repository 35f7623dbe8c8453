#include "sensor/model/flow.h"

namespace telltale {

std::string_view name_of(NotInspected reason) {
  static constexpr std::string_view kNames[] = {"",
#define REASON(name, kind) #name,
#include "sensor/model/not_inspected.inc"
#undef REASON
                                                "count_"};
  return kNames[static_cast<size_t>(reason)];
}

void Ledger::add(const Ledger& other) {
  bytes_out += other.bytes_out;
  clear += other.clear;
  decrypted += other.decrypted;
  opaque += other.opaque;
  lost += other.lost;
  skipped += other.skipped;
  gaps += other.gaps;
  if (reason == NotInspected::none) reason = other.reason;
}

}  // namespace telltale
