#include "sensor/unwrap/json_reader.h"

#include "sensor/base/encoding.h"

namespace telltale {
namespace {

constexpr size_t kLongestFirstKey = 256;
constexpr size_t kMostOpeners = 16;
constexpr size_t kEndScan = 64;  // how far white space may stretch at a document's start

bool is_bare_key_char(char c) {
  return is_alpha(c) || is_digit(c) || c == '_' || c == '$' || c == '-' || c == '.';
}

// White space is passed over only so far, so that a look at a start is bounded.
size_t near_after_space(std::string_view text, size_t at) {
  return at > text.size()
             ? text.size()
             : json::after_space(text.substr(0, std::min(text.size(), at + kEndScan)), at);
}

// A number, true, false or null at `at`; `end` receives where it ends.
bool is_plain_value(std::string_view text, size_t at, size_t* end) {
  const json::Word word = json::read_word(text, at);
  const std::string_view name = text.substr(at, word.end - at);
  if (end != nullptr) *end = word.end;
  return word.is_number || name == "true" || name == "false" || name == "null";
}

bool starts_key_and_colon(std::string_view text, size_t at, bool strict) {
  const std::string_view head = text.substr(0, std::min(text.size(), at + kLongestFirstKey));
  if (at >= head.size()) return false;
  const char quote = head[at];
  bool escaped = false;
  if (quote == '"' || (quote == '\'' && !strict)) {
    const size_t end = json::find_string_end(head, at + 1, quote, &escaped);
    const size_t colon = near_after_space(text, end + 1);
    return end < head.size() && colon < text.size() && text[colon] == ':';
  }
  if (strict) return false;
  size_t end = at;
  while (end < head.size() && is_bare_key_char(head[end])) ++end;
  const size_t colon = near_after_space(text, end);
  if (end == at || colon >= text.size() || text[colon] != ':') return false;
  // {color:red} is a style sheet: a bare key needs a value that is none of its words.
  const size_t value = near_after_space(text, colon + 1);
  if (value >= text.size()) return false;
  const char first = text[value];
  if (first == '"' || first == '\'' || first == '{' || first == '[') return true;
  return is_plain_value(text.substr(0, std::min(text.size(), value + kEndScan)), value, nullptr);
}

// A list that starts with a string, number or word must go on like a list.
bool starts_element(std::string_view text, size_t at, bool strict) {
  const std::string_view head = text.substr(0, std::min(text.size(), at + 4 * kLongestFirstKey));
  bool escaped = false;
  size_t end = at;
  if (head[at] == '"' || (head[at] == '\'' && !strict)) {
    end = json::find_string_end(head, at + 1, head[at], &escaped) + 1;
    if (end > head.size()) return false;
  } else {
    if (strict || !is_plain_value(head, at, &end)) return false;
  }
  const size_t next = near_after_space(text, end);
  if (next >= text.size()) return false;
  return text[next] == ',' ||
         (text[next] == ']' && near_after_space(text, next + 1) == text.size());
}

FieldKind kind_of_word(std::string_view word) {
  if (word == "NaN" || word == "Infinity" || word == "-Infinity") return FieldKind::number;
  if (word == "true" || word == "false") return FieldKind::boolean;
  if (word == "null" || word == "undefined") return FieldKind::null;
  return FieldKind::text;
}

}  // namespace

bool starts_json(std::string_view text, size_t at, bool strict) {
  for (size_t openers = 0; openers < kMostOpeners && at < text.size(); ++openers) {
    const size_t next = near_after_space(text, at + 1);
    if (next >= text.size()) return false;
    if (text[at] == '{') return starts_key_and_colon(text, next, strict);
    if (text[at] != '[') return false;
    if (text[next] != '{' && text[next] != '[') return starts_element(text, next, strict);
    at = next;
  }
  return false;
}

size_t JsonReader::read(size_t start) {
  frames_[0] = {.id = offer_.id(), .is_object = text_[start] == '{'};
  depth_ = 1;
  at_ = start + 1;
  read_members();
  return at_;
}

size_t JsonReader::read_row(size_t start, uint32_t index) {
  frames_[0] = {.id = offer_.id(), .count = index};
  depth_ = 1;
  at_ = start;
  open({});
  if (depth_ == 1) return text_.size();
  // The row's own frame is the outermost now: its end is the document's.
  frames_[0] = frames_[1];
  depth_ = 1;
  read_members();
  return at_;
}

void JsonReader::read_members() {
  while (depth_ > 0) {
    skip_space();
    if (at_end()) break;
    const char c = text_[at_];
    if (c == '}' || c == ']') {
      ++at_;
      close();
    } else if (c == ',') {
      ++at_;
    } else if (std::string_view key; !top().is_object || read_key(&key)) {
      skip_space();
      if (!at_end()) read_value(key);
    }
  }
  while (depth_ > 0) close();
}

void JsonReader::close() {
  --depth_;
  const Frame& frame = frames_[depth_];
  if (frame.id != offer_.id()) {
    offer_.fields().set_raw_size(frame.id, static_cast<uint32_t>(at_ - frame.begin));
  }
}

// Reads a key and its colon; otherwise passes over what stands in its place.
bool JsonReader::read_key(std::string_view* key) {
  const char quote = text_[at_];
  const size_t begin = at_;
  if (quote == '"' || quote == '\'') {
    bool escaped = false;
    const size_t end = json::find_string_end(text_, at_ + 1, quote, &escaped);
    *key = {text_.data() + begin + 1, end - begin - 1};
    at_ = std::min(text_.size(), end + 1);
    skip_space();
    if (at_end()) return false;
    if (text_[at_] == ':') {
      if (escaped) *key = unescaped(*key);
      ++at_;
      return true;
    }
    offer_.budget().count_once(Weird::json_malformed);
    return false;
  }
  while (!at_end() && is_bare_key_char(text_[at_])) ++at_;
  *key = text_.substr(begin, at_ - begin);
  skip_space();
  if (at_end()) return false;
  if (!key->empty() && text_[at_] == ':') {
    ++at_;
    return true;
  }
  pass_over_stray();
  return false;
}

// To the next place where a member can start, at least one character on.
void JsonReader::pass_over_stray() {
  offer_.budget().count_once(Weird::json_malformed);
  const char c = text_[at_];
  if (c == ',' || c == '}' || c == ']' || c == '"') return;
  at_ = text_.find_first_of(",}]\"", at_ + 1);
  if (at_ == std::string_view::npos) at_ = text_.size();
}

void JsonReader::read_value(std::string_view key) {
  const char c = text_[at_];
  if (c == '"' || c == '\'') {
    read_string(key, c);
  } else if (c == '{' || c == '[') {
    open(key);
  } else if (c == ',' || c == '}' || c == ']') {
    offer_.budget().count_once(Weird::json_malformed);  // a key without a value
  } else {
    read_bare(key);
  }
}

void JsonReader::read_string(std::string_view key, char quote) {
  const size_t begin = at_ + 1;
  bool escaped = false;
  const size_t end = json::find_string_end(text_, begin, quote, &escaped);
  const std::string_view raw{text_.data() + begin, end - begin};
  const std::string_view value = escaped ? unescaped(raw) : raw;
  at_ = std::min(text_.size(), end + 1);
  add(key, {.value = value, .verbatim = !escaped, .truncated = end == text_.size()}, begin,
      raw.size());
}

void JsonReader::read_bare(std::string_view key) {
  const size_t begin = at_;
  const json::Word read = json::read_word(text_, at_);
  at_ = read.end;
  if (at_ == begin) {
    offer_.budget().count_once(Weird::json_malformed);
    ++at_;
    return;
  }
  const std::string_view word{text_.data() + begin, at_ - begin};
  add(key, {.value = word, .kind = read.is_number ? FieldKind::number : kind_of_word(word), .verbatim = true, .truncated = at_end()},
      begin, word.size());
}

void JsonReader::open(std::string_view key) {
  if (depth_ >= max_depth_) return pass_over_container(key);
  const size_t begin = at_++;
  const bool is_object = text_[begin] == '{';
  const FieldId id =
      add(key, {.kind = is_object ? FieldKind::object : FieldKind::array, .verbatim = true}, begin,
          text_.size() - begin);
  if (id == kNoField) return;
  frames_[depth_++] = {.id = id, .begin = begin, .is_object = is_object};
}

// What is nested too deep becomes a text of its own, which is then unwrapped like any other, within
// max_depth. Its end is where its brackets balance.
void JsonReader::pass_over_container(std::string_view key) {
  offer_.budget().count_once(Weird::json_nested_too_deep);
  const size_t begin = at_;
  size_t open_brackets = 0;
  while (!at_end()) {
    const char c = text_[at_++];
    if (c == '{' || c == '[') ++open_brackets;
    if ((c == '}' || c == ']') && --open_brackets == 0) break;
    if (c == '"') {
      bool escaped = false;
      at_ = std::min(text_.size(), json::find_string_end(text_, at_, c, &escaped) + 1);
    }
  }
  add(key,
      {.value = text_.substr(begin, at_ - begin), .verbatim = true, .truncated = open_brackets > 0},
      begin, at_ - begin);
}

FieldId JsonReader::add(std::string_view key, Child&& child, size_t begin, size_t size) {
  Frame& frame = top();
  child.key = key;
  child.step = frame.is_object ? Step::member : Step::element;
  child.index = frame.count++;
  child.raw_begin = static_cast<uint32_t>(begin - frame.begin);
  child.raw_size = static_cast<uint32_t>(size);
  const FieldId id = offer_.add_to(frame.id, child);
  if (id == kNoField) at_ = text_.size();  // the message is full
  return id;
}

std::string_view JsonReader::unescaped(std::string_view raw) {
  if (!offer_.budget().take_bytes(raw.size())) return raw;
  char* room = offer_.fields().arena().allocate(raw.size());
  return {room, json::unescape(raw, room)};
}

}  // namespace telltale
