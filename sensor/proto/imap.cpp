// IMAP (RFC 9051), what a client sends: mails it appends, its user name, and its ID (RFC 2971), in
// which mail programs describe the device. STARTTLS hands over.
#include <algorithm>
#include <array>

#include "sensor/base/encoding.h"
#include "sensor/proto/line_buffer.h"
#include "sensor/proto/parser.h"
#include "sensor/proto/raw_scan.h"

namespace telltale {
namespace {

constexpr std::array<std::string_view, 10> kFirstCommands = {
    "CAPABILITY", "LOGIN",  "STARTTLS", "ID",     "AUTHENTICATE",
    "NOOP",       "LOGOUT", "SELECT",   "ENABLE", "NAMESPACE"};

// One word of a command line.
std::string_view take_word(std::string_view& line) {
  while (!line.empty() && line.front() == ' ') line.remove_prefix(1);
  const size_t size = std::min(line.find(' '), line.size());
  const std::string_view word = line.substr(0, size);
  line.remove_prefix(size);
  return word;
}

std::string_view unquoted(std::string_view word) {
  if (word.size() >= 2 && word.front() == '"' && word.back() == '"') {
    return word.substr(1, word.size() - 2);
  }
  return word;
}

// The size of the literal that a line announces at its end: {310} or {310+}. No value where there
// is none.
std::optional<uint64_t> literal_size(std::string_view line) {
  if (line.empty() || line.back() != '}') return std::nullopt;
  const size_t open = line.rfind('{');
  if (open == std::string_view::npos) return std::nullopt;
  std::string_view digits = line.substr(open + 1, line.size() - open - 2);
  if (!digits.empty() && (digits.back() == '+' || digits.back() == '-')) digits.remove_suffix(1);
  if (digits.empty() || digits.size() > 18) return std::nullopt;
  uint64_t size = 0;
  for (const char c : digits) {
    if (!is_digit(c)) return std::nullopt;
    size = size * 10 + static_cast<uint64_t>(c - '0');
  }
  return size;
}

class ImapParser final : public Parser {
 public:
  ImapParser(const Limits& limits, const ProbeInput& flow)
      : limits_(limits), lines_(limits.max_head), stray_(limits, flow) {}

  std::optional<Handover> feed(const Chunk& chunk, ParserSink& sink) override {
    if (chunk.direction != Direction::to_server) return std::nullopt;
    now_ = chunk;
    now_.bytes = {};
    now_.gap = 0;
    if (chunk.gap > 0) bridge(chunk.gap, sink);
    lines_.append(chunk.bytes, chunk.frame);
    for (;;) {
      if (tls_next_ && starts_tls(lines_.text())) {
        return Handover{nullptr, chunk.bytes.size(), std::string(lines_.text())};
      }
      if (literal_left_ > 0) {
        take_literal(sink);
        if (literal_left_ > 0) return std::nullopt;
      }
      const std::string_view line = lines_.next();
      if (line.empty()) return std::nullopt;
      on_line(without_end(line), sink);
      lines_.consume(line.size());
    }
  }

  void finish(ParserSink& sink) override {
    emit(true, sink);
    stray_.feed(lines_.text(), now_, sink);
    lines_.clear();
    stray_.finish(sink);
  }

 private:
  void on_line(std::string_view line, ParserSink& sink) {
    tls_next_ = false;
    if (!continues_) {
      std::string_view rest = line;
      take_word(rest);  // the tag
      const std::string_view verb = take_word(rest);
      appends_ = iequals(verb, "APPEND");
      tls_next_ = iequals(verb, "STARTTLS");
      if (iequals(verb, "LOGIN")) note("imap.login.user", unquoted(take_word(rest)), sink);
      if (iequals(verb, "ID")) note("imap.id", trim(rest), sink);
    }
    const auto size = literal_size(line);
    literal_left_ = size.value_or(0);
    continues_ = size.has_value();
  }

  void note(std::string_view root, std::string_view value, ParserSink& sink) {
    if (value.empty() || value.front() == '{') return;
    const auto from = static_cast<size_t>(value.data() - lines_.text().data());
    Message message;
    message.protocol = "imap";
    message.ts = now_.ts;
    lines_.bytes().mark(message.frames, from, from + value.size(), 0);
    message.fields.add_root(root, message.fields.arena().adopt(std::string(value)), 0);
    sink.on_message(std::move(message));
  }

  void take_literal(ParserSink& sink) {
    const size_t size = std::min<uint64_t>(lines_.text().size(), literal_left_);
    const size_t kept = std::min(size, limits_.max_body - literal_.size());
    lines_.bytes().mark(frames_, 0, kept, static_cast<uint32_t>(literal_.size()));
    literal_.append(lines_.text().substr(0, kept));
    if (kept < size) {
      if (!capped_) sink.on_weird(Weird::imap_literal_beyond_cap);
      capped_ = true;
      sink.on_not_read(size - kept, NotInspected::body_cap);
    }
    lines_.consume(size);
    literal_left_ -= size;
    if (literal_left_ == 0) emit(false, sink);
  }

  void emit(bool truncated, ParserSink& sink) {
    truncated |= capped_;
    capped_ = false;
    if (literal_.empty()) return;
    Message message;
    message.protocol = "imap";
    message.ts = now_.ts;
    message.truncated = truncated;
    message.frames = std::move(frames_);
    FieldTree& fields = message.fields;
    const MediaHints hints{appends_ ? "message/rfc822" : "", {}};
    const FieldId id = fields.add_root(appends_ ? "imap.append" : "imap.literal",
                                       fields.arena().adopt(std::move(literal_)), 0, hints);
    if (truncated) fields.set_truncated(id);
    literal_.clear();
    frames_ = {};
    sink.on_message(std::move(message));
  }

  void bridge(uint64_t gap, ParserSink& sink) {
    emit(true, sink);
    stray_.feed(lines_.text(), now_, sink);
    stray_.finish(sink);
    lines_.clear();
    literal_left_ -= std::min(literal_left_, gap);
    if (literal_left_ == 0) continues_ = true;  // in the middle of a line, mostly
    tls_next_ = false;
  }

  const Limits& limits_;
  LineBuffer lines_;
  RawScan stray_;
  std::string literal_;
  FrameMap frames_;
  uint64_t literal_left_ = 0;
  bool continues_ = false;  // the line belongs to the command of the line before
  bool appends_ = false;
  bool tls_next_ = false;
  bool capped_ = false;
  Chunk now_;
};

// "a1 CAPABILITY": a tag and a command that a client may begin with.
Probe probe(const ProbeInput& input) {
  if (input.ip_proto != kTcp) return Probe::no;
  const std::string_view head = as_text(input.head);
  const size_t space = head.find(' ');
  const std::string_view tag = head.substr(0, space);
  const auto is_tag_char = [](char c) {
    return is_digit(c) || is_alpha(c) || c == '.' || c == '-';
  };
  if (tag.size() > 16 || !std::all_of(tag.begin(), tag.end(), is_tag_char)) return Probe::no;
  if (space == std::string_view::npos) return Probe::more;
  if (tag.empty()) return Probe::no;
  const std::string_view rest = head.substr(space + 1);
  const size_t word = std::min(rest.find_first_of(" \r\n"), rest.size());
  for (const std::string_view command : kFirstCommands) {
    if (word == rest.size() && istarts_with(command, rest)) return Probe::more;
    if (word < rest.size() && iequals(command, rest.substr(0, word))) {
      // "ID" is short: its argument is a list or NIL.
      const std::string_view argument = rest.substr(word + 1);
      if (command != "ID" || istarts_with(argument, "(") || istarts_with(argument, "NIL"))
        return Probe::yes;
    }
  }
  return Probe::no;
}

std::unique_ptr<Parser> create(const Limits& limits, const ProbeInput& flow) {
  return std::make_unique<ImapParser>(limits, flow);
}

}  // namespace

extern const ParserInfo imap_info{"imap", false, probe, create};

}  // namespace telltale
