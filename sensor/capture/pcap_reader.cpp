// See pcap_reader.h.
#include "sensor/capture/pcap_reader.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

namespace telltale {
namespace {

constexpr size_t kFileHeader = 24;
constexpr uint32_t kMicroseconds = 0xa1b2c3d4;
constexpr uint32_t kNanoseconds = 0xa1b23c4d;
constexpr uint32_t kModified =
    0xa1b2cd34;  // Kuznetzov's libpcap patches: interface index, protocol, type
constexpr size_t kModifiedHeader = 24;
constexpr size_t kCacheLine = 64;

// How far, in seconds, a record found after damage may be from the last sound one.
constexpr uint32_t kNear = 24 * 60 * 60;
// So many sound headers must follow a candidate near in time, and so many any other.
constexpr int kFollowersWhenNear = 1;
constexpr int kFollowersOtherwise = 3;

bool is_near(uint32_t a, uint32_t b) { return std::max(a, b) - std::min(a, b) <= kNear; }

uint32_t load_native(const uint8_t* p) {
  uint32_t value;
  std::memcpy(&value, p, sizeof value);
  return value;
}

}  // namespace

std::optional<PcapFormat> PcapFormat::from_magic(Bytes start) {
  if (start.size() < sizeof(uint32_t)) return std::nullopt;
  const uint32_t native = load_native(start.data());
  for (const bool swapped : {false, true}) {
    switch (swapped ? __builtin_bswap32(native) : native) {
      case kMicroseconds:
        return PcapFormat{swapped, false, 16};
      case kNanoseconds:
        return PcapFormat{swapped, true, 16};
      case kModified:
        return PcapFormat{swapped, false, kModifiedHeader};
      default:
        break;
    }
  }
  return std::nullopt;
}

std::unique_ptr<PcapReader> PcapReader::open(Window& window, CaptureNotes& notes) {
  const PcapFormat format = *PcapFormat::from_magic({window.data(), window.left()});
  std::unique_ptr<PcapReader> reader(new PcapReader(window, notes, format));
  return reader->read_file_header() ? std::move(reader) : nullptr;
}

PcapReader::PcapReader(Window& window, CaptureNotes& notes, PcapFormat format)
    : window_(window),
      notes_(notes),
      format_(format),
      fractions_(format.nanoseconds ? 1'000'000'000 : 1'000'000),
      fraction_(1'000'000'000 / fractions_),
      usual_captured_(notes.limits().max_frame) {}

bool PcapReader::read_file_header() {
  if (!window_.ensure(kFileHeader)) {
    notes_.problem(0, [&] {
      return fmt::format("the file header is cut off: {} of {} bytes are there", window_.left(),
                         kFileHeader);
    });
    window_.advance(window_.left());
    return false;
  }
  const uint8_t* p = window_.data();
  const uint16_t major = load16(p + 4);
  const uint16_t minor = load16(p + 6);
  if (major != 2) {
    notes_.problem(4, [&] {
      return fmt::format("pcap version {}.{}; 2.4 is expected and assumed", major, minor);
    });
  } else if (minor < 4) {
    // Before 2.3 the two lengths stood the other way round, and 2.3 was written both ways.
    order_ = minor == 3 ? Order::smaller_first : Order::wire_first;
  }
  const uint32_t snap_length = load(p + 16);
  if (snap_length > 0) usual_captured_ = std::min(usual_captured_, snap_length);
  link_type_ = load(p + 20) & 0xffff;  // above it: reserved bits and the length of the FCS
  window_.advance(kFileHeader);
  return true;
}

uint32_t PcapReader::load(const uint8_t* p) const {
  const uint32_t value = load_native(p);
  return format_.swapped ? __builtin_bswap32(value) : value;
}

uint16_t PcapReader::load16(const uint8_t* p) const {
  uint16_t value;
  std::memcpy(&value, p, sizeof value);
  return format_.swapped ? __builtin_bswap16(value) : value;
}

PcapReader::Header PcapReader::header_at(const uint8_t* p) const {
  Header header{load(p), load(p + 4), load(p + 8), load(p + 12)};
  if (order_ != Order::captured_first &&
      (order_ == Order::wire_first || header.captured > header.wire)) {
    std::swap(header.captured, header.wire);
  }
  return header;
}

bool PcapReader::next(Packet& packet) {
  for (;;) {
    if (!window_.ensure(format_.header_size)) return at_end();
    const Header header = header_at(window_.data());
    if (!is_usual(header) || !window_.ensure(format_.header_size + header.captured)) {
      const Damage damage = damage_of(header);
      if (damage != Damage::none) {
        if (!recover(header, damage)) return false;
        continue;
      }
    }
    const uint64_t nanoseconds =
        uint64_t{header.seconds} * 1'000'000'000 + uint64_t{header.fraction} * fraction_;
    packet.ts = Timestamp(Duration(static_cast<int64_t>(nanoseconds)));
    packet.frame.number = ++records_;
    packet.link_type = link_type_;
    packet.interface = 0;
    packet.bytes = {window_.data() + format_.header_size, header.captured};
    packet.wire_size = header.wire;
    window_.advance(format_.header_size + header.captured);
    // What the next call reads first, and the headers of that packet, are fetched while this one is
    // worked on.
    __builtin_prefetch(window_.data());
    __builtin_prefetch(window_.data() + kCacheLine);
    last_seconds_ = header.seconds;
    return true;
  }
}

// The odd headers: what some writers do is taken when the record after it is sound.
PcapReader::Damage PcapReader::damage_of(const Header& header) {
  if (header.captured > notes_.limits().max_frame) return Damage::too_long;
  if ((header.seconds | header.fraction | header.captured | header.wire) == 0) return Damage::zeros;
  if (!window_.ensure(format_.header_size + header.captured)) return Damage::cut_off;
  if (!is_usual(header) && !is_followed_soundly(header)) return Damage::implausible;
  return Damage::none;
}

bool PcapReader::is_followed_soundly(const Header& header) {
  const size_t size = format_.header_size + header.captured;
  if (!window_.ensure(size + format_.header_size)) return true;  // the end tells nothing against it
  const Header after = header_at(window_.data() + size);
  return is_usual(after) ||
         (after.captured <= notes_.limits().max_frame && is_near(after.seconds, header.seconds));
}

// What a header must look like to be believed after damage.
bool PcapReader::is_plausible(const Header& header) const {
  return header.wire > 0 && header.wire <= notes_.limits().max_frame &&
         header.captured <= header.wire && header.fraction < fractions_;
}

// Does a sound record start here? Reads at most 1 + kFollowersOtherwise headers.
bool PcapReader::starts_record() {
  const Header first = header_at(window_.data());
  if (!is_plausible(first)) return false;
  const bool near = last_seconds_ && is_near(first.seconds, *last_seconds_);
  Header header = first;
  size_t size = 0;
  for (int followers = near ? kFollowersWhenNear : kFollowersOtherwise;; --followers) {
    size += format_.header_size + header.captured;
    if (!window_.ensure(size)) return false;
    if (followers == 0) return true;
    if (!window_.ensure(size + format_.header_size)) return near || window_.left() == size;
    header = header_at(window_.data() + size);
    if (!is_plausible(header) || !is_near(header.seconds, first.seconds)) return false;
  }
}

// Tells of the damage here and moves to the next sound record. False when there is none.
bool PcapReader::recover(const Header& header, Damage damage) {
  window_.recheck();
  const uint64_t begin = window_.offset();
  const size_t left = window_.left();
  bool found = false;
  while (!found && window_.ensure(format_.header_size + 1)) {
    window_.advance(1);
    found = starts_record();
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
      return fmt::format("the last record is cut off: {} of {} bytes are there", left,
                         format_.header_size + header.captured);
    }
    const uint64_t skipped = window_.offset() - begin;
    return describe(header, damage) +
           (found ? fmt::format("; skipped {} bytes to the next sound record", skipped)
                  : fmt::format("; no sound record in the {} bytes left", skipped));
  });
  return found;
}

std::string PcapReader::describe(const Header& header, Damage damage) const {
  switch (damage) {
    case Damage::too_long:
      return fmt::format("record claims {} bytes, at most {} are possible", header.captured,
                         notes_.limits().max_frame);
    case Damage::zeros:
      return "record header holds only zeros";
    case Damage::cut_off:
      return fmt::format("record claims {} bytes, more than are left", header.captured);
    default:
      return fmt::format(
          "record header is not plausible: {} of {} bytes captured, {} of {} parts of a second",
          header.captured, header.wire, header.fraction, fractions_);
  }
}

bool PcapReader::at_end() {
  window_.recheck();
  const size_t left = window_.left();
  if (left == 0) return false;
  if (window_.failure().empty()) {
    notes_.weird.count(Weird::capture_record_cut_off);
    notes_.problem(window_.offset(), [&] {
      return fmt::format("the last record header is cut off: {} of {} bytes are there", left,
                         format_.header_size);
    });
  }
  window_.advance(left);
  return false;
}

}  // namespace telltale
