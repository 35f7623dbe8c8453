// POP3 (RFC 1939), of which a client sends nothing but its user name; STLS (RFC 2595) hands over.
#include <array>

#include "sensor/base/encoding.h"
#include "sensor/proto/line_buffer.h"
#include "sensor/proto/parser.h"

namespace telltale {
namespace {

constexpr uint16_t kPop3 = 110;

class Pop3Parser final : public Parser {
 public:
  explicit Pop3Parser(const Limits& limits) : lines_(limits.max_head) {}

  std::optional<Handover> feed(const Chunk& chunk, ParserSink& sink) override {
    if (chunk.direction != Direction::to_server) return std::nullopt;
    if (chunk.gap > 0) lines_.clear();
    lines_.append(chunk.bytes, chunk.frame);
    for (;;) {
      if (tls_next_ && starts_tls(lines_.text())) {
        return Handover{nullptr, chunk.bytes.size(), std::string(lines_.text())};
      }
      const std::string_view line = lines_.next();
      if (line.empty()) return std::nullopt;
      const std::string_view command = trim(line);
      tls_next_ = iequals(command, "STLS");
      if (istarts_with(command, "USER ") || istarts_with(command, "APOP ")) {
        std::string_view user = command.substr(5);
        user = user.substr(0, user.find(' '));
        Message message;
        message.protocol = "pop3";
        message.ts = chunk.ts;
        lines_.bytes().mark(message.frames, 0, line.size(), 0);
        FieldTree& fields = message.fields;
        fields.add_root("pop3.user", fields.arena().adopt(std::string(user)),
                        static_cast<uint32_t>(user.data() - line.data()));
        sink.on_message(std::move(message));
      }
      lines_.consume(line.size());
    }
  }
  void finish(ParserSink&) override {}

 private:
  LineBuffer lines_;
  bool tls_next_ = false;
};

// USER is FTP's too, so there the port decides.
Probe probe(const ProbeInput& input) {
  if (input.ip_proto != kTcp) return Probe::no;
  const std::string_view head = as_text(input.head);
  for (const std::string_view first : {"CAPA\r\n", "STLS\r\n", "APOP ", "USER "}) {
    if (first == "USER " && input.server_port != kPop3) continue;
    const std::string_view known = head.substr(0, first.size());
    if (istarts_with(first, known)) return known.size() == first.size() ? Probe::yes : Probe::more;
  }
  return Probe::no;
}

std::unique_ptr<Parser> create(const Limits& limits, const ProbeInput&) {
  return std::make_unique<Pop3Parser>(limits);
}

}  // namespace

extern const ParserInfo pop3_info{"pop3", false, probe, create};

}  // namespace telltale
