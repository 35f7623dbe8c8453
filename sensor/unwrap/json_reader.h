// A lenient reader of JSON (RFC 8259) that writes what it reads straight into the message's fields.
//
// One pass, no recursion, no document tree. What a sender got wrong or a capture cut off does not
// keep the rest from being read: stray characters are passed over, missing or trailing commas do
// not matter, bare and single-quoted words are taken, and a value without its end is marked
// truncated. Numbers stay text.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "sensor/unwrap/json_text.h"
#include "sensor/unwrap/unwrapper.h"

namespace telltale {

// Does an object or array start at `at`? Looks at its first key or element only. `strict` asks for
// a double-quoted key, as befits a start that is found in the middle of other text.
bool starts_json(std::string_view text, size_t at, bool strict);

class JsonReader {
 public:
  explicit JsonReader(Offer& offer)
      : offer_(offer),
        text_(offer.value()),
        max_depth_(std::min(kMaxFrames, offer.budget().limits().max_nesting)) {}

  // Reads the document at `start`; its members become children of the offered field. Returns where
  // it ended.
  size_t read(size_t start);
  // The same, as the row `index` of a list of documents.
  size_t read_row(size_t start, uint32_t index);

 private:
  static constexpr size_t kMaxFrames = 256;
  struct Frame {
    FieldId id = kNoField;
    size_t begin = 0;    // where its value starts in the text: offsets of children count from there
    uint32_t count = 0;  // children so far
    bool is_object = false;
  };

  void read_members();
  void read_value(std::string_view key);
  bool read_key(std::string_view* key);
  void read_string(std::string_view key, char quote);
  void read_bare(std::string_view key);
  void open(std::string_view key);
  void close();
  void pass_over_container(std::string_view key);
  void pass_over_stray();
  FieldId add(std::string_view key, Child&& child, size_t begin, size_t size);
  std::string_view unescaped(std::string_view raw);

  Frame& top() { return frames_[depth_ - 1]; }
  bool at_end() const { return at_ >= text_.size(); }
  void skip_space() {
    if (at_ < text_.size() && text_[at_] <= ' ') at_ = json::after_space(text_, at_);
  }

  Offer& offer_;
  std::string_view text_;
  size_t max_depth_;
  size_t at_ = 0;
  size_t depth_ = 0;
  std::array<Frame, kMaxFrames> frames_;
};

}  // namespace telltale
