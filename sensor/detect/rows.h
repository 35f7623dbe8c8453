// Rows of a list, gathered from wherever their values stand: three different people with numbers make a
// contact list, whatever the format.
#pragma once

#include <cstdint>
#include <vector>

#include "sensor/detect/content.h"

namespace telltale {

// One row that counts.
struct Row {
  FieldId list = kNoField;    // rows of one list have the same
  uint32_t group = kNoIndex;  // the group that is the row; for a plain array the item
  uint64_t identity = 0;      // equal for the same person, access point, ...
  uint32_t item = kNoIndex;   // the value that identifies it
  uint32_t name = kNoIndex;   // what it is called; kNoIndex when it has no name
};

// The different rows of one list, in message order.
struct RowList {
  FieldId list = kNoField;
  std::vector<Row> rows;
};

// Sorts `rows` by list, keeps one row a group and one of each identity.
std::vector<RowList> distinct_rows(std::vector<Row>&& rows);

}  // namespace telltale
