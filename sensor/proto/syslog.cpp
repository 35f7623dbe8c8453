// Syslog: RFC 3164 as found and RFC 5424, over UDP and TCP (RFC 6587: counted, or a line each).
#include <algorithm>
#include <array>

#include "sensor/base/encoding.h"
#include "sensor/proto/line_buffer.h"
#include "sensor/proto/parser.h"
#include "sensor/proto/raw_scan.h"

namespace telltale {
namespace {

// The size of "<34>", 0 when there is none.
size_t priority_size(std::string_view text) {
  if (text.empty() || text[0] != '<') return 0;
  size_t at = 1;
  while (at < text.size() && at < 4 && is_digit(text[at])) ++at;
  return at > 1 && at < text.size() && text[at] == '>' ? at + 1 : 0;
}

// "Oct 11 22:14:15 " (RFC 3164 section 4.1.2).
bool starts_with_date(std::string_view text) {
  return text.size() >= 16 && is_alpha(text[0]) && text[3] == ' ' && text[6] == ' ' &&
         text[9] == ':' && text[12] == ':' && text[15] == ' ' && is_digit(text[14]);
}

class RecordReader {
 public:
  RecordReader(std::string_view record, Message& message)
      : begin_(record.data()), rest_(record), fields_(message.fields) {}

  void read() {
    rest_.remove_prefix(priority_size(rest_));
    if (istarts_with(rest_, "1 ")) {
      read_5424();
    } else {
      read_3164();
    }
    while (!rest_.empty() && is_space(rest_.back())) rest_.remove_suffix(1);
    add("syslog.message", rest_);
  }

 private:
  void add(std::string_view name, std::string_view value) {
    if (value.empty() || value == "-") return;
    fields_.add_root(name, value, static_cast<uint32_t>(value.data() - begin_));
  }
  std::string_view word() {
    const size_t size = std::min(rest_.find(' '), rest_.size());
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(std::min(size + 1, rest_.size()));
    return taken;
  }

  // RFC 5424 section 6: VERSION TIMESTAMP HOSTNAME APP-NAME PROCID MSGID STRUCTURED-DATA MSG.
  void read_5424() {
    word();
    word();
    add("syslog.host", word());
    add("syslog.app", word());
    word();
    word();
    if (!rest_.empty() && rest_.front() == '-') {
      word();
    } else {
      while (!rest_.empty() && rest_.front() == '[') read_element();
    }
    if (!rest_.empty() && rest_.front() == ' ') rest_.remove_prefix(1);
    if (istarts_with(rest_, "\xef\xbb\xbf")) rest_.remove_prefix(3);
  }

  // [id name="value" ...]; in a value '"', '\' and ']' are escaped by '\'.
  void read_element() {
    size_t at = std::min(rest_.find_first_of(" ]"), rest_.size());
    while (at < rest_.size() && rest_[at] == ' ') {
      const size_t equals = rest_.find("=\"", at);
      if (equals == std::string_view::npos) break;
      size_t end = equals + 2;
      while (end < rest_.size() && rest_[end] != '"') end += rest_[end] == '\\' ? 2 : 1;
      end = std::min(end, rest_.size());
      add_parameter(rest_.substr(at + 1, equals - at - 1),
                    rest_.substr(equals + 2, end - equals - 2));
      at = end + 1;
    }
    rest_.remove_prefix(std::min(at + 1, rest_.size()));
  }

  // There may be very many, so the root is looked for once.
  void add_parameter(std::string_view key, std::string_view value) {
    const auto wire = static_cast<uint32_t>(value.data() - begin_);
    if (data_ != kNoField) {
      fields_.add_child(data_, {.key = key,
                                .value = value,
                                .step = Step::item,
                                .raw_begin = wire - fields_[data_].wire_begin,
                                .raw_size = static_cast<uint32_t>(value.size()),
                                .verbatim = true});
      return;
    }
    const FieldId first = fields_.add_item("syslog.data", key, value, wire);
    if (first != kNoField) data_ = fields_[first].parent;
  }

  void read_3164() {
    if (!starts_with_date(rest_)) return;
    rest_.remove_prefix(16);
    add("syslog.host", word());
    const size_t tag = rest_.find_first_of("[: ");
    if (tag == std::string_view::npos || tag > 48 || rest_[tag] == ' ') return;
    add("syslog.app", rest_.substr(0, tag));
    const size_t colon = rest_.find(':', tag);
    if (colon == std::string_view::npos) return;
    rest_.remove_prefix(colon + 1);
    if (!rest_.empty() && rest_.front() == ' ') rest_.remove_prefix(1);
  }

  const char* begin_;
  std::string_view rest_;
  FieldTree& fields_;
  FieldId data_ = kNoField;
};

void tell(std::string_view record, Timestamp ts, FrameMap&& frames, bool truncated,
          ParserSink& sink) {
  Message message;
  message.protocol = "syslog";
  message.ts = ts;
  message.frames = std::move(frames);
  message.truncated = truncated;
  RecordReader(message.fields.arena().adopt(std::string(record)), message).read();
  if (truncated && message.fields.size() > 0) {
    message.fields.set_truncated(static_cast<FieldId>(message.fields.size() - 1));
  }
  if (message.fields.size() > 0) sink.on_message(std::move(message));
}

class SyslogDatagrams final : public Parser {
 public:
  std::optional<Handover> feed(const Chunk& chunk, ParserSink& sink) override {
    if (chunk.direction != Direction::to_server) return std::nullopt;
    FrameMap frames;
    frames.mark(0, chunk.frame);
    tell(as_text(chunk.bytes), chunk.ts, std::move(frames), false, sink);
    return std::nullopt;
  }
  void finish(ParserSink&) override {}
};

class SyslogStream final : public Parser {
 public:
  explicit SyslogStream(const Limits& limits)
      : max_record_(limits.max_raw_window), lines_(max_record_) {}

  std::optional<Handover> feed(const Chunk& chunk, ParserSink& sink) override {
    if (chunk.direction != Direction::to_server) return std::nullopt;
    if (chunk.gap > 0) finish(sink);
    ts_ = chunk.ts;
    lines_.append(chunk.bytes, chunk.frame);
    while (read_record(sink)) {
    }
    return std::nullopt;
  }

  void finish(ParserSink& sink) override {
    if (!lines_.text().empty()) give(0, lines_.text().size(), true, sink);
  }

 private:
  bool read_record(ParserSink& sink) {
    const std::string_view text = lines_.text();
    if (text.empty()) return false;
    size_t digits = 0;
    size_t size = 0;
    while (digits < text.size() && digits < 7 && is_digit(text[digits])) {
      size = size * 10 + static_cast<size_t>(text[digits++] - '0');
    }
    if (digits > 0 && digits == text.size()) return false;
    const bool counted = digits > 0 && text[digits] == ' ' && size > 0 && size <= max_record_;
    if (counted) {
      if (text.size() < digits + 1 + size) return false;
      give(digits + 1, digits + 1 + size, false, sink);
      return true;
    }
    const std::string_view line = lines_.next();
    if (line.empty()) return false;
    const bool is_cut = line.back() != '\n';
    if (is_cut) sink.on_weird(Weird::syslog_record_beyond_cap);
    give(0, line.size(), is_cut, sink);
    return true;
  }

  // Tells bytes [from, to) of the buffer and drops those before `to`.
  void give(size_t from, size_t to, bool truncated, ParserSink& sink) {
    FrameMap frames;
    lines_.bytes().mark(frames, from, to, 0);
    tell(lines_.text().substr(from, to - from), ts_, std::move(frames), truncated, sink);
    lines_.consume(to);
  }

  const size_t max_record_;
  LineBuffer lines_;
  Timestamp ts_;
};

Probe probe(const ProbeInput& input) {
  std::string_view head = as_text(input.head);
  if (input.ip_proto == kTcp) {
    size_t digits = 0;
    while (digits < head.size() && digits < 7 && is_digit(head[digits])) ++digits;
    if (digits > 0 && digits < head.size() && head[digits] != ' ') return Probe::no;
    head.remove_prefix(digits == 0 ? 0 : std::min(digits + 1, head.size()));
  }
  if (priority_size(head) > 0) return Probe::yes;
  if (input.ip_proto != kTcp || head.size() > 4) return Probe::no;
  const bool could = std::all_of(head.begin(), head.end(), [&](const char& c) {
    return &c == head.data() ? c == '<' : is_digit(c);
  });
  return could ? Probe::more : Probe::no;
}

std::unique_ptr<Parser> create(const Limits& limits, const ProbeInput& flow) {
  if (flow.ip_proto == kTcp) return std::make_unique<SyslogStream>(limits);
  return std::make_unique<SyslogDatagrams>();
}

}  // namespace

extern const ParserInfo syslog_info{"syslog", false, probe, create};

}  // namespace telltale
