// HTTP/1.x requests (RFC 9112); http-parser, behind this file only, does the framing.
//
// http-parser is run one request at a time and only once a request line is recognised, so that
// bytes before it are never lost. Where framing breaks (an error, a gap that cannot be bridged)
// what was read is given out, and the bytes until the next request line are scanned as raw. A gap
// inside a body is bridged by telling http-parser that so many bytes less are to come.
#include <array>
#include <cstring>

#include <http_parser.h>

#include "sensor/base/encoding.h"
#include "sensor/proto/http_request.h"
#include "sensor/proto/parser.h"
#include "sensor/proto/raw_scan.h"

namespace telltale {
namespace {

constexpr size_t kMaxHeldLine = 8 * 1024;  // of bytes that may turn out to be a request line

constexpr HttpRoots kRoots = {"http",
                              "http.request.path",
                              "http.request.query",
                              "http.request.header",
                              "http.request.cookie",
                              "http.request.body"};

constexpr std::array kMethods = {
#define XX(number, name, text) std::string_view(#text),
    HTTP_METHOD_MAP(XX)
#undef XX
};

// Do bytes start with a known method, a space and a target?
Probe probe_request(std::string_view head) {
  Probe answer = Probe::no;
  for (const std::string_view method : kMethods) {
    if (!head.empty() && head[0] != method[0]) continue;
    const size_t known = std::min(method.size(), head.size());
    if (method.substr(0, known) != head.substr(0, known)) continue;
    if (head.size() < method.size() + 2) {
      if (head.size() <= method.size() || head[method.size()] == ' ') answer = Probe::more;
    } else if (head[method.size()] == ' ' && head[method.size() + 1] > ' ') {
      return Probe::yes;
    }
  }
  return answer;
}

// Where in a line a request line starts that ends with the line; npos when none does. What stands
// before it may be the end of a body.
size_t find_request_line(std::string_view line) {
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
  if (line.size() < 9 || !is_digit(line.back())) return std::string_view::npos;
  line.remove_suffix(1);
  if (line.substr(line.size() - 8) != " HTTP/1.") return std::string_view::npos;
  line.remove_suffix(8);
  const size_t space = line.rfind(' ');
  if (space == std::string_view::npos || space + 1 == line.size()) return std::string_view::npos;
  line = line.substr(0, space);
  size_t longest = 0;
  for (const std::string_view method : kMethods) {
    const bool matches =
        line.size() >= method.size() && line.substr(line.size() - method.size()) == method;
    if (matches) longest = std::max(longest, method.size());
  }
  return longest == 0 ? std::string_view::npos : line.size() - longest;
}

class Http1Parser final : public Parser {
 public:
  Http1Parser(const Limits& limits, const ProbeInput& flow)
      : request_(kRoots, limits), between_(limits, flow) {
    restart();
  }

  std::optional<Handover> feed(const Chunk& chunk, ParserSink& sink) override;
  void finish(ParserSink& sink) override;

 private:
  enum class Mode : uint8_t {
    between,   // a request is awaited
    upgraded,  // after CONNECT or Upgrade: another protocol, or a request when the server refused
    request,   // http-parser is at work
    lost,      // looking for the next request line
  };
  enum class Phase : uint8_t { head, body, chunk_head, chunk_data, trailer };

  size_t start(std::string_view bytes, std::optional<Handover>* handover);
  size_t execute(std::string_view bytes);
  size_t resynchronise(std::string_view bytes);
  void bridge(uint64_t gap);
  void lose_way(bool skip_line);
  void complete(bool truncated);
  void restart();
  void scan_raw(std::string_view bytes) { between_.feed(bytes, now_, *sink_); }
  const ParserInfo* upgrade_target() const;

  static const http_parser_settings& settings();
  static Http1Parser& self(http_parser* parser) { return *static_cast<Http1Parser*>(parser->data); }
  template <void (HttpRequest::*add)(std::string_view, FrameRef)>
  static int on_head(http_parser* parser, const char* at, size_t size);
  static int on_body(http_parser* parser, const char* at, size_t size);

  HttpRequest request_;
  RawScan between_;  // reads what lies between requests
  http_parser parser_;
  Mode mode_ = Mode::between;
  Phase phase_ = Phase::head;
  bool skip_line_ = false;            // lost: the line at hand is no request line that can be read
  bool done_ = false;                 // http-parser has seen the end of the request
  const ParserInfo* next_ = nullptr;  // upgraded: to what
  std::string held_;                  // not yet given to anybody
  const char* kept_ = nullptr;        // end of the last piece http-parser gave us
  Chunk now_;                         // the newest chunk, without its bytes
  ParserSink* sink_ = nullptr;        // during feed() and finish()
};

template <void (HttpRequest::*add)(std::string_view, FrameRef)>
int Http1Parser::on_head(http_parser* parser, const char* at, size_t size) {
  Http1Parser& http = self(parser);
  const size_t taken = std::min(size, http.request_.head_room());
  (http.request_.*add)({at, taken}, http.now_.frame);
  http.kept_ = at + taken;
  if (taken == size) return 0;
  http.sink_->on_weird(Weird::http_head_beyond_cap);
  return 1;
}

int Http1Parser::on_body(http_parser* parser, const char* at, size_t size) {
  Http1Parser& http = self(parser);
  http.request_.add_body({at, size}, http.now_.frame, *http.sink_);
  http.kept_ = at + size;
  return 0;
}

const http_parser_settings& Http1Parser::settings() {
  static const http_parser_settings kSettings = [] {
    http_parser_settings calls;
    http_parser_settings_init(&calls);
    calls.on_url = on_head<&HttpRequest::add_target>;
    calls.on_header_field = on_head<&HttpRequest::add_name>;
    calls.on_header_value = on_head<&HttpRequest::add_value>;
    calls.on_body = on_body;
    calls.on_headers_complete = [](http_parser* parser) {
      const bool chunked = (parser->flags & F_CHUNKED) != 0;
      self(parser).phase_ = chunked ? Phase::chunk_head : Phase::body;
      if (!chunked && (parser->flags & F_CONTENTLENGTH) != 0) {
        self(parser).request_.expect_body(parser->content_length);
      }
      return 0;
    };
    calls.on_chunk_header = [](http_parser* parser) {
      self(parser).phase_ = parser->content_length > 0 ? Phase::chunk_data : Phase::trailer;
      return 0;
    };
    calls.on_chunk_complete = [](http_parser* parser) {
      self(parser).phase_ = Phase::chunk_head;
      return 0;
    };
    calls.on_message_complete = [](http_parser* parser) {
      self(parser).done_ = true;
      http_parser_pause(parser, 1);
      return 0;
    };
    return calls;
  }();
  return kSettings;
}

void Http1Parser::restart() {
  http_parser_init(&parser_, HTTP_REQUEST);
  parser_.data = this;
  // Clients that break the rules of framing are read as servers read them: chunked wins over a
  // length.
  parser_.allow_chunked_length = 1;
  parser_.lenient_http_headers = 1;
  phase_ = Phase::head;
  done_ = false;
}

std::optional<Handover> Http1Parser::feed(const Chunk& chunk, ParserSink& sink) {
  if (chunk.direction != Direction::to_server) return std::nullopt;
  now_ = chunk;
  now_.bytes = {};
  now_.gap = 0;
  sink_ = &sink;
  if (chunk.gap > 0) bridge(chunk.gap);
  std::string_view rest = as_text(chunk.bytes);
  std::optional<Handover> handover;
  while (!rest.empty() && !handover) {
    size_t used = 0;
    switch (mode_) {
      case Mode::between:
      case Mode::upgraded:
        used = start(rest, &handover);
        if (handover) handover->consumed = chunk.bytes.size() - rest.size();
        break;
      case Mode::request:
        used = execute(rest);
        break;
      case Mode::lost:
        used = resynchronise(rest);
        break;
    }
    rest.remove_prefix(used);
  }
  return handover;
}

// Is this a request? Held back until that is certain.
size_t Http1Parser::start(std::string_view bytes, std::optional<Handover>* handover) {
  if (mode_ == Mode::between && held_.empty() && (bytes[0] == '\r' || bytes[0] == '\n')) {
    return 1;  // empty lines before a request are ignored (RFC 9112 section 2.2)
  }
  const size_t before = held_.size();
  const size_t looked_at = std::min<size_t>(bytes.size(), 32);
  if (before > 0) held_.append(bytes.substr(0, looked_at));
  const Probe answer = probe_request(before > 0 ? std::string_view(held_) : bytes);
  if (answer == Probe::more) {
    if (before == 0) held_.assign(bytes.substr(0, looked_at));
    return looked_at;
  }
  held_.resize(before);
  if (answer == Probe::yes) {
    mode_ = Mode::request;
    // A method and a space at most: nothing can go wrong in it.
    http_parser_execute(&parser_, &settings(), held_.data(), held_.size());
    held_.clear();
  } else if (mode_ == Mode::upgraded) {
    *handover = Handover{next_, 0, std::move(held_)};
    held_.clear();
  } else {
    sink_->on_weird(Weird::http_request_malformed);
    lose_way(true);
  }
  return 0;
}

size_t Http1Parser::execute(std::string_view bytes) {
  kept_ = bytes.data();
  const size_t used = http_parser_execute(&parser_, &settings(), bytes.data(), bytes.size());
  if (done_) {
    complete(false);
    return used;
  }
  if (HTTP_PARSER_ERRNO(&parser_) == HPE_OK) return bytes.size();
  if (HTTP_PARSER_ERRNO(&parser_) != HPE_CB_header_field &&
      HTTP_PARSER_ERRNO(&parser_) != HPE_CB_header_value &&
      HTTP_PARSER_ERRNO(&parser_) != HPE_CB_url) {
    sink_->on_weird(Weird::http_request_malformed);
  }
  const auto read = static_cast<size_t>(kept_ - bytes.data());
  complete(true);
  lose_way(true);
  return read;
}

void Http1Parser::complete(bool truncated) {
  const bool upgrades = parser_.upgrade != 0 && !truncated;
  next_ = upgrades ? upgrade_target() : nullptr;
  if (!request_.empty()) request_.emit(now_.ts, truncated, *sink_);
  restart();
  mode_ = upgrades ? Mode::upgraded : Mode::between;
}

// Parsers that cannot be recognised by their bytes are found by the name the client asked for.
const ParserInfo* Http1Parser::upgrade_target() const {
  if (parser_.method == HTTP_CONNECT) return nullptr;
  const ParserInfo* info = find_parser(ascii_lower(request_.header("upgrade")));
  return info != nullptr && info->probe == nullptr ? info : nullptr;
}

// `gap` bytes are missing: inside a body that is bridged, elsewhere the framing is lost.
void Http1Parser::bridge(uint64_t gap) {
  if (mode_ == Mode::lost || mode_ == Mode::upgraded) {
    scan_raw(held_);
    held_.clear();
    between_.note_gap(gap, now_, *sink_);
    skip_line_ = false;
    next_ = nullptr;
    return;
  }
  const bool in_content =
      mode_ == Mode::request && !done_ && (phase_ == Phase::body || phase_ == Phase::chunk_data);
  const bool until_close = phase_ == Phase::body && parser_.content_length == UINT64_MAX;
  if (in_content && (until_close || gap < parser_.content_length)) {
    if (!until_close) parser_.content_length -= gap;
    request_.note_body_gap();
    return;
  }
  if (in_content && phase_ == Phase::body && gap == parser_.content_length) {
    request_.note_body_gap();
    complete(true);
    return;
  }
  sink_->on_weird(Weird::http_framing_lost_in_gap);
  if (mode_ == Mode::request) {
    request_.note_body_gap();
    complete(true);
  }
  lose_way(false);
}

void Http1Parser::lose_way(bool skip_line) {
  mode_ = Mode::lost;
  skip_line_ = skip_line;
}

// Gives lines to raw until one is a request line. Returns how much of `bytes` was used.
size_t Http1Parser::resynchronise(std::string_view bytes) {
  const size_t newline = bytes.find('\n');
  if (newline == std::string_view::npos) {
    held_.append(bytes);
    if (held_.size() > 2 * kMaxHeldLine) {
      const size_t passed = held_.size() - kMaxHeldLine;
      scan_raw(std::string_view(held_).substr(0, passed));
      held_.erase(0, passed);
    }
    return bytes.size();
  }
  const std::string_view end = bytes.substr(0, newline + 1);
  const bool was_held = !held_.empty();
  if (was_held) held_.append(end);
  const std::string_view line = was_held ? std::string_view(held_) : end;
  const size_t at = skip_line_ ? std::string_view::npos : find_request_line(line);
  skip_line_ = false;
  scan_raw(line.substr(0, at));
  if (at != std::string_view::npos) {
    between_.finish(*sink_);
    mode_ = Mode::request;
    const std::string request_line(line.substr(at));
    held_.clear();
    const size_t used = execute(request_line);
    if (used == request_line.size()) return newline + 1;
    scan_raw(std::string_view(request_line).substr(used));
    skip_line_ = false;
  }
  held_.clear();
  return newline + 1;
}

void Http1Parser::finish(ParserSink& sink) {
  sink_ = &sink;
  scan_raw(held_);
  held_.clear();
  between_.finish(sink);
  if (mode_ == Mode::request) complete(true);
}

std::unique_ptr<Parser> create(const Limits& limits, const ProbeInput& flow) {
  return std::make_unique<Http1Parser>(limits, flow);
}

Probe probe(const ProbeInput& input) {
  return input.ip_proto == kTcp ? probe_request(as_text(input.head)) : Probe::no;
}

}  // namespace

extern const ParserInfo http1_info{"http", false, probe, create};

}  // namespace telltale
