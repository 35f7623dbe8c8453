// The messages of the self-test as packets: each is one connection of one device to one server, with
// handshake and acknowledgements, so that it takes the whole way that real traffic takes.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "config/selftest.h"
#include "sensor/capture/packet_source.h"

namespace telltale {

class SelftestWire final : public PacketSource {
 public:
  static constexpr uint16_t kFirstPort = 20000;  // the device's; message i is sent from kFirstPort + i

  explicit SelftestWire(std::span<const SelftestMessage> messages);

  bool next(Packet& packet) override;
  bool keeps_bytes() const override { return true; }
  const std::vector<CaptureInfo>& captures() const override { return captures_; }
  const std::vector<CaptureProblem>& problems() const override { return problems_; }

 private:
  struct Ends {
    uint16_t device_port = 0;
    uint16_t server_port = 0;
    uint8_t server = 0;  // the last byte of its address
  };
  void add_conversation(const Ends& ends, const std::string& sent);
  void add_segment(const Ends& ends, bool from_device, uint8_t flags, std::string_view payload);
  void add_datagram(const Ends& ends, std::string_view payload);
  void add_frame(const Ends& ends, bool from_device, uint8_t protocol, std::string_view payload);

  std::vector<std::string> frames_;
  std::vector<CaptureInfo> captures_;
  std::vector<CaptureProblem> problems_;
  uint32_t sequence_[2] = {};  // of the device, of the server
  size_t next_ = 0;
};

}  // namespace telltale
