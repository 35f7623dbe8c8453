// The meanings of keys seen lately. The same few hundred keys come again and again, in the rows of one list and
// from message to message; looking one up here costs a comparison, in the table a normalisation and a probe for
// each word. One for each worker.
#pragma once

#include <string_view>

#include "sensor/base/text_cache.h"
#include "sensor/detect/key_table.h"

namespace telltale {

class KeyCache {
 public:
  // `keys` must outlive it. Of a key counts what `part_of` says of it: all where it is null.
  explicit KeyCache(const KeyTable& keys, std::string_view (*part_of)(std::string_view) = nullptr)
      : keys_(keys), part_of_(part_of) {}

  KeyMeaning find(std::string_view key) {
    if (key.empty()) return {};
    return meanings_.find(key, [&] { return keys_.find(part_of_ == nullptr ? key : part_of_(key)); });
  }

 private:
  static constexpr size_t kSets = 1024;

  const KeyTable& keys_;
  std::string_view (*part_of_)(std::string_view);
  TextCache<KeyMeaning> meanings_{kSets};
};

}  // namespace telltale
