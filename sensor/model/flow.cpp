#include "sensor/model/flow.h"

#include <algorithm>

namespace telltale {

std::string_view name_of(NotInspected reason) {
  static constexpr std::string_view kNames[] = {"",
#define REASON(name, kind) #name,
#include "sensor/model/not_inspected.inc"
#undef REASON
                                                "count_"};
  return kNames[static_cast<size_t>(reason)];
}

bool is_opaque(NotInspected reason) {
  enum Kind : uint8_t { opaque, skipped };
  static constexpr Kind kKinds[] = {skipped,
#define REASON(name, kind) kind,
#include "sensor/model/not_inspected.inc"
#undef REASON
                                    skipped};
  return kKinds[static_cast<size_t>(reason)] == opaque;
}

void Ledger::close() {
  // A cap counts what it cut once; a message that was read and then found incomplete may be in two columns.
  // The sum must hold, so later columns give way to earlier ones.
  uint64_t left = bytes_out;
  for (uint64_t* column : {&lost, &opaque, &skipped, &decrypted}) {
    *column = std::min(*column, left);
    left -= *column;
  }
  clear = left;
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
