// bulk_upload: a device sends much more to one server than it gets back, and more than it is used
// to send.
//
// Rule: bytes sent and received are summed by (device, server) for an hour. An upload is told once
// an hour when what was sent passes an absolute floor and four times what came back, and four times
// the most that this device sent to any one server in an earlier hour: a camera that uploads all
// day is itself, a phone that suddenly does is not. Where three others or more of its group have a
// past, four times their median as well: a new camera among cameras is one of them. Idea: the fixed
// threshold of Slips' "data upload", with each device's own history instead of one figure for all.
//
// Blind spots: uploads spread over many servers or below the floor each hour; a device that
// uploads much from its first hour on is told once and then is its own measure.
#include <algorithm>
#include <map>

#include "sensor/base/address_hash.h"
#include "sensor/base/recent_map.h"
#include "sensor/behavior/monitor.h"
#include "sensor/behavior/peer.h"

namespace telltale {
namespace {

constexpr std::chrono::hours kWindow{1};
constexpr uint64_t kFloor = 3'000'000;  // bytes an hour to one server
constexpr uint64_t kTimesReceived = 4;
constexpr uint64_t kTimesUsual = 4;
constexpr uint64_t kCountedFrom = 4'096;  // smaller flows are no part of an upload

struct Sums {
  Timestamp since;
  uint64_t sent = 0;
  uint64_t received = 0;
  uint64_t flows = 0;
  bool told = false;
};

// The most a device sent to one server in an hour that is over, by the day it was in, so that old
// habits are forgotten.
struct Habit {
  uint64_t most = 0;
  Timestamp since;
  std::string group;
};
constexpr std::chrono::hours kHabitLife{24 * 14};

class BulkUploadMonitor final : public Monitor {
 public:
  explicit BulkUploadMonitor(const Limits& limits)
      : sums_(limits.max_behavior_peers), habits_(limits.max_devices) {}

  void on_conversation(const Conversation& conversation, AnomalySink& sink) override {
    if (conversation.sent.bytes < kCountedFrom) return;
    bool evicted = false;
    Habit& habit = habits_.at(conversation.device, &evicted);
    const std::string server = conversation.host.empty() ? conversation.remote.address.to_string()
                                                         : std::string(conversation.host);
    Sums& sums = sums_.at({conversation.device, server}, &evicted);
    if (evicted) sink.on_weird(Weird::behavior_peer_evicted);
    if (conversation.last_ts - sums.since > kWindow) {
      remember(habit, sums);
      sums = Sums{};
      sums.since = conversation.last_ts;
    }
    sums.sent += conversation.sent.bytes;
    sums.received += conversation.received.bytes;
    ++sums.flows;
    if (habit.group != conversation.group) habit.group = conversation.group;
    if (!sums.told) judge(conversation.device, sums, habit, sink);
  }
  void give_habits(GroupHabits& all) const override {
    habits_.for_each([&](const IpAddress& device, const Habit& habit) {
      if (habit.most > 0 && !habit.group.empty()) all.add(habit.group, device, habit.most);
    });
  }
  void take_habits(const std::shared_ptr<const GroupHabits>& all) override { others_ = all; }

 private:
  static void remember(Habit& habit, const Sums& over) {
    if (over.since - habit.since > kHabitLife) habit.most = 0;
    if (over.sent < habit.most) return;
    habit.most = over.sent;
    habit.since = over.since;
  }

  void judge(const IpAddress& device, Sums& sums, const Habit& habit, AnomalySink& sink) const {
    if (sums.sent < kFloor || sums.sent / kTimesReceived < sums.received) return;
    if (sums.sent / kTimesUsual < habit.most) return;
    std::optional<uint64_t> usual;
    if (others_ != nullptr) usual = others_->usual(habit.group, device);
    if (usual && sums.sent / kTimesUsual < *usual) return;
    sums.told = true;
    AnomalyEvent anomaly;
    anomaly.type = "bulk_upload";
    // 0.5 at the floor, 1 at a hundred times the floor or the habit.
    const double beyond =
        static_cast<double>(sums.sent) / static_cast<double>(std::max(kFloor, habit.most));
    anomaly.score = std::min(1.0, 0.5 + 0.5 * std::min(1.0, (beyond - 1) / 99));
    anomaly.evidence = {{"bytes_sent", std::to_string(sums.sent)},
                        {"bytes_received", std::to_string(sums.received)},
                        {"flows", std::to_string(sums.flows)},
                        {"most_sent_in_an_hour_before", std::to_string(habit.most)}};
    if (usual) anomaly.evidence.emplace_back("median_of_its_group", std::to_string(*usual));
    sink.on_anomaly(std::move(anomaly));
  }

  RecentMap<Peer, Sums, PeerHash> sums_;
  RecentMap<IpAddress, Habit, IpAddressHash> habits_;
  std::shared_ptr<const GroupHabits> others_;  // null before the first hour
};

}  // namespace

std::unique_ptr<Monitor> make_bulk_upload_monitor(const Limits& limits) {
  return std::make_unique<BulkUploadMonitor>(limits);
}

}  // namespace telltale
