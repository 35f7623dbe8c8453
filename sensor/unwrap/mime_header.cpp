#include "sensor/unwrap/mime_header.h"

#include <string>

#include "sensor/base/encoding.h"
#include "sensor/unwrap/base64_codec.h"
#include "sensor/unwrap/charset.h"
#include "sensor/unwrap/percent_escapes.h"
#include "sensor/unwrap/quoted_printable.h"

namespace telltale {
namespace {

constexpr size_t kNone = std::string_view::npos;
constexpr size_t kLongestName = 64;
constexpr size_t kLongestWord = 1024;  // RFC 2047 says 75; senders do more

bool is_name_char(char c) { return c > ' ' && c < 0x7f && c != ':'; }

// The line at `at` without its end; `next` is where the one behind it starts.
std::string_view line_at(std::string_view text, size_t at, size_t* next) {
  const size_t end = text.find('\n', at);
  *next = end == kNone ? text.size() : end + 1;
  std::string_view line = text.substr(at, (end == kNone ? text.size() : end) - at);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

// The pieces of an encoded word, "=?charset?B?text?=".
struct EncodedWord {
  std::string_view charset;
  char encoding = 0;
  std::string_view text;
  size_t size = 0;  // of the whole word; 0 when there is none
};

EncodedWord encoded_word_at(std::string_view value, size_t at) {
  value = value.substr(0, at + kLongestWord);
  const size_t first = value.find('?', at + 2);
  if (first == kNone || first + 2 >= value.size() || value[first + 2] != '?') return {};
  const size_t end = value.find("?=", first + 3);
  if (end == kNone) return {};
  return {value.substr(at + 2, first - at - 2), ascii_lower(value[first + 1]),
          value.substr(first + 3, end - first - 3), end + 2 - at};
}

void append_word(const EncodedWord& word, std::string& out, Offer& offer) {
  std::string bytes(word.text.size() + 3, '\0');
  size_t size = 0;
  if (word.encoding == 'b') {
    size = kAnyBase64.decode(word.text, bytes.data());
    if (size == Base64Alphabet::kNotBase64) size = 0;
  } else {
    size = decode_quoted_printable(word.text, QuotedPrintable::header_word, bytes.data());
  }
  bytes.resize(size);
  const std::string_view charset = charset_name(word.charset.substr(0, word.charset.find('*')));
  const std::string_view converted =
      charset.empty() ? std::string_view{} : to_utf8(charset, bytes, offer).text;
  out += converted.empty() ? std::string_view(bytes) : converted;
}

std::string_view decode_words(std::string_view value, Offer& offer) {
  std::string out;
  bool after_word = false;
  for (size_t at = 0; at < value.size();) {
    const EncodedWord word =
        value.substr(at, 2) == "=?" ? encoded_word_at(value, at) : EncodedWord{};
    if (word.size > 0) {
      // White space between two encoded words is not part of the text (RFC 2047 section 6.2).
      while (after_word && !out.empty() && out.back() == ' ') out.pop_back();
      append_word(word, out, offer);
      at += word.size;
      after_word = true;
      continue;
    }
    const char c = value[at++];
    if (c == '\r' || c == '\n') continue;
    out += c == '\t' ? ' ' : c;
    after_word = after_word && c == ' ';
  }
  return offer.budget().take_bytes(out.size()) ? offer.fields().arena().adopt(std::move(out))
                                               : value;
}

std::string_view parameter_text(std::string_view value, std::string_view name, Offer& offer) {
  const std::string_view plain = header_parameter(value, name);
  if (!plain.empty()) return header_text(plain, offer);
  const std::string starred = std::string(name) + '*';
  const std::string_view extended = header_parameter(value, starred);  // UTF-8''na%20me
  const size_t quote = extended.rfind('\'');
  return percent_decoded(quote == kNone ? extended : extended.substr(quote + 1), {}, offer);
}

// `inner` and `outer` as one chain of codings, the one applied last at its end.
std::string_view chain(std::string_view inner, std::string_view outer, Offer& offer) {
  if (inner.empty()) return outer;
  if (outer.empty()) return inner;
  return offer.fields().arena().keep(std::string(inner) + ',' + std::string(outer));
}

}  // namespace

bool MimeHeaderReader::next(MimeHeader* header) {
  size_t next_line = at_;
  const std::string_view line = line_at(text_, at_, &next_line);
  if (line.empty()) {
    ended_ = at_ < text_.size();
    at_ = next_line;
    return false;
  }
  size_t colon = 0;
  while (colon < std::min(line.size(), kLongestName) && is_name_char(line[colon])) ++colon;
  if (colon == 0 || colon >= line.size() || line[colon] != ':') return false;
  while (next_line < text_.size() && (text_[next_line] == ' ' || text_[next_line] == '\t')) {
    line_at(text_, next_line, &next_line);
  }
  header->name = line.substr(0, colon);
  header->value = trim(text_.substr(at_ + colon + 1, next_line - at_ - colon - 1));
  header->value_begin = static_cast<size_t>(header->value.data() - text_.data());
  at_ = next_line;
  return true;
}

std::string_view header_parameter(std::string_view value, std::string_view name) {
  for (size_t at = value.find(';'); at != kNone;) {
    std::string_view rest = trim(value.substr(at + 1));
    const size_t equals = rest.find_first_of("=;");
    if (equals == kNone) return {};
    if (rest[equals] == ';') {
      at = static_cast<size_t>(rest.data() - value.data()) + equals;
      continue;
    }
    const bool found = iequals(trim(rest.substr(0, equals)), name);
    rest = trim(rest.substr(equals + 1));
    const bool quoted = rest.starts_with('"');
    if (quoted) rest.remove_prefix(1);
    const size_t end = std::min(rest.find(quoted ? '"' : ';'), rest.size());
    if (found) return quoted ? rest.substr(0, end) : trim(rest.substr(0, end));
    at = value.find(';', static_cast<size_t>(rest.data() - value.data()) + end);
  }
  return {};
}

std::string_view header_text(std::string_view value, Offer& offer) {
  const bool plain = value.find("=?") == kNone && value.find('\n') == kNone;
  return plain ? value : decode_words(value, offer);
}

void take_entity_header(const MimeHeader& header, EntityHeaders& entity, Offer& offer) {
  if (iequals(header.name, "Content-Disposition")) {
    entity.name = parameter_text(header.value, "name", offer);
    entity.file_name = parameter_text(header.value, "filename", offer);
  } else if (iequals(header.name, "Content-Type")) {
    entity.hints.media_type = header.value;
    if (entity.file_name.empty()) entity.file_name = parameter_text(header.value, "name", offer);
  } else if (iequals(header.name, "Content-Encoding")) {
    entity.hints.content_coding = chain(header.value, entity.hints.content_coding, offer);
  } else if (iequals(header.name, "Content-Transfer-Encoding")) {
    const bool encoded =
        iequals(header.value, "base64") || iequals(header.value, "quoted-printable");
    if (encoded)
      entity.hints.content_coding = chain(entity.hints.content_coding, header.value, offer);
  }
}

}  // namespace telltale
