// JSON documents, as a whole value or within other text.
//
// `json` takes values that are JSON from their first character on, also several documents in a row
// (JSON lines, RFC 7464 sequences, concatenated): those become rows, elements of the text.
// `json_within` takes values in which a document starts after something else: )]}', a callback's
// name, a log line's head, a binary length.
#include "sensor/base/encoding.h"
#include "sensor/base/find_byte.h"
#include "sensor/unwrap/json_reader.h"
#include "sensor/unwrap/json_text.h"

namespace telltale {
namespace {

constexpr size_t kLongestHead = 256;      // before a document within other text
constexpr size_t kLongestBetween = 1024;  // between two documents
constexpr size_t kNone = std::string_view::npos;

// Where a document starts in the middle of other text, at most `reach` characters after `at`.
size_t find_start(std::string_view text, size_t at, size_t reach) {
  const std::string_view window = text.substr(0, std::min(text.size(), at + reach));
  for (at = find_either(window, at, '{', '['); at < window.size(); at = find_either(window, at + 1, '{', '[')) {
    if (starts_json(text, at, true)) return at;
  }
  return kNone;
}

size_t find_next_document(std::string_view text, size_t at) {
  while (at < text.size() && (static_cast<uint8_t>(text[at]) <= ' ' || text[at] == ',')) ++at;
  if (at >= text.size()) return kNone;
  return starts_json(text, at, false) ? at : find_start(text, at, kLongestBetween);
}

bool read_documents(Offer& offer, size_t start) {
  const std::string_view text = offer.value();
  const size_t before = offer.fields().size();
  offer.expect_fields_in(text.size());
  JsonReader reader(offer);
  const size_t end = reader.read(start);
  size_t next = find_next_document(text, end);
  if (next == kNone) return offer.fields().size() > before;
  // There are several: the first one is a row too, and is read again as such.
  offer.fields().drop_from(before);
  uint32_t row = 0;
  for (next = start; next != kNone; ++row)
    next = find_next_document(text, reader.read_row(next, row));
  return true;
}

// A string that holds a document: "{\"imei\":...}".
bool unwrap_quoted(Offer& offer) {
  const std::string_view text = offer.value();
  bool escaped = false;
  const size_t end = json::find_string_end(text, 1, '"', &escaped);
  if (!escaped || json::after_space(text, std::min(text.size(), end + 1)) != text.size())
    return false;
  const std::string_view raw = text.substr(1, end - 1);
  // Without its end it was cut off, or is bytes that happen to begin with a quote.
  const bool is_whole = end < text.size() || offer.truncated();
  if (!is_whole || kind_of(raw) == FieldKind::binary) return false;
  if (!offer.budget().take_bytes(raw.size())) return false;
  char* room = offer.fields().arena().allocate(raw.size());
  return offer.add_decoded("json", {room, json::unescape(raw, room)}, end == text.size()) !=
         kNoField;
}

bool unwrap_json(Offer& offer) {
  const std::string_view text = offer.value();
  size_t start = text.starts_with("\xef\xbb\xbf") ? 3 : 0;
  start = json::after_space(text, start);
  if (start >= text.size()) return false;
  if (text[start] == '"') return start == 0 && unwrap_quoted(offer);
  return starts_json(text, start, false) && read_documents(offer, start);
}

bool unwrap_json_within(Offer& offer) {
  const size_t start = find_start(offer.value(), 0, kLongestHead);
  return start != kNone && read_documents(offer, start);
}

}  // namespace

const UnwrapperInfo json_unwrapper{.name = "json",
                                   .unwrap = unwrap_json,
                                   .triggers = byte_class::kOpen | byte_class::kQuote,
                                   .by_head = true};

const UnwrapperInfo json_within_unwrapper{
    .name = "json", .unwrap = unwrap_json_within, .triggers = byte_class::kOpen};

}  // namespace telltale
