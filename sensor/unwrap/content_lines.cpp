// vCard 2.1, 3.0 and 4.0 (RFC 6350, RFC 2426, versit 2.1) and iCalendar (RFC 5545): lines of
// NAME;parameters:value between BEGIN and END.
//
// Each card is a row, its properties are members; components within components are members in turn.
// Lines are unfolded, quoted-printable and backslash escapes are decoded, a group's prefix
// ("item1.TEL") is dropped.
#include <array>
#include <string>

#include "sensor/base/encoding.h"
#include "sensor/unwrap/charset.h"
#include "sensor/unwrap/mime_header.h"
#include "sensor/unwrap/quoted_printable.h"

namespace telltale {
namespace {

constexpr size_t kNone = std::string_view::npos;
constexpr size_t kMostFrames = 8;  // VCALENDAR, VEVENT, VALARM

struct Property {
  std::string_view name;
  std::string_view parameters;  // ";CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE"
  std::string_view value;       // still folded and encoded
  bool cut_off = false;         // its line has no end
};

class ContentLineReader {
 public:
  explicit ContentLineReader(Offer& offer) : offer_(offer), text_(offer.value()) {
    frames_[0] = {.id = offer.id()};
  }

  bool read() {
    const size_t before = offer_.fields().size();
    Property property;
    while (!full_ && next(&property)) {
      if (iequals(property.name, "BEGIN") && !property.cut_off) {
        open(trim(property.value));
      } else if (iequals(property.name, "END")) {
        if (depth_ > 0) --depth_;
      } else if (depth_ > 0) {
        add(property);
      }
    }
    return offer_.fields().size() > before;
  }

 private:
  struct Frame {
    FieldId id = kNoField;
    size_t begin = 0;
    uint32_t count = 0;
  };

  // The next property line, with the lines folded into it.
  bool next(Property* property) {
    while (at_ < text_.size()) {
      const size_t begin = at_;
      const size_t colon = name_end(begin);
      if (colon == text_.size()) return false;  // cut off before its value
      if (text_[colon] == '\n') {
        at_ = colon + 1;
        continue;
      }
      std::string_view name = trim(text_.substr(begin, colon - begin));
      const size_t semicolon = std::min(name.find(';'), name.size());
      property->parameters = name.substr(semicolon);
      name = name.substr(0, semicolon);
      property->name = name.substr(name.rfind('.') + 1);
      const size_t end = value_end(colon + 1, is_quoted_printable(property->parameters));
      property->cut_off = end == text_.size() && offer_.truncated();  // a fold may follow
      property->value = text_.substr(colon + 1, end - colon - 1);
      while (property->value.ends_with('\n') || property->value.ends_with('\r'))
        property->value.remove_suffix(1);
      at_ = end;
      return true;
    }
    return false;
  }

  // The colon behind the name and parameters that start at `at` (a parameter's value may be
  // quoted), or the end of a line without one.
  size_t name_end(size_t at) const {
    bool quoted = false;
    for (; at < text_.size() && text_[at] != '\n'; ++at) {
      if (text_[at] == '"') quoted = !quoted;
      if (text_[at] == ':' && !quoted) break;
    }
    return at;
  }

  static bool is_quoted_printable(std::string_view parameters) {
    return iequals(header_parameter(parameters, "ENCODING"), "QUOTED-PRINTABLE") ||
           parameters.find(";QUOTED-PRINTABLE") != kNone;  // vCard 2.1 allows the bare word
  }

  // Behind the last line of the value that starts at `at`.
  size_t value_end(size_t at, bool quoted_printable) const {
    while (true) {
      const size_t line_end = text_.find('\n', at);
      if (line_end == kNone) return text_.size();
      at = line_end + 1;
      const bool folded = at < text_.size() && (text_[at] == ' ' || text_[at] == '\t');
      const size_t last = line_end > 0 && text_[line_end - 1] == '\r' ? line_end - 1 : line_end;
      const bool soft_break = quoted_printable && last > 0 && text_[last - 1] == '=';
      if (!folded && !soft_break) return at;
    }
  }

  void open(std::string_view name) {
    if (depth_ + 1 >= kMostFrames) {
      offer_.budget().count_once(Weird::content_lines_nested_too_deep);
      return;
    }
    const bool is_row = depth_ == 0;
    const size_t begin = static_cast<size_t>(name.data() - text_.data());
    const FieldId id = add_child({.key = is_row ? std::string_view{} : name,
                                  .step = is_row ? Step::element : Step::member,
                                  .kind = FieldKind::object,
                                  .verbatim = true},
                                 name);
    if (id != kNoField) frames_[++depth_] = {.id = id, .begin = begin};
  }

  void add(const Property& property) {
    const std::string_view value = decoded(property);
    add_child({.key = property.name,
               .value = value,
               .step = Step::member,
               .verbatim = value.data() == property.value.data(),
               .truncated = property.cut_off},
              property.value);
  }

  FieldId add_child(Child child, std::string_view place) {
    Frame& frame = frames_[depth_];
    child.index = frame.count++;
    child.raw_begin =
        static_cast<uint32_t>(static_cast<size_t>(place.data() - text_.data()) - frame.begin);
    child.raw_size = static_cast<uint32_t>(place.size());
    const FieldId id = offer_.add_to(frame.id, child);
    full_ = id == kNoField;
    return id;
  }

  std::string_view decoded(const Property& property) {
    std::string_view value = property.value;
    if (is_quoted_printable(property.parameters) && offer_.budget().take_bytes(value.size() + 1)) {
      char* room = offer_.fields().arena().allocate(value.size() + 1);
      value = {room, decode_quoted_printable(value, QuotedPrintable::body, room)};
    }
    const std::string_view charset = charset_name(header_parameter(property.parameters, "CHARSET"));
    if (!charset.empty() && !value.empty()) {
      const std::string_view converted = to_utf8(charset, value, offer_).text;
      if (!converted.empty()) value = converted;
    }
    const bool changed = value.find('\\') != kNone || value.find('\n') != kNone;
    if (!changed || !offer_.budget().take_bytes(value.size())) return value;
    return unescaped(value, property.cut_off);
  }

  // Without the folds and the backslashes (RFC 6350 sections 3.2 and 3.4). `cut_off`: a backslash
  // at the end is half an escape.
  std::string_view unescaped(std::string_view value, bool cut_off) {
    char* const begin = offer_.fields().arena().allocate(value.size());
    char* out = begin;
    for (size_t i = 0; i < value.size(); ++i) {
      const char c = value[i];
      if (c == '\r' || c == '\n') {
        if (c == '\n') ++i;  // the white space that marks the fold
      } else if (c == '\\' && i + 1 < value.size()) {
        const char escaped = value[++i];
        *out++ = escaped == 'n' || escaped == 'N' ? '\n' : escaped;
      } else if (c != '\\' || !cut_off) {
        *out++ = c;
      }
    }
    return {begin, static_cast<size_t>(out - begin)};
  }

  Offer& offer_;
  std::string_view text_;
  size_t at_ = 0;
  size_t depth_ = 0;  // frames_[0] is the text itself
  bool full_ = false;
  std::array<Frame, kMostFrames> frames_;
};

bool unwrap(Offer& offer) {
  std::string_view text = offer.value();
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  text = trim(text.substr(0, Offer::kHead));
  const bool known = istarts_with(text, "BEGIN:VCARD") || istarts_with(text, "BEGIN:VCALENDAR") ||
                     istarts_with(text, "BEGIN:VMSG") || istarts_with(text, "BEGIN:VEVENT") ||
                     istarts_with(text, "BEGIN:VNOTE");
  return known && ContentLineReader(offer).read();
}

}  // namespace

const UnwrapperInfo content_lines_unwrapper{
    .name = "vcard", .unwrap = unwrap, .triggers = byte_class::kColon, .by_head = true};

}  // namespace telltale
