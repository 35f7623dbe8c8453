// multipart/form-data (RFC 7578), multipart/mixed and the like (RFC 2046 section 5.1), by the
// boundary that the media type names or by the first line.
//
// Each part is an item; its key is its form name, else its file name, else its number. What its
// headers say about type and encodings goes along as hints. A part that is not closed is truncated.
#include <array>
#include <string>

#include "sensor/base/encoding.h"
#include "sensor/unwrap/mime_header.h"

namespace telltale {
namespace {

constexpr size_t kLongestBoundary = 200;  // RFC 2046 says 70; senders do more
constexpr size_t kNone = std::string_view::npos;

struct Delimiter {
  size_t begin = kNone;  // of the line break before it, which belongs to it
  size_t end = 0;        // behind its line
  bool last = false;     // "--boundary--"
};

class MultipartReader {
 public:
  MultipartReader(Offer& offer, std::string_view boundary)
      : offer_(offer), text_(offer.value()), boundary_(boundary) {}

  bool read() {
    const size_t before = offer_.fields().size();
    Delimiter delimiter = find(0);
    while (delimiter.begin != kNone && !delimiter.last && delimiter.end < text_.size()) {
      const Delimiter next = find(delimiter.end);
      if (!add_part(delimiter.end, next.begin)) break;
      delimiter = next;
    }
    return offer_.fields().size() > before;
  }

 private:
  // The first delimiter line at or after `at`, which is the start of a line.
  Delimiter find(size_t at) const {
    while (at < text_.size()) {
      const size_t line_end = text_.find('\n', at);
      const std::string_view rest = text_.substr(at);
      if (rest.starts_with("--") && rest.substr(2).starts_with(boundary_)) {
        const std::string_view tail = rest.substr(2 + boundary_.size(), 2);
        if (tail == "--" || tail.empty() || is_space(tail[0])) {
          size_t begin = at;
          if (begin > 0 && text_[begin - 1] == '\n') --begin;
          if (begin > 0 && begin < at && text_[begin - 1] == '\r') --begin;
          return {begin, line_end == kNone ? text_.size() : line_end + 1, tail == "--"};
        }
      }
      if (line_end == kNone) break;
      at = line_end + 1;
    }
    return {};
  }

  // The part that starts at `begin`; `end` is kNone when it is not closed.
  bool add_part(size_t begin, size_t end) {
    const bool cut_off = end == kNone;
    const std::string_view whole = text_.substr(0, cut_off ? text_.size() : std::max(begin, end));
    EntityHeaders entity;
    MimeHeaderReader headers(whole, begin);
    for (MimeHeader header; headers.next(&header);) take_entity_header(header, entity, offer_);
    const size_t body = headers.position();
    ++number_;
    if (cut_off && body >= whole.size()) return true;  // the capture ended in its headers
    const std::string_view value = whole.substr(std::min(body, whole.size()));
    const FieldId part = offer_.add({.key = key_of(entity),
                                     .value = value,
                                     .step = Step::item,
                                     .kind = kind_of(value),
                                     .index = number_ - 1,
                                     .raw_begin = static_cast<uint32_t>(body),
                                     .raw_size = static_cast<uint32_t>(value.size()),
                                     .verbatim = true,
                                     .truncated = cut_off});
    if (part == kNoField) return false;
    offer_.fields().set_hints(part, entity.hints);
    if (!entity.name.empty() && !entity.file_name.empty()) add_file_name(entity);
    return true;
  }

  std::string_view key_of(const EntityHeaders& entity) {
    if (!entity.name.empty()) return entity.name;
    if (!entity.file_name.empty()) return entity.file_name;
    return offer_.fields().arena().keep(std::to_string(number_));
  }

  void add_file_name(const EntityHeaders& entity) {
    const std::string_view key =
        offer_.fields().arena().keep(std::string(entity.name) + ".filename");
    offer_.add({.key = key, .value = entity.file_name, .step = Step::item});
  }

  Offer& offer_;
  std::string_view text_;
  std::string_view boundary_;
  uint32_t number_ = 0;
};

// The boundary of a text that starts with its line and goes on with a part's header or blank line.
std::string_view sniff_boundary(std::string_view text) {
  if (text.starts_with("\r\n")) text.remove_prefix(2);
  if (!text.starts_with("--")) return {};
  const size_t end = text.substr(0, kLongestBoundary).find('\n');
  if (end == kNone) return {};
  const std::string_view boundary = trim(text.substr(2, end - 2));
  if (boundary.empty() || boundary.find(' ') != kNone) return {};
  return istarts_with(text.substr(end + 1), "Content-") ? boundary : std::string_view{};
}

bool unwrap(Offer& offer) {
  const std::string_view media_type = trim(offer.hints().media_type);
  if (istarts_with(media_type, "multipart/")) {
    const std::string_view boundary = header_parameter(media_type, "boundary");
    if (!boundary.empty() && MultipartReader(offer, boundary).read()) return true;
  }
  const std::string_view boundary = sniff_boundary(offer.value());
  return !boundary.empty() && MultipartReader(offer, boundary).read();
}

}  // namespace

const UnwrapperInfo multipart_unwrapper{
    .name = "multipart", .unwrap = unwrap, .triggers = byte_class::kMinus, .by_head = true};

}  // namespace telltale
