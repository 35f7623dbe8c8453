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

std::string syslog_line(size_t number) { return "<134>app: " + json(number) + "\n"; }

std::string ftp(size_t number) { return "NOOP\r\nCWD /" + marker(number) + "\r\n"; }

std::string pop3(size_t number) { return "NOOP\r\nUSER " + marker(number) + "\r\n"; }

std::string dns_over_tcp(size_t number) {
  const std::string text = marker(number);
  const std::string question = byte(text.size()) + text + byte(7) + "example" + byte(0);
  const std::string message = be16(number) + be16(0x0100) + be16(1) + be16(0) + be16(0) + be16(0) +
                              question + be16(1) + be16(1);
  return be16(message.size()) + message;
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
    {"syslog_lines", "syslog", 514, "", syslog_line},
    {"ftp", "ftp", 21, "USER ann\r\n", ftp},
    {"pop3", "pop3", 110, "CAPA\r\n", pop3},
    {"dns", "dns", 53, "", dns_over_tcp},
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

std::string udp_syslog(size_t number) { return "<134>1 - phone app 1 ID - " + json(number); }

std::string udp_dns(size_t number) { return dns_over_tcp(number).substr(2); }

std::string tftp_request(size_t number) { return be16(2) + marker(number) + '\0' + "octet" + '\0'; }

// A request whose payload comes in two blocks of 16 bytes (RFC 7959): the first of each pair of
// datagrams carries more to come.
std::string coap_block(size_t datagram) {
  const size_t number = datagram / 2;
  const bool last = datagram % 2 == 1;
  const std::string text = marker(number);
  const std::string path = "p" + std::to_string(number);
  const std::string block = last ? std::string(1, '\x10') : std::string(1, '\x08');
  const std::string payload =
      (last ? std::string(4, 'z') + text.substr(8) : std::string(8, 'y') + text.substr(0, 8));
  return byte(0x42) + byte(2) + be16(datagram + 1) + "t" + std::to_string(number % 10) +
         byte(0xb0 | path.size()) + path + byte(0xd1) + byte(3) + block + "\xff" + payload;
}

struct Datagrams {
  const char* name;
  const char* parser;
  uint16_t port;
  size_t of_a_message;  // datagrams
  std::function<std::string(size_t)> datagram;
  std::string (*expected)(size_t number);
};

const Datagrams kDatagrams[] = {
    {"syslog", "syslog", 514, 1, udp_syslog, marker},
    {"dns", "dns", 53, 1, udp_dns, marker},
    {"tftp", "tftp", 69, 1, tftp_request, marker},
    {"coap", "coap", 5683, 2, coap_block,
     [](size_t number) {
       return "yyyyyyyy" + marker(number).substr(0, 8) + "zzzz" + marker(number).substr(8);
     }},
    {"raw", "raw", 9000, 1, json, marker},
};

class DatagramLoss : public testing::TestWithParam<Datagrams> {};

TEST_P(DatagramLoss, CostsAtMostTheMessageItWasIn) {
  const std::string_view name = GetParam().parser;
  const ParserInfo& info = name == "raw" ? raw_parser() : *find_parser(name);
  const Scene scene{info, kUdp, 40000, GetParam().port};
  const size_t count = kMessages * GetParam().of_a_message;
  std::vector<std::string> all;
  for (size_t i = 0; i < count; ++i) all.push_back(GetParam().datagram(i));
  for (size_t lost = 0; lost <= count; ++lost) {  // the last time none is
    std::vector<Feed> feeds;
    for (size_t i = 0; i < count; ++i) {
      if (i != lost) feeds.push_back({all[i]});
    }
    const Recorder told = run(scene, feeds);
    for (size_t number = 0; number < kMessages; ++number) {
      if (lost < count && lost / GetParam().of_a_message == number) continue;
      const std::string expected = GetParam().expected(number);
      EXPECT_TRUE(std::any_of(
          told.lines.begin(), told.lines.end(),
          [&](const std::string& line) { return line.find(expected) != std::string::npos; }))
          << "message " << number << ", lost datagram " << lost;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Protocols, DatagramLoss, testing::ValuesIn(kDatagrams),
                         [](const auto& test) { return std::string(test.param.name); });

INSTANTIATE_TEST_SUITE_P(Protocols, PacketLoss, testing::ValuesIn(kProtocols),
                         [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace telltale::test
