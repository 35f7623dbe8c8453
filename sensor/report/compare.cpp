#include "sensor/report/compare.h"

#include <algorithm>
#include <map>
#include <tuple>

#include <fmt/format.h>

namespace telltale {
namespace {

using Key = std::tuple<std::string, std::string, std::string>;  // device, type, host

// Rows that only differ in what is no part of the key are summed up.
std::map<Key, ToldRow> by_key(const ReadReport& report, bool across_devices) {
  std::map<Key, ToldRow> rows;
  for (const ToldRow& row : report.rows) {
    const Key key{across_devices ? "" : row.device, row.type, row.host};
    const auto [at, is_new] = rows.emplace(key, row);
    if (is_new) continue;
    at->second.findings += row.findings;
    at->second.in_clear += row.in_clear;
  }
  return rows;
}

int rank_of(const std::string& trust) {
  return trust == "trusted" ? 0 : trust == "untrusted" ? 2 : 1;
}

void note_change(Difference& difference, bool is_worse, std::string what) {
  difference.what.push_back(std::move(what));
  difference.is_worse |= is_worse;
}

Difference changes_of(const ToldRow& before, const ToldRow& after) {
  Difference difference{Change::changed, before, after, {}, false};
  const bool was_clear = before.in_clear > 0;
  const bool is_clear = after.in_clear > 0;
  if (!was_clear && is_clear) note_change(difference, true, "now without encryption");
  if (was_clear && !is_clear) note_change(difference, false, "now encrypted");
  if (before.trust != after.trust) {
    note_change(difference, rank_of(after.trust) > rank_of(before.trust),
                fmt::format("trust: {} -> {}", before.trust, after.trust));
  }
  if (before.country != after.country) {
    note_change(difference, false,
                fmt::format("address in: {} -> {}", before.country, after.country));
  }
  if (before.operator_country != after.operator_country) {
    note_change(difference, false,
                fmt::format("run from: {} -> {}", before.operator_country, after.operator_country));
  }
  return difference;
}

}  // namespace

std::string_view name_of(Change change) {
  switch (change) {
    case Change::appeared:
      return "appeared";
    case Change::disappeared:
      return "disappeared";
    case Change::changed:
      break;
  }
  return "changed";
}

std::vector<Difference> compare(const ReadReport& before, const ReadReport& after,
                                bool across_devices) {
  const std::map<Key, ToldRow> old_rows = by_key(before, across_devices);
  const std::map<Key, ToldRow> new_rows = by_key(after, across_devices);
  std::vector<Difference> differences;
  for (const auto& [key, row] : new_rows) {
    const auto old_row = old_rows.find(key);
    if (old_row == old_rows.end()) {
      differences.push_back({Change::appeared, {}, row, {}, true});
      continue;
    }
    Difference difference = changes_of(old_row->second, row);
    if (!difference.what.empty()) differences.push_back(std::move(difference));
  }
  for (const auto& [key, row] : old_rows) {
    if (!new_rows.contains(key)) differences.push_back({Change::disappeared, row, {}, {}, false});
  }
  std::stable_sort(
      differences.begin(), differences.end(),
      [](const Difference& a, const Difference& b) { return a.is_worse > b.is_worse; });
  return differences;
}

}  // namespace telltale
