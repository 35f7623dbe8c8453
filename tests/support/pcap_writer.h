// Writes captures in memory, byte for byte, for tests: PcapWriter and PcapngWriter.
//
// Both append to `bytes`, which a test may then cut or damage; write_file puts it on disk.
#pragma once

#include <cstdint>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>

namespace telltale::test {

// Numbers in one byte order.
class Numbers {
 public:
  explicit Numbers(bool big_endian = false) : big_(big_endian) {}
  std::string u16(uint64_t value) const { return write(value, 2); }
  std::string u32(uint64_t value) const { return write(value, 4); }
  std::string u64(uint64_t value) const { return write(value, 8); }

 private:
  std::string write(uint64_t value, unsigned size) const {
    std::string text;
    for (unsigned i = 0; i < size; ++i) {
      const unsigned shift = 8 * (big_ ? size - 1 - i : i);
      text.push_back(static_cast<char>(value >> shift & 0xff));
    }
    return text;
  }
  bool big_;
};

struct PcapStyle {
  bool big_endian = false;
  bool nanoseconds = false;
  bool modified = false;  // Kuznetzov's 24-byte record headers
  uint32_t link_type = 1;
  uint32_t snap_length = 262'144;
  uint16_t minor_version = 4;
};

class PcapWriter {
 public:
  explicit PcapWriter(PcapStyle style = {}) : style_(style), numbers_(style.big_endian) {
    const uint32_t magic =
        style.modified ? 0xa1b2cd34 : (style.nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4);
    bytes = numbers_.u32(magic) + numbers_.u16(2) + numbers_.u16(style.minor_version) +
            numbers_.u64(0) + numbers_.u32(style.snap_length) + numbers_.u32(style.link_type);
  }

  // `wire_size` when it is not that of `packet`.
  PcapWriter& add(uint64_t ts_ns, std::string_view packet,
                  std::optional<uint32_t> wire_size = std::nullopt) {
    const uint64_t fraction = ts_ns % 1'000'000'000 / (style_.nanoseconds ? 1 : 1000);
    const std::string captured = numbers_.u32(packet.size());
    const std::string wire = numbers_.u32(wire_size.value_or(static_cast<uint32_t>(packet.size())));
    bytes += numbers_.u32(ts_ns / 1'000'000'000) + numbers_.u32(fraction);
    bytes += style_.minor_version < 3 ? wire + captured : captured + wire;
    if (style_.modified) bytes += std::string(8, '\1');
    bytes += packet;
    return *this;
  }

  std::string bytes;

 private:
  PcapStyle style_;
  Numbers numbers_;
};

class PcapngWriter {
 public:
  explicit PcapngWriter(bool big_endian = false) { section(big_endian); }

  PcapngWriter& section(bool big_endian) {
    numbers_ = Numbers(big_endian);
    return block(0x0a0d0d0a, numbers_.u32(0x1a2b3c4d) + numbers_.u16(1) + numbers_.u16(0) +
                                 numbers_.u64(~uint64_t{0}));
  }
  // `options` as option() makes them.
  PcapngWriter& interface(uint32_t link_type = 1, std::string_view options = {},
                          uint32_t snap_length = 0) {
    return block(1, numbers_.u16(link_type) + numbers_.u16(0) + numbers_.u32(snap_length) +
                        std::string(options));
  }
  // An Enhanced Packet Block; `ticks` in the interface's unit, microseconds unless it says
  // otherwise.
  PcapngWriter& add(uint64_t ticks, std::string_view packet, uint32_t interface = 0) {
    return block(6, numbers_.u32(interface) + numbers_.u32(ticks >> 32) + numbers_.u32(ticks) +
                        numbers_.u32(packet.size()) + numbers_.u32(packet.size()) + padded(packet));
  }
  PcapngWriter& add_simple(std::string_view packet, uint32_t wire_size) {
    return block(3, numbers_.u32(wire_size) + padded(packet));
  }
  PcapngWriter& add_old(uint64_t ticks, std::string_view packet, uint16_t interface = 0) {
    return block(2, numbers_.u16(interface) + numbers_.u16(0) + numbers_.u32(ticks >> 32) +
                        numbers_.u32(ticks) + numbers_.u32(packet.size()) +
                        numbers_.u32(packet.size()) + padded(packet));
  }
  PcapngWriter& secrets(uint32_t type, std::string_view text) {
    return block(10, numbers_.u32(type) + numbers_.u32(text.size()) + padded(text));
  }
  PcapngWriter& block(uint32_t type, std::string_view body) {
    const std::string size = numbers_.u32(body.size() + 12);
    bytes += numbers_.u32(type) + size + std::string(body) + size;
    return *this;
  }
  std::string option(uint16_t code, std::string_view value) const {
    return numbers_.u16(code) + numbers_.u16(value.size()) + padded(value);
  }
  const Numbers& numbers() const { return numbers_; }
  static std::string padded(std::string_view text) {
    return std::string(text) + std::string((4 - text.size() % 4) % 4, '\0');
  }

  std::string bytes;

 private:
  Numbers numbers_;
};

inline void write_file(const std::string& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

}  // namespace telltale::test
