// base64 and base64url (RFC 4648), padded or not, in lines or not, also behind "data:...;base64,"
// (RFC 2397) and "Basic " (RFC 7617).
//
// By hint (a Content-Transfer-Encoding), or guessed: every character must belong to the alphabet
// and what comes out must be recognisable, so that words, tokens and hashes stay what they are.
#include "sensor/base/encoding.h"
#include "sensor/unwrap/base64_codec.h"
#include "sensor/unwrap/decompressed.h"
#include "sensor/unwrap/recognise.h"

namespace telltale {
namespace {

constexpr size_t kShortest = 16;
constexpr size_t kShortestAnnounced = 4;
constexpr size_t kHeadCharacters = 96;
constexpr size_t kHeadRoom = kHeadCharacters * 3 / 4 + 3;
constexpr ByteClasses kUrlSigns = byte_class::kMinus | byte_class::kUnderscore;

// Decodes `text`, which starts at `begin` of the value. False when it is no base64 or not to be
// believed.
bool decode(Offer& offer, size_t begin, bool announced, std::string_view coding_below) {
  const std::string_view text = offer.value().substr(begin);
  char head[kHeadRoom];
  const bool whole = text.size() <= kHeadCharacters;
  const size_t head_size = kAnyBase64.decode(text.substr(0, kHeadCharacters), head);
  if (head_size == Base64Alphabet::kNotBase64) return false;
  if (!announced && !is_recognisable({head, head_size}, whole)) return false;
  if (!offer.budget().take_bytes(text.size() * 3 / 4 + 3)) return false;
  char* room = offer.fields().arena().allocate(text.size() * 3 / 4 + 3);
  const size_t size = kAnyBase64.decode(text, room);
  if (size == Base64Alphabet::kNotBase64 || size == 0) return false;
  const bool url = (classes_of(text.substr(0, Offer::kHead)) & kUrlSigns) != 0;
  return offer.add_decoded(url ? "base64url" : "base64", {room, size}, false, coding_below) !=
         kNoField;
}

// Where the data of a "data:" URL starts; 0 when the text is none with base64.
size_t data_url_start(std::string_view text) {
  if (!istarts_with(text, "data:")) return 0;
  const size_t comma = text.substr(0, Offer::kHead).find(',');
  if (comma == std::string_view::npos || !text.substr(0, comma).ends_with(";base64")) return 0;
  return comma + 1;
}

bool unwrap(Offer& offer) {
  const std::string_view text = offer.value();
  const Coding coding = split_coding(offer.hints().content_coding);
  if (iequals(coding.outermost, "base64")) return decode(offer, 0, true, coding.rest);
  if (const size_t start = data_url_start(text); start > 0) return decode(offer, start, true, {});
  if (istarts_with(text, "Basic ") && text.size() >= 6 + kShortestAnnounced)
    return decode(offer, 6, false, {});
  if (istarts_with(offer.hints().media_type, "application/grpc-web-text"))
    return decode(offer, 0, true, offer.hints().content_coding);
  if (text.size() < kShortest) return false;
  // A coding that was not found in the bytes as they are may be inside.
  return decode(offer, 0, !coding.outermost.empty(), offer.hints().content_coding);
}

}  // namespace

const UnwrapperInfo base64_unwrapper{
    .name = "base64",
    .unwrap = unwrap,
    .triggers = byte_class::kLower |
                byte_class::kUpper,  // base64 of nothing but hexadecimal digits is a hash
    .rejects = byte_class::kDot | byte_class::kPercent | byte_class::kAmpersand |
               byte_class::kQuestion | byte_class::kQuote | byte_class::kOpen | byte_class::kLess |
               byte_class::kTab | byte_class::kPipe | byte_class::kBinary};

}  // namespace telltale
