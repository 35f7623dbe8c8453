// The record readers on hostile bytes. Properties: a stream in small pieces gives what one block of
// memory gives, and no more packet bytes come out than went in.
#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "sensor/base/hash.h"
#include "sensor/capture/record_reader.h"
#include "sensor/capture/stream_window.h"

namespace {

using telltale::Bytes;

class Pieces : public telltale::ByteStream {
 public:
  explicit Pieces(Bytes bytes) : bytes_(bytes) {}
  size_t read(std::span<uint8_t> into) override {
    const size_t size = std::min({into.size(), size_t{61}, bytes_.size()});
    std::copy_n(bytes_.begin(), size, into.begin());
    bytes_ = bytes_.subspan(size);
    used_ += size;
    return size;
  }
  std::string failure() const override { return {}; }
  uint64_t input_used() const override { return used_; }

 private:
  Bytes bytes_;
  uint64_t used_ = 0;
};

// Time, number, link type, interface and hash of every packet, then the problems.
struct Outcome {
  std::vector<std::tuple<int64_t, uint32_t, uint32_t, uint32_t, uint64_t>> packets;
  std::vector<std::string> problems;
  uint64_t bytes = 0;
  bool operator==(const Outcome&) const = default;
};

Outcome read(telltale::Window& window) {
  Outcome outcome;
  telltale::CaptureNotes notes{telltale::Limits{}};
  notes.begin("fuzz");
  if (const auto reader = telltale::make_record_reader(window, notes)) {
    for (telltale::Packet packet; reader->next(packet);) {
      outcome.packets.emplace_back(packet.ts.time_since_epoch().count(), packet.frame.number,
                                   packet.link_type, packet.interface,
                                   telltale::hash64(packet.bytes));
      outcome.bytes += packet.bytes.size();
    }
  }
  notes.end();
  for (const telltale::CaptureProblem& problem : notes.problems()) {
    outcome.problems.push_back(problem.what);
  }
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::vector<uint8_t> block(data, data + size);
  telltale::MemoryWindow memory(block);
  const Outcome outcome = read(memory);
  telltale::CaptureNotes notes{telltale::Limits{}};
  telltale::StreamWindow stream(std::make_unique<Pieces>(block), notes);
  if (!(read(stream) == outcome) || outcome.bytes > size) std::abort();
  return 0;
}
