// Mail messages (RFC 5322): the headers as items, encoded words decoded, and the body as the item
// "body", whose type and encoding are unwrapped by those that know them.
#include <array>

#include "sensor/base/encoding.h"
#include "sensor/unwrap/mime_header.h"

namespace telltale {
namespace {

constexpr size_t kMostHeaders = 200;
constexpr std::array<std::string_view, 11> kFirstHeaders{
    "From", "Received", "Return-Path",  "MIME-Version",   "Message-ID",  "Date",
    "To",   "Subject",  "Delivered-To", "DKIM-Signature", "Content-Type"};

bool is_first_header(std::string_view name) {
  return std::any_of(kFirstHeaders.begin(), kFirstHeaders.end(),
                     [&](std::string_view known) { return iequals(known, name); });
}

// Two lines of headers, the first of them one that mails start with.
bool looks_like_mail(std::string_view text) {
  const std::string_view head = text.substr(0, 4 * Offer::kHead);
  MimeHeaderReader headers(head, 0);
  MimeHeader first;
  MimeHeader second;
  return headers.next(&first) && is_first_header(first.name) && headers.next(&second) &&
         !second.value.empty();
}

bool unwrap(Offer& offer) {
  const std::string_view text = offer.value();
  const bool said = istarts_with(trim(offer.hints().media_type), "message/rfc822");
  if (!said && !looks_like_mail(text)) return false;
  const size_t before = offer.fields().size();
  EntityHeaders entity;
  MimeHeaderReader headers(text, 0);
  MimeHeader header;
  for (size_t count = 0; count < kMostHeaders && headers.next(&header); ++count) {
    take_entity_header(header, entity, offer);
    const std::string_view value = header_text(header.value, offer);
    offer.add({.key = header.name,
               .value = value,
               .step = Step::item,
               .raw_begin = static_cast<uint32_t>(header.value_begin),
               .raw_size = static_cast<uint32_t>(header.value.size()),
               .verbatim = value.data() == header.value.data(),
               .truncated = offer.truncated() && headers.position() == text.size()});
  }
  const std::string_view body = text.substr(headers.position());
  const bool half_a_header = offer.truncated() && !headers.ended();
  if (!body.empty() && !half_a_header && offer.fields().size() > before) {
    const FieldId id = offer.add({.key = "body",
                                  .value = body,
                                  .step = Step::item,
                                  .kind = kind_of(body),
                                  .raw_begin = static_cast<uint32_t>(headers.position()),
                                  .raw_size = static_cast<uint32_t>(body.size()),
                                  .verbatim = true,
                                  .truncated = offer.truncated()});
    if (id != kNoField) offer.fields().set_hints(id, entity.hints);
  }
  return offer.fields().size() > before;
}

}  // namespace

const UnwrapperInfo mail_unwrapper{
    .name = "mail", .unwrap = unwrap, .triggers = byte_class::kColon, .by_head = true};

}  // namespace telltale
