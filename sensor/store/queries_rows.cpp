// Devices and destinations, sorted as asked, with what they were told.
#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "sensor/base/encoding.h"
#include "sensor/store/queries.h"
#include "sensor/store/query_support.h"

namespace telltale {
namespace {

struct SortColumn {
  std::string_view name;
  std::string_view column;
};

constexpr SortColumn kSorts[] = {{"last_seen", "last_seen"}, {"first_seen", "first_seen"},
                                 {"bytes_out", "bytes_out"}, {"findings", "findings"},
                                 {"alerts", "alerts"},       {"name", "name"}};

// Names rise; everything else falls: the latest, the most.
bool rises(RowSort sort) { return sort == RowSort::name; }

// "ID:VALUE" of the last row of a page.
struct RowCursor {
  int64_t id = 0;
  SqlValue value;
};

RowCursor parse_row_cursor(const std::string& cursor, RowSort sort) {
  RowCursor parsed;
  const char* end = cursor.data() + cursor.size();
  const auto [colon, error] = std::from_chars(cursor.data(), end, parsed.id);
  bool sound = error == std::errc() && colon != end && *colon == ':';
  if (sound && sort == RowSort::name) {
    parsed.value = std::string(colon + 1, end);
  } else if (sound) {
    int64_t value = 0;
    const auto [rest, second_error] = std::from_chars(colon + 1, end, value);
    sound = second_error == std::errc() && rest == end;
    parsed.value = value;
  }
  if (!sound) throw CursorError("this is no cursor: " + cursor);
  return parsed;
}

// The order, and the rows after the cursor.
struct Order {
  std::string sql;
  std::string column;
};

Order order_by(RowSort sort, std::string_view alias, const Page& page, Conditions& where) {
  Order order;
  order.column = fmt::format("{}{}", alias, kSorts[static_cast<size_t>(sort)].column);
  const char* direction = rises(sort) ? "ASC" : "DESC";
  order.sql =
      fmt::format(" ORDER BY {} {}, {}id {} LIMIT ?", order.column, direction, alias, direction);
  if (!page.cursor.empty()) {
    RowCursor after = parse_row_cursor(page.cursor, sort);
    where.add(fmt::format("({}, {}id) {} (?, ?)", order.column, alias, rises(sort) ? ">" : "<"),
              std::vector<SqlValue>{std::move(after.value), after.id});
  }
  return order;
}

// Columns of an Activity from `at` on.
constexpr std::string_view kActivity =
    "{0}first_seen, {0}last_seen, {0}flows, {0}bytes_out, {0}bytes_in, {0}findings, {0}alerts,"
    " {0}anomalies";

Activity activity_at(SQLite::Statement& row, int at) {
  Activity activity;
  activity.first_seen = time_of(row.getColumn(at).getInt64());
  activity.last_seen = time_of(row.getColumn(at + 1).getInt64());
  activity.flows = unsigned_at(row, at + 2);
  activity.bytes_out = unsigned_at(row, at + 3);
  activity.bytes_in = unsigned_at(row, at + 4);
  activity.findings = unsigned_at(row, at + 5);
  activity.alerts = unsigned_at(row, at + 6);
  activity.anomalies = unsigned_at(row, at + 7);
  return activity;
}

// The types of findings that one row stands for; `types` asks by its id.
std::vector<std::string> types_of(SQLite::Statement& types, int64_t id) {
  types.tryReset();
  types.bind(1, id);
  std::vector<std::string> names;
  while (types.executeStep()) names.push_back(types.getColumn(0).getString());
  return names;
}

// Steps through `query`, whose first columns are id and the sort's value, and makes a page of it.
template <typename Row, typename MakeRow>
Paged<Row> paged(SQLite::Statement& query, size_t limit, MakeRow make_row) {
  Paged<Row> result;
  std::string last;
  while (query.executeStep()) {
    if (result.rows.size() == limit) {
      result.next = std::move(last);
      break;
    }
    last = fmt::format("{}:{}", query.getColumn(0).getInt64(), query.getColumn(1).getString());
    result.rows.push_back(make_row(query));
  }
  return result;
}

std::string members_of(const Activity& activity, const std::vector<std::string>& types) {
  std::string list;
  for (const std::string& type : types) {
    // Types are words of the taxonomy; whatever else a store may hold must not break the line.
    const bool is_word = std::all_of(type.begin(), type.end(),
                                     [](char c) { return is_alpha(c) || is_digit(c) || c == '_'; });
    if (is_word) list += fmt::format("{}\"{}\"", list.empty() ? "" : ",", type);
  }
  return fmt::format(
      "\"first_seen\":\"{}\",\"last_seen\":\"{}\",\"flows\":{},\"bytes_out\":{},\"bytes_toclient\":"
      "{},"
      "\"findings\":{},\"alerts\":{},\"anomalies\":{},\"types\":[{}]",
      to_iso8601(activity.first_seen), to_iso8601(activity.last_seen), activity.flows,
      activity.bytes_out, activity.bytes_in, activity.findings, activity.alerts, activity.anomalies,
      list);
}

}  // namespace

std::optional<RowSort> parse_row_sort(std::string_view name) {
  for (size_t i = 0; i < std::size(kSorts); ++i) {
    if (kSorts[i].name == name) return static_cast<RowSort>(i);
  }
  return std::nullopt;
}

Paged<DeviceRow> StoreReader::devices(const EventFilter& filter, RowSort sort, const Page& page) {
  return asked(*db_, [&] {
    Conditions where = conditions_on_devices(filter);
    const Order order = order_by(sort, "", page, where);
    SQLite::Statement query(
        *db_, fmt::format("SELECT id, {}, device_id, mac, vendor, name, ip, group_name, json, {}"
                          " FROM devices WHERE {}{}",
                          order.column, fmt::format(kActivity, ""), where.sql(), order.sql));
    const size_t limit = std::clamp<size_t>(page.limit, 1, kMaxPage);
    query.bind(where.bind(query) + 1, static_cast<int64_t>(limit + 1));
    SQLite::Statement types(*db_,
                            "SELECT DISTINCT n.text FROM destinations d JOIN told ON"
                            " told.destination = d.id JOIN names n ON n.id = told.type"
                            " WHERE d.device = ? ORDER BY n.text");
    return paged<DeviceRow>(query, limit, [&](SQLite::Statement& row) {
      DeviceRow device;
      device.id = row.getColumn(2).getString();
      device.mac = row.getColumn(3).getString();
      device.vendor = row.getColumn(4).getString();
      device.name = row.getColumn(5).getString();
      device.ip = row.getColumn(6).getString();
      device.group = row.getColumn(7).getString();
      device.json = row.getColumn(8).getString();
      device.activity = activity_at(row, 9);
      device.types = types_of(types, row.getColumn(0).getInt64());
      return device;
    });
  });
}

Paged<DestinationRow> StoreReader::destinations(const EventFilter& filter, RowSort sort,
                                                const Page& page) {
  return asked(*db_, [&]() -> Paged<DestinationRow> {
    std::optional<Conditions> where = conditions_on_destinations(*db_, filter);
    if (!where) return {};
    const Order order = order_by(sort, "d.", page, *where);
    SQLite::Statement query(
        *db_,
        fmt::format("SELECT d.id, {}, (SELECT device_id FROM devices v WHERE v.id = d.device),"
                    " d.name, d.ip, d.country, d.as_org, d.app, d.operator, d.operator_country,"
                    " d.trust, d.json, (SELECT json FROM devices v WHERE v.id = d.device), {}"
                    " FROM destinations d WHERE {}{}",
                    order.column, fmt::format(kActivity, "d."), where->sql(), order.sql));
    const size_t limit = std::clamp<size_t>(page.limit, 1, kMaxPage);
    query.bind(where->bind(query) + 1, static_cast<int64_t>(limit + 1));
    SQLite::Statement types(*db_,
                            "SELECT n.text FROM told JOIN names n ON n.id = told.type"
                            " WHERE told.destination = ? ORDER BY n.text");
    return paged<DestinationRow>(query, limit, [&](SQLite::Statement& row) {
      DestinationRow to;
      std::string* const texts[] = {&to.device_id,
                                    &to.name,
                                    &to.ip,
                                    &to.country,
                                    &to.as_org,
                                    &to.app,
                                    &to.operator_name,
                                    &to.operator_country};
      for (int i = 0; i < 8; ++i) *texts[i] = row.getColumn(i + 2).getString();
      to.trust = trust_name(row.getColumn(10).getInt64());
      to.json = row.getColumn(11).getString();
      to.device_json = row.getColumn(12).getString();
      to.activity = activity_at(row, 13);
      to.types = types_of(types, row.getColumn(0).getInt64());
      return to;
    });
  });
}

std::string to_json(const DeviceRow& row) {
  return fmt::format("{{\"device\":{},{}}}", row.json, members_of(row.activity, row.types));
}

std::string to_json(const DestinationRow& row) {
  return fmt::format("{{\"device\":{},\"destination\":{},{}}}",
                     row.device_json.empty() ? "null" : row.device_json, row.json,
                     members_of(row.activity, row.types));
}

}  // namespace telltale
