// Session: what a flow carries from its first payload on. Lives in the flow table, owned by one shard.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "sensor/classify/classifier.h"
#include "sensor/flow/flow_table.h"
#include "sensor/flow/stream_reassembler.h"
#include "sensor/model/event.h"
#include "sensor/pipeline/finding_book.h"
#include "sensor/pipeline/stream_inspector.h"

namespace telltale {

struct Session final : FlowAttachment {
  Session(FlowRecord& record, const InspectionContext& context, const ProbeInput& probe)
      : flow(record), inspector(context, probe) {}

  // The streams and the ledger of a session call what the device sends "to_server". For a connection that
  // was opened towards the device that is the other way round than the flow's own directions.
  Direction as_sent_by_device(Direction direction) const {
    if (side != DeviceSide::server) return direction;
    return direction == Direction::to_server ? Direction::to_client : Direction::to_server;
  }
  bool inspected() const { return excluded == NotInspected::none; }

  // Every packet looks at these.
  FlowRecord& flow;
  DeviceSide side = DeviceSide::client;
  NotInspected excluded = NotInspected::none;  // why nothing of this flow is read, by design
  bool settled = false;                        // classification is over
  StreamInspector inspector;
  std::optional<StreamReassembler> to_server;
  std::optional<StreamReassembler> to_client;
  Ledger ledger;
  static constexpr size_t kHotBytes = 512;  // about as much as they take

  std::unique_ptr<Classifier::FlowState> dpi;
  AppLabel label;
  std::string server_name;  // as the first message called it (Host)
  FindingBook findings;
  bool conflict_told = false;
  bool contact_told = false;  // a rule that speaks of contacts has decided
  uint64_t events = 0;
};

inline const Endpoint& device_of(const Session& session) {
  return session.side == DeviceSide::server ? session.flow.server() : session.flow.client();
}

}  // namespace telltale
