// pcapng files (draft-ietf-opsawg-pcapng): any number of sections, in either byte order, and of
// interfaces.
//
// A block whose leading and trailing lengths disagree is damage; the reader then looks byte by byte
// for the next block of a known type whose lengths agree. To read one more block: a case in
// take_block.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sensor/capture/pcapng_interface.h"
#include "sensor/capture/record_reader.h"

namespace telltale {

class PcapngReader : public RecordReader {
 public:
  static constexpr uint32_t kSectionHeader = 0x0a0d0d0a;  // the same in both byte orders

  PcapngReader(Window& window, CaptureNotes& notes) : window_(window), notes_(notes) {}

  bool next(Packet& packet) override;
  uint32_t records() const override { return records_; }
  bool may_carry_secrets() const override { return true; }

 private:
  enum class Damage { none, length, trailer, byte_order, cut_off };
  // Where the parts of a block that carries a packet stand.
  struct PacketBlock {
    size_t header = 0;  // of the body, before the packet
    uint32_t interface = 0;
    std::optional<uint64_t> ticks;  // none: as the packet before
    uint32_t captured = 0;
    uint32_t wire = 0;
  };

  Damage find_block();
  bool has_known_type() const;
  uint32_t max_size(uint32_t type) const;
  bool recover(Damage damage);
  std::string describe(Damage damage) const;
  bool at_end();

  bool take_block(Bytes body, Packet& packet);
  bool take_packet(const PacketBlock& block, Bytes body, Packet& packet);
  bool take_enhanced(Bytes body, Packet& packet);
  bool take_simple(Bytes body, Packet& packet);
  bool take_old(Bytes body, Packet& packet);
  bool refuse_packet(Bytes body);
  void start_section(Bytes body);
  void take_interface(Bytes body);
  void take_names(Bytes body);
  void take_secrets(Bytes body);

  Window& window_;
  CaptureNotes& notes_;
  ByteOrder order_;
  uint32_t type_ = 0;  // of the block at the window
  uint32_t size_ = 0;
  std::vector<PcapngInterface> interfaces_;  // of the section
  uint32_t first_interface_ = 0;             // number of interfaces_[0] in the file
  bool told_unknown_interface_ = false;      // once a section
  Timestamp last_ts_;
  uint32_t records_ = 0;
};

}  // namespace telltale
