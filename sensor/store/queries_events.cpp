// Events by time, newest first, and one by its id.
#include <algorithm>
#include <charconv>

#include "sensor/store/database.h"
#include "sensor/store/queries.h"
#include "sensor/store/query_support.h"

namespace telltale {
namespace {

constexpr const char* kNewestSeq = "SELECT coalesce(max(seq), 0) FROM events";

struct Place {
  int64_t ts = 0;
  int64_t seq = 0;
};

// "TS.SEQ"
std::optional<Place> parse_cursor(const std::string& cursor) {
  Place place;
  const char* end = cursor.data() + cursor.size();
  const auto [dot, error] = std::from_chars(cursor.data(), end, place.ts);
  if (error != std::errc() || dot == end || *dot != '.') return std::nullopt;
  const auto [rest, second_error] = std::from_chars(dot + 1, end, place.seq);
  if (second_error != std::errc() || rest != end) return std::nullopt;
  return place;
}

std::string cursor_of(const Place& place) {
  return std::to_string(place.ts) + "." + std::to_string(place.seq);
}

EventRow row_at(SQLite::Statement& statement) {
  return {statement.getColumn(0).getString(), time_of(statement.getColumn(1).getInt64()),
          statement.getColumn(2).getString()};
}

}  // namespace

StoreReader::StoreReader(const std::string& path) : db_(open_for_reading(path)) {}
StoreReader::~StoreReader() = default;

Paged<EventRow> StoreReader::events(EventKind kind, const EventFilter& filter, const Page& page) {
  return asked(*db_, [&]() -> Paged<EventRow> {
    std::optional<Conditions> where = conditions_on_events(*db_, kind, filter);
    if (!where) return {};
    if (!page.cursor.empty()) {
      const std::optional<Place> after = parse_cursor(page.cursor);
      if (!after) throw CursorError("this is no cursor: " + page.cursor);
      where->add("(t.ts, t.seq) < (?, ?)", std::vector<SqlValue>{after->ts, after->seq});
    }
    const size_t limit = std::clamp<size_t>(page.limit, 1, kMaxPage);
    SQLite::Statement query(
        *db_, "SELECT e.id, e.ts, e.json, e.seq FROM (SELECT t.ts, t.seq FROM " +
                  std::string(table_of_events(kind)) + " t WHERE " + where->sql() +
                  " ORDER BY t.ts DESC, t.seq DESC LIMIT ?) x JOIN events e ON e.seq = x.seq"
                  " ORDER BY x.ts DESC, x.seq DESC");
    const int at = where->bind(query);
    query.bind(at + 1, static_cast<int64_t>(limit + 1));
    Paged<EventRow> result;
    Place last;
    while (query.executeStep()) {
      if (result.rows.size() == limit) {
        result.next = cursor_of(last);
        break;
      }
      last = {query.getColumn(1).getInt64(), query.getColumn(3).getInt64()};
      result.rows.push_back(row_at(query));
    }
    return result;
  });
}

uint64_t StoreReader::count(EventKind kind, const EventFilter& filter) {
  return asked(*db_, [&]() -> uint64_t {
    const std::optional<Conditions> where = conditions_on_events(*db_, kind, filter);
    if (!where) return 0;
    SQLite::Statement query(*db_, "SELECT count(*) FROM " + std::string(table_of_events(kind)) +
                                      " t WHERE " + where->sql());
    where->bind(query);
    return query.executeStep() ? unsigned_at(query, 0) : 0;
  });
}

std::optional<EventRow> StoreReader::find_event(const std::string& id) {
  return asked(*db_, [&]() -> std::optional<EventRow> {
    SQLite::Statement query(*db_, "SELECT id, ts, json FROM events WHERE id = ?");
    query.bind(1, id);
    if (!query.executeStep()) return std::nullopt;
    return row_at(query);
  });
}

std::vector<EventRow> StoreReader::events_after(int64_t& seq, size_t limit) {
  return asked(*db_, [&] {
    const int64_t newest = number_of(*db_, kNewestSeq);
    SQLite::Statement query(*db_,
                            "SELECT id, ts, json, seq FROM events WHERE seq > ? AND kind <> ?"
                            " ORDER BY seq LIMIT ?");
    limit = std::clamp<size_t>(limit, 1, kMaxPage);
    query.bind(1, seq);
    query.bind(2, static_cast<int>(EventKind::flow));
    query.bind(3, static_cast<int64_t>(limit));
    std::vector<EventRow> rows;
    while (query.executeStep()) {
      rows.push_back(row_at(query));
      seq = query.getColumn(3).getInt64();
    }
    if (rows.size() < limit) seq = std::max(seq, newest);
    return rows;
  });
}

int64_t StoreReader::newest_seq() {
  return asked(*db_, [&] { return number_of(*db_, kNewestSeq); });
}

std::optional<EventRow> StoreReader::newest_stats() {
  return asked(*db_, [&]() -> std::optional<EventRow> {
    SQLite::Statement query(*db_,
                            "SELECT id, ts, json FROM events WHERE kind >= 5 AND kind = ?"
                            " ORDER BY ts DESC LIMIT 1");
    query.bind(1, static_cast<int>(EventKind::stats));
    if (!query.executeStep()) return std::nullopt;
    return row_at(query);
  });
}

StoreSummary StoreReader::summary() {
  return asked(*db_, [&] {
    StoreSummary summary;
    SQLite::Statement sensor(*db_, "SELECT value FROM meta WHERE key = 'sensor'");
    if (sensor.executeStep()) summary.sensor = sensor.getColumn(0).getString();
    for (EventKind kind :
         {EventKind::finding, EventKind::alert, EventKind::anomaly, EventKind::flow}) {
      const std::string table(table_of_events(kind));
      SQLite::Statement range(
          *db_, "SELECT (SELECT min(ts) FROM " + table + "), (SELECT max(ts) FROM " + table + ")");
      if (!range.executeStep() || range.isColumnNull(0)) continue;
      const Timestamp oldest = time_of(range.getColumn(0).getInt64());
      const Timestamp newest = time_of(range.getColumn(1).getInt64());
      summary.oldest = summary.oldest ? std::min(*summary.oldest, oldest) : oldest;
      summary.newest = summary.newest ? std::max(*summary.newest, newest) : newest;
    }
    summary.devices = static_cast<uint64_t>(number_of(*db_, "SELECT count(*) FROM devices"));
    summary.bytes = static_cast<uint64_t>(used_bytes(*db_));
    return summary;
  });
}

}  // namespace telltale
