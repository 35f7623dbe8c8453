// Mail that a client sends: SMTP and LMTP (RFC 5321), BDAT (RFC 3030), STARTTLS (RFC 3207).
//
// A message is told with its envelope, its dots unstuffed; MIME is unwrapped elsewhere. The
// server's side is not needed: whether it accepted DATA or STARTTLS shows in what the client sends
// next.
#include <algorithm>
#include <array>

#include "sensor/base/encoding.h"
#include "sensor/proto/line_buffer.h"
#include "sensor/proto/parser.h"
#include "sensor/proto/raw_scan.h"

namespace telltale {
namespace {

constexpr std::array<std::string_view, 12> kVerbs = {
    "HELO", "EHLO", "LHLO", "MAIL", "RCPT", "RSET", "QUIT", "NOOP", "VRFY", "HELP", "AUTH", "EXPN"};

class SmtpParser final : public Parser {
 public:
  SmtpParser(const Limits& limits, const ProbeInput& flow)
      : limits_(limits), lines_(limits.max_head), stray_(limits, flow) {}

  std::optional<Handover> feed(const Chunk& chunk, ParserSink& sink) override {
    if (chunk.direction != Direction::to_server) return std::nullopt;
    now_ = chunk;
    now_.bytes = {};
    now_.gap = 0;
    if (chunk.gap > 0) bridge(chunk.gap, sink);
    lines_.append(chunk.bytes, chunk.frame);
    for (;;) {
      if (state_ == State::tls_next && starts_tls(lines_.text())) {
        return Handover{nullptr, chunk.bytes.size(), std::string(lines_.text())};
      }
      if (state_ == State::chunk) {
        const size_t size = std::min<uint64_t>(lines_.text().size(), chunk_left_);
        take(0, size, sink);
        chunk_left_ -= size;
        if (chunk_left_ > 0) return std::nullopt;
        state_ = State::command;
        if (last_chunk_) emit(false, sink);
        continue;
      }
      const std::string_view line = lines_.next();
      if (line.empty()) return std::nullopt;
      const bool in_text = state_ == State::text || state_ == State::text_next;
      if (in_text) on_text(line, sink);
      if (!in_text) on_command(line, sink);
    }
  }

  void finish(ParserSink& sink) override {
    if (in_content()) {
      take(0, lines_.text().size(), sink);
      emit(true, sink);
    }
    stray_.feed(lines_.text(), now_, sink);
    lines_.clear();
    stray_.finish(sink);
  }

 private:
  enum class State : uint8_t {
    command,
    text_next,  // after DATA: text, or a command when the server refused
    text,
    chunk,
    tls_next,  // after STARTTLS: TLS, or a command when the server refused
  };
  bool in_content() const { return state_ == State::text || state_ == State::chunk; }

  void on_command(std::string_view line, ParserSink& sink) {
    const std::string_view command = without_end(line);
    if (state_ == State::tls_next) state_ = State::command;
    if (istarts_with(command, "MAIL FROM:")) {
      add("smtp.mail_from", address_in(command.substr(10)));
    } else if (istarts_with(command, "RCPT TO:")) {
      add("smtp.rcpt_to", address_in(command.substr(8)));
    } else if (istarts_with(command, "EHLO ") || istarts_with(command, "HELO ")) {
      add("smtp.helo", trim(command.substr(5)));
    } else if (iequals(trim(command), "DATA")) {
      state_ = State::text_next;
    } else if (istarts_with(command, "BDAT ")) {
      begin_chunk(command.substr(5));
    } else if (iequals(trim(command), "STARTTLS")) {
      state_ = State::tls_next;
    } else if (iequals(trim(command), "RSET")) {
      emit(true, sink);
    }
    lines_.consume(line.size());
  }

  void begin_chunk(std::string_view arguments) {
    uint64_t size = 0;
    size_t digits = 0;
    while (digits < arguments.size() && digits < 18 && is_digit(arguments[digits])) {
      size = size * 10 + static_cast<uint64_t>(arguments[digits++] - '0');
    }
    chunk_left_ = size;
    last_chunk_ = iequals(trim(arguments.substr(digits)), "LAST");
    state_ = State::chunk;
  }

  void on_text(std::string_view line, ParserSink& sink) {
    if (state_ == State::text_next) {
      state_ = State::text;
      const auto is_verb = [&](std::string_view verb) { return istarts_with(line, verb); };
      const bool refused = line.size() <= 512 &&
                           std::any_of(kVerbs.begin(), kVerbs.end(), is_verb) &&
                           (line.size() <= 6 || line[4] == ' ');
      if (refused) {
        state_ = State::command;
        return on_command(line, sink);
      }
    }
    if (at_line_start_ && (line == ".\r\n" || line == ".\n")) {
      lines_.consume(line.size());
      state_ = State::command;
      return emit(false, sink);
    }
    const bool stuffed = at_line_start_ && line[0] == '.';
    at_line_start_ = line.back() == '\n';
    take(stuffed ? 1 : 0, line.size(), sink);
  }

  // Moves bytes [from, to) of the buffer into the mail and drops those before `to`.
  void take(size_t from, size_t to, ParserSink& sink) {
    const size_t size = to - from;
    const size_t kept = std::min(size, limits_.max_body - mail_.size());
    lines_.bytes().mark(frames_, from, from + kept, content());
    mail_.append(lines_.text().substr(from, kept));
    if (kept < size) {
      if (!capped_) sink.on_weird(Weird::smtp_mail_beyond_cap);
      capped_ = true;
      sink.on_not_read(size - kept, NotInspected::body_cap);
    }
    lines_.consume(to);
  }

  struct Item {
    std::string_view root;
    uint32_t at = 0;
    uint32_t size = 0;
  };
  uint32_t content() const { return static_cast<uint32_t>(envelope_.size() + mail_.size()); }

  static std::string_view address_in(std::string_view path) {
    path = trim(path);
    const size_t open = path.find('<');
    if (open == std::string_view::npos) return path.substr(0, path.find(' '));
    const size_t close = path.find('>', open);
    return path.substr(open + 1, close == std::string_view::npos ? close : close - open - 1);
  }

  // The envelope; `value` is in the first line of the buffer.
  void add(std::string_view root, std::string_view value) {
    if (value.empty() || !mail_.empty() || items_.size() >= limits_.max_header_fields) return;
    const auto from = static_cast<size_t>(value.data() - lines_.text().data());
    lines_.bytes().mark(frames_, from, from + value.size(), content());
    items_.push_back({root, content(), static_cast<uint32_t>(value.size())});
    envelope_ += value;
  }

  // Tells what was collected, if anything was, and starts over.
  void emit(bool truncated, ParserSink& sink) {
    truncated |= capped_;
    if (!items_.empty() || !mail_.empty()) {
      Message message;
      message.protocol = "smtp";
      message.ts = now_.ts;
      message.truncated = truncated;
      message.frames = std::move(frames_);
      FieldTree& fields = message.fields;
      const auto mail_at = static_cast<uint32_t>(envelope_.size());
      const std::string_view envelope = fields.arena().adopt(std::move(envelope_));
      for (const Item& item : items_) {
        fields.add_root(item.root, envelope.substr(item.at, item.size), item.at);
      }
      if (!mail_.empty()) {
        const FieldId id = fields.add_root("smtp.data", fields.arena().adopt(std::move(mail_)),
                                           mail_at, {"message/rfc822", {}});
        if (truncated) fields.set_truncated(id);
      }
      sink.on_message(std::move(message));
    }
    items_.clear();
    envelope_.clear();
    mail_.clear();
    frames_ = {};
    capped_ = false;
    at_line_start_ = true;
  }

  // In a mail what follows a gap is told as a mail of its own; elsewhere the cut command is scanned
  // as raw.
  void bridge(uint64_t gap, ParserSink& sink) {
    if (in_content()) {
      take(0, lines_.text().size(), sink);
      emit(true, sink);
      at_line_start_ = false;
    }
    stray_.feed(lines_.text(), now_, sink);
    stray_.finish(sink);
    lines_.clear();
    if (state_ == State::chunk && gap <= chunk_left_) {
      chunk_left_ -= gap;
    } else if (state_ == State::chunk || state_ == State::text_next) {
      state_ = State::text;  // ends with the next line that is a dot, or with the stream
      at_line_start_ = false;
    }
  }

  const Limits& limits_;
  LineBuffer lines_;
  RawScan stray_;
  State state_ = State::command;
  bool at_line_start_ = true;
  bool last_chunk_ = false;
  bool capped_ = false;
  uint64_t chunk_left_ = 0;
  std::string envelope_;
  std::vector<Item> items_;
  std::string mail_;
  FrameMap frames_;
  Chunk now_;
};

Probe probe(const ProbeInput& input) {
  if (input.ip_proto != kTcp) return Probe::no;
  const std::string_view head = as_text(input.head).substr(0, 5);
  for (const std::string_view greeting : {"EHLO ", "HELO ", "LHLO "}) {
    if (istarts_with(greeting, head)) return head.size() == 5 ? Probe::yes : Probe::more;
  }
  return Probe::no;
}

std::unique_ptr<Parser> create(const Limits& limits, const ProbeInput& flow) {
  return std::make_unique<SmtpParser>(limits, flow);
}

}  // namespace

extern const ParserInfo smtp_info{"smtp", false, probe, create};

}  // namespace telltale
