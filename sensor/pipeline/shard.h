// Shard: everything known of a share of the devices, and the way of a segment through it.
//
// One thread runs a shard; nothing in it is shared. Time is the packets' time, and tick() tells it.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "sensor/behavior/monitor.h"
#include "sensor/flow/flow_table.h"
#include "sensor/pipeline/context.h"
#include "sensor/pipeline/event_sink.h"
#include "sensor/pipeline/expectations.h"
#include "sensor/pipeline/own_values.h"
#include "sensor/pipeline/session.h"
#include "sensor/pipeline/tracking_ids.h"
#include "sensor/policy/alerts.h"
#include "sensor/policy/destinations.h"
#include "sensor/policy/devices.h"
#include "sensor/policy/host_names.h"

namespace telltale {

// A shard's classifier, made with the first flow that needs one: loading nDPI's tables takes 10 ms.
// nDPI remembers addresses and certificates between flows, and what it remembers must not depend on
// how shards are spread over threads: so no two shards share one.
class LazyClassifier {
 public:
  explicit LazyClassifier(const Limits& limits) : limits_(limits) {}
  Classifier& get() {
    if (classifier_ == nullptr) classifier_ = Classifier::create(limits_);
    return *classifier_;
  }

 private:
  const Limits& limits_;
  std::unique_ptr<Classifier> classifier_;
};

class Shard final : private FlowEndSink {
 public:
  // `indexer` is the worker's: its shards take turns with it. All must outlive the shard.
  Shard(const SensorContext& context, ContentIndexer& indexer, EventSink& events);
  ~Shard() override;
  Shard(const Shard&) = delete;

  // Loads now what is otherwise loaded with the first flow: live packets do not wait for it.
  void warm_up() { classifier_.get(); }

  void on_segment(const Segment& segment);
  // What on_segment() will need is fetched from memory: three steps, for several segments each.
  uint32_t foresee(const Segment& segment) const { return flows_.foresee(segment); }
  void fetch_flow(uint32_t foreseen) { flows_.fetch_record(foreseen); }
  void fetch_session(uint32_t foreseen);
  // What a device of any shard says of itself (see may_announce()); comes before its on_segment().
  void hear(const Segment& segment);
  // The MAC it comes from is known as the MAC it goes to from now on (MacJoin).
  void join(const Segment& segment);
  // Packet time has reached `now`; flows whose time is over end. `frame` orders what comes of it.
  void tick(Timestamp now, FrameRef frame);
  // What the devices here are used to do; what those of all shards are. Once an hour, at rest.
  void give_habits(GroupHabits& all) const;
  void take_habits(const std::shared_ptr<const GroupHabits>& all);
  // The input is over: every flow ends.
  void finish(FrameRef frame);
  // After finish(): what was folded into alerts and notices, each in order of their first occurrence.
  void close_alerts(EventSink& sink);
  size_t open_flows() const { return flows_.size(); }
  // Adds this shard's counters.
  void add_to(StatsEvent& stats) const;

 private:
  class WatchSink;
  class FlowSink;  // the ends of parsers and reassembly, bound to the session they work for

  void on_flow_end(FlowRecord& record, FlowEndReason reason) override;
  Session* session_of(FlowRecord& flow, const Segment& segment);
  NotInspected exclusion(Session& session);
  const ParserInfo* expected_parser(Session& session);
  void classify(Session& session, const Segment& segment, Direction direction);
  void settle(Session& session);
  void reassemble(Session& session, const Segment& segment, Direction direction);
  void on_datagram(Session& session, const Segment& segment, Direction direction);
  void count_excluded(Session& session, const Segment& segment);
  void on_chunk(Session& session, const Chunk& chunk);
  void finish_streams(Session& session);

  void on_message(Session& session, Message&& message);
  std::optional<Sighting> note_tokens(Session& session, const Content& content,
                                      const std::vector<FieldId>& told);
  void take_in(Session& session, const Message& message, const Sighting& sighting);

  void watch_questions(Session& session, const Message& message);
  void watch_echo(Session& session, const Segment& segment, Direction direction);
  void watch_conversation(Session& session);
  void tell_anomaly(Session& session, Timestamp ts, AnomalyEvent&& anomaly);
  bool is_trusted(const Event& event, const AnomalyEvent& anomaly) const;
  std::shared_ptr<const Suspicion> suspicion_of(const Event& event) const;
  // True where it became an alert or a notice.
  bool judge(const Event& event, const AlertBook::Occurrence& what, double score = 0);
  bool judge_contact(const Event& event);
  void tell(Event&& event, EventSink& sink);

  void on_name(Session& session, const NameRecord& record);
  void on_expectation(Session& session, const Expectation& expected);
  void see_device(const FlowRecord& record, const Session& session, const Segment& segment);
  void take_note(const DeviceNote& note, const Sender& sender, Timestamp ts);
  void name_by_user_agent(Session& session, const Message& message);
  void tell_device(const IpAddress& address, Timestamp ts);
  void tell_conflict(Session& session, const Segment& segment);
  DeviceSide side_of(const FlowRecord& flow) const;
  // At its end a flow gives its text away.
  enum class Moment : uint8_t { during, end };
  static void add_session(Flow& flow, Session& session, Moment moment);
  Flow snapshot(const FlowRecord& record, Session* session, Moment moment) const;
  Event event_of(const FlowRecord& record, Session* session, Timestamp ts,
                 Moment moment = Moment::during);
  static HostnameSource name_source(const Session& session);
  Destination destination(const Flow& flow, std::string_view host, HostnameSource source,
                          Timestamp ts);

  const SensorContext& context_;
  EventSink& events_;
  WeirdCounts weird_;
  HeldBudget held_;
  InspectionContext inspection_;
  ReassemblyBudget reassembly_;
  LazyClassifier classifier_;
  HostNames names_;
  Devices devices_;
  OwnValues own_values_;
  TrackingIds tracking_;
  DestinationResolver destinations_;
  AlertBook alerts_;
  AlertBook notices_;
  std::vector<std::unique_ptr<Monitor>> monitors_;
  ContentIndexer& indexer_;
  FlowTable flows_;  // last: its destructor still needs the others
  FrameRef now_frame_;
  Expectations expectations_;
  Ledger coverage_;
  uint64_t findings_ = 0;
  uint64_t anomalies_ = 0;
  uint64_t alerts_told_ = 0;
  uint64_t notices_told_ = 0;
  uint64_t muted_ = 0;
};

}  // namespace telltale
