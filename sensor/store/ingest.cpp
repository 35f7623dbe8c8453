#include "sensor/store/ingest.h"

#include <algorithm>
#include <utility>

#include "sensor/store/retention.h"
#include "sensor/store/statement.h"

namespace telltale {
namespace {

constexpr int64_t kMicrosPerHour = 3'600'000'000;

int64_t hour_of(int64_t ts) {
  return ts >= 0 ? ts / kMicrosPerHour : (ts + 1) / kMicrosPerHour - 1;
}

bool is_no_address(std::string_view ip) { return ip == "0.0.0.0" || ip == "::"; }

}  // namespace

struct Ingest::Statements {
  explicit Statements(SQLite::Database& db)
      : event(db, "INSERT OR IGNORE INTO events(id, ts, kind, json) VALUES(?, ?, ?, ?)"),
        finding(db, "INSERT INTO findings VALUES(?, ?, ?, ?, ?, ?, ?, ?)"),
        alert(db, "INSERT INTO alerts VALUES(?, ?, ?, ?, ?, ?, ?, ?)"),
        alert_type(db, "INSERT OR IGNORE INTO alert_types VALUES(?, ?)"),
        anomaly(db, "INSERT INTO anomalies VALUES(?, ?, ?, ?, ?, ?, ?)"),
        flow(db, "INSERT INTO flows VALUES(?, ?, ?, ?, ?, ?)"),
        find_name(db, "SELECT id FROM names WHERE text = ?"),
        add_name(db, "INSERT INTO names(text) VALUES(?)"),
        find_device(db, "SELECT id, described, json FROM devices WHERE device_id = ?"),
        add_device(
            db,
            "INSERT INTO devices(device_id, mac, vendor, name, ip, group_name, json, described,"
            " first_seen, last_seen) VALUES(?, '', '', '', '', '', '', ?, ?, ?)"),
        describe_device(db,
                        "UPDATE devices SET mac = ?, vendor = ?, name = ?, ip = ?, group_name = ?,"
                        " json = ?, described = ? WHERE id = ?"),
        find_destination(db,
                         "SELECT id, described, json FROM destinations"
                         " WHERE device = ? AND name = ? AND country = ?"),
        add_destination(
            db,
            "INSERT INTO destinations(device, name, country, ip, asn, as_org, app, operator,"
            " operator_country, trust, json, described, first_seen, last_seen)"
            " VALUES(?, ?, ?, '', 0, '', '', '', '', 1, '', ?, ?, ?)"),
        describe_destination(
            db,
            "UPDATE destinations SET ip = ?, asn = ?, as_org = ?, app = ?,"
            " operator = ?, operator_country = ?, trust = ?, json = ?, described = ?"
            " WHERE id = ?"),
        sum_device(db, sum_of("devices")),
        sum_destination(db, sum_of("destinations")),
        sum_hour(
            db,
            "INSERT INTO coverage VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET flows = flows + excluded.flows,"
            " bytes_out = bytes_out + excluded.bytes_out, bytes_in = bytes_in + excluded.bytes_in,"
            " clear = clear + excluded.clear, decrypted = decrypted + excluded.decrypted,"
            " opaque = opaque + excluded.opaque, lost = lost + excluded.lost,"
            " skipped = skipped + excluded.skipped, gaps = gaps + excluded.gaps,"
            " findings = findings + excluded.findings, alerts = alerts + excluded.alerts,"
            " anomalies = anomalies + excluded.anomalies"),
        sum_not_read(db,
                     "INSERT INTO not_read VALUES(?, ?, ?, ?)"
                     " ON CONFLICT DO UPDATE SET bytes = bytes + excluded.bytes"),
        sum_told(db,
                 "INSERT INTO told VALUES(?, ?, ?, ?, ?, ?)"
                 " ON CONFLICT DO UPDATE SET findings = findings + excluded.findings,"
                 " first_seen = min(first_seen, excluded.first_seen),"
                 " last_seen = max(last_seen, excluded.last_seen)") {}

  static std::string sum_of(const char* table) {
    return std::string("UPDATE ") + table +
           " SET first_seen = min(first_seen, ?), last_seen = max(last_seen, ?), flows = flows + ?,"
           " bytes_out = bytes_out + ?, bytes_in = bytes_in + ?, findings = findings + ?,"
           " alerts = alerts + ?, anomalies = anomalies + ? WHERE id = ?";
  }

  SQLite::Statement event, finding, alert, alert_type, anomaly, flow, find_name, add_name,
      find_device, add_device, describe_device, find_destination, add_destination,
      describe_destination, sum_device, sum_destination, sum_hour, sum_not_read, sum_told;
};

Ingest::Ingest(SQLite::Database& db, size_t max_known)
    : db_(db), max_known_(max_known), sql_(std::make_unique<Statements>(db)) {}
Ingest::~Ingest() = default;

void Ingest::Sums::add(const EventFacts& facts) {
  first = std::min(first, facts.ts);
  last = std::max(last, facts.ts);
  switch (facts.kind) {
    case EventKind::finding:
      ++findings;
      break;
    case EventKind::alert:
      ++alerts;
      break;
    case EventKind::anomaly:
      ++anomalies;
      break;
    case EventKind::flow:
      ++flows;
      bytes_out += facts.flow.bytes_out;
      bytes_in += facts.flow.bytes_in;
      first = std::min(first, facts.flow.started);
      break;
    case EventKind::device:
    case EventKind::stats:
    case EventKind::notice:
      break;
  }
}

Ingested Ingest::add(const EventFacts& facts, std::string_view json) {
  if (!marks_loaded_) load_marks();
  // What retention took away would be counted twice if it came back.
  if (facts.ts < kept_since_[static_cast<size_t>(facts.kind)]) return Ingested::too_old;
  if (run(sql_->event, facts.id, facts.ts, static_cast<int64_t>(facts.kind), json) == 0) {
    return Ingested::duplicate;
  }
  const int64_t seq = db_.getLastInsertRowid();
  Known* device = device_of(facts);
  Known* destination = device == nullptr ? nullptr : destination_of(facts, device->id);
  for (auto [known, list] :
       {std::pair{device, &touched_devices_}, std::pair{destination, &touched_destinations_}}) {
    if (known == nullptr) continue;
    known->sums.add(facts);
    if (!std::exchange(known->touched, true)) list->push_back(known);
  }
  const int64_t device_id = device == nullptr ? 0 : device->id;
  add_row(facts, seq, device_id, destination == nullptr ? 0 : destination->id);
  if (device != nullptr) add_hour(facts, device_id);
  return Ingested::stored;
}

void Ingest::add_row(const EventFacts& facts, int64_t seq, int64_t device, int64_t destination) {
  const int64_t trust = facts.destination ? facts.destination->trust : 1;
  switch (facts.kind) {
    case EventKind::finding:
      run(sql_->finding, facts.ts, seq, device, destination, name_id(facts.data_class),
          name_id(facts.type), trust, int64_t{facts.cleartext});
      if (destination != 0) add_told(facts, destination);
      break;
    case EventKind::alert:
      run(sql_->alert, facts.ts, seq, device, destination, name_id(facts.data_class),
          facts.severity, name_id(facts.rule), trust);
      for (std::string_view type : facts.types) run(sql_->alert_type, seq, name_id(type));
      break;
    case EventKind::anomaly:
      run(sql_->anomaly, facts.ts, seq, device, destination, name_id(facts.type), facts.score,
          trust);
      break;
    case EventKind::flow:
      run(sql_->flow, facts.ts, seq, device, destination, name_id(facts.app_proto), trust);
      break;
    case EventKind::device:
    case EventKind::stats:
    case EventKind::notice:
      break;
  }
}

// A client that has no address yet is no device of its own.
Ingest::Known* Ingest::device_of(const EventFacts& facts) {
  if (!facts.device || is_no_address(facts.device->id)) return nullptr;
  const auto [at, is_new] = devices_.try_emplace(std::string(facts.device->id));
  Known& known = at->second;
  if (is_new) {
    start(sql_->find_device, facts.device->id);
    if (sql_->find_device.executeStep()) {
      known.id = sql_->find_device.getColumn(0).getInt64();
      known.described = sql_->find_device.getColumn(1).getInt64();
      known.json = sql_->find_device.getColumn(2).getString();
    } else {
      run(sql_->add_device, facts.device->id, facts.ts, facts.ts, facts.ts);
      known.id = db_.getLastInsertRowid();
      known.described = facts.ts;
    }
    sql_->find_device.tryReset();
  }
  if (facts.ts >= known.described && facts.device->json != known.json) {
    const DeviceFacts& device = *facts.device;
    run(sql_->describe_device, device.mac, device.vendor, device.name, device.ip, device.group,
        device.json, facts.ts, known.id);
    known.described = facts.ts;
    known.json = device.json;
  }
  return &known;
}

Ingest::Known* Ingest::destination_of(const EventFacts& facts, int64_t device) {
  if (!facts.destination) return nullptr;
  const DestinationFacts& to = *facts.destination;
  std::string key = std::to_string(device) + '\n' + std::string(to.country) + '\n';
  key += to.name();
  const auto [at, is_new] = destinations_.try_emplace(std::move(key));
  Known& known = at->second;
  if (is_new) {
    start(sql_->find_destination, device, to.name(), to.country);
    if (sql_->find_destination.executeStep()) {
      known.id = sql_->find_destination.getColumn(0).getInt64();
      known.described = sql_->find_destination.getColumn(1).getInt64();
      known.json = sql_->find_destination.getColumn(2).getString();
    } else {
      run(sql_->add_destination, device, to.name(), to.country, facts.ts, facts.ts, facts.ts);
      known.id = db_.getLastInsertRowid();
      known.described = facts.ts;
    }
    sql_->find_destination.tryReset();
  }
  if (facts.ts >= known.described && to.json != known.json) {
    run(sql_->describe_destination, to.ip, to.asn, to.as_org, to.app, to.operator_name,
        to.operator_country, to.trust, to.json, facts.ts, known.id);
    known.described = facts.ts;
    known.json = to.json;
  }
  return &known;
}

void Ingest::add_hour(const EventFacts& facts, int64_t device) {
  const int64_t at = hour_of(facts.ts);
  Hour& hour = hours_[{at, device}];
  hour.sums.add(facts);
  if (facts.kind != EventKind::flow) return;
  const FlowFacts& flow = facts.flow;
  hour.clear += flow.clear;
  hour.decrypted += flow.decrypted;
  hour.opaque += flow.opaque;
  hour.lost += flow.lost;
  hour.skipped += flow.skipped;
  hour.gaps += flow.gaps;
  const int64_t unread = flow.opaque + flow.skipped;
  if (unread > 0) not_read_[{at, device, name_id(flow.reason)}] += unread;
}

void Ingest::add_told(const EventFacts& facts, int64_t destination) {
  Told& told = told_[{destination, name_id(facts.type)}];
  told.data_class = name_id(facts.data_class);
  ++told.findings;
  told.first = std::min(told.first, facts.ts);
  told.last = std::max(told.last, facts.ts);
}

int64_t Ingest::name_id(std::string_view text) {
  const auto [at, is_new] = names_.try_emplace(std::string(text));
  if (!is_new) return at->second;
  start(sql_->find_name, text);
  if (sql_->find_name.executeStep()) {
    at->second = sql_->find_name.getColumn(0).getInt64();
  } else {
    run(sql_->add_name, text);
    at->second = db_.getLastInsertRowid();
  }
  sql_->find_name.tryReset();
  return at->second;
}

void Ingest::load_marks() {
  for (EventKind kind : kEventKinds) {
    kept_since_[static_cast<size_t>(kind)] = kept_since(db_, kind);
  }
  marks_loaded_ = true;
}

void Ingest::flush() {
  for (auto [list, statement] : {std::pair{&touched_devices_, &sql_->sum_device},
                                 std::pair{&touched_destinations_, &sql_->sum_destination}}) {
    for (Known* known : *list) {
      const Sums sums = std::exchange(known->sums, {});
      known->touched = false;
      run(*statement, sums.first, sums.last, sums.flows, sums.bytes_out, sums.bytes_in,
          sums.findings, sums.alerts, sums.anomalies, known->id);
    }
    list->clear();
  }
  flush_groups();
  if (devices_.size() + destinations_.size() + names_.size() > max_known_) forget();
}

void Ingest::flush_groups() {
  for (const auto& [key, hour] : hours_) {
    const Sums& sums = hour.sums;
    run(sql_->sum_hour, key.first, key.second, sums.flows, sums.bytes_out, sums.bytes_in,
        hour.clear, hour.decrypted, hour.opaque, hour.lost, hour.skipped, hour.gaps, sums.findings,
        sums.alerts, sums.anomalies);
  }
  for (const auto& [key, bytes] : not_read_) {
    run(sql_->sum_not_read, std::get<0>(key), std::get<1>(key), std::get<2>(key), bytes);
  }
  for (const auto& [key, told] : told_) {
    run(sql_->sum_told, key.first, key.second, told.data_class, told.findings, told.first,
        told.last);
  }
  hours_.clear();
  not_read_.clear();
  told_.clear();
}

void Ingest::forget() {
  touched_devices_.clear();
  touched_destinations_.clear();
  devices_.clear();
  destinations_.clear();
  names_.clear();
  hours_.clear();
  not_read_.clear();
  told_.clear();
  marks_loaded_ = false;
}

}  // namespace telltale
