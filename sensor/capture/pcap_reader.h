// pcap files (draft-ietf-opsawg-pcap): microseconds, nanoseconds and Kuznetzov's modified records,
// in both byte orders.
//
// Damage is recognised by a record header that cannot be or that no sound record follows. The
// reader then looks byte by byte for the next header that is plausible and is followed by others
// that are, or by the end of the file. Each look costs a bounded number of header reads, so the
// whole stays linear.
#pragma once

#include <memory>
#include <optional>

#include "sensor/capture/record_reader.h"

namespace telltale {

// What the magic number tells.
struct PcapFormat {
  bool swapped = false;  // the other byte order than this machine's
  bool nanoseconds = false;
  size_t header_size = 16;  // of a record

  static std::optional<PcapFormat> from_magic(Bytes start);
};

class PcapReader : public RecordReader {
 public:
  // REQUIRES: the window starts with a pcap magic. Null, with a problem told, when the header is
  // cut off.
  static std::unique_ptr<PcapReader> open(Window& window, CaptureNotes& notes);

  bool next(Packet& packet) override;
  uint32_t records() const override { return records_; }
  bool may_carry_secrets() const override { return false; }

 private:
  struct Header {
    uint32_t seconds;
    uint32_t fraction;  // of a second, micro- or nanoseconds
    uint32_t captured;
    uint32_t wire;
  };
  enum class Order { captured_first, wire_first, smaller_first };
  enum class Damage { none, too_long, zeros, implausible, cut_off };

  PcapReader(Window& window, CaptureNotes& notes, PcapFormat format);
  bool read_file_header();
  uint32_t load(const uint8_t* p) const;
  uint16_t load16(const uint8_t* p) const;
  Header header_at(const uint8_t* p) const;
  bool is_usual(const Header& header) const {
    return header.captured <= usual_captured_ && header.captured <= header.wire &&
           header.wire != 0 && header.fraction < fractions_;
  }
  bool is_plausible(const Header& header) const;
  Damage damage_of(const Header& header);
  bool is_followed_soundly(const Header& header);
  bool starts_record();
  bool recover(const Header& header, Damage damage);
  std::string describe(const Header& header, Damage damage) const;
  bool at_end();

  Window& window_;
  CaptureNotes& notes_;
  const PcapFormat format_;
  const uint32_t fractions_;  // in a second
  const uint32_t fraction_;   // nanoseconds of one
  uint32_t usual_captured_;
  Order order_ = Order::captured_first;
  uint32_t link_type_ = 0;
  uint32_t records_ = 0;
  std::optional<uint32_t> last_seconds_;  // of the last sound record
};

}  // namespace telltale
