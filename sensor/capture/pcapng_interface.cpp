// See pcapng_interface.h. Sources: draft-ietf-opsawg-pcapng sections 3.5 (options) and 4.2.
#include "sensor/capture/pcapng_interface.h"

#include <algorithm>
#include <limits>

namespace telltale {
namespace {

constexpr uint64_t kNanoseconds = 1'000'000'000;
constexpr int64_t kMaxSeconds = std::numeric_limits<int64_t>::max() / int64_t{kNanoseconds} - 1;

enum Option : uint16_t { kEnd = 0, kName = 2, kResolution = 9, kOffset = 14 };

uint64_t power_of_ten(unsigned exponent) {
  uint64_t power = 1;
  while (exponent-- > 0) power *= 10;
  return power;
}

}  // namespace

void TimeScale::set_resolution(uint8_t resolution) {
  binary_ = (resolution & 0x80) != 0;
  exponent_ = resolution & 0x7f;
}

uint64_t TimeScale::seconds_of(uint64_t ticks, uint64_t& nanoseconds) const {
  if (binary_) {
    if (exponent_ >= 64) return 0;
    const uint64_t rest = ticks & ((uint64_t{1} << exponent_) - 1);
    // 34 bits of fraction are finer than a nanosecond, and times 10^9 they fit into 64 bits.
    const unsigned spare = exponent_ > 34 ? exponent_ - 34U : 0;
    nanoseconds = (rest >> spare) * kNanoseconds >> (exponent_ - spare);
    return ticks >> exponent_;
  }
  if (exponent_ > 19) return 0;  // 10^19 is the last power in 64 bits
  const uint64_t unit = power_of_ten(exponent_);
  const uint64_t rest = ticks % unit;
  nanoseconds =
      exponent_ <= 9 ? rest * power_of_ten(9U - exponent_) : rest / power_of_ten(exponent_ - 9U);
  return ticks / unit;
}

Timestamp TimeScale::at(uint64_t ticks) const {
  // The usual microseconds and nanoseconds, in the range they can have until 2262.
  if (!binary_ && offset_ == 0 && ticks < uint64_t{1} << 62) {
    if (exponent_ == 9) return Timestamp(Duration(static_cast<int64_t>(ticks)));
    if (exponent_ == 6 && ticks < uint64_t{1} << 53) {
      return Timestamp(Duration(static_cast<int64_t>(ticks * 1000)));
    }
  }
  uint64_t nanoseconds = 0;
  const uint64_t whole = seconds_of(ticks, nanoseconds);
  const auto seconds = static_cast<int64_t>(std::min(whole, uint64_t{kMaxSeconds}));
  const int64_t offset = std::clamp(offset_, -kMaxSeconds, kMaxSeconds);
  const int64_t sum = std::clamp(seconds + offset, -kMaxSeconds, kMaxSeconds);
  return Timestamp(Duration(sum * int64_t{kNanoseconds} + static_cast<int64_t>(nanoseconds)));
}

PcapngInterface PcapngInterface::read(Bytes body, ByteOrder order) {
  PcapngInterface interface;
  if (body.size() < kBody) return interface;
  interface.link_type = order.u16(body.data());
  interface.snap_length = order.u32(body.data() + 4);
  Bytes options = body.subspan(kBody);
  while (options.size() >= 4) {
    const uint16_t code = order.u16(options.data());
    const uint16_t size = order.u16(options.data() + 2);
    const size_t padded = (size_t{size} + 3) / 4 * 4;
    options = options.subspan(4);
    if (code == kEnd || size > options.size()) break;
    const Bytes value = options.first(size);
    if (code == kName) interface.name = as_text(value);
    if (code == kResolution && size == 1) interface.time.set_resolution(value[0]);
    if (code == kOffset && size == 8) {
      interface.time.set_offset(static_cast<int64_t>(order.u64(value.data())));
    }
    options = options.subspan(std::min(padded, options.size()));
  }
  return interface;
}

}  // namespace telltale
