// Content: one expanded message, indexed once so that each detector only looks at Fields that concern it.
//
// The index knows, for every leaf, which key families its normalised key belongs to (config/keys), and
// which leaves are unstructured text worth searching for shapes.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "sensor/detect/key_table.h"
#include "sensor/model/message.h"

namespace telltale {

// A leaf whose key is in a family.
struct KeyedField {
  FieldId id = kNoField;
  KeyStrength strength = KeyStrength::weak;
};

class Content {
 public:
  Content(const Message& message, const KeyTable& keys);

  const Message& message() const { return message_; }
  const Field& operator[](FieldId id) const { return message_.fields[id]; }
  // Leaves whose key belongs to `family`, in message order.
  std::span<const KeyedField> keyed(KeyFamily family) const;
  // The containers (objects, arrays, forms, texts that hold a document) whose own key is in `family`.
  std::span<const KeyedField> containers(KeyFamily family) const;
  // Leaves with free text: no document was found in them, and they are long enough to hold something.
  std::span<const FieldId> texts() const { return texts_; }
  // The leaf children of a container, in order.
  std::vector<FieldId> children(FieldId parent) const;
  // The first child of `parent` with a key of `family`; kNoField when there is none.
  FieldId sibling(FieldId parent, KeyFamily family) const;

 private:
  const Message& message_;
  std::vector<std::vector<KeyedField>> keyed_;       // by KeyFamily
  std::vector<std::vector<KeyedField>> containers_;  // by KeyFamily
  std::vector<FieldId> texts_;
};

}  // namespace telltale
