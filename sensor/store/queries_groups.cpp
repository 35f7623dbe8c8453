// Destinations by what they have in common: an organisation, a country, an app.
#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "sensor/store/queries.h"
#include "sensor/store/query_support.h"

namespace telltale {
namespace {

struct GroupingColumn {
  std::string_view name;
  std::string_view sql;
};

constexpr GroupingColumn kGroupings[] = {
    {"name", "d.name"},
    {"operator", "CASE d.operator WHEN '' THEN d.as_org ELSE d.operator END"},
    {"country", "d.country"},
    {"operator_country", "d.operator_country"},
    {"app", "d.app"},
    {"device", "(SELECT device_id FROM devices v WHERE v.id = d.device)"}};

constexpr std::string_view kOrders[] = {"max(d.last_seen) DESC", "min(d.first_seen) DESC",
                                        "sum(d.bytes_out) DESC", "sum(d.findings) DESC",
                                        "sum(d.alerts) DESC",    "key ASC"};
constexpr std::string_view kTrusts[] = {"trusted", "unknown", "untrusted"};

// What all rows of a group have in common, else nothing.
std::string common(std::string_view column) {
  return fmt::format("CASE WHEN min({0}) = max({0}) THEN min({0}) ELSE '' END", column);
}

size_t offset_of(const std::string& cursor) {
  size_t offset = 0;
  if (cursor.empty()) return offset;
  const char* end = cursor.data() + cursor.size();
  const auto [rest, error] = std::from_chars(cursor.data(), end, offset);
  if (error != std::errc() || rest != end) throw CursorError("this is no cursor: " + cursor);
  return offset;
}

GroupRow group_at(SQLite::Statement& row) {
  GroupRow group;
  std::string* const texts[] = {&group.key,
                                &group.ip,
                                &group.country,
                                &group.as_org,
                                &group.app,
                                &group.operator_name,
                                &group.operator_country};
  for (int i = 0; i < 7; ++i) *texts[i] = row.getColumn(i).getString();
  if (row.getColumn(7).getInt() == row.getColumn(8).getInt()) {
    group.trust = kTrusts[std::clamp(row.getColumn(7).getInt(), 0, 2)];
    group.trust_reason = row.getColumn(9).getString();
  }
  group.devices = unsigned_at(row, 10);
  group.destinations = unsigned_at(row, 11);
  Activity& sums = group.activity;
  sums.first_seen = time_of(row.getColumn(12).getInt64());
  sums.last_seen = time_of(row.getColumn(13).getInt64());
  uint64_t* const counts[] = {&sums.flows,    &sums.bytes_out, &sums.bytes_in,
                              &sums.findings, &sums.alerts,    &sums.anomalies};
  for (int i = 0; i < 6; ++i) *counts[i] = unsigned_at(row, 14 + i);
  return group;
}

// What each of the groups was told, in one pass for all of them.
void add_types(SQLite::Database& db, std::string_view key, const Conditions& where,
               std::vector<GroupRow>& groups) {
  if (groups.empty()) return;
  std::string marks = "?";
  for (size_t i = 1; i < groups.size(); ++i) marks += ", ?";
  SQLite::Statement query(
      db, fmt::format("SELECT DISTINCT {} AS key, n.text FROM destinations d JOIN told ON"
                      " told.destination = d.id JOIN names n ON n.id = told.type"
                      " WHERE {} AND key IN ({}) ORDER BY n.text",
                      key, where.sql(), marks));
  int at = where.bind(query);
  for (const GroupRow& group : groups) query.bind(++at, group.key);
  while (query.executeStep()) {
    const std::string name = query.getColumn(0).getString();
    const auto group = std::find_if(groups.begin(), groups.end(),
                                    [&](const GroupRow& row) { return row.key == name; });
    if (group != groups.end()) group->types.push_back(query.getColumn(1).getString());
  }
}

}  // namespace

std::optional<Grouping> parse_grouping(std::string_view name) {
  for (size_t i = 0; i < std::size(kGroupings); ++i) {
    if (kGroupings[i].name == name) return static_cast<Grouping>(i);
  }
  return std::nullopt;
}

Paged<GroupRow> StoreReader::destination_groups(const EventFilter& filter, Grouping by,
                                                RowSort sort, const Page& page) {
  return asked(*db_, [&]() -> Paged<GroupRow> {
    const std::optional<Conditions> where = conditions_on_destinations(*db_, filter);
    if (!where) return {};
    const std::string_view key = kGroupings[static_cast<size_t>(by)].sql;
    const size_t limit = std::clamp<size_t>(page.limit, 1, 1000);
    const size_t offset = offset_of(page.cursor);
    SQLite::Statement query(
        *db_,
        fmt::format(
            "SELECT {} AS key, {}, {}, {}, {}, {}, {}, min(d.trust), max(d.trust),"
            " coalesce(json_extract(min(d.json), '$.trust_reason'), ''),"
            " count(DISTINCT d.device), count(DISTINCT d.name), min(d.first_seen),"
            " max(d.last_seen), sum(d.flows), sum(d.bytes_out), sum(d.bytes_in), sum(d.findings),"
            " sum(d.alerts), sum(d.anomalies) FROM destinations d WHERE {} GROUP BY key"
            " ORDER BY {}, key LIMIT ? OFFSET ?",
            key, common("d.ip"), common("d.country"), common("d.as_org"), common("d.app"),
            common("d.operator"), common("d.operator_country"), where->sql(),
            kOrders[static_cast<size_t>(sort)]));
    const int at = where->bind(query);
    query.bind(at + 1, static_cast<int64_t>(limit + 1));
    query.bind(at + 2, static_cast<int64_t>(offset));
    Paged<GroupRow> result;
    while (query.executeStep()) {
      if (result.rows.size() == limit) {
        result.next = std::to_string(offset + limit);
        break;
      }
      result.rows.push_back(group_at(query));
    }
    add_types(*db_, key, *where, result.rows);
    return result;
  });
}

}  // namespace telltale
