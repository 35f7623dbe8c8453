#include "tests/e2e/tls_packets.h"

#include "sensor/capture/capture_set.h"
#include "sensor/decode/decoder.h"

namespace telltale::test {

bool for_each_segment(const std::string& path, const std::function<void(const Segment&)>& visit) {
  const Limits limits;
  WeirdCounts weird;
  CaptureSet packets({path}, {{}, limits});
  Decoder decoder(limits, weird);
  Packet packet;
  Segment segment;
  while (packets.next(packet)) {
    if (decoder.decode(packet, segment) && segment.ip_proto == kTcp) visit(segment);
  }
  return packets.problems().empty();
}

std::string embedded_key_logs(const std::string& path) {
  std::string text;
  for (const CaptureSecrets& secrets : scan_secrets(path)) text += secrets.bytes + '\n';
  return text;
}

}  // namespace telltale::test
