#include "sensor/decode/decoder.h"

#include "sensor/decode/walk.h"

namespace telltale {

Decoder::Decoder(const Limits& limits, WeirdCounts& weird)
    : limits_(limits), weird_(weird), fragments_(limits, weird) {}

bool Decoder::decode(const Packet& packet, Segment& out) {
  fragments_.forget_completed();
  Walk walk(packet, out, {limits_, weird_, fragments_});
  const Outcome outcome = walk.run(packet);
  ++(counts_.*walk.kind());
  return outcome == Outcome::segment;
}

}  // namespace telltale
