#include "sensor/store/queries.h"

#include <set>

#include <gtest/gtest.h>

#include "tests/store/store_support.h"

namespace telltale {
namespace {

using test::at;
using test::Line;
using test::new_store;
using test::ScratchFolder;

std::string id_of(uint64_t number) { return fmt::format("{:016x}", number); }

// Two devices, three servers, an hour apart.
class Queries : public testing::Test {
 protected:
  static constexpr const char* kPhone =
      R"({"id":"02:00:00:00:00:07","mac":"02:00:00:00:00:07","vendor":"Example","name":"Lab phone","ip":"192.168.1.20","group":"phones"})";
  static constexpr const char* kCamera = R"({"id":"192.168.1.30","ip":"192.168.1.30"})";
  static constexpr const char* kBox =
      R"({"ip":"203.0.113.5","hostname":"api.filebox.example","country":"DE","app":"Filebox","operator":"Box Ltd","operator_country":"CN","trust":"untrusted"})";
  static constexpr const char* kCloud =
      R"({"ip":"198.51.100.7","hostname":"cloud.example","country":"US","trust":"trusted"})";
  static constexpr const char* kBare = R"({"ip":"192.0.2.9","country":"FR","trust":"unknown"})";

  Queries() : path_(folder_.file("s.db")) {
    StoreWriter store = new_store(path_);
    store.add(line(1, "2026-11-23T20:00:00", kPhone, kBox).finding("contacts", "contact_list"));
    store.add(line(2, "2026-11-23T20:30:00", kPhone, kBox).finding("identifiers", "imei"));
    store.add(line(3, "2026-11-23T21:00:00", kPhone, kCloud).finding("identifiers", "imei"));
    store.add(line(4, "2026-11-23T21:00:00", kCamera, kBare).finding("location", "coordinates"));
    store.add(line(5, "2026-11-23T20:31:00", kPhone, kBox).alert(1, "contacts to strangers"));
    store.add(line(6, "2026-11-23T21:01:00", kCamera, kBare).alert(3, "beacons"));
    store.add(line(7, "2026-11-23T21:02:00", kCamera, kBare).anomaly());
    store.add(line(8, "2026-11-23T21:03:00", kPhone, kBox).flow());
    store.add(line(9, "2026-11-23T21:04:00", kCamera, kBare).flow());
    EXPECT_TRUE(store.commit());
    reader_ = std::make_unique<StoreReader>(path_);
  }

  static Line line(uint64_t id, const char* time, const char* device, const char* destination) {
    return {id_of(id), to_iso8601(at(time)), device, destination};
  }

  std::string ids(EventKind kind, const EventFilter& filter) {
    std::string text;
    for (const EventRow& row : reader_->events(kind, filter, {}).rows) text += row.id.substr(15);
    EXPECT_EQ(reader_->count(kind, filter), text.size());
    return text;
  }

  ScratchFolder folder_;
  std::string path_;
  std::unique_ptr<StoreReader> reader_;
};

TEST_F(Queries, TheNewestComeFirst) {
  EXPECT_EQ(ids(EventKind::finding, {}), "4321");
  EXPECT_EQ(ids(EventKind::alert, {}), "65");
  EXPECT_EQ(ids(EventKind::anomaly, {}), "7");
  EXPECT_EQ(ids(EventKind::flow, {}), "98");
}

TEST_F(Queries, EachFilterLimits) {
  const struct {
    EventFilter filter;
    const char* findings;
  } kCases[] = {
      {{.since = at("2026-11-23T20:30:00")}, "432"},
      {{.until = at("2026-11-23T20:30:00")}, "1"},
      {{.device = "lab PHONE"}, "321"},
      {{.device = "02:00:00:00:00:07"}, "321"},
      {{.device = "192.168.1.30"}, "4"},
      {{.device = "nobody"}, ""},
      {{.destination = "FILEBOX"}, "21"},
      {{.destination = "192.0.2.9"}, "4"},
      {{.data_class = "identifiers"}, "32"},
      {{.type = "imei"}, "32"},
      {{.type = "iccid"}, ""},
      {{.trust = "untrusted"}, "21"},
      {{.country = "fr"}, "4"},
      {{.operator_country = "CN"}, "21"},
      {{.app = "filebox"}, "21"},
      {{.operator_name = "box ltd"}, "21"},
      {{.device = "Lab phone", .type = "imei", .trust = "trusted"}, "3"},
      {{.device = "Lab phone", .country = "FR"}, ""},
  };
  for (const auto& row : kCases) {
    EXPECT_EQ(ids(EventKind::finding, row.filter), row.findings) << &row - kCases;
  }
}

TEST_F(Queries, AlertsAreFoundBySeverityAndByAnyOfTheirTypes) {
  EXPECT_EQ(ids(EventKind::alert, {.severity = 1}), "5");
  EXPECT_EQ(ids(EventKind::alert, {.severity = 3}), "65");
  EXPECT_EQ(ids(EventKind::alert, {.type = "android_id"}), "65");
  EXPECT_EQ(ids(EventKind::alert, {.type = "coordinates"}), "");
}

TEST_F(Queries, FlowsAreFoundByTheirProtocol) {
  EXPECT_EQ(ids(EventKind::flow, {.app_proto = "HTTP"}), "98");
  EXPECT_EQ(ids(EventKind::flow, {.app_proto = "tls"}), "");
}

TEST_F(Queries, PagesShowEachEventOnceWhileMoreAreAdded) {
  StoreWriter store = new_store(path_);
  // 300 findings at three moments: equal times do not lose or repeat any.
  for (uint64_t i = 0; i < 300; ++i) {
    const char* times[] = {"2026-11-23T22:00:00", "2026-11-23T22:00:01", "2026-11-23T22:00:02"};
    store.add(line(1'000 + i, times[i % 3], kPhone, kBox).finding());
  }
  ASSERT_TRUE(store.commit());
  std::set<std::string> seen;
  size_t rows = 0;
  Page page{.limit = 7, .cursor = {}};
  uint64_t added = 5'000;
  do {
    const Paged<EventRow> answer = reader_->events(EventKind::finding, {}, page);
    for (const EventRow& row : answer.rows) seen.insert(row.id);
    rows += answer.rows.size();
    page.cursor = answer.next;
    store.add(line(++added, "2026-11-23T23:00:00", kPhone, kBox).finding());
    ASSERT_TRUE(store.commit());
  } while (!page.cursor.empty());
  EXPECT_EQ(rows, 304U);
  EXPECT_EQ(seen.size(), 304U);
}

TEST_F(Queries, ACursorThatIsNoneIsAnError) {
  for (const char* cursor : {"x", "1", "1.", "1.2x", ".", "1.2.3"}) {
    EXPECT_THROW(reader_->events(EventKind::finding, {}, {.limit = 1, .cursor = cursor}),
                 StoreError)
        << cursor;
  }
  EXPECT_THROW(reader_->devices({}, RowSort::last_seen, {.limit = 1, .cursor = "7"}), StoreError);
  EXPECT_THROW(reader_->devices({}, RowSort::last_seen, {.limit = 1, .cursor = "7:x"}), StoreError);
}

TEST_F(Queries, DevicesAddUpWhatTheyDid) {
  const auto devices = reader_->devices({}, RowSort::findings, {}).rows;
  ASSERT_EQ(devices.size(), 2U);
  EXPECT_EQ(devices[0].name, "Lab phone");
  EXPECT_EQ(devices[0].group, "phones");
  EXPECT_EQ(devices[0].json, kPhone);
  EXPECT_EQ(devices[0].activity.findings, 3U);
  EXPECT_EQ(devices[0].activity.alerts, 1U);
  EXPECT_EQ(devices[0].activity.bytes_out, 100U);
  EXPECT_EQ(devices[0].activity.bytes_in, 500U);
  EXPECT_EQ(devices[0].activity.first_seen, at("2026-11-23T20:00:00"));
  EXPECT_EQ(devices[0].activity.last_seen, at("2026-11-23T21:03:00"));
  EXPECT_EQ(devices[0].types, (std::vector<std::string>{"contact_list", "imei"}));
  EXPECT_EQ(devices[1].id, "192.168.1.30");
  EXPECT_EQ(devices[1].activity.anomalies, 1U);
}

TEST_F(Queries, RowsSortAndPageByEachColumn) {
  for (const char* name : {"last_seen", "first_seen", "bytes_out", "findings", "alerts", "name"}) {
    const RowSort sort = *parse_row_sort(name);
    std::vector<std::string> in_pages;
    Page page{.limit = 1, .cursor = {}};
    do {
      const auto answer = reader_->destinations({}, sort, page);
      for (const DestinationRow& row : answer.rows) in_pages.push_back(row.name);
      page.cursor = answer.next;
    } while (!page.cursor.empty());
    std::vector<std::string> at_once;
    for (const DestinationRow& row : reader_->destinations({}, sort, {}).rows)
      at_once.push_back(row.name);
    EXPECT_EQ(at_once.size(), 3U) << name;
    EXPECT_EQ(in_pages, at_once) << name;
  }
  EXPECT_EQ(reader_->destinations({}, RowSort::name, {}).rows[0].name, "192.0.2.9");
  EXPECT_EQ(reader_->destinations({}, RowSort::findings, {}).rows[0].name, "api.filebox.example");
  EXPECT_FALSE(parse_row_sort("beauty"));
}

TEST_F(Queries, DestinationsSayWhoToldThemWhat) {
  const auto rows = reader_->destinations({.type = "contact_list"}, RowSort::last_seen, {}).rows;
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].device_id, "02:00:00:00:00:07");
  EXPECT_EQ(rows[0].trust, "untrusted");
  EXPECT_EQ(rows[0].operator_country, "CN");
  EXPECT_EQ(rows[0].types, (std::vector<std::string>{"contact_list", "imei"}));
  EXPECT_EQ(to_json(rows[0]).substr(0, 40), R"({"device":{"id":"02:00:00:00:00:07","mac)");
  EXPECT_NE(to_json(rows[0]).find(R"("last_seen":"2026-11-23T21:03:00.000000+0000","flows":1)"),
            std::string::npos);
}

TEST_F(Queries, TotalsCountBySide) {
  const Totals totals = reader_->totals({});
  const auto told = [](const std::vector<Count>& counts) {
    std::string text;
    for (const Count& count : counts) text += fmt::format("{}={} ", count.key, count.findings);
    return text;
  };
  EXPECT_EQ(totals.findings, 4U);
  EXPECT_EQ(totals.cleartext, 4U);
  EXPECT_EQ(told(totals.classes), "identifiers=2 contacts=1 location=1 ");
  EXPECT_EQ(told(totals.types), "imei=2 contact_list=1 coordinates=1 ");
  EXPECT_EQ(told(totals.trust), "trusted=1 unknown=1 untrusted=2 ");
  EXPECT_EQ(told(totals.devices), "02:00:00:00:00:07=3 192.168.1.30=1 ");
  EXPECT_EQ(totals.devices[0].label, "Lab phone");
  EXPECT_EQ(told(totals.destinations), "api.filebox.example=2 192.0.2.9=1 cloud.example=1 ");
  EXPECT_EQ(told(totals.countries), "DE=2 FR=1 US=1 ");
  EXPECT_EQ(told(totals.operators), "Box Ltd=2 ");
  EXPECT_EQ(told(totals.apps), "Filebox=2 ");
  ASSERT_EQ(totals.timeline.size(), 2U);
  EXPECT_EQ(totals.timeline[0].start, at("2026-11-23T20:00:00"));
  EXPECT_EQ(totals.timeline[0].by_class, (std::vector<uint64_t>{1, 1, 0}));
  EXPECT_EQ(totals.timeline[1].by_class, (std::vector<uint64_t>{1, 0, 1}));
  EXPECT_EQ(reader_->totals({.device = "nobody"}).findings, 0U);
}

TEST_F(Queries, CoverageAddsUpByHour) {
  const CoverageReport all = reader_->coverage({});
  EXPECT_EQ(all.sums.flows, 2U);
  EXPECT_EQ(all.sums.bytes_out, 200U);
  EXPECT_EQ(all.sums.clear, 120U);
  EXPECT_EQ(all.sums.opaque, 80U);
  EXPECT_EQ(all.sums.findings, 4U);
  ASSERT_EQ(all.not_read.size(), 1U);
  EXPECT_EQ(all.not_read[0].first, "tls_no_keys");
  EXPECT_EQ(all.not_read[0].second, 80U);
  ASSERT_EQ(all.hours.size(), 2U);
  EXPECT_EQ(all.hours[0].start, at("2026-11-23T20:00:00"));
  EXPECT_EQ(all.hours[0].sums.findings, 2U);
  EXPECT_EQ(reader_->coverage({.since = at("2026-11-23T21:00:00")}).sums.findings, 2U);
  EXPECT_EQ(reader_->coverage({.until = at("2026-11-23T21:00:00")}).sums.findings, 2U);
  EXPECT_EQ(reader_->coverage({.device = "Lab phone"}).sums.bytes_out, 100U);
}

TEST_F(Queries, ScoresHaveTheirInputs) {
  const auto inputs = reader_->score_inputs({});
  ASSERT_EQ(inputs.size(), 2U);
  const ScoreInputs& phone = inputs[0].device_id == "192.168.1.30" ? inputs[1] : inputs[0];
  EXPECT_EQ(phone.device_id, "02:00:00:00:00:07");
  EXPECT_EQ(phone.alerts, (std::array<uint64_t, 3>{1, 0, 0}));
  EXPECT_EQ(phone.cleartext, 3U);
  EXPECT_EQ(phone.bytes_opaque, 40U);
  ASSERT_EQ(phone.findings.size(), 2U);
  const auto& [data_class, by_trust] = phone.findings[1];
  EXPECT_EQ(data_class, "identifiers");
  EXPECT_EQ(by_trust, (std::array<uint64_t, 3>{1, 0, 1}));
}

TEST_F(Queries, FollowingAlongGivesEachEventButFlowsOnce) {
  int64_t seq = 0;
  std::vector<EventRow> rows = reader_->events_after(seq, 4);
  EXPECT_EQ(rows.size(), 4U);
  for (EventRow& row : reader_->events_after(seq, 100)) rows.push_back(std::move(row));
  std::set<std::string> ids;
  for (const EventRow& row : rows) {
    EXPECT_TRUE(ids.insert(row.id).second);
    EXPECT_EQ(row.json.find(R"("event_type":"flow")"), std::string::npos);
  }
  EXPECT_EQ(seq, reader_->newest_seq());
  EXPECT_TRUE(reader_->events_after(seq, 100).empty());
}

TEST_F(Queries, TextIsLookedForInNamesAddressesAndTypes) {
  const auto found = [&](EventKind kind, const std::string& text) {
    EventFilter filter;
    filter.text = text;
    return reader_->count(kind, filter);
  };
  const uint64_t all = reader_->count(EventKind::finding, {});
  EXPECT_EQ(found(EventKind::finding, "192.168.1."), all);
  EXPECT_EQ(found(EventKind::finding, "no such thing"), 0U);
  EventFilter imei;
  imei.type = "imei";
  EXPECT_EQ(found(EventKind::finding, "IMEI"), reader_->count(EventKind::finding, imei));
  EXPECT_EQ(found(EventKind::alert, "imei"), reader_->count(EventKind::alert, imei));
  EXPECT_EQ(found(EventKind::finding, "%"), 0U);
}

TEST(Notices, AreFoundByWhatTheirTextSays) {
  ScratchFolder folder;
  const std::string path = folder.file("s.db");
  StoreWriter store = new_store(path);
  for (int i = 0; i < 3; ++i) {
    Line line;
    line.id = "00000000000000c" + std::to_string(i);
    line.time = "2026-11-23T21:0" + std::to_string(i) + ":00.000000+0000";
    std::string notice = line.alert();
    notice.replace(notice.find("\"alert\""), 7, "\"notice\"");
    ASSERT_TRUE(store.add(notice));
    ASSERT_TRUE(store.add(Line{}.alert()));
  }
  ASSERT_TRUE(store.commit());
  StoreReader reader(path);
  const auto count = [&](auto set) {
    EventFilter filter;
    set(filter);
    return reader.count(EventKind::notice, filter);
  };
  EXPECT_EQ(count([](EventFilter&) {}), 3U);
  EXPECT_EQ(count([](EventFilter& f) { f.device = "LAB PHONE"; }), 3U);
  EXPECT_EQ(count([](EventFilter& f) { f.device = "02:00:00:00:00:08"; }), 0U);
  EXPECT_EQ(count([](EventFilter& f) { f.destination = "example.net"; }), 3U);
  EXPECT_EQ(count([](EventFilter& f) { f.type = "imei"; }), 3U);
  EXPECT_EQ(count([](EventFilter& f) { f.type = "email"; }), 0U);
  EXPECT_EQ(count([](EventFilter& f) {
              f.trust = "untrusted";
              f.country = "de";
            }),
            3U);
  EXPECT_EQ(count([](EventFilter& f) { f.since = at("2026-11-23T21:01:00"); }), 2U);
  const auto first = reader.events(EventKind::notice, {}, {.limit = 2});
  ASSERT_EQ(first.rows.size(), 2U);
  EXPECT_GT(first.rows[0].ts, first.rows[1].ts);
  EXPECT_EQ(reader.events(EventKind::notice, {}, {2, first.next}).rows.size(), 1U);
}

TEST_F(Queries, GroupsOfDestinationsAddUpToAllOfThem) {
  uint64_t findings = 0;
  uint64_t bytes = 0;
  for (const DestinationRow& row : reader_->destinations({}, RowSort::name, {}).rows) {
    findings += row.activity.findings;
    bytes += row.activity.bytes_out;
  }
  for (const char* by : {"name", "operator", "country", "operator_country", "app", "device"}) {
    const auto groups = reader_->destination_groups({}, *parse_grouping(by), RowSort::findings, {});
    uint64_t sum = 0;
    uint64_t sent = 0;
    for (const GroupRow& group : groups.rows) {
      sum += group.activity.findings;
      sent += group.activity.bytes_out;
    }
    EXPECT_EQ(sum, findings) << by;
    EXPECT_EQ(sent, bytes) << by;
  }
  EXPECT_FALSE(parse_grouping("colour"));
  const auto first = reader_->destination_groups({}, Grouping::name, RowSort::name, {.limit = 1});
  ASSERT_EQ(first.rows.size(), 1U);
  ASSERT_FALSE(first.next.empty());
  const auto second =
      reader_->destination_groups({}, Grouping::name, RowSort::name, {1, first.next});
  EXPECT_GT(second.rows.at(0).key, first.rows[0].key);
  EXPECT_THROW(reader_->destination_groups({}, Grouping::name, RowSort::name, {1, "x"}),
               StoreError);
}

TEST_F(Queries, TheSummaryTellsHowFarTheStoreReaches) {
  const StoreSummary summary = reader_->summary();
  EXPECT_EQ(summary.sensor, "lab-1");
  EXPECT_EQ(summary.oldest, at("2026-11-23T20:00:00"));
  EXPECT_EQ(summary.newest, at("2026-11-23T21:04:00"));
  EXPECT_EQ(summary.devices, 2U);
}

}  // namespace
}  // namespace telltale
