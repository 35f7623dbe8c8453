// A packet that is lost anywhere costs at most the messages it carried bytes of: every parser of
// streams, a conversation of many messages, packets of several sizes, each of them lost once.
#include <algorithm>
#include <functional>

#include "tests/proto/recorder.h"
#include "tests/proto/wire.h"

namespace telltale::test {
namespace {

constexpr size_t kMessages = 6;
constexpr size_t kFillers =
    4;  // messages without a marker, after which framing is surely found again

// What a message says and no other does; nothing that framing looks for.
std::string marker(size_t number) {
  return "marker-" + std::string(8, static_cast<char>('a' + number));
}
std::string json(size_t number) {
  return "{\"say\":\"" + marker(number) + "\",\"pad\":\"" + std::string(40, 'p') + "\"}";
}

std::string http1(size_t number) {
  const std::string body = json(number);
  return "POST /up HTTP/1.1\r\nHost: api.example\r\nContent-Type: "
         "application/json\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string http2_frame(size_t type, size_t flags, size_t stream, const std::string& content) {
  return be32(content.size()).substr(1) + byte(type) + byte(flags) + be32(stream) + content;
}
std::string http2(size_t number) {
  const std::string head = std::string("\x83\x87") + byte(0) + byte(5) + ":path" + byte(3) + "/up";
  return http2_frame(1, 4, 2 * number + 1, head) + http2_frame(0, 1, 2 * number + 1, json(number));
}

std::string mqtt(size_t number) {
  const std::string content = text16("a/b") + json(number);
  return byte(0x30) + byte(content.size()) + content;
}

std::string websocket(size_t number) {
  const std::string mask = "\x11\x22\x33\x44";
  std::string text = json(number);
  const std::string head = byte(0x81) + byte(0x80 | text.size()) + mask;
  for (size_t i = 0; i < text.size(); ++i) text[i] = static_cast<char>(text[i] ^ mask[i & 3]);
  return head + text;
}

std::string smtp(size_t number) {
  return "MAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\nSubject: x\r\n\r\n" +
         json(number) + "\r\n.\r\n";
}

std::string imap(size_t number) {
  const std::string mail = "Subject: x\r\n\r\n" + json(number) + "\r\n";
  return "a" + std::to_string(number) + " APPEND Sent {" + std::to_string(mail.size()) + "}\r\n" +
         mail + "\r\n";
}

std::string syslog_counted(size_t number) {
  const std::string record = "<134>1 2026-11-25T10:00:00Z phone app 1 ID - " + json(number);
  return std::to_string(record.size()) + " " + record;
}

std::string lines(size_t number) { return json(number) + "\n"; }

struct Protocol {
  const char* name;
  const char* parser;
  uint16_t port;
  std::string start;
  std::function<std::string(size_t)> message;
};

const Protocol kProtocols[] = {
    {"http1", "http", 80, "", http1},
    {"http2", "http2", 80, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + http2_frame(4, 0, 0, ""), http2},
    {"mqtt", "mqtt", 1883,
     byte(0x10) + byte(17) + text16("MQTT") + byte(4) + byte(2) + be16(60) + text16("phone"), mqtt},
    {"websocket", "websocket", 80, "", websocket},
    {"smtp", "smtp", 25, "EHLO phone\r\n", smtp},
    {"imap", "imap", 143, "a CAPABILITY\r\n", imap},
    {"syslog", "syslog", 601, "", syslog_counted},
    {"raw", "raw", 9000, "", lines},
};

class PacketLoss : public testing::TestWithParam<Protocol> {
 protected:
  const ParserInfo& info() const {
    const std::string_view name = GetParam().parser;
    return name == "raw" ? raw_parser() : *find_parser(name);
  }
  // Feeds packets of `size` bytes without the `lost`th; every message begins a packet, as programs
  // send.
  std::vector<Feed> packets(const std::string& stream, const std::vector<size_t>& starts,
                            size_t size, size_t lost) const {
    std::vector<Feed> feeds;
    uint64_t gap = 0;
    size_t number = 0;
    for (size_t i = 0; i < starts.size(); ++i) {
      const size_t end = i + 1 < starts.size() ? starts[i + 1] : stream.size();
      for (size_t at = starts[i]; at < end; at += size, ++number) {
        const std::string_view piece =
            std::string_view(stream).substr(at, std::min(size, end - at));
        if (number == lost) {
          gap = piece.size();
          continue;
        }
        feeds.push_back({piece, std::exchange(gap, 0)});
      }
    }
    return feeds;
  }
  bool has(const Recorder& told, const std::string& text) const {
    return std::any_of(told.lines.begin(), told.lines.end(), [&](const std::string& line) {
      return line.find(text) != std::string::npos;
    });
  }
};

TEST_P(PacketLoss, CostsAtMostTheMessageItWasIn) {
  std::string stream = GetParam().start;
  std::vector<size_t> starts = {0};
  std::vector<size_t> begins;
  for (size_t i = 0; i < kMessages + kFillers; ++i) {
    begins.push_back(stream.size());
    if (starts.back() != stream.size()) starts.push_back(stream.size());
    stream += GetParam().message(i);
  }
  begins.push_back(stream.size());
  const Scene scene{info(), kTcp, 40000, GetParam().port};
  for (const size_t size : {size_t{16}, size_t{50}, size_t{1400}}) {
    const size_t count = packets(stream, starts, size, SIZE_MAX).size();
    for (size_t lost = 0; lost < count; ++lost) {
      const std::vector<Feed> feeds = packets(stream, starts, size, lost);
      const Recorder told = run(scene, feeds);
      // Where the lost bytes were.
      size_t from = 0;
      for (const Feed& feed : feeds) {
        if (feed.gap > 0) break;
        from += feed.bytes.size();
      }
      for (size_t i = 0; i < kMessages; ++i) {
        const bool carried = from >= begins[i] && from < begins[i + 1];
        if (carried) continue;
        EXPECT_TRUE(has(told, marker(i)))
            << "message " << i << ", lost byte " << from << " of packets of " << size;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Protocols, PacketLoss, testing::ValuesIn(kProtocols),
                         [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace telltale::test
