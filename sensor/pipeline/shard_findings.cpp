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
  context_.detectors.run(indexer_.index(message), sightings);
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
  const Verdict verdict = context_.rules.judge(*event.device, *event.destination, finding);
  if (verdict.kind == VerdictKind::alert) {
    if (auto closed = alerts_.add(event, finding, verdict)) events_.on_event(std::move(*closed));
  }
  if (!is_first) return;
  ++findings_;
  event.payload = FindingEvent{std::move(finding)};
  events_.on_event(std::move(event));
}

}  // namespace telltale
