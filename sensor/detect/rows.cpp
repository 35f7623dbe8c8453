#include "sensor/detect/rows.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace telltale {
namespace {

bool same_list(const Row& a, const Row& b) { return a.list == b.list; }

}  // namespace

std::vector<RowList> distinct_rows(std::vector<Row>&& rows) {
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
    return std::tie(a.list, a.group, a.item) < std::tie(b.list, b.group, b.item);
  });
  rows.erase(std::unique(rows.begin(), rows.end(),
                         [](const Row& a, const Row& b) {
                           return same_list(a, b) && a.group == b.group;
                         }),
             rows.end());
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
    return std::tie(a.list, a.identity, a.item) < std::tie(b.list, b.identity, b.item);
  });
  rows.erase(std::unique(rows.begin(), rows.end(),
                         [](const Row& a, const Row& b) {
                           return same_list(a, b) && a.identity == b.identity;
                         }),
             rows.end());
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
    return std::tie(a.list, a.item) < std::tie(b.list, b.item);
  });
  std::vector<RowList> lists;
  for (const Row& row : rows) {
    if (lists.empty() || lists.back().list != row.list) lists.push_back({row.list, {}});
    lists.back().rows.push_back(row);
  }
  return lists;
}

}  // namespace telltale
