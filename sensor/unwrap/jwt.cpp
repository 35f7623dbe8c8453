// JSON Web Tokens (RFC 7519, RFC 7515): header and claims, also behind "Bearer " (RFC 6750). The
// signature says nothing of anybody.
#include "sensor/base/encoding.h"
#include "sensor/unwrap/base64_codec.h"
#include "sensor/unwrap/recognise.h"
#include "sensor/unwrap/unwrapper.h"

namespace telltale {
namespace {

constexpr std::string_view kStart = "eyJ";  // {" in base64url
constexpr size_t kHead = 64;                // bytes of a part that decide

bool add_part(Offer& offer, std::string_view part) {
  if (!offer.budget().take_bytes(part.size() + 3)) return false;
  char* room = offer.fields().arena().allocate(part.size() + 3);
  const size_t size = kAnyBase64.decode(part, room);
  if (size == Base64Alphabet::kNotBase64 || !is_readable({room, std::min(size, kHead)}))
    return false;
  return offer.add_decoded("jwt", {room, size}) != kNoField;
}

bool unwrap(Offer& offer) {
  std::string_view token = offer.value();
  if (istarts_with(token, "Bearer ")) token = trim(token.substr(7));
  if (!token.starts_with(kStart)) return false;
  const size_t dot = token.find('.');
  if (dot == std::string_view::npos) return false;
  const std::string_view claims = token.substr(dot + 1, token.find('.', dot + 1) - dot - 1);
  const size_t before = offer.fields().size();
  add_part(offer, token.substr(0, dot));
  if (claims.starts_with(kStart)) add_part(offer, claims);
  return offer.fields().size() > before;
}

}  // namespace

const UnwrapperInfo jwt_unwrapper{.name = "jwt",
                                  .unwrap = unwrap,
                                  .triggers = byte_class::kDot,
                                  .rejects = byte_class::kBinary | byte_class::kOpen |
                                             byte_class::kQuote | byte_class::kLess |
                                             byte_class::kAmpersand};

}  // namespace telltale
