// By a Content-Transfer-Encoding, or told by soft line breaks and escapes of bytes that are no
// ASCII.
#include "sensor/unwrap/quoted_printable.h"

#include "sensor/base/encoding.h"
#include "sensor/unwrap/decompressed.h"

namespace telltale {
namespace {

constexpr size_t kConvincing = 3;  // soft breaks and escapes that tell it

int hex_byte(std::string_view text, size_t at) {
  if (at + 2 > text.size()) return -1;
  const int high = hex_value(text[at]);
  const int low = hex_value(text[at + 1]);
  return high < 0 || low < 0 ? -1 : high << 4 | low;
}

// The size of the soft line break at `at` (its '='); 0 when there is none.
size_t soft_break(std::string_view text, size_t at) {
  if (text.substr(at, 2) == "=\n") return 2;
  return text.substr(at, 3) == "=\r\n" ? 3 : 0;
}

// Every '=' among the first bytes must be a soft break or an escape that encoders write, and there
// must be some of bytes that are no ASCII.
bool looks_encoded(std::string_view head) {
  size_t signs = 0;
  for (size_t at = head.find('='); at != std::string_view::npos && at + 3 <= head.size();
       at = head.find('=', at + 1)) {
    const int byte = hex_byte(head, at + 1);
    const bool is_sign = soft_break(head, at) > 0 || byte >= 0x80;
    if (!is_sign && byte != '=' && byte != ' ' && byte != '\t' && byte != '\r' && byte != '\n')
      return false;
    if (is_sign) ++signs;
  }
  return signs >= kConvincing;
}

bool unwrap(Offer& offer) {
  const std::string_view text = offer.value();
  const Coding coding = split_coding(offer.hints().content_coding);
  const bool said = iequals(coding.outermost, "quoted-printable");
  if (!said && !looks_encoded(text.substr(0, Offer::kHead))) return false;
  if (!offer.budget().take_bytes(text.size())) return false;
  char* room = offer.fields().arena().allocate(text.size());
  const size_t size = decode_quoted_printable(text, QuotedPrintable::body, room);
  if (size == 0 || (!said && size == text.size())) return false;
  return offer.add_decoded("quoted-printable", {room, size}, false,
                           said ? coding.rest : offer.hints().content_coding) != kNoField;
}

}  // namespace

size_t decode_quoted_printable(std::string_view text, QuotedPrintable variant, char* out) {
  const char* const begin = out;
  for (size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c != '=') {
      *out++ = c == '_' && variant == QuotedPrintable::header_word ? ' ' : c;
      ++at;
    } else if (const size_t size = soft_break(text, at); size > 0) {
      at += size;
    } else if (const int byte = hex_byte(text, at + 1); byte >= 0) {
      *out++ = static_cast<char>(byte);
      at += 3;
    } else if (at + 3 > text.size()) {
      break;
    } else {
      *out++ = c;
      ++at;
    }
  }
  return static_cast<size_t>(out - begin);
}

const UnwrapperInfo quoted_printable_unwrapper{
    .name = "quoted-printable",
    .unwrap = unwrap,
    .triggers = byte_class::kEquals,
    .rejects = byte_class::kAmpersand | byte_class::kBinary,
    .by_head = true};

}  // namespace telltale
