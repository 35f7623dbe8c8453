// An interface as a pcapng file describes it (Interface Description Block), and its time stamps.
#pragma once

#include <cstdint>
#include <string_view>

#include "sensor/base/bytes.h"
#include "sensor/base/time.h"

namespace telltale {

// Numbers in the byte order of a section.
class ByteOrder {
 public:
  explicit ByteOrder(bool big = false) : big_(big) {}
  uint16_t u16(const uint8_t* p) const {
    return big_ ? load_be16(p) : static_cast<uint16_t>(p[1] << 8 | p[0]);
  }
  uint32_t u32(const uint8_t* p) const {
    const uint32_t value = load_be32(p);
    return big_ ? value : __builtin_bswap32(value);
  }
  uint64_t u64(const uint8_t* p) const {
    const uint64_t value = load_be64(p);
    return big_ ? value : __builtin_bswap64(value);
  }

 private:
  bool big_;
};

// How a section's 64-bit time stamps become nanoseconds: options if_tsresol and if_tsoffset.
class TimeScale {
 public:
  // `resolution`: units are 10^-n of a second, or with the highest bit 2^-n.
  void set_resolution(uint8_t resolution);
  void set_offset(int64_t seconds) { offset_ = seconds; }
  // Saturates at what a Timestamp can hold.
  Timestamp at(uint64_t ticks) const;

 private:
  uint64_t seconds_of(uint64_t ticks, uint64_t& nanoseconds) const;

  bool binary_ = false;
  uint8_t exponent_ = 6;
  int64_t offset_ = 0;
};

struct PcapngInterface {
  uint32_t link_type = 0xffff;  // assigned to nothing
  uint32_t snap_length = 0;     // 0: none
  TimeScale time;
  std::string_view name;  // view on the block it was read from; empty when not given

  // Reads the body of an Interface Description Block; what is not there keeps its default.
  static constexpr size_t kBody = 8;  // before the options
  static PcapngInterface read(Bytes body, ByteOrder order);
};

}  // namespace telltale
