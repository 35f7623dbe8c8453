#include "sensor/cli/selftest_wire.h"

#include <algorithm>

namespace telltale {
namespace {

constexpr uint8_t kFin = 0x01;
constexpr uint8_t kSyn = 0x02;
constexpr uint8_t kPush = 0x08;
constexpr uint8_t kAck = 0x10;
constexpr uint8_t kTcp = 6;
constexpr uint8_t kUdp = 17;
constexpr size_t kSegment = 1400;
constexpr std::string_view kDeviceMac("\x9c\xc9\xeb\x00\x00\x01", 6);
constexpr std::string_view kRouterMac("\xf4\xf5\xdb\x00\x00\x10", 6);
constexpr std::string_view kDevice("\xc0\xa8\x01\x32", 4);       // 192.168.1.50
constexpr std::string_view kServers("\xcb\x00\x71", 3);          // 203.0.113.0/24, for documentation (RFC 5737)
constexpr auto kStart = std::chrono::seconds(1'733'000'000);
constexpr auto kStep = std::chrono::milliseconds(1);

void put16(std::string& out, size_t value) {
  out += static_cast<char>(value >> 8 & 0xff);
  out += static_cast<char>(value & 0xff);
}
void put32(std::string& out, uint32_t value) {
  put16(out, value >> 16);
  put16(out, value & 0xffff);
}

// RFC 1071.
uint16_t checksum(std::string_view bytes) {
  uint32_t sum = 0;
  for (size_t i = 0; i < bytes.size(); ++i) {
    sum += static_cast<uint32_t>(static_cast<uint8_t>(bytes[i])) << (i % 2 == 0 ? 8 : 0);
  }
  while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<uint16_t>(~sum);
}

std::string http_request(const SelftestMessage& message) {
  std::string text = message.method + ' ' + message.path + " HTTP/1.1\r\nHost: api.vendor.example\r\n";
  for (const auto& [name, value] : message.headers) text += name + ": " + value + "\r\n";
  const bool has_body = !message.body.empty() || message.method == "POST";
  if (has_body) text += "Content-Length: " + std::to_string(message.body.size()) + "\r\n";
  return text + "\r\n" + message.body;
}

}  // namespace

SelftestWire::SelftestWire(std::span<const SelftestMessage> messages) {
  for (size_t i = 0; i < messages.size(); ++i) {
    const SelftestMessage& message = messages[i];
    const Ends ends{static_cast<uint16_t>(kFirstPort + i), message.port, static_cast<uint8_t>(1 + i % 250)};
    if (message.transport == SelftestMessage::Transport::udp) {
      add_datagram(ends, message.body);
    } else {
      const bool is_http = message.transport == SelftestMessage::Transport::http;
      add_conversation(ends, is_http ? http_request(message) : message.body);
    }
  }
  const auto last = Timestamp(kStart + kStep * frames_.size());
  captures_.push_back({"selftest", 0, frames_.size(), Timestamp(kStart), last});
}

bool SelftestWire::next(Packet& packet) {
  if (next_ == frames_.size()) return false;
  const std::string& frame = frames_[next_];
  packet = Packet{};
  packet.ts = Timestamp(kStart + kStep * next_);
  packet.frame = {0, static_cast<uint32_t>(++next_)};
  packet.bytes = as_bytes(frame);
  packet.wire_size = static_cast<uint32_t>(frame.size());
  return true;
}

void SelftestWire::add_conversation(const Ends& ends, const std::string& sent) {
  sequence_[0] = 1000;
  sequence_[1] = 5000;
  add_segment(ends, true, kSyn, {});
  add_segment(ends, false, kSyn | kAck, {});
  add_segment(ends, true, kAck, {});
  for (size_t at = 0; at < sent.size(); at += kSegment) {
    add_segment(ends, true, kPush | kAck, std::string_view(sent).substr(at, kSegment));
  }
  add_segment(ends, false, kAck, {});
  add_segment(ends, true, kFin | kAck, {});
  add_segment(ends, false, kFin | kAck, {});
  add_segment(ends, true, kAck, {});
}

void SelftestWire::add_segment(const Ends& ends, bool from_device, uint8_t flags, std::string_view payload) {
  uint32_t& own = sequence_[from_device ? 0 : 1];
  const uint32_t other = sequence_[from_device ? 1 : 0];
  std::string tcp;
  put16(tcp, from_device ? ends.device_port : ends.server_port);
  put16(tcp, from_device ? ends.server_port : ends.device_port);
  put32(tcp, own);
  put32(tcp, (flags & kAck) != 0 ? other : 0);
  put16(tcp, 0x5000U | flags);
  put16(tcp, 65000);
  put32(tcp, 0);  // no checksum: cards compute it, captures at the sender have none
  tcp += payload;
  own += static_cast<uint32_t>(payload.size()) + ((flags & (kSyn | kFin)) != 0 ? 1 : 0);
  add_frame(ends, from_device, kTcp, tcp);
}

void SelftestWire::add_datagram(const Ends& ends, std::string_view payload) {
  std::string udp;
  put16(udp, ends.device_port);
  put16(udp, ends.server_port);
  put16(udp, 8 + payload.size());
  put16(udp, 0);
  udp += payload;
  add_frame(ends, true, kUdp, udp);
}

void SelftestWire::add_frame(const Ends& ends, bool from_device, uint8_t protocol, std::string_view payload) {
  std::string server(kServers);
  server += static_cast<char>(ends.server);
  std::string ip("\x45\x00", 2);
  put16(ip, 20 + payload.size());
  put32(ip, static_cast<uint32_t>(frames_.size() & 0xffff) << 16 | 0x4000);  // identification, don't fragment
  ip += '\x40';
  ip += static_cast<char>(protocol);
  put16(ip, 0);
  ip += from_device ? std::string(kDevice) + server : server + std::string(kDevice);
  const uint16_t sum = checksum(ip);
  ip[10] = static_cast<char>(sum >> 8);
  ip[11] = static_cast<char>(sum & 0xff);
  std::string frame(from_device ? kRouterMac : kDeviceMac);
  frame += from_device ? kDeviceMac : kRouterMac;
  frame += std::string("\x08\x00", 2);
  frame += ip;
  frame += payload;
  frames_.push_back(std::move(frame));
}

}  // namespace telltale
