#include "sensor/cli/audit_store.h"

#include <chrono>
#include <cstdio>

#include <fmt/format.h>

#include "sensor/base/readable.h"
#include "sensor/cli/command.h"
#include "sensor/cli/terminal.h"
#include "sensor/output/json_lines.h"

namespace telltale {
namespace {

constexpr size_t kBatch = 8'192;  // events to a commit

}  // namespace

AuditStore::AuditStore(const std::string& path, EventContext context)
    : path_(path),
      context_(std::move(context)),
      store_({.path = path, .sensor = context_.sensor}, std::chrono::system_clock::now()) {
  if (store_.set_aside().empty()) return;
  fmt::print(stderr, "telltale: {}: was damaged; it is now {}, and a new store was begun\n", path,
             store_.set_aside());
}

void AuditStore::write(const Event& event) {
  store_.add(to_json_line(event, context_));
  if (store_.pending() >= kBatch) store_.commit();
}

std::string AuditStore::finish() {
  const bool committed = store_.commit();
  const StoreCounts& counts = store_.counts();
  const uint64_t missing = store_.pending() + counts.dropped;
  if (!committed || missing > 0) {
    throw UsageError(fmt::format("telltale: --store {}: {} events could not be written: {} ({})",
                                 path_, grouped(missing), name_of(store_.state()),
                                 store_.reason()));
  }
  std::string line =
      fmt::format("\nStore {}: {} events written", printable(path_, 200), grouped(counts.stored));
  if (counts.duplicates > 0)
    line += fmt::format(", {} were there already", grouped(counts.duplicates));
  if (counts.too_old > 0) {
    line +=
        fmt::format(", {} left out as they are older than what it keeps", grouped(counts.too_old));
  }
  return line + "\n";
}

}  // namespace telltale
