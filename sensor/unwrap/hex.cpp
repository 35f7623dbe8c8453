// Hexadecimal digits that hold something recognisable; hashes, identifiers and keys are not.
#include "sensor/base/encoding.h"
#include "sensor/unwrap/recognise.h"
#include "sensor/unwrap/unwrapper.h"

namespace telltale {
namespace {

constexpr size_t kShortest = 32;
constexpr size_t kHeadBytes = 64;

// Writes the bytes of `text` to `out`; false when a character is no digit.
bool decode(std::string_view text, char* out) {
  for (size_t i = 0; i + 1 < text.size(); i += 2) {
    const int high = hex_value(text[i]);
    const int low = hex_value(text[i + 1]);
    if (high < 0 || low < 0) return false;
    *out++ = static_cast<char>(high << 4 | low);
  }
  return true;
}

bool unwrap(Offer& offer) {
  std::string_view text = offer.value();
  text = trim(text);
  if (text.size() < kShortest || (text.size() % 2 != 0 && !offer.truncated())) return false;
  const size_t size = text.size() / 2;
  const size_t head_size = std::min(size, kHeadBytes);
  char head[kHeadBytes];
  if (!decode(text.substr(0, head_size * 2), head)) return false;
  // A coding that was not found in the bytes as they are may be inside.
  const std::string_view coding = offer.hints().content_coding;
  if (coding.empty() && !is_recognisable({head, head_size}, head_size == size)) return false;
  if (!offer.budget().take_bytes(size)) return false;
  char* room = offer.fields().arena().allocate(size);
  return decode(text, room) && offer.add_decoded("hex", {room, size}, false, coding) != kNoField;
}

}  // namespace

const UnwrapperInfo hex_unwrapper{.name = "hex",
                                  .unwrap = unwrap,
                                  .triggers = byte_class::kDigit,
                                  .rejects = ~(byte_class::kDigit | byte_class::kHexLower |
                                               byte_class::kHexUpper | byte_class::kNewline)};

}  // namespace telltale
