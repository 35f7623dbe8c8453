// Fuzzes the readers of what devices say of themselves: the first byte chooses the port.
#include <array>
#include <vector>

#include "sensor/proto/announcement.h"

namespace {

class Summing final : public telltale::NoteSink {
 public:
  void on_note(const telltale::DeviceNote& note) override {
    for (const char c : note.name) sum += static_cast<uint8_t>(c);
    for (const char c : note.vendor_class) sum += static_cast<uint8_t>(c);
    for (const uint8_t byte : note.parameters) sum += byte;
  }
  uint64_t sum = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  static constexpr std::array kPorts = {
#define ANNOUNCEMENT(name, port) uint16_t{port},
#include "sensor/proto/announcements.inc"
#undef ANNOUNCEMENT
  };
  const std::vector<uint8_t> own(data + 1, data + size);
  telltale::Segment segment;
  segment.ip_proto = telltale::kUdp;
  segment.src.address = telltale::IpAddress::v4(0xc0a80107);
  segment.dst.port = kPorts[data[0] % kPorts.size()];
  segment.payload = own;
  Summing sink;
  telltale::read_announcement(segment, sink);
  return sink.sum == UINT64_MAX ? 1 : 0;
}
