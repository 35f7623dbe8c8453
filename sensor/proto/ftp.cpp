// FTP's control connection (RFC 959, RFC 2428): user and file names, and where the data of an
// upload will go.
//
// Where data goes is agreed on before the transfer: by the client (PORT, EPRT: the server connects)
// or by the server's reply (227, 229: the client connects). When an upload command follows, the
// connection is expected.
#include <algorithm>
#include <array>

#include "sensor/base/encoding.h"
#include "sensor/proto/line_buffer.h"
#include "sensor/proto/parser.h"

namespace telltale {
namespace {

constexpr uint16_t kPop3 = 110;
constexpr std::array<std::string_view, 16> kNamed = {"USER", "ACCT", "CWD",  "STOR", "STOU", "APPE",
                                                     "RNFR", "RNTO", "MKD",  "RETR", "DELE", "LIST",
                                                     "SITE", "CLNT", "SIZE", "MFMT"};
constexpr std::array<std::string_view, 3> kUploads = {"STOR", "STOU", "APPE"};
constexpr std::array<std::string_view, 6> kFirstCommands = {"USER ",    "AUTH TLS", "AUTH SSL",
                                                            "FEAT\r\n", "SYST\r\n", "OPTS UTF8"};

template <size_t N>
bool is_one_of(std::string_view verb, const std::array<std::string_view, N>& verbs) {
  return std::any_of(verbs.begin(), verbs.end(),
                     [&](std::string_view one) { return iequals(one, verb); });
}

// Up to five digits; moves past them. No value where there is no number below 65536.
std::optional<uint32_t> take_number(std::string_view& text) {
  uint32_t value = 0;
  size_t digits = 0;
  while (digits < text.size() && digits < 5 && is_digit(text[digits])) {
    value = value * 10 + static_cast<uint32_t>(text[digits++] - '0');
  }
  text.remove_prefix(digits);
  return digits == 0 || value > 0xffff ? std::nullopt : std::optional(value);
}

// "h1,h2,h3,h4,p1,p2" (RFC 959 section 4.1.2).
std::optional<Endpoint> six_numbers(std::string_view text) {
  std::array<uint8_t, 6> bytes{};
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (i > 0) {
      if (text.empty() || text.front() != ',') return std::nullopt;
      text.remove_prefix(1);
    }
    const auto number = take_number(text);
    if (!number || *number > 255) return std::nullopt;
    bytes[i] = static_cast<uint8_t>(*number);
  }
  return Endpoint{IpAddress::v4(bytes.data()), load_be16(&bytes[4])};
}

// "|1|132.235.1.2|6275|" or "|||6446|" (RFC 2428); the delimiter is the first character.
std::optional<Endpoint> extended(std::string_view text) {
  if (text.size() < 5) return std::nullopt;
  const char delimiter = text.front();
  std::array<std::string_view, 3> parts;
  for (std::string_view& part : parts) {
    text.remove_prefix(1);
    const size_t end = text.find(delimiter);
    if (end == std::string_view::npos) return std::nullopt;
    part = text.substr(0, end);
    text.remove_prefix(end);
  }
  const auto port = take_number(parts[2]);
  if (!port) return std::nullopt;
  return Endpoint{IpAddress::parse(parts[1]).value_or(IpAddress()), static_cast<uint16_t>(*port)};
}

class FtpParser final : public Parser {
 public:
  explicit FtpParser(const Limits& limits) : client_(limits.max_head), server_(limits.max_head) {}

  std::optional<Handover> feed(const Chunk& chunk, ParserSink& sink) override {
    const bool from_client = chunk.direction == Direction::to_server;
    LineBuffer& lines = from_client ? client_ : server_;
    if (chunk.gap > 0) lines.clear();
    lines.append(chunk.bytes, chunk.frame);
    for (;;) {
      if (from_client && tls_next_ && starts_tls(lines.text())) {
        return Handover{nullptr, chunk.bytes.size(), std::string(lines.text())};
      }
      const std::string_view line = lines.next();
      if (line.empty()) return std::nullopt;
      if (from_client) on_command(without_end(line), chunk.ts, sink);
      if (!from_client) on_reply(line);
      lines.consume(line.size());
    }
  }
  void finish(ParserSink&) override {}

 private:
  void on_command(std::string_view line, Timestamp ts, ParserSink& sink) {
    const size_t space = std::min(line.find(' '), line.size());
    const std::string_view verb = line.substr(0, space);
    const std::string_view argument = trim(line.substr(space));
    tls_next_ = iequals(verb, "AUTH");
    if (iequals(verb, "PORT")) agree(six_numbers(argument), true);
    if (iequals(verb, "EPRT")) agree(extended(argument), true);
    if (iequals(verb, "PASV") || iequals(verb, "EPSV")) data_.reset();
    if (is_one_of(verb, kUploads)) expect(argument, ts, sink);
    if (!argument.empty() && is_one_of(verb, kNamed)) note(verb, argument, line, ts, sink);
  }

  void on_reply(std::string_view line) {
    const size_t open = line.find('(');
    if (istarts_with(line, "227")) {
      const size_t digits =
          open != std::string_view::npos ? open + 1 : line.find_first_of("0123456789", 4);
      if (digits != std::string_view::npos) agree(six_numbers(line.substr(digits)), false);
    } else if (istarts_with(line, "229") && open != std::string_view::npos) {
      agree(extended(line.substr(open + 1)), false);
    }
  }

  void agree(std::optional<Endpoint> endpoint, bool server_connects) {
    data_ = endpoint;
    server_connects_ = server_connects;
  }

  void expect(std::string_view name, Timestamp ts, ParserSink& sink) {
    if (!data_ || data_->port == 0) return;
    sink.on_expectation({.address = data_->address,
                         .port = data_->port,
                         .server_connects = server_connects_,
                         .parser = find_parser("ftp-data"),
                         .name = name,
                         .ts = ts});
    data_.reset();
  }

  void note(std::string_view verb, std::string_view argument, std::string_view line, Timestamp ts,
            ParserSink& sink) {
    Message message;
    message.protocol = "ftp";
    message.ts = ts;
    client_.bytes().mark(message.frames, 0, line.size(), 0);
    FieldTree& fields = message.fields;
    fields.add_item("ftp.command", fields.arena().keep(verb), fields.arena().keep(argument),
                    static_cast<uint32_t>(argument.data() - line.data()));
    sink.on_message(std::move(message));
  }

  LineBuffer client_;
  LineBuffer server_;
  bool tls_next_ = false;
  std::optional<Endpoint> data_;  // where the next transfer's data goes
  bool server_connects_ = false;
};

Probe probe(const ProbeInput& input) {
  if (input.ip_proto != kTcp) return Probe::no;
  const std::string_view head = as_text(input.head);
  bool more = false;
  for (const std::string_view first : kFirstCommands) {
    if (first == "USER " && input.server_port == kPop3) continue;
    const std::string_view known = head.substr(0, first.size());
    if (!istarts_with(first, known)) continue;
    if (known.size() == first.size()) return Probe::yes;
    more = true;
  }
  return more ? Probe::more : Probe::no;
}

std::unique_ptr<Parser> create(const Limits& limits, const ProbeInput&) {
  return std::make_unique<FtpParser>(limits);
}

}  // namespace

extern const ParserInfo ftp_info{"ftp", true, probe, create};

}  // namespace telltale
