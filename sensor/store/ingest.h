// Puts events into the tables, inside a transaction that the writer holds.
//
// An event goes into `events` (its text) and the slim table of its kind (what it is found by); what
// it adds to its device, its destination and the hour's coverage is summed up in memory and written
// by flush() before the commit. An event_id that is there already adds nothing anywhere.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>

#include "sensor/store/event_facts.h"
#include "sensor/store/schema.h"

namespace telltale {

enum class Ingested : uint8_t { stored, duplicate, too_old };

class Ingest {
 public:
  // Remembers about `max_known` rows between transactions; then all are looked up anew.
  Ingest(SQLite::Database& db, size_t max_known);
  ~Ingest();
  Ingest(const Ingest&) = delete;

  Ingested add(const EventFacts& facts, std::string_view json);
  void flush();
  // What is known of rows may be wrong now: after a rollback, or when others wrote.
  void forget();

 private:
  struct Statements;
  struct Sums {
    int64_t flows = 0, bytes_out = 0, bytes_in = 0, findings = 0, alerts = 0, anomalies = 0;
    int64_t first = INT64_MAX, last = INT64_MIN;
    void add(const EventFacts& facts);
  };
  struct Known {  // a row of devices or destinations
    int64_t id = 0;
    int64_t described = 0;  // the time of the event its description is from
    std::string json;
    Sums sums;
    bool touched = false;
  };
  struct Hour {
    Sums sums;
    int64_t clear = 0, decrypted = 0, opaque = 0, lost = 0, skipped = 0, gaps = 0;
  };

  struct Told {
    int64_t data_class = 0;
    int64_t findings = 0;
    int64_t first = INT64_MAX, last = INT64_MIN;
  };

  Known* device_of(const EventFacts& facts);
  Known* destination_of(const EventFacts& facts, int64_t device);
  void add_row(const EventFacts& facts, int64_t seq, int64_t device, int64_t destination);
  void add_told(const EventFacts& facts, int64_t destination);
  void add_hour(const EventFacts& facts, int64_t device);
  int64_t name_id(std::string_view text);
  void load_marks();
  void flush_groups();

  SQLite::Database& db_;
  const size_t max_known_;
  std::unique_ptr<Statements> sql_;
  std::unordered_map<std::string, Known> devices_;       // by device.id
  std::unordered_map<std::string, Known> destinations_;  // by device, name, country
  std::unordered_map<std::string, int64_t> names_;
  std::vector<Known*> touched_devices_;
  std::vector<Known*> touched_destinations_;
  std::map<std::pair<int64_t, int64_t>, Hour> hours_;                  // (hour, device)
  std::map<std::tuple<int64_t, int64_t, int64_t>, int64_t> not_read_;  // (hour, device, reason)
  std::map<std::pair<int64_t, int64_t>, Told> told_;                   // (destination, type)
  std::array<int64_t, std::size(kEventKinds) + 1> kept_since_{};       // by kind, µs
  bool marks_loaded_ = false;
};

}  // namespace telltale
