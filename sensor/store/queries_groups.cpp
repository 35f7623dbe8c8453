// Destinations by what they have in common: an organisation, a country, an app.
#include <algorithm>
#include <charconv>
#include <set>
#include <unordered_map>

#include <fmt/format.h>

#include "sensor/store/queries.h"
#include "sensor/store/query_support.h"
#include "sensor/store/row_scan.h"

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

// "?, ?, ?"
std::string marks(size_t count) {
  std::string text = "?";
  for (size_t i = 1; i < count; ++i) text += ", ?";
  return text;
}

// `where`, and no other groups.
Conditions only(Conditions where, std::string_view key, const std::vector<GroupRow>& groups) {
  std::vector<SqlValue> keys;
  for (const GroupRow& group : groups) keys.emplace_back(group.key);
  if (!keys.empty()) {
    where.add(fmt::format("{} IN ({})", key, marks(groups.size())), std::move(keys));
  }
  return where;
}

GroupRow* find_group(std::vector<GroupRow>& groups, const std::string& key) {
  const auto found = std::find_if(groups.begin(), groups.end(),
                                  [&](const GroupRow& group) { return group.key == key; });
  return found == groups.end() ? nullptr : &*found;
}

GroupRow group_at(SQLite::Statement& row) {
  GroupRow group;
  group.key = row.getColumn(0).getString();
  Activity& sums = group.activity;
  sums.first_seen = time_of(row.getColumn(1).getInt64());
  sums.last_seen = time_of(row.getColumn(2).getInt64());
  uint64_t* const counts[] = {&sums.flows,    &sums.bytes_out, &sums.bytes_in,
                              &sums.findings, &sums.alerts,    &sums.anomalies};
  for (int i = 0; i < 6; ++i) *counts[i] = unsigned_at(row, 3 + i);
  return group;
}

// What is said of each of the groups, in one pass for all of them: it would cost too much to find
// it out of those that are on no page.
void describe_groups(SQLite::Database& db, std::string_view key, const Conditions& of_groups,
                     std::vector<GroupRow>& groups) {
  if (groups.empty()) return;
  SQLite::Statement query(
      db, fmt::format("SELECT {} AS key, {}, {}, {}, {}, {}, {}, min(d.trust), max(d.trust),"
                      " coalesce(json_extract(min(d.json), '$.trust_reason'), ''),"
                      " count(DISTINCT d.device), count(DISTINCT d.name) FROM destinations d"
                      " WHERE {} GROUP BY key",
                      key, common("d.ip"), common("d.country"), common("d.as_org"), common("d.app"),
                      common("d.operator"), common("d.operator_country"), of_groups.sql()));
  of_groups.bind(query);
  while (query.executeStep()) {
    GroupRow* group = find_group(groups, query.getColumn(0).getString());
    if (group == nullptr) continue;
    std::string* const texts[] = {&group->ip,  &group->country,       &group->as_org,
                                  &group->app, &group->operator_name, &group->operator_country};
    for (int i = 0; i < 6; ++i) *texts[i] = query.getColumn(i + 1).getString();
    const int trust = query.getColumn(7).getInt();
    if (trust == query.getColumn(8).getInt()) {
      group->trust = trust_name(trust);
      group->trust_reason = query.getColumn(9).getString();
    }
    group->devices = unsigned_at(query, 10);
    group->destinations = unsigned_at(query, 11);
  }
}

// What each of the groups was told. Joined here: for a hundred thousand destinations that costs a
// third of what a JOIN does.
void add_types(SQLite::Database& db, std::string_view key, const Conditions& of_groups,
               std::vector<GroupRow>& groups) {
  if (groups.empty()) return;
  SQLite::Statement query(
      db, fmt::format("SELECT d.id, {} FROM destinations d WHERE {}", key, of_groups.sql()));
  of_groups.bind(query);
  std::unordered_map<int64_t, GroupRow*> members;
  while (query.executeStep()) {
    members[query.getColumn(0).getInt64()] = find_group(groups, query.getColumn(1).getString());
  }
  std::set<std::pair<GroupRow*, int64_t>> told;
  RowScan row(db, "SELECT destination, type FROM told", {});
  for (auto member = members.end(); row.next();) {
    if (member == members.end() || member->first != row.integer(0)) {
      member = members.find(row.integer(0));
    }
    if (member != members.end()) told.emplace(member->second, row.integer(1));
  }
  SQLite::Statement name(db, "SELECT text FROM names WHERE id = ?");
  for (const auto& of : told) {
    name.tryReset();
    name.bind(1, of.second);
    if (of.first != nullptr && name.executeStep()) {
      of.first->types.push_back(name.getColumn(0).getString());
    }
  }
  for (GroupRow& group : groups) std::sort(group.types.begin(), group.types.end());
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
        *db_, fmt::format("SELECT {} AS key, min(d.first_seen), max(d.last_seen), sum(d.flows),"
                          " sum(d.bytes_out), sum(d.bytes_in), sum(d.findings), sum(d.alerts),"
                          " sum(d.anomalies) FROM destinations d WHERE {} GROUP BY key"
                          " ORDER BY {}, key LIMIT ? OFFSET ?",
                          key, where->sql(), kOrders[static_cast<size_t>(sort)]));
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
    // Where all groups are on the page, nothing needs to be left out.
    const bool is_all = offset == 0 && result.next.empty();
    const Conditions of_groups = is_all ? *where : only(*where, key, result.rows);
    describe_groups(*db_, key, of_groups, result.rows);
    add_types(*db_, key, of_groups, result.rows);
    return result;
  });
}

}  // namespace telltale
