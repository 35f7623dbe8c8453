// See record_reader.h.
#include "sensor/capture/record_reader.h"

#include <fmt/format.h>

#include "sensor/base/encoding.h"
#include "sensor/capture/pcap_reader.h"
#include "sensor/capture/pcapng_reader.h"

namespace telltale {
namespace {

constexpr size_t kMagicSize = 4;

bool is_pcapng(Bytes start) {
  return start.size() >= kMagicSize && load_be32(start.data()) == PcapngReader::kSectionHeader;
}

}  // namespace

bool has_capture_magic(Bytes start) {
  return is_pcapng(start) || PcapFormat::from_magic(start).has_value();
}

std::unique_ptr<RecordReader> make_record_reader(Window& window, CaptureNotes& notes) {
  window.ensure(kMagicSize);
  const Bytes start{window.data(), std::min(window.left(), kMagicSize)};
  if (is_pcapng(start)) return std::make_unique<PcapngReader>(window, notes);
  if (PcapFormat::from_magic(start)) return PcapReader::open(window, notes);
  if (start.empty()) {
    if (window.failure().empty()) {
      notes.problem(0, [] { return "is empty; a capture starts with a pcap or pcapng header"; });
    }
    return nullptr;
  }
  notes.problem(0, [&] {
    return fmt::format(
        "is no capture: it starts with the bytes {}; expected pcap or pcapng, plain or compressed "
        "with gzip, zstd or lz4",
        to_hex(start));
  });
  return nullptr;
}

}  // namespace telltale
