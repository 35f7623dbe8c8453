// What unwrapping makes of a value, in a form that tests can compare and print.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sensor/unwrap/expander.h"

namespace telltale::test {

struct Leaf {
  std::string path;  // below the body
  std::string value;
  std::string encodings;  // "gzip,base64"
  FieldKind kind = FieldKind::text;
  bool truncated = false;
};

class Unwrapped {
 public:
  explicit Unwrapped(std::string_view body, MediaHints hints = {}, Limits limits = {},
                     bool cut_off = false, std::string_view root = "body")
      : body_(std::make_unique<std::string>(body)) {
    const FieldId id = message_.fields.add_root(root, *body_, 0, hints);
    if (cut_off) message_.fields.set_truncated(id);
    expand(message_, limits, weird_);
  }

  const FieldTree& fields() const { return message_.fields; }
  uint64_t count(Weird weird) const { return weird_[weird]; }

  // Every leaf in which nothing more was found.
  std::vector<Leaf> leaves() const {
    std::vector<bool> has_children(fields().size());
    for (const Field& field : fields().all()) {
      if (field.parent != kNoField) has_children[field.parent] = true;
    }
    std::vector<Leaf> found;
    for (FieldId id = 0; id < fields().size(); ++id) {
      const Field& field = fields()[id];
      if (!field.is_leaf() || has_children[id]) continue;
      found.push_back(
          {path_of(id), std::string(field.value), encodings_of(id), field.kind, field.truncated});
    }
    return found;
  }

  // "path=value" of each leaf.
  std::vector<std::string> lines() const {
    std::vector<std::string> lines;
    for (const Leaf& leaf : leaves()) lines.push_back(leaf.path + '=' + leaf.value);
    return lines;
  }

  // The leaf at `path`; an empty one with a failure when there is none.
  Leaf at(std::string_view path) const {
    for (Leaf& leaf : leaves()) {
      if (leaf.path == path) return leaf;
    }
    ADD_FAILURE() << "no leaf at " << path << " in " << testing::PrintToString(lines());
    return {};
  }

  const Field& field_at(std::string_view path) const {
    for (FieldId id = 0; id < fields().size(); ++id) {
      if (path_of(id) == path && fields()[id].step != Step::decoded) return fields()[id];
    }
    ADD_FAILURE() << "no field at " << path;
    return fields()[0];
  }

 private:
  std::string path_of(FieldId id) const {
    const std::string location = fields().location(id);
    const size_t colon = location.find(':');
    return colon == std::string::npos ? "" : location.substr(colon + 1);
  }
  std::string encodings_of(FieldId id) const {
    std::string joined;
    for (const std::string& name : fields().encodings(id))
      joined += (joined.empty() ? "" : ",") + name;
    return joined;
  }

  std::unique_ptr<std::string> body_;
  Message message_;
  WeirdCounts weird_;
};

inline std::vector<std::string> unwrapped(std::string_view body, MediaHints hints = {}) {
  return Unwrapped(body, hints).lines();
}

// Every prefix of `whole` must give the first leaves of the whole, in order and under the same
// names; only the last one may be a part of its value, and then says that it is truncated.
inline void expect_prefixes_read(std::string_view whole, MediaHints hints = {}) {
  const std::vector<Leaf> all = Unwrapped(whole, hints).leaves();
  for (size_t size = 0; size < whole.size(); ++size) {
    const std::vector<Leaf> part = Unwrapped(whole.substr(0, size), hints, {}, true).leaves();
    if (part.size() == 1 && part[0].path.empty()) continue;  // nothing recognised yet
    ASSERT_LE(part.size(), all.size()) << "cut at " << size;
    for (size_t i = 0; i < part.size(); ++i) {
      const bool is_part = i + 1 == part.size() && part[i].truncated;
      if (is_part && all[i].path.starts_with(part[i].path + ':'))
        continue;  // not yet a document of its own
      ASSERT_EQ(part[i].path, all[i].path) << "cut at " << size;
      if (!is_part) {
        ASSERT_EQ(part[i].value, all[i].value) << part[i].path << " cut at " << size;
      } else {
        ASSERT_THAT(all[i].value, testing::StartsWith(part[i].value))
            << part[i].path << " cut at " << size;
      }
    }
  }
}

}  // namespace telltale::test
