// key=value&key=value: application/x-www-form-urlencoded bodies (WHATWG URL section 5.1), queries
// of URLs, key=value;key=value as in cookies (RFC 6265 section 4.1), and a key=value on each line.
// Each pair becomes an item.
//
// Recognised by the media type, by a root named "*.query", by a URL's '?', or by two plausible
// pairs at the start. A pair's own percent-encoding belongs to the form and is no wrapping.
#include "sensor/base/char_set.h"
#include "sensor/base/encoding.h"
#include "sensor/unwrap/percent_escapes.h"

namespace telltale {
namespace {

constexpr size_t kLongestSniffedKey = 96;
constexpr size_t kLongestScheme = 16;
constexpr size_t kLongestUrlPath = 2048;
constexpr size_t kNone = std::string_view::npos;
constexpr CharSet kSignsOfKeys("_.-[]%$~:*@!+");
constexpr CharSet kPairEnds("&;\n");
constexpr CharSet kUrlEnds("? \t\r\n\"<{");

struct FormStyle {
  char separator = '&';
  bool plus_is_space = true;
};
constexpr FormStyle kForm{};
constexpr FormStyle kCookies{.separator = ';', .plus_is_space = false};
constexpr FormStyle kLines{.separator = '\n', .plus_is_space = false};

class FormReader {
 public:
  FormReader(Offer& offer, FormStyle style) : offer_(offer), style_(style) {}

  // Reads the pairs in [begin, end) of the value. False when there were none.
  bool read(size_t begin, size_t end) {
    const size_t before = offer_.fields().size();
    const std::string_view text = offer_.value();
    offer_.expect_fields_in(end - begin);
    while (begin < end && !full_) {
      size_t stop = begin;
      size_t equals = kNone;
      for (; stop < end && text[stop] != style_.separator; ++stop) {
        if (text[stop] == '=' && equals == kNone) equals = stop;
      }
      read_pair(begin, equals, stop, stop == end && end == text.size() && offer_.truncated());
      begin = stop + 1;
    }
    return offer_.fields().size() > before;
  }

 private:
  void read_pair(size_t begin, size_t equals, size_t end, bool cut_off) {
    const std::string_view text = offer_.value();
    if (style_.separator != '&') {
      while (begin < end && is_space(text[begin])) ++begin;
      while (begin < end && is_space(text[end - 1])) --end;
      equals = std::min(equals, end) == end ? kNone : equals;
    }
    if (begin == end || (equals == kNone && cut_off)) return;
    const std::string_view raw_key = text.substr(begin, std::min(equals, end) - begin);
    const size_t value_at = equals == kNone ? end : equals + 1;
    const std::string_view raw = text.substr(value_at, end - value_at);
    const std::string_view value =
        percent_decoded(raw, {.plus_is_space = style_.plus_is_space, .cut_off = cut_off}, offer_);
    const FieldId id = offer_.add(
        {.key = percent_decoded(raw_key, {.plus_is_space = style_.plus_is_space}, offer_),
         .value = value,
         .step = Step::item,
         .index = count_++,
         .raw_begin = static_cast<uint32_t>(value_at),
         .raw_size = static_cast<uint32_t>(raw.size()),
         .verbatim = value.data() == raw.data(),
         .truncated = cut_off});
    full_ = id == kNoField;
  }

  Offer& offer_;
  FormStyle style_;
  uint32_t count_ = 0;
  bool full_ = false;
};

bool is_key_char(char c) {
  return is_alpha(c) || is_digit(c) || kSignsOfKeys.has(c);
}

// Where the plausible key at `at` ends, at its '='; kNone when there is none.
size_t end_of_key(std::string_view text, size_t at) {
  const size_t limit = std::min(text.size(), at + kLongestSniffedKey);
  const size_t begin = at;
  while (at < limit && is_key_char(text[at])) ++at;
  return at > begin && at < limit && text[at] == '=' ? at : kNone;
}

// The style of a text whose first two pairs are plausible; null when it has none.
const FormStyle* sniffed_style(std::string_view text) {
  const size_t equals = end_of_key(text, 0);
  if (equals == kNone) return nullptr;
  const size_t next = kPairEnds.find_in(text, equals);
  if (next == kNone) return nullptr;
  size_t second = next + 1;
  if (text[next] == ';') {
    while (second < text.size() && text[second] == ' ') ++second;
  }
  if (end_of_key(text, second) == kNone) return nullptr;
  return text[next] == '&' ? &kForm : text[next] == ';' ? &kCookies : &kLines;
}

// Where the query of a URL or an absolute path starts; 0 when the text is no URL with a query.
size_t query_of_url(std::string_view text) {
  const size_t mark = kUrlEnds.find_in(text.substr(0, kLongestUrlPath));
  if (mark == kNone || text[mark] != '?') return 0;
  if (text[0] != '/') {
    const size_t colon = text.substr(0, kLongestScheme).find("://");
    if (colon == kNone || colon > mark || !is_alpha(text[0])) return 0;
  }
  return end_of_key(text, mark + 1) == kNone ? 0 : mark + 1;
}

bool says_form(const Offer& offer) {
  const Field& field = offer.field();
  if (istarts_with(trim(offer.hints().media_type), "application/x-www-form-urlencoded"))
    return true;
  return field.step == Step::root && field.key.ends_with(".query");
}

bool unwrap(Offer& offer) {
  const std::string_view text = offer.value();
  if ((offer.classes() & byte_class::kNul) != 0) return false;
  if (says_form(offer) && text.find('=') != kNone)
    return FormReader(offer, kForm).read(0, text.size());
  if (iequals(offer.field().key, "cookie") && end_of_key(text, 0) != kNone) {
    return FormReader(offer, kCookies).read(0, text.size());
  }
  if (const size_t query = query_of_url(text); query > 0) {
    return FormReader(offer, kForm)
        .read(query, std::min(text.size(), text.find_first_of("# \t\r\n", query)));
  }
  const FormStyle* style = sniffed_style(text);
  return style != nullptr && FormReader(offer, *style).read(0, text.size());
}

}  // namespace

const UnwrapperInfo form_unwrapper{
    .name = "form", .unwrap = unwrap, .triggers = byte_class::kEquals, .rejects = byte_class::kNul};

}  // namespace telltale
