// Sums over many rows. Findings are passed over once, in their own slim table, and grouped here:
// for a million rows that is several times faster than what GROUP BY does, and any filter goes with
// it.
#include <algorithm>
#include <array>
#include <map>
#include <unordered_map>

#include "sensor/store/queries.h"
#include "sensor/store/query_support.h"
#include "sensor/store/row_scan.h"

namespace telltale {
namespace {

// Small numbers -> counts: ids of rows and names are dense.
class Tally {
 public:
  void add(int64_t id, uint64_t times = 1) {
    if (id < 0) return;
    const auto at = static_cast<size_t>(id);
    if (at >= counts_.size()) counts_.resize(at + 1 + at / 2);
    counts_[at] += times;
  }
  uint64_t of(int64_t id) const {
    const auto at = static_cast<size_t>(id);
    return id >= 0 && at < counts_.size() ? counts_[at] : 0;
  }
  template <typename OnCount>
  void each(OnCount on_count) const {
    for (size_t i = 0; i < counts_.size(); ++i) {
      if (counts_[i] > 0) on_count(static_cast<int64_t>(i), counts_[i]);
    }
  }

 private:
  std::vector<uint64_t> counts_;
};

using Texts = std::unordered_map<int64_t, std::string>;

Texts names(SQLite::Database& db) {
  SQLite::Statement query(db, "SELECT id, text FROM names");
  Texts texts;
  while (query.executeStep()) texts[query.getColumn(0).getInt64()] = query.getColumn(1).getString();
  return texts;
}

void most_first(std::vector<Count>& counts, size_t limit = SIZE_MAX) {
  std::sort(counts.begin(), counts.end(), [](const Count& a, const Count& b) {
    return a.findings != b.findings ? a.findings > b.findings : a.key < b.key;
  });
  if (counts.size() > limit) counts.resize(limit);
}

std::vector<Count> by_name(const Tally& tally, const Texts& texts) {
  std::vector<Count> counts;
  tally.each([&](int64_t id, uint64_t findings) {
    const auto text = texts.find(id);
    if (text != texts.end()) counts.push_back({text->second, text->second, findings});
  });
  most_first(counts);
  return counts;
}

std::vector<Count> by_device(SQLite::Database& db, const Tally& tally) {
  SQLite::Statement query(db, "SELECT device_id, name, ip FROM devices WHERE id = ?");
  std::vector<Count> counts;
  tally.each([&](int64_t id, uint64_t findings) {
    query.tryReset();
    query.bind(1, id);
    if (!query.executeStep()) return;
    const std::string name = query.getColumn(1).getString();
    counts.push_back({query.getColumn(0).getString(),
                      name.empty() ? query.getColumn(2).getString() : name, findings});
  });
  most_first(counts);
  return counts;
}

// What is known of destinations, summed up over all devices: one pass over all of them, as it is
// many that findings went to where it takes time at all.
void by_destination(SQLite::Database& db, const Tally& tally, Totals& totals) {
  SQLite::Statement query(
      db, "SELECT id, name, country, operator, operator_country, app FROM destinations");
  std::array<std::unordered_map<std::string, uint64_t>, 5> sums;
  while (query.executeStep()) {
    const uint64_t findings = tally.of(query.getColumn(0).getInt64());
    if (findings == 0) continue;
    for (size_t i = 0; i < sums.size(); ++i) {
      sums[i][query.getColumn(static_cast<int>(i + 1)).getString()] += findings;
    }
  }
  std::vector<Count>* const sides[] = {&totals.destinations, &totals.countries, &totals.operators,
                                       &totals.operator_countries, &totals.apps};
  for (size_t i = 0; i < sums.size(); ++i) {
    for (const auto& [key, findings] : sums[i]) {
      if (!key.empty()) sides[i]->push_back({key, key, findings});
    }
    most_first(*sides[i], StoreReader::kTopCounts);
  }
}

// Time buckets by class; rows come in any order.
class Timeline {
 public:
  explicit Timeline(std::chrono::seconds bucket)
      : width_(std::max<int64_t>(bucket.count(), 1) * 1'000'000) {}

  void add(int64_t ts, int64_t data_class) {
    const int64_t bucket = ts >= 0 ? ts / width_ : (ts + 1) / width_ - 1;
    if (current_ == nullptr || bucket != at_) {
      current_ = &buckets_[bucket];
      at_ = bucket;
    }
    current_->add(data_class);
  }

  std::vector<TimeBucket> told(const std::vector<Count>& classes, const Texts& texts) const {
    std::vector<TimeBucket> timeline;
    for (const auto& [bucket, tally] : buckets_) {
      TimeBucket& row = timeline.emplace_back();
      row.start = time_of(bucket * width_);
      row.by_class.resize(classes.size());
      tally.each([&](int64_t id, uint64_t findings) {
        const auto text = texts.find(id);
        if (text == texts.end()) return;
        const auto column = std::find_if(classes.begin(), classes.end(),
                                         [&](const Count& c) { return c.key == text->second; });
        if (column != classes.end())
          row.by_class[static_cast<size_t>(column - classes.begin())] = findings;
      });
    }
    return timeline;
  }

 private:
  int64_t width_;
  std::map<int64_t, Tally> buckets_;
  Tally* current_ = nullptr;
  int64_t at_ = 0;
};

}  // namespace

Totals StoreReader::totals(const EventFilter& filter, std::chrono::seconds bucket) {
  return asked(*db_, [&]() -> Totals {
    const std::optional<Conditions> where = conditions_on_events(*db_, EventKind::finding, filter);
    if (!where) return {};
    RowScan row(*db_,
                "SELECT t.ts, t.device, t.destination, t.class, t.type, t.trust, t.cleartext"
                " FROM findings t WHERE " +
                    where->sql(),
                *where);
    Totals totals;
    Tally classes, types, devices, destinations;
    std::array<uint64_t, 3> trust{};
    Timeline timeline(bucket);
    while (row.next()) {
      ++totals.findings;
      const int64_t data_class = row.integer(3);
      timeline.add(row.integer(0), data_class);
      devices.add(row.integer(1));
      destinations.add(row.integer(2));
      classes.add(data_class);
      types.add(row.integer(4));
      ++trust[static_cast<size_t>(std::clamp<int64_t>(row.integer(5), 0, 2))];
      totals.cleartext += row.integer(6) != 0 ? 1 : 0;
    }
    const Texts texts = names(*db_);
    totals.classes = by_name(classes, texts);
    totals.types = by_name(types, texts);
    for (size_t i = 0; i < trust.size(); ++i) {
      if (trust[i] > 0) {
        const std::string name(trust_name(static_cast<int64_t>(i)));
        totals.trust.push_back({name, name, trust[i]});
      }
    }
    totals.devices = by_device(*db_, devices);
    by_destination(*db_, destinations, totals);
    totals.timeline = timeline.told(totals.classes, texts);
    return totals;
  });
}

}  // namespace telltale
