// The second half of the hot path: from a message that left a device to findings, verdicts and
// alerts.
#include <algorithm>
#include <array>

#include "sensor/pipeline/shard.h"
#include "sensor/unwrap/expander.h"

namespace telltale {
namespace {

// Low: what two companies both get may be theirs by agreement, and may be nothing that lasts.
constexpr double kSharedTokenConfidence = 0.5;

// Of one message, the best sighting of each type; others of the type only raise its count.
class BestSightings final : public SightingSink {
 public:
  explicit BestSightings(WeirdCounts& weird) : weird_(weird) {}
  void on_weird(Weird weird) override { weird_.count(weird); }
  void on_sighting(Sighting&& sighting) override {
    told_.push_back(sighting.field);
    told_.insert(told_.end(), sighting.evidence.begin(), sighting.evidence.end());
    for (Sighting& best : best_) {
      if (best.type != sighting.type) continue;
      // A detector and a known value may both speak of the same place.
      const uint32_t count = best.count + (best.field == sighting.field ? 0 : sighting.count);
      if (sighting.confidence > best.confidence) best = std::move(sighting);
      best.count = count;
      return;
    }
    best_.push_back(std::move(sighting));
  }
  void on_piece(Piece&& piece) override {
    told_.push_back(piece.sighting.field);
    pieces_.push_back(std::move(piece));
  }

  std::vector<Sighting>& best() { return best_; }
  std::vector<Piece>& pieces() { return pieces_; }
  // The fields of all of them.
  const std::vector<FieldId>& told() const { return told_; }

 private:
  WeirdCounts& weird_;
  std::vector<Sighting> best_;
  std::vector<Piece> pieces_;
  std::vector<FieldId> told_;
};

// What is sent to everybody around (mDNS, DHCP) stays within the network.
bool leaves_the_network(const Session& session) {
  const IpAddress& remote = session.side == DeviceSide::server ? session.flow.client().address
                                                               : session.flow.server().address;
  return !remote.is_multicast() && !remote.is_broadcast() && !remote.is_link_local();
}

// A cap because of which a wrapping is opened in part only, and what the ledger calls it.
struct UnwrapCap {
  Weird counter;
  NotInspected reason;
};
constexpr std::array kUnwrapCaps = {
    UnwrapCap{Weird::unwrap_ratio_cap, NotInspected::unwrap_ratio_cap},
    UnwrapCap{Weird::unwrap_expanded_cap, NotInspected::unwrap_expanded_cap},
    UnwrapCap{Weird::unwrap_fields_cap, NotInspected::unwrap_fields_cap}};

using CapCounts = std::array<uint64_t, kUnwrapCaps.size()>;

CapCounts caps_of(const WeirdCounts& weird) {
  CapCounts counts;
  for (size_t i = 0; i < counts.size(); ++i) counts[i] = weird[kUnwrapCaps[i].counter];
  return counts;
}

// The first cap that was reached since `before`; none when none was.
NotInspected cap_reached(const WeirdCounts& weird, const CapCounts& before) {
  for (size_t i = 0; i < before.size(); ++i) {
    if (weird[kUnwrapCaps[i].counter] != before[i]) return kUnwrapCaps[i].reason;
  }
  return NotInspected::none;
}

// Content bytes of a message in which unwrapping reached a cap: of the wrappings whose inside is
// cut off though they are whole, or of the largest part where nothing of it came out.
uint64_t bytes_given_up(const FieldTree& fields) {
  uint64_t bytes = 0;
  uint64_t largest = 0;
  uint32_t counted_to = 0;  // entries of one archive share its place
  for (const Field& field : fields.all()) {
    if (field.parent == kNoField) {
      largest = std::max<uint64_t>(largest, field.wire_end - field.wire_begin);
      continue;
    }
    const Field& parent = fields[field.parent];
    if (!field.truncated || parent.truncated) continue;
    const Field& place = field.wire_end > field.wire_begin ? field : parent;
    if (place.wire_begin < counted_to) continue;
    bytes += place.wire_end - place.wire_begin;
    counted_to = place.wire_end;
  }
  return bytes > 0 ? bytes : largest;
}

}  // namespace

void Shard::on_message(Session& session, Message&& message) {
  if (message.direction != Direction::to_server) return;
  watch_questions(session, message);
  if (!session.inspected()) return;
  if (session.server_name.empty()) session.server_name = message.host;
  name_by_user_agent(session, message);
  const CapCounts caps_before = caps_of(weird_);
  expand(message, context_.limits, weird_);
  if (const NotInspected cap = cap_reached(weird_, caps_before); cap != NotInspected::none) {
    session.ledger.take_not_read(bytes_given_up(message.fields), cap);
  }
  BestSightings sightings(weird_);
  const Content& content = indexer_.index(message);
  context_.detectors.run(content, sightings);
  if (leaves_the_network(session)) {
    context_.known_values.run(message, own_values_.of(device_of(session).address), sightings);
  }
  for (Piece& piece : sightings.pieces()) {
    if (session.findings.take_piece(piece.type, piece.identity)) {
      piece.sighting.count = FindingBook::kPiecesThatCount;
      sightings.on_sighting(std::move(piece.sighting));
    }
  }
  if (auto shared = note_tokens(session, content, sightings.told()))
    sightings.on_sighting(std::move(*shared));
  for (const Sighting& sighting : sightings.best()) take_in(session, message, sighting);
}

// Remembers which random tokens went to whom; gives one that an unrelated party got, too.
std::optional<Sighting> Shard::note_tokens(Session& session, const Content& content,
                                           const std::vector<FieldId>& told) {
  if (!leaves_the_network(session)) return std::nullopt;
  const Message& message = content.message();
  const auto candidates = TrackingIds::candidates(content, told);
  if (candidates.empty()) return std::nullopt;
  const Flow flow = snapshot(session.flow, &session, Moment::during);
  const std::string_view host =
      message.host.empty() ? std::string_view(flow.server_name) : message.host;
  const HostnameSource source =
      message.host.empty() ? name_source(session) : HostnameSource::http_host;
  const TokenParty party = party_of(destination(flow, host, source, message.ts));
  const auto* shared = tracking_.note(flow.device().address, party, candidates);
  if (shared == nullptr) return std::nullopt;
  Sighting sighting;
  sighting.type = DataType::tracking_id;
  sighting.confidence = kSharedTokenConfidence;
  sighting.field = shared->field;
  sighting.value = shared->value;
  return sighting;
}

// The first sighting of a type in a flow is told at once; every one is judged, so that counts are
// right.
void Shard::take_in(Session& session, const Message& message, const Sighting& sighting) {
  const bool is_first = session.findings.take(sighting.type, sighting.count);
  Event event = event_of(session.flow, &session, message.ts);
  if (!message.host.empty() && message.host != event.flow->server_name) {
    event.destination =
        destination(*event.flow, message.host, HostnameSource::http_host, message.ts);
  }
  Finding finding = context_.detectors.to_finding(message, sighting, session.ledger.decrypted == 0);
  judge(event, {&finding, {}});
  if (!is_first) return;
  ++findings_;
  event.payload = FindingEvent{std::move(finding)};
  events_.on_event(std::move(event));
}

// Asks the rules what `event` deserves, and folds it into an alert or a notice where it does.
bool Shard::judge(const Event& event, const AlertBook::Occurrence& what, double score) {
  const Occasion occasion{*event.device,
                          *event.destination,
                          what.finding,
                          what.anomaly,
                          score,
                          event.ts,
                          event.flow ? event.flow->ledger.bytes_out : 0};
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
