// imei, coordinates and cell_tower in the binary frames of position trackers, which name nothing and are
// known by their framing and checksum.
//
//   GT06 and its many relatives (Concox): 78 78, length, kind, content, serial, CRC-16/X.25, 0D 0A; kind 01
//     announces the IMEI in BCD, 12 and 22 a position in 1/30000 minutes with the radio cell behind it
//   JT/T 808 (China): 7E, kind, length, telephone number in BCD, serial, content, XOR, 7E; kind 0200 is a
//     position in 1e-6 degrees
//   Teltonika codec 8: four zeros, length, 08, records with longitude and latitude in 1e-7 degrees, CRC-16/ARC
// Facts: the makers' published protocol descriptions; JT/T 808-2013 section 8.
//
//   IMEI of GT06 0.97; positions 0.95; cells 0.9
//
// Blind spots: trackers with other frames; frames after the first thousand bytes of a message.
#include <array>
#include <cstdint>

#include "sensor/base/encoding.h"
#include "sensor/detect/context.h"
#include "sensor/detect/imei.h"
#include "sensor/detect/network_codes.h"
#include "sensor/detect/position.h"

namespace telltale {
namespace {

constexpr size_t kLongestMessage = 4096;
constexpr int kDecimals = 6;  // what the scaled integers are worth

uint8_t byte_at(std::string_view text, size_t at) { return static_cast<uint8_t>(text[at]); }
uint32_t number_at(std::string_view text, size_t at, size_t size) {
  uint32_t value = 0;
  for (size_t i = 0; i < size; ++i) value = value << 8 | byte_at(text, at + i);
  return value;
}

// Reflected CRC-16.
uint16_t crc16(std::string_view bytes, uint16_t polynomial, uint16_t start) {
  uint16_t crc = start;
  for (const char c : bytes) {
    crc = static_cast<uint16_t>(crc ^ static_cast<uint8_t>(c));
    for (int bit = 0; bit < 8; ++bit) {
      crc = static_cast<uint16_t>((crc & 1) != 0 ? crc >> 1 ^ polynomial : crc >> 1);
    }
  }
  return crc;
}

// Two digits a byte; empty when a half byte is none.
std::string bcd(std::string_view bytes) {
  std::string digits;
  for (const char c : bytes) {
    const auto byte = static_cast<uint8_t>(c);
    if (byte >> 4 > 9 || (byte & 15) > 9) return {};
    digits += static_cast<char>('0' + (byte >> 4));
    digits += static_cast<char>('0' + (byte & 15));
  }
  return digits;
}

class TrackerFramesDetector final : public Detector {
 public:
  void detect(const Content& content, SightingSink& sink) const override {
    for (const FieldId id : content.texts()) {
      const std::string_view text = content[id].value;
      if (text.size() < 10 || text.size() > kLongestMessage) continue;
      if (text.starts_with("\x78\x78")) read_gt06(text, id, sink);
      if (text.front() == '\x7e' && text.back() == '\x7e') read_jt808(text, id, sink);
      if (text.substr(0, 4) == std::string_view("\0\0\0\0", 4)) read_codec8(text, id, sink);
    }
  }

 private:
  static void read_gt06(std::string_view text, FieldId id, SightingSink& sink) {
    while (text.size() >= 10 && text.starts_with("\x78\x78")) {
      const size_t length = byte_at(text, 2);
      if (length < 5 || text.size() < length + 5 || text.substr(length + 3, 2) != "\r\n") return;
      const uint32_t sum = number_at(text, length + 1, 2);
      if (sum != (crc16(text.substr(2, length - 1), 0x8408, 0xffff) ^ 0xffffU)) return;
      read_gt06_content(byte_at(text, 3), text.substr(4, length - 5), id, sink);
      text.remove_prefix(length + 5);
    }
  }

  static void read_gt06_content(uint8_t kind, std::string_view content, FieldId id, SightingSink& sink) {
    if (kind == 0x01 && content.size() >= 8) {
      const std::string digits = bcd(content.substr(0, 8));
      const std::string imei = digits.empty() ? digits : digits.substr(1);
      if (digits.starts_with('0') && is_imei(imei)) tell_value(DataType::imei, 0.97, imei, id, sink);
    }
    if ((kind == 0x12 || kind == 0x22) && content.size() >= 18) {
      const uint32_t course = number_at(content, 16, 2);
      const bool has_fix = (course & 0x1000) != 0;
      double north = number_at(content, 7, 4) / 1'800'000.0;
      double east = number_at(content, 11, 4) / 1'800'000.0;
      if ((course & 0x0400) == 0) north = -north;
      if ((course & 0x0800) != 0) east = -east;
      if (has_fix) tell_position(north, east, id, sink);
      if (content.size() >= 26) read_cell(content.substr(18, 8), id, sink);
    }
  }

  // MCC, MNC, area, cell: two, one, two and three bytes.
  static void read_cell(std::string_view cell, FieldId id, SightingSink& sink) {
    const std::string mcc = std::to_string(number_at(cell, 0, 2));
    const uint32_t area = number_at(cell, 3, 2);
    const uint32_t tower = number_at(cell, 5, 3);
    if (!is_mcc(mcc) || area == 0 || tower == 0) return;
    tell_value(DataType::cell_tower, 0.9,
               mcc + '-' + std::to_string(number_at(cell, 2, 1)) + '-' + std::to_string(area) + '-' +
                   std::to_string(tower),
               id, sink);
  }

  static void read_jt808(std::string_view text, FieldId id, SightingSink& sink) {
    std::string frame;  // 7D 01 stands for 7D, 7D 02 for 7E
    for (size_t i = 1; i < text.size() && text[i] != '\x7e'; ++i) {
      const bool escaped = text[i] == '\x7d' && i + 1 < text.size();
      frame += escaped ? (text[++i] == '\x02' ? '\x7e' : '\x7d') : text[i];
    }
    constexpr size_t kHead = 12;
    if (frame.size() < kHead + 29) return;
    uint8_t sum = 0;
    for (const char c : frame) sum = static_cast<uint8_t>(sum ^ static_cast<uint8_t>(c));
    if (sum != 0 || number_at(frame, 0, 2) != 0x0200) return;  // the XOR with itself
    const uint32_t state = number_at(frame, kHead + 4, 4);
    const bool has_fix = (state & 2) != 0;
    const double north = number_at(frame, kHead + 8, 4) / 1e6;
    const double east = number_at(frame, kHead + 12, 4) / 1e6;
    if (has_fix) tell_position((state & 4) != 0 ? -north : north, (state & 8) != 0 ? -east : east, id, sink);
  }

  static void read_codec8(std::string_view text, FieldId id, SightingSink& sink) {
    const size_t length = number_at(text, 4, 4);
    constexpr size_t kFirstRecord = 10;
    if (text.size() < length + 12 || length < 2 + 24 || byte_at(text, 8) != 8) return;
    const uint32_t sum = number_at(text, 8 + length, 4);
    if (sum != crc16(text.substr(8, length), 0xa001, 0)) return;
    const auto east = static_cast<int32_t>(number_at(text, kFirstRecord + 9, 4));
    const auto north = static_cast<int32_t>(number_at(text, kFirstRecord + 13, 4));
    tell_position(north / 1e7, east / 1e7, id, sink);
  }

  static void tell_position(double north, double east, FieldId id, SightingSink& sink) {
    const auto position = make_position({north, kDecimals}, {east, kDecimals});
    if (position) tell_value(DataType::coordinates, 0.95, position->to_string(), id, sink);
  }

  static void tell_value(DataType type, double confidence, const std::string& value, FieldId id,
                         SightingSink& sink) {
    Sighting sighting;
    sighting.type = type;
    sighting.confidence = confidence;
    sighting.field = id;
    sighting.value = value;
    tell(sink, std::move(sighting));
  }
};

}  // namespace

std::unique_ptr<const Detector> make_tracker_frames_detector() {
  return std::make_unique<TrackerFramesDetector>();
}

}  // namespace telltale
