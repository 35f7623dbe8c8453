// The store an audit writes into: every event once, however often the same capture is audited.
// Nothing in it is let go of for its age or size; that is for who runs all the time.
#pragma once

#include <string>

#include "sensor/model/event.h"
#include "sensor/output/describe.h"
#include "sensor/store/writer.h"

namespace telltale {

class AuditStore {
 public:
  // Opens or creates the store. Throws StoreError.
  AuditStore(const std::string& path, EventContext context);
  void write(const Event& event);
  // Commits all there is; a line for the summary. Throws UsageError when something could not be
  // stored.
  std::string finish();

 private:
  std::string path_;
  EventContext context_;
  StoreWriter store_;
};

}  // namespace telltale
