// What the classifier says of packets built by hand.
#include <thread>

#include <gtest/gtest.h>

#include "sensor/base/encoding.h"
#include "sensor/classify/classifier.h"

namespace telltale {
namespace {

void put16(std::string& out, size_t value) {
  out.push_back(static_cast<char>(value >> 8));
  out.push_back(static_cast<char>(value));
}

std::string text_of(const IpAddress& address) {
  return {reinterpret_cast<const char*>(address.bytes().data()) + 12, 4};
}

// One conversation of a client with a server, packet by packet.
class Talk {
 public:
  Talk(uint8_t ip_proto, std::string_view server, uint16_t port)
      : proto_(ip_proto),
        client_{*IpAddress::parse("192.168.1.20"), 40000},
        server_{*IpAddress::parse(server), port} {}

  // The datagram is valid until the next call.
  Segment say(bool from_client, const std::string& payload) {
    const Endpoint& src = from_client ? client_ : server_;
    const Endpoint& dst = from_client ? server_ : client_;
    std::string transport;
    put16(transport, src.port);
    put16(transport, dst.port);
    if (proto_ == kUdp) {
      put16(transport, 8 + payload.size());
      put16(transport, 0);
    } else {
      uint32_t& seq = from_client ? client_seq_ : server_seq_;
      put16(transport, seq >> 16);
      put16(transport, seq & 0xffff);
      put16(transport, 0);
      put16(transport, 1);
      transport += std::string("\x50\x18\xff\xff\x00\x00\x00\x00", 8);
      seq += static_cast<uint32_t>(payload.size());
    }
    datagram_ = std::string("\x45\x00", 2);
    put16(datagram_, 20 + transport.size() + payload.size());
    datagram_ += std::string("\x00\x00\x40\x00\x40", 5);
    datagram_.push_back(static_cast<char>(proto_));
    datagram_ += std::string("\x00\x00", 2) + text_of(src.address) + text_of(dst.address);
    datagram_ += transport + payload;
    Segment segment;
    segment.ts = Timestamp{std::chrono::seconds(1'600'000'000)};
    segment.src = src;
    segment.dst = dst;
    segment.ip_proto = proto_;
    segment.ip = as_bytes(datagram_);
    segment.payload = segment.ip.subspan(20 + transport.size());
    return segment;
  }

 private:
  uint8_t proto_;
  Endpoint client_;
  Endpoint server_;
  uint32_t client_seq_ = 1000;
  uint32_t server_seq_ = 1;
  std::string datagram_;
};

std::string dns_name(std::string_view host) {
  std::string out;
  while (!host.empty()) {
    const size_t dot = std::min(host.find('.'), host.size());
    out.push_back(static_cast<char>(dot));
    out += host.substr(0, dot);
    host.remove_prefix(std::min(dot + 1, host.size()));
  }
  return out + '\0';
}

std::string dns_query(std::string_view host) {
  return std::string("\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00", 12) + dns_name(host) +
         std::string("\x00\x01\x00\x01", 4);
}

std::string dns_answer(std::string_view host) {
  return std::string("\x12\x34\x81\x80\x00\x01\x00\x01\x00\x00\x00\x00", 12) + dns_name(host) +
         std::string(
             "\x00\x01\x00\x01\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04\x5d\xb8\xd8\x22",
             20);
}

std::string sized16(const std::string& body) {
  std::string out;
  put16(out, body.size());
  return out + body;
}

std::string client_hello(const std::string& host) {
  const std::string name = std::string(1, '\0') + sized16(host);
  const std::string extensions = std::string("\x00\x00", 2) + sized16(sized16(name)) +
                                 std::string("\x00\x2b\x00\x03\x02\x03\x04", 7);
  const std::string body = "\x03\x03" + std::string(32, 'r') + std::string(1, '\0') +
                           std::string("\x00\x04\x13\x01\xc0\x2f\x01\x00", 8) + sized16(extensions);
  const std::string handshake = std::string("\x01\x00", 2) + sized16(body);
  return "\x16\x03\x01" + sized16(handshake);
}

class ClassifierTest : public ::testing::Test {
 protected:
  Limits limits_;
  std::unique_ptr<Classifier> classifier_ = Classifier::create(limits_);
};

TEST_F(ClassifierTest, NamesDnsAndItsQuestion) {
  Talk talk(kUdp, "192.0.2.53", 53);
  auto state = classifier_->start();
  classifier_->feed(*state, talk.say(true, dns_query("www.example.com")), true);
  EXPECT_TRUE(classifier_->feed(*state, talk.say(false, dns_answer("www.example.com")), false));
  const AppLabel label = classifier_->finish(*state);
  EXPECT_EQ(label.protocol, "DNS");
  EXPECT_EQ(label.app_protocol, "dns");
  EXPECT_EQ(label.host, "www.example.com");
  EXPECT_EQ(label.category, "Network");
  EXPECT_FALSE(label.by_port);
}

TEST_F(ClassifierTest, AnAddressAloneNamesNoApplication) {
  Talk talk(kUdp, "8.8.8.8", 53);
  auto state = classifier_->start();
  classifier_->feed(*state, talk.say(true, dns_query("www.example.com")), true);
  classifier_->feed(*state, talk.say(false, dns_answer("www.example.com")), false);
  const AppLabel label = classifier_->finish(*state);
  EXPECT_EQ(label.protocol, "DNS");
  EXPECT_EQ(label.category, "Network");

  Talk unknown(kTcp, "8.8.8.8", 4711);
  state = classifier_->start();
  classifier_->feed(*state, unknown.say(true, "\x91\x17zz\x05\x88qqqq"), true);
  EXPECT_EQ(classifier_->finish(*state).protocol, "");
}

TEST_F(ClassifierTest, AHostNameNamesTheApplication) {
  Talk talk(kUdp, "8.8.8.8", 53);
  auto state = classifier_->start();
  classifier_->feed(*state, talk.say(true, dns_query("www.google.com")), true);
  classifier_->feed(*state, talk.say(false, dns_answer("www.google.com")), false);
  EXPECT_EQ(classifier_->finish(*state).protocol, "DNS.Google");
}

TEST_F(ClassifierTest, NamesHttpAndItsHost) {
  Talk talk(kTcp, "192.0.2.80", 80);
  auto state = classifier_->start();
  classifier_->feed(
      *state, talk.say(true, "GET / HTTP/1.1\r\nHost: files.example.org\r\nUser-Agent: a\r\n\r\n"),
      true);
  classifier_->feed(*state,
                    talk.say(false,
                             "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
                             "Content-Length: 2\r\n\r\nhi"),
                    false);
  const AppLabel label = classifier_->finish(*state);
  EXPECT_EQ(label.protocol, "HTTP");
  EXPECT_EQ(label.app_protocol, "http");
  EXPECT_EQ(label.host, "files.example.org");
  EXPECT_EQ(label.category, "Web");
}

TEST_F(ClassifierTest, NamesTlsAndTheApplicationOfItsServerName) {
  Talk talk(kTcp, "192.0.2.44", 443);
  auto state = classifier_->start();
  classifier_->feed(*state, talk.say(true, client_hello("graph.facebook.com")), true);
  const AppLabel label = classifier_->finish(*state);
  EXPECT_EQ(label.protocol, "TLS.Facebook");
  EXPECT_EQ(label.app_protocol, "tls");
  EXPECT_EQ(label.host, "graph.facebook.com");
  EXPECT_EQ(label.category, "SocialNetwork");
}

TEST_F(ClassifierTest, TellsRisksByName) {
  Talk talk(kTcp, "192.0.2.80", 8099);
  auto state = classifier_->start();
  classifier_->feed(*state, talk.say(true, "GET / HTTP/1.1\r\nHost: 192.0.2.80\r\n\r\n"), true);
  const AppLabel label = classifier_->finish(*state);
  EXPECT_NE(std::find(label.risks.begin(), label.risks.end(), "HTTP Numeric IP Address"),
            label.risks.end());
}

TEST_F(ClassifierTest, APortAloneIsMarkedAsSuch) {
  Talk talk(kTcp, "192.0.2.22", 22);
  auto state = classifier_->start();
  classifier_->feed(*state, talk.say(true, "\x01\x99 nothing anybody knows"), true);
  const AppLabel label = classifier_->finish(*state);
  EXPECT_EQ(label.protocol, "SSH");
  EXPECT_EQ(label.app_protocol, "");
  EXPECT_TRUE(label.by_port);
}

TEST_F(ClassifierTest, StopsAtTheCapOfPackets) {
  Talk talk(kTcp, "192.0.2.99", 4711);
  auto state = classifier_->start();
  for (uint32_t i = 1; i < limits_.max_classified_packets; ++i) {
    EXPECT_FALSE(classifier_->feed(*state, talk.say(true, "\x91\x17zz\x05\x88qqqq"), true)) << i;
  }
  EXPECT_TRUE(classifier_->feed(*state, talk.say(true, "\x91\x17zz\x05\x88qqqq"), true));
  EXPECT_TRUE(classifier_->feed(*state, talk.say(true, "more"), true));
  EXPECT_EQ(classifier_->finish(*state).protocol, "");
}

TEST_F(ClassifierTest, SurvivesCutAndEmptyDatagrams) {
  Talk talk(kTcp, "192.0.2.44", 443);
  const std::string hello = client_hello("graph.facebook.com");
  Segment whole = talk.say(true, hello);
  for (size_t size = 0; size <= whole.ip.size(); ++size) {
    const std::vector<uint8_t> own(whole.ip.begin(), whole.ip.begin() + static_cast<long>(size));
    Segment cut = whole;
    cut.ip = own;
    auto state = classifier_->start();
    classifier_->feed(*state, cut, true);
    classifier_->finish(*state);
  }
}

TEST(ClassifierCreation, MayHappenInSeveralThreadsAtOnce) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([] {
      const auto classifier = Classifier::create(Limits{});
      Talk talk(kUdp, "192.0.2.53", 53);
      auto state = classifier->start();
      classifier->feed(*state, talk.say(true, dns_query("www.example.com")), true);
      EXPECT_EQ(classifier->finish(*state).protocol, "DNS");
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(ClassifierCreation, TellsTheLibraryVersion) {
  EXPECT_EQ(ndpi_library_version().rfind("nDPI ", 0), 0U);
  EXPECT_GT(ndpi_library_version().size(), 6U);
}

}  // namespace
}  // namespace telltale
