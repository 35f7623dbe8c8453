// See pcapng_reader.h. Section numbers below are those of draft-ietf-opsawg-pcapng.
#include "sensor/capture/pcapng_reader.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

namespace telltale {
namespace {

enum BlockType : uint32_t {
  kInterface = 1,
  kOldPacket = 2,
  kSimplePacket = 3,
  kNames = 4,
  kStatistics = 5,
  kEnhancedPacket = 6,
  kSecrets = 10,
};

constexpr uint32_t kByteOrderMagic = 0x1a2b3c4d;
constexpr size_t kBlockHead = 8;                  // type and length
constexpr size_t kEmptyBlock = 12;                // and the length again
constexpr uint32_t kMaxBlock = 16U << 20;         // what other readers take, too
constexpr uint32_t kMaxPacketExtra = 128 * 1024;  // header and options of a packet

bool is_packet(uint32_t type) {
  return type == kEnhancedPacket || type == kSimplePacket || type == kOldPacket;
}

}  // namespace

bool PcapngReader::next(Packet& packet) {
  for (;;) {
    if (!window_.ensure(kEmptyBlock)) return at_end();
    const Damage damage = find_block();
    if (damage != Damage::none) {
      if (!recover(damage)) return false;
      continue;
    }
    const Bytes body{window_.data() + kBlockHead, size_ - kEmptyBlock};
    const bool got = take_block(body, packet);
    window_.advance(size_);
    if (got) return true;
  }
}

// Reads the head of the block at the window. REQUIRES: kEmptyBlock bytes are there.
PcapngReader::Damage PcapngReader::find_block() {
  const uint8_t* p = window_.data();
  ByteOrder order = order_;
  if (load_be32(p) == kSectionHeader) {
    const bool big = load_be32(p + kBlockHead) == kByteOrderMagic;
    order = ByteOrder(big);
    if (order.u32(p + kBlockHead) != kByteOrderMagic) return Damage::byte_order;
  }
  type_ = order.u32(p);
  size_ = order.u32(p + 4);
  if (size_ < kEmptyBlock || size_ > max_size(type_)) return Damage::length;
  if (!window_.ensure(size_)) return Damage::cut_off;
  if (order.u32(window_.data() + size_ - 4) != size_) return Damage::trailer;
  order_ = order;
  return Damage::none;
}

uint32_t PcapngReader::max_size(uint32_t type) const {
  return is_packet(type) ? notes_.limits().max_frame + kMaxPacketExtra : kMaxBlock;
}

bool PcapngReader::has_known_type() const {
  const uint32_t type = order_.u32(window_.data());
  return (type >= kInterface && type <= kEnhancedPacket) || type == kSecrets ||
         type == kSectionHeader;
}

bool PcapngReader::take_block(Bytes body, Packet& packet) {
  switch (type_) {
    case kEnhancedPacket:
      return take_enhanced(body, packet);
    case kSimplePacket:
      return take_simple(body, packet);
    case kOldPacket:
      return take_old(body, packet);
    case kSectionHeader:
      start_section(body);
      return false;
    case kInterface:
      take_interface(body);
      return false;
    case kNames:
      take_names(body);
      return false;
    case kSecrets:
      take_secrets(body);
      return false;
    default:
      return false;
  }
}

// 4.3 Enhanced Packet Block
bool PcapngReader::take_enhanced(Bytes body, Packet& packet) {
  constexpr size_t kHeader = 20;
  if (body.size() < kHeader) return refuse_packet(body);
  const uint8_t* p = body.data();
  const uint64_t ticks = uint64_t{order_.u32(p + 4)} << 32 | order_.u32(p + 8);
  return take_packet({kHeader, order_.u32(p), ticks, order_.u32(p + 12), order_.u32(p + 16)}, body,
                     packet);
}

// 4.4 Simple Packet Block: always the first interface; it has no time of its own.
bool PcapngReader::take_simple(Bytes body, Packet& packet) {
  constexpr size_t kHeader = 4;
  if (body.size() < kHeader) return refuse_packet(body);
  const uint32_t wire = order_.u32(body.data());
  auto captured = static_cast<uint32_t>(std::min<size_t>(wire, body.size() - kHeader));
  if (!interfaces_.empty() && interfaces_[0].snap_length > 0) {
    captured = std::min(captured, interfaces_[0].snap_length);
  }
  return take_packet({kHeader, 0, std::nullopt, captured, wire}, body, packet);
}

// Appendix A: Packet Block (obsolete)
bool PcapngReader::take_old(Bytes body, Packet& packet) {
  constexpr size_t kHeader = 20;
  if (body.size() < kHeader) return refuse_packet(body);
  const uint8_t* p = body.data();
  const uint64_t ticks = uint64_t{order_.u32(p + 4)} << 32 | order_.u32(p + 8);
  return take_packet({kHeader, order_.u16(p), ticks, order_.u32(p + 12), order_.u32(p + 16)}, body,
                     packet);
}

bool PcapngReader::take_packet(const PacketBlock& block, Bytes body, Packet& packet) {
  ++records_;
  if (block.captured > body.size() - block.header || block.captured > notes_.limits().max_frame) {
    notes_.weird.count(Weird::capture_packet_block_malformed);
    notes_.problem(window_.offset(), [&] {
      return fmt::format("packet block claims {} bytes of packet, only {} are in it (at most {})",
                         block.captured, body.size() - block.header, notes_.limits().max_frame);
    });
    return false;
  }
  if (block.interface >= interfaces_.size()) {
    notes_.weird.count(Weird::capture_packet_of_unknown_interface);
    if (told_unknown_interface_) return false;
    told_unknown_interface_ = true;
    notes_.problem(window_.offset(), [&] {
      return fmt::format(
          "packet of interface {}, but {} are described in this section; all such packets are left "
          "out",
          block.interface, interfaces_.size());
    });
    return false;
  }
  const PcapngInterface& interface = interfaces_[block.interface];
  if (block.ticks) last_ts_ = interface.time.at(*block.ticks);
  packet.ts = last_ts_;
  packet.frame.number = records_;
  packet.link_type = interface.link_type;
  packet.interface = first_interface_ + block.interface;
  packet.bytes = body.subspan(block.header, block.captured);
  packet.wire_size = block.wire;
  return true;
}

bool PcapngReader::refuse_packet(Bytes body) {
  ++records_;
  notes_.weird.count(Weird::capture_packet_block_malformed);
  notes_.problem(window_.offset(),
                 [&] { return fmt::format("packet block is too short: {} bytes", body.size()); });
  return false;
}

// 4.1 Section Header Block: everything before is forgotten.
void PcapngReader::start_section(Bytes body) {
  first_interface_ += static_cast<uint32_t>(interfaces_.size());
  interfaces_.clear();
  told_unknown_interface_ = false;
  constexpr size_t kVersion = 4;
  const uint16_t major = body.size() >= kVersion + 2 ? order_.u16(body.data() + kVersion) : 0;
  if (major == 1) return;
  notes_.problem(window_.offset(), [&] {
    return fmt::format("pcapng version {}; 1 is expected and assumed", major);
  });
}

// 4.2 Interface Description Block
void PcapngReader::take_interface(Bytes body) {
  if (body.size() < PcapngInterface::kBody) {
    notes_.problem(window_.offset(), [&] {
      return fmt::format("interface description is too short: {} of {} bytes", body.size(),
                         PcapngInterface::kBody);
    });
  }
  PcapngInterface interface = PcapngInterface::read(body, order_);
  if (!notes_.interface(interface.name)) return;
  interface.name = {};  // it would not outlive the block
  interfaces_.push_back(interface);
}

// 4.5 Name Resolution Block: records of type, length and value, padded to 4 bytes; an address, then
// names that each end with a zero.
void PcapngReader::take_names(Bytes body) {
  enum Record : uint16_t { kEnd = 0, kIpv4 = 1, kIpv6 = 2 };
  while (body.size() >= 4) {
    const uint16_t type = order_.u16(body.data());
    const uint16_t size = order_.u16(body.data() + 2);
    body = body.subspan(4);
    if (type == kEnd || size > body.size()) return;
    const size_t address_size = type == kIpv4 ? 4 : 16;
    if ((type == kIpv4 || type == kIpv6) && size > address_size) {
      const IpAddress address =
          type == kIpv4 ? IpAddress::v4(body.data()) : IpAddress::v6(body.data());
      std::string_view names = as_text(body.subspan(address_size, size - address_size));
      while (!names.empty()) {
        const size_t end = std::min(names.find('\0'), names.size());
        notes_.name(address, names.substr(0, end));
        names.remove_prefix(std::min(end + 1, names.size()));
      }
    }
    body = body.subspan(std::min<size_t>((size_t{size} + 3) / 4 * 4, body.size()));
  }
}

// 4.7 Decryption Secrets Block: type, length, secrets.
void PcapngReader::take_secrets(Bytes body) {
  constexpr size_t kHeader = 8;
  const bool has_header = body.size() >= kHeader;
  const uint32_t size = has_header ? order_.u32(body.data() + 4) : 0;
  if (!has_header || size > body.size() - kHeader) {
    notes_.problem(window_.offset(), [&] {
      return fmt::format("secrets block claims {} bytes, more than are in it", size);
    });
    return;
  }
  notes_.secrets(order_.u32(body.data()), body.subspan(kHeader, size));
}

// Tells of the damage here and moves to the next sound block. False when there is none.
bool PcapngReader::recover(Damage damage) {
  window_.recheck();
  const uint64_t begin = window_.offset();
  const size_t left = window_.left();
  const uint32_t claimed = size_;
  const std::string what = describe(damage);
  bool found = false;
  while (!found && window_.ensure(kEmptyBlock + 1)) {
    window_.advance(1);
    found = has_known_type() && find_block() == Damage::none;
  }
  if (!found) {
    window_.advance(window_.left());
    // When the file itself is broken off, that is the problem, and its owner tells it.
    if (!window_.failure().empty()) return false;
  }
  const bool is_tail = damage == Damage::cut_off && !found;
  notes_.weird.count(is_tail ? Weird::capture_record_cut_off : Weird::capture_record_skipped);
  notes_.problem(begin, [&] {
    if (is_tail) {
      return fmt::format("the last block is cut off: {} of {} bytes are there", left, claimed);
    }
    const uint64_t skipped = window_.offset() - begin;
    return what + (found ? fmt::format("; skipped {} bytes to the next sound block", skipped)
                         : fmt::format("; no sound block in the {} bytes left", skipped));
  });
  return found;
}

std::string PcapngReader::describe(Damage damage) const {
  switch (damage) {
    case Damage::byte_order:
      return fmt::format("section header has no byte-order magic {:08x}", kByteOrderMagic);
    case Damage::length:
      return fmt::format("block claims {} bytes, {} to {} are possible", size_, kEmptyBlock,
                         max_size(type_));
    case Damage::trailer:
      return fmt::format("block starts with length {} and ends with another", size_);
    default:
      return fmt::format("block claims {} bytes, more than are left", size_);
  }
}

bool PcapngReader::at_end() {
  window_.recheck();
  const size_t left = window_.left();
  if (left == 0) return false;
  if (window_.failure().empty()) {
    notes_.weird.count(Weird::capture_record_cut_off);
    notes_.problem(window_.offset(), [&] {
      return fmt::format("the last block is cut off: {} of at least {} bytes are there", left,
                         kEmptyBlock);
    });
  }
  window_.advance(left);
  return false;
}

}  // namespace telltale
