#include "sensor/store/writer.h"

#include <utility>

#include "sensor/store/event_facts.h"
#include "sensor/store/ingest.h"
#include "sensor/store/retention.h"
#include "sensor/store/statement.h"

namespace telltale {
namespace {

constexpr std::chrono::seconds kTick{1};
constexpr std::chrono::minutes kPruneEvery{1};
constexpr int kMaxSteps = 8;      // of pruning by size in one tick
constexpr size_t kPerEvent = 64;  // bytes an event takes beside its text while it waits

void note(SQLite::Database& db, std::string_view key, std::string_view value) {
  SQLite::Statement statement(db, "INSERT OR REPLACE INTO meta VALUES(?, ?)");
  run(statement, key, value);
}

}  // namespace

class StoreWriter::Tables {
 public:
  Tables(std::unique_ptr<SQLite::Database> opened, size_t max_known)
      : db(std::move(opened)), ingest(*db, max_known), data_version_(*db, "PRAGMA data_version") {}

  // Has another process written since this was asked last?
  bool others_wrote() {
    data_version_.tryReset();
    const int64_t version = data_version_.executeStep() ? data_version_.getColumn(0).getInt64() : 0;
    data_version_.tryReset();
    return std::exchange(version_, version) != version;
  }

  std::unique_ptr<SQLite::Database> db;
  Ingest ingest;
  EventReader reader;

 private:
  SQLite::Statement data_version_;
  int64_t version_ = -1;
};

StoreWriter::StoreWriter(StoreOptions options, Timestamp now)
    : options_(std::move(options)), last_tick_(now) {
  OpenedDatabase opened = open_for_writing(options_.path, now, options_.garbage);
  set_aside_ = std::move(opened.set_aside);
  try {
    opened.db->exec("PRAGMA cache_size = -" + std::to_string(options_.cache / 1024));  // KiB
    if (!options_.sensor.empty()) note(*opened.db, "sensor", options_.sensor);
    tables_ = std::make_unique<Tables>(std::move(opened.db), options_.max_known);
  } catch (const SQLite::Exception& error) {
    throw StoreError(options_.path + ": cannot be written: " + error.what());
  }
}

StoreWriter::~StoreWriter() = default;

bool StoreWriter::add(std::string_view event_line) {
  const size_t bytes = event_line.size() + kPerEvent;
  if (pending_bytes_ + bytes > options_.max_pending) {
    ++counts_.dropped;
    return false;
  }
  pending_.emplace_back(event_line);
  pending_bytes_ += bytes;
  return true;
}

bool StoreWriter::tick(Timestamp now) {
  // A clock that was set back starts the second anew.
  if (now >= last_tick_ && now - last_tick_ < kTick) return state_ == StoreState::ok;
  last_tick_ = now;
  if (commit()) prune(now);
  return state_ == StoreState::ok;
}

bool StoreWriter::commit() {
  if (pending_.empty()) return state_ == StoreState::ok;
  StoreCounts counts;
  state_ = StoreState::ok;
  try {
    write_pending(counts);
  } catch (const SQLite::Exception& error) {
    take_failure(error);
    return false;
  }
  counts_.stored += counts.stored;
  counts_.duplicates += counts.duplicates;
  counts_.too_old += counts.too_old;
  counts_.unreadable += counts.unreadable;
  pending_.clear();
  pending_bytes_ = 0;
  reason_.clear();
  return true;
}

void StoreWriter::write_pending(StoreCounts& counts) {
  SQLite::Transaction transaction(*tables_->db, SQLite::TransactionBehavior::IMMEDIATE);
  try {
    if (tables_->others_wrote()) tables_->ingest.forget();
    for (const std::string& line : pending_) write(line, counts);
    tables_->ingest.flush();
    transaction.commit();
  } catch (const SQLite::Exception& error) {
    state_ = state_of(error, *tables_->db);  // before the rollback, which forgets the cause
    throw;
  }
}

void StoreWriter::write(const std::string& line, StoreCounts& counts) {
  const EventFacts* facts = tables_->reader.read(line);
  if (facts == nullptr) {
    ++counts.unreadable;
    return;
  }
  switch (tables_->ingest.add(*facts, line)) {
    case Ingested::stored:
      ++counts.stored;
      break;
    case Ingested::duplicate:
      ++counts.duplicates;
      break;
    case Ingested::too_old:
      ++counts.too_old;
      break;
  }
}

void StoreWriter::take_failure(const SQLite::Exception& error) {
  tables_->ingest.forget();
  ++counts_.failures;
  if (state_ == StoreState::ok) state_ = state_of(error, *tables_->db);
  reason_ = error.what();
  if (state_ != StoreState::disk_full) return;
  // The write-ahead log may hold room that is not needed any more.
  try {
    tables_->db->exec("PRAGMA wal_checkpoint(TRUNCATE)");
  } catch (const SQLite::Exception&) {
    return;  // the state says it already
  }
}

void StoreWriter::prune(Timestamp now) {
  using std::chrono::microseconds;
  SQLite::Database& db = *tables_->db;
  try {
    const int changes = db.getTotalChanges();
    if (options_.retention.count() > 0 && (now >= next_prune_ || now < next_prune_ - kPruneEvery)) {
      const Timestamp cutoff = now - options_.retention;
      const auto micros = std::chrono::floor<microseconds>(cutoff.time_since_epoch()).count();
      const bool more = prune_by_age(db, micros);
      next_prune_ = more ? now : now + kPruneEvery;
    }
    const auto most = static_cast<int64_t>(options_.max_size);
    for (int step = 0; step < kMaxSteps && most > 0 && prune_by_size(db, most); ++step) continue;
    if (db.getTotalChanges() == changes) return;
    tables_->ingest.forget();
    shrink(db);
  } catch (const SQLite::Exception& error) {
    take_failure(error);
  }
}

}  // namespace telltale
