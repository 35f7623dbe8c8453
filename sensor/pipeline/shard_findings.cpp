// The second half of the hot path: from a message that left a device to findings, verdicts and alerts.
#include "sensor/pipeline/shard.h"
#include "sensor/unwrap/expander.h"

namespace telltale {
namespace {

// Of one message, the best sighting of each type; others of the type only raise its count.
class BestSightings final : public SightingSink {
 public:
  void on_sighting(Sighting&& sighting) override {
    for (Sighting& best : best_) {
      if (best.type != sighting.type) continue;
      const uint32_t count = best.count + sighting.count;
      if (sighting.confidence > best.confidence) best = std::move(sighting);
      best.count = count;
      return;
    }
    best_.push_back(std::move(sighting));
  }
  void on_piece(Piece&& piece) override { pieces_.push_back(std::move(piece)); }

  std::vector<Sighting>& best() { return best_; }
  std::vector<Piece>& pieces() { return pieces_; }

 private:
  std::vector<Sighting> best_;
  std::vector<Piece> pieces_;
};

}  // namespace

void Shard::on_message(Session& session, Message&& message) {
  if (message.direction != Direction::to_server) return;
  watch_questions(session, message);
  if (!session.inspected()) return;
  if (session.server_name.empty()) session.server_name = message.host;
  expand(message, context_.limits, weird_);
  BestSightings sightings;
  context_.detectors.run(message, sightings);
  for (Piece& piece : sightings.pieces()) {
    if (session.findings.take_piece(piece.type, piece.identity)) {
      piece.sighting.count = FindingBook::kPiecesThatCount;
      sightings.on_sighting(std::move(piece.sighting));
    }
  }
  for (const Sighting& sighting : sightings.best()) take_in(session, message, sighting);
}

// The first sighting of a type in a flow is told at once; every one is judged, so that counts are right.
void Shard::take_in(Session& session, const Message& message, const Sighting& sighting) {
  const bool is_first = session.findings.take(sighting.type, sighting.count);
  Event event = event_of(session.flow, &session, message.ts);
  if (!message.host.empty() && message.host != event.flow->server_name) {
    event.destination =
        destination(*event.flow, message.host, HostnameSource::http_host, message.ts);
  }
  Finding finding =
      context_.detectors.to_finding(message, sighting, session.ledger.decrypted == 0);
  judge(event, {&finding, {}});
  if (!is_first) return;
  ++findings_;
  event.payload = FindingEvent{std::move(finding)};
  events_.on_event(std::move(event));
}

// Asks the rules what `event` deserves, and folds it into an alert or a notice where it does.
bool Shard::judge(const Event& event, const AlertBook::Occurrence& what, double score) {
  const Occasion occasion{*event.device, *event.destination, what.finding, what.anomaly, score,
                          event.ts,      event.flow ? event.flow->ledger.bytes_out : 0};
  const Verdict verdict = context_.rules.judge(occasion);
  if (!verdict.muted_by.empty()) ++muted_;
  if (!verdict.is_told()) return false;
  AlertBook& book = verdict.kind == VerdictKind::alert ? alerts_ : notices_;
  book.add(event, what, verdict, [&](Event&& told) { tell(std::move(told), events_); });
  return true;
}

// A device went to a server, whatever it said there; only where a rule speaks of that.
bool Shard::judge_contact(const Event& event) {
  if (!context_.rules.speaks_of(RuleSubject::contact)) return false;
  if (event.flow->device_side != DeviceSide::client) return false;
  return judge(event, {});
}

void Shard::tell(Event&& event, EventSink& sink) {
  const auto* notice = std::get_if<NoticeEvent>(&event.payload);
  const auto* alert = std::get_if<AlertEvent>(&event.payload);
  if (alert != nullptr && !alert->update) ++alerts_told_;
  if (notice != nullptr && !notice->update) ++notices_told_;
  sink.on_event(std::move(event));
}

}  // namespace telltale
