// Text in other character sets: declared (Content-Type, XML declaration), marked by a byte order
// mark, or told by its bytes (UTF-16 and UTF-32 by their zeros; GBK, Big5, Shift-JIS and Western
// European by the ranges their bytes fall in).
#include "sensor/unwrap/charset.h"

#include <array>
#include <cerrno>
#include <memory>

#include <iconv.h>

#include "sensor/base/encoding.h"
#include "sensor/unwrap/charset_guess.h"
#include "sensor/unwrap/decompressed.h"
#include "sensor/unwrap/mime_header.h"
#include "sensor/unwrap/utf16.h"
#include "sensor/unwrap/utf8.h"

namespace telltale {
namespace {

constexpr size_t kDamageTolerated =
    500;                        // one bad byte in so many, when the character set is guessed
constexpr size_t kHead = 4096;  // bytes that tell a legacy character set
constexpr size_t kDeclarationHead = 256;
constexpr size_t kLongestCharacter = 4;  // of UTF-8
constexpr std::string_view kReplacement = "\xef\xbf\xbd";

struct Alias {
  std::string_view spelling;
  std::string_view name;
  const char* iconv_name;
};
constexpr std::array kAliases{
    Alias{"utf-16le", "utf-16le", "UTF-16LE"},
    Alias{"utf-16be", "utf-16be", "UTF-16BE"},
    Alias{"utf-32le", "utf-32le", "UTF-32LE"},
    Alias{"utf-32be", "utf-32be", "UTF-32BE"},
    Alias{"utf-16", "utf-16le", "UTF-16LE"},
    Alias{"ucs-2", "utf-16le", "UTF-16LE"},
    Alias{"gbk", "gbk", "GB18030"},
    Alias{"gb2312", "gbk", "GB18030"},
    Alias{"gb18030", "gbk", "GB18030"},
    Alias{"cp936", "gbk", "GB18030"},
    Alias{"x-gbk", "gbk", "GB18030"},
    Alias{"big5", "big5", "BIG5-HKSCS"},
    Alias{"big5-hkscs", "big5", "BIG5-HKSCS"},
    Alias{"shift_jis", "shift-jis", "CP932"},
    Alias{"shift-jis", "shift-jis", "CP932"},
    Alias{"sjis", "shift-jis", "CP932"},
    Alias{"windows-31j", "shift-jis", "CP932"},
    Alias{"euc-jp", "euc-jp", "EUC-JP"},
    Alias{"iso-2022-jp", "iso-2022-jp", "ISO-2022-JP"},
    Alias{"euc-kr", "euc-kr", "CP949"},
    Alias{"ks_c_5601-1987", "euc-kr", "CP949"},
    Alias{"iso-8859-1", "latin-1", "CP1252"},
    Alias{"latin1", "latin-1", "CP1252"},
    Alias{"latin-1", "latin-1", "CP1252"},
    Alias{"windows-1252", "latin-1", "CP1252"},
    Alias{"cp1252", "latin-1", "CP1252"},
    Alias{"iso-8859-15", "iso-8859-15", "ISO-8859-15"},
    Alias{"iso-8859-2", "iso-8859-2", "ISO-8859-2"},
    Alias{"windows-1250", "windows-1250", "CP1250"},
    Alias{"windows-1251", "windows-1251", "CP1251"},
    Alias{"koi8-r", "koi8-r", "KOI8-R"},
    Alias{"iso-8859-5", "iso-8859-5", "ISO-8859-5"},
    Alias{"gb_2312-80", "gbk", "GB18030"},
    Alias{"ms936", "gbk", "GB18030"},
    Alias{"windows-936", "gbk", "GB18030"},
    Alias{"euc-cn", "gbk", "GB18030"},
    Alias{"chinese", "gbk", "GB18030"},
    Alias{"cp950", "big5", "BIG5-HKSCS"},
    Alias{"x-x-big5", "big5", "BIG5-HKSCS"},
    Alias{"cp932", "shift-jis", "CP932"},
    Alias{"x-sjis", "shift-jis", "CP932"},
    Alias{"ms932", "shift-jis", "CP932"},
    Alias{"cp949", "euc-kr", "CP949"},
    Alias{"uhc", "euc-kr", "CP949"},
    Alias{"ks_c_5601", "euc-kr", "CP949"},
    Alias{"windows-949", "euc-kr", "CP949"},
    Alias{"latin-9", "iso-8859-15", "ISO-8859-15"},
    Alias{"windows-1253", "windows-1253", "CP1253"},
    Alias{"windows-1254", "windows-1254", "CP1254"},
    Alias{"iso-8859-9", "windows-1254", "CP1254"},
    Alias{"latin5", "windows-1254", "CP1254"},
    Alias{"windows-1255", "windows-1255", "CP1255"},
    Alias{"iso-8859-8", "iso-8859-8", "ISO-8859-8"},
    Alias{"windows-1256", "windows-1256", "CP1256"},
    Alias{"cp1256", "windows-1256", "CP1256"},
    Alias{"iso-8859-6", "iso-8859-6", "ISO-8859-6"},
    Alias{"windows-1257", "windows-1257", "CP1257"},
    Alias{"windows-1258", "windows-1258", "CP1258"},
    Alias{"iso-8859-7", "iso-8859-7", "ISO-8859-7"},
    Alias{"windows-874", "windows-874", "CP874"},
    Alias{"tis-620", "windows-874", "CP874"},
    Alias{"iso-8859-11", "windows-874", "CP874"},
    Alias{"cp1250", "windows-1250", "CP1250"},
    Alias{"cp1251", "windows-1251", "CP1251"},
    Alias{"koi8-u", "koi8-u", "KOI8-U"},
};

class Converter {
 public:
  explicit Converter(const char* from) : handle_(iconv_open("UTF-8", from)) {}
  ~Converter() {
    if (ok()) iconv_close(handle_);
  }
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;
  // NOLINTNEXTLINE(performance-no-int-to-ptr): the value POSIX gives for failure
  bool ok() const { return handle_ != reinterpret_cast<iconv_t>(-1); }

  // Forgets the text before.
  void reset() { iconv(handle_, nullptr, nullptr, nullptr, nullptr); }
  // Converts what it can of `input`, and takes it off. 0 or the errno of why it stopped.
  int convert(std::string_view& input, Decompressed& output) {
    const auto room = output.room();
    if (room.empty()) return ENOSPC;
    char* from = const_cast<char*>(input.data());  // iconv's API; it only reads
    char* to = reinterpret_cast<char*>(room.data());
    size_t from_left = input.size();
    size_t to_left = room.size();
    const size_t result = iconv(handle_, &from, &from_left, &to, &to_left);
    const int reason = result == static_cast<size_t>(-1) ? errno : 0;
    output.filled(room.size() - to_left);
    input.remove_prefix(input.size() - from_left);
    return reason;
  }

 private:
  iconv_t handle_;
};

// Opening a converter costs more than most texts it converts: each thread keeps its last one. Null
// when the C library does not know the set.
Converter* converter_from(const Alias& alias) {
  thread_local std::unique_ptr<Converter> kept;
  thread_local const Alias* kept_for = nullptr;
  if (kept_for != &alias) {
    kept = std::make_unique<Converter>(alias.iconv_name);
    kept_for = &alias;
  }
  if (!kept->ok()) return nullptr;
  kept->reset();
  return kept.get();
}

std::string_view declared_charset(const Offer& offer) {
  const std::string_view by_header =
      charset_name(header_parameter(offer.hints().media_type, "charset"));
  if (!by_header.empty()) return by_header;
  const std::string_view head = offer.value().substr(0, kDeclarationHead);
  if (!head.starts_with("<?xml")) return {};
  const size_t at = head.find("encoding=");
  if (at == std::string_view::npos || at + 10 >= head.size()) return {};
  const size_t end = head.find(head[at + 9], at + 10);
  return end == std::string_view::npos ? std::string_view{}
                                       : charset_name(head.substr(at + 10, end - at - 10));
}

bool add_converted(Offer& offer, std::string_view charset, size_t from, bool guessed) {
  const Conversion made = to_utf8(charset, offer.value().substr(from), offer);
  if (made.text.empty() || (guessed && made.damaged * kDamageTolerated > made.text.size()))
    return false;
  if (made.damaged > 0) offer.budget().count_once(Weird::charset_invalid_bytes);
  return offer.add_decoded(charset, made.text, !made.complete, offer.hints().content_coding) !=
         kNoField;
}

// Is what stands between the high bytes mostly words and numbers? Noise is not.
bool has_plain_ascii(std::string_view head) {
  size_t ascii = 0;
  size_t plain = 0;
  for (const char c : head) {
    if (static_cast<uint8_t>(c) >= 0x80) continue;
    ++ascii;
    if (is_alpha(c) || is_digit(c) || is_space(c) || c == '"' || c == ',' || c == ':') ++plain;
  }
  return plain * 10 >= ascii * 7;
}

bool unwrap(Offer& offer) {
  if (!split_coding(offer.hints().content_coding).outermost.empty()) return false;
  const WideText wide = recognise_wide_text(offer.value());
  if (!wide.charset.empty()) return add_converted(offer, wide.charset, wide.mark_size, false);
  std::string_view charset = declared_charset(offer);
  if (charset.starts_with("utf-")) return false;  // it would have looked like it
  if (charset == "iso-2022-jp") {
    return offer.value().find('\x1b') != std::string_view::npos &&
           add_converted(offer, charset, 0, false);
  }
  const ByteClasses classes = charset.empty() ? offer.head_classes() : offer.classes();
  if ((classes & byte_class::kHigh) == 0) return false;
  if ((offer.head_classes() & (byte_class::kControl | byte_class::kNul)) != 0) return false;
  if (is_utf8_prefix(offer.value())) return false;
  const bool guessed = charset.empty();
  const std::string_view head = offer.value().substr(0, kHead);
  if (guessed && has_plain_ascii(head)) charset = guessed_charset(head);
  return !charset.empty() && add_converted(offer, charset, 0, guessed);
}

}  // namespace

std::string_view charset_name(std::string_view declared) {
  if (declared.empty()) return {};
  for (const Alias& alias : kAliases) {
    if (iequals(alias.spelling, declared)) return alias.name;
  }
  return {};
}

Conversion to_utf8(std::string_view charset, std::string_view text, Offer& offer) {
  const auto* alias = std::find_if(kAliases.begin(), kAliases.end(),
                                   [&](const Alias& known) { return known.name == charset; });
  if (alias == kAliases.end()) return {};
  Converter* const converter = converter_from(*alias);
  if (converter == nullptr) return {};
  Decompressed output(offer, text.size());
  Conversion made;
  while (!text.empty()) {
    const int reason = converter->convert(text, output);
    if (reason == 0) break;
    if (reason == E2BIG && !output.full()) {
      if (output.room_for(2 * kLongestCharacter).size() >= 2 * kLongestCharacter) continue;
    }
    made.complete = reason == EILSEQ;
    if (!made.complete) break;
    ++made.damaged;
    const auto room = output.room_for(kReplacement.size());
    if (room.size() < kReplacement.size()) {
      made.complete = false;
      break;
    }
    std::copy(kReplacement.begin(), kReplacement.end(), room.begin());
    output.filled(kReplacement.size());
    text.remove_prefix(1);
  }
  made.text = output.keep(made.complete);
  return made;
}

const UnwrapperInfo charset_unwrapper{.name = "utf-16le",
                                      .unwrap = unwrap,
                                      .triggers = byte_class::kHigh | byte_class::kNul,
                                      .by_head = true};

}  // namespace telltale
