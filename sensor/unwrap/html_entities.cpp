// Values in which markup was escaped ({&quot;imei&quot;:1}), and the decoding that the XML reader
// shares.
#include "sensor/unwrap/html_entities.h"

#include <array>
#include <charconv>

#include "sensor/base/encoding.h"
#include "sensor/unwrap/utf8.h"

namespace telltale {
namespace {

constexpr size_t kLongestReference = 12;

struct Entity {
  std::string_view name;
  std::string_view text;
};
constexpr std::array<Entity, 6> kNamed{
    {{"amp", "&"}, {"lt", "<"}, {"gt", ">"}, {"quot", "\""}, {"apos", "'"}, {"nbsp", "\xc2\xa0"}}};

// Decodes the name or number between '&' and ';' to `out`; returns where it ends, null when it is
// none.
char* put_reference(std::string_view name, char* out) {
  if (name.starts_with('#')) {
    const bool hex = name.size() > 1 && ascii_lower(name[1]) == 'x';
    const std::string_view digits = name.substr(hex ? 2 : 1);
    uint32_t code = 0;
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), code, hex ? 16 : 10);
    if (error != std::errc{} || end != digits.data() + digits.size() || code > 0x10ffff)
      return nullptr;
    return put_utf8(code, out);
  }
  for (const Entity& entity : kNamed) {
    if (name == entity.name) return std::copy(entity.text.begin(), entity.text.end(), out);
  }
  return nullptr;
}

bool unwrap(Offer& offer) {
  const std::string_view text = offer.value();
  size_t at = text.find('&');
  while (at != std::string_view::npos && entity_size(text, at) == 0) at = text.find('&', at + 1);
  if (at == std::string_view::npos) return false;
  return offer.add_decoded("html", entities_decoded(text, offer)) != kNoField;
}

}  // namespace

size_t entity_size(std::string_view text, size_t at) {
  const size_t end = text.substr(at, kLongestReference).find(';');
  char scratch[8];
  if (end == std::string_view::npos ||
      put_reference(text.substr(at + 1, end - 1), scratch) == nullptr)
    return 0;
  return end + 1;
}

std::string_view entities_decoded(std::string_view text, Offer& offer) {
  size_t next = text.find('&');
  if (next == std::string_view::npos || !offer.budget().take_bytes(text.size())) return text;
  char* const begin = offer.fields().arena().allocate(text.size());
  char* out = begin;
  for (size_t at = 0; at < text.size();) {
    next = std::min(text.find('&', at), text.size());
    out = std::copy(text.begin() + static_cast<ptrdiff_t>(at),
                    text.begin() + static_cast<ptrdiff_t>(next), out);
    if (next == text.size()) break;
    const size_t size = entity_size(text, next);
    if (size == 0) {
      *out++ = '&';
      at = next + 1;
    } else {
      out = put_reference(text.substr(next + 1, size - 2), out);
      at = next + size;
    }
  }
  return {begin, static_cast<size_t>(out - begin)};
}

const UnwrapperInfo html_entities_unwrapper{
    .name = "html",
    .unwrap = unwrap,
    .triggers = byte_class::kAmpersand,
    .rejects = byte_class::kLess | byte_class::kControl | byte_class::kNul};

}  // namespace telltale
