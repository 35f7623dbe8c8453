// SOCKS 4, 4a and 5 (RFC 1928, 1929): what a client says to its proxy, then hands over what it
// tunnels.
//
// Only the client's side is needed: that the proxy agreed shows in what the client sends next. User
// names and the wanted address are read past; a password is never kept.
#include "sensor/proto/parser.h"
#include "sensor/proto/stream_buffer.h"

namespace telltale {
namespace {

enum Version : uint8_t { kAuthentication = 1, kSocks4 = 4, kSocks5 = 5 };
enum AddressType : uint8_t { kIpv4 = 1, kName = 3, kIpv6 = 4 };
constexpr uint8_t kMaxMethods = 16;
constexpr uint8_t kMaxCommand = 3;  // CONNECT, BIND, UDP ASSOCIATE
constexpr size_t kLongestText = 256;

// How many bytes a part of the conversation takes: nothing when it is none, 0 when more are needed.
using Size = std::optional<size_t>;

// Version, number of methods, the methods (RFC 1928 section 3).
Size greeting_size(Bytes bytes) {
  if (bytes[0] != kSocks5) return std::nullopt;
  if (bytes.size() < 2) return 0;
  if (bytes[1] == 0 || bytes[1] > kMaxMethods) return std::nullopt;
  const size_t size = 2U + bytes[1];
  for (size_t i = 2; i < std::min(size, bytes.size()); ++i) {
    if (bytes[i] > 9 && bytes[i] < 0x80) return std::nullopt;  // not assigned by IANA
  }
  return bytes.size() < size ? 0 : size;
}

// Version, user name, password (RFC 1929 section 2).
Size authentication_size(Bytes bytes) {
  if (bytes[0] != kAuthentication) return std::nullopt;
  if (bytes.size() < 2) return 0;
  const size_t password = 2U + bytes[1];
  if (bytes.size() <= password) return 0;
  const size_t size = password + 1 + bytes[password];
  return bytes.size() < size ? 0 : size;
}

// Version, command, 0, address, port (RFC 1928 section 4).
Size request5_size(Bytes bytes) {
  const bool fits = bytes[0] == kSocks5 &&
                    (bytes.size() < 2 || (bytes[1] > 0 && bytes[1] <= kMaxCommand)) &&
                    (bytes.size() < 3 || bytes[2] == 0);
  if (!fits) return std::nullopt;
  if (bytes.size() < 5) return 0;
  size_t size = 4 + 2;
  switch (bytes[3]) {
    case kIpv4:
      size += 4;
      break;
    case kIpv6:
      size += 16;
      break;
    case kName:
      size += 1U + bytes[4];
      break;
    default:
      return std::nullopt;
  }
  return bytes.size() < size ? 0 : size;
}

// Version, command, port, address, user and NUL; with an address of 0.0.0.x also a name and NUL.
Size request4_size(Bytes bytes) {
  const bool fits = bytes[0] == kSocks4 && (bytes.size() < 2 || bytes[1] == 1 || bytes[1] == 2);
  if (!fits) return std::nullopt;
  if (bytes.size() < 9) return 0;
  const bool has_name = bytes[4] == 0 && bytes[5] == 0 && bytes[6] == 0 && bytes[7] != 0;
  size_t at = 8;
  for (int texts = has_name ? 2 : 1; texts > 0; --texts) {
    const std::string_view rest = as_text(bytes.subspan(at));
    const size_t end = rest.substr(0, kLongestText).find('\0');
    if (end == std::string_view::npos) {
      if (rest.size() >= kLongestText) return std::nullopt;
      return 0;
    }
    at += end + 1;
  }
  return at;
}

class SocksParser final : public Parser {
 public:
  std::optional<Handover> feed(const Chunk& chunk, ParserSink& sink) override {
    if (chunk.direction != Direction::to_server) return std::nullopt;
    // Whatever goes through the tunnel is told by its own bytes.
    if (chunk.gap > 0) return Handover{nullptr, 0, {}};
    buffer_.append(chunk.bytes, chunk.frame);
    while (!buffer_.empty()) {
      const Size size = next_size();
      // Not SOCKS after all: whoever recognises the bytes gets them, in the end raw.
      if (!size) {
        sink.on_weird(Weird::socks_message_malformed);
        return Handover{nullptr, chunk.bytes.size(), buffer_.take(buffer_.size())};
      }
      if (*size == 0) return std::nullopt;
      const uint8_t version = buffer_.bytes()[0];
      const bool is_request =
          version == kSocks4 || (step_ == Step::request && version != kAuthentication);
      buffer_.consume(*size);
      if (is_request) return Handover{nullptr, chunk.bytes.size(), buffer_.take(buffer_.size())};
      step_ = Step::request;
    }
    return std::nullopt;
  }
  void finish(ParserSink&) override {}

 private:
  enum class Step : uint8_t { greeting, request };

  Size next_size() {
    const Bytes bytes = buffer_.bytes();
    if (step_ == Step::greeting)
      return bytes[0] == kSocks4 ? request4_size(bytes) : greeting_size(bytes);
    if (bytes[0] == kAuthentication) return authentication_size(bytes);
    return request5_size(bytes);
  }

  StreamBuffer buffer_;
  Step step_ = Step::greeting;
};

Probe answer(Size size, Bytes head) {
  if (!size) return Probe::no;
  return *size > 0 && *size == head.size() ? Probe::yes : Probe::more;
}

// A greeting or a request of version 4 that stands alone in its packet, as the client must wait for
// the answer; on the port of SOCKS it may be followed by more.
Probe probe(const ProbeInput& input) {
  constexpr uint16_t kPort = 1080;
  if (input.ip_proto != kTcp || input.head.empty()) return Probe::no;
  const Size size =
      input.head[0] == kSocks4 ? request4_size(input.head) : greeting_size(input.head);
  if (size && *size > 0 && *size < input.head.size())
    return input.server_port == kPort ? Probe::yes : Probe::no;
  return answer(size, input.head);
}

std::unique_ptr<Parser> create(const Limits&, const ProbeInput&) {
  return std::make_unique<SocksParser>();
}

}  // namespace

extern const ParserInfo socks_info{"socks", false, probe, create};

}  // namespace telltale
