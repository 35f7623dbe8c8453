#include "sensor/detect/masking.h"

#include <algorithm>

#include "sensor/base/encoding.h"

namespace telltale {
namespace {

constexpr size_t kMostStars = 8;

// Characters, not bytes: a masked name must stay valid UTF-8.
size_t first_character_size(std::string_view text) {
  size_t size = 1;
  while (size < text.size() && (static_cast<uint8_t>(text[size]) & 0xc0) == 0x80) ++size;
  return std::min(size, text.size());
}

// Never more than a third of the value, so that short ones do not show everything.
std::string ends_only(std::string_view value, size_t front, size_t back) {
  const size_t third = value.size() / 3;
  front = std::min(front, third);
  back = std::min(back, third - std::min(third, front));
  const size_t hidden = value.size() - front - back;
  return std::string(value.substr(0, front)) + std::string(std::min(hidden, kMostStars), '*') +
         std::string(value.substr(value.size() - back));
}

std::string initials(std::string_view value) {
  std::string out;
  bool word_begins = true;
  for (size_t i = 0; i < value.size();) {
    const size_t size = first_character_size(value.substr(i));
    if (value[i] == ' ') {
      word_begins = true;
    } else if (word_begins) {
      out += out.empty() ? "" : " ";
      out += value.substr(i, size);
      out += '*';
      word_begins = false;
    }
    i += size;
  }
  return out;
}

std::string masked_email(std::string_view value) {
  const size_t at = value.find('@');
  if (at == std::string_view::npos || at == 0) return ends_only(value, 1, 0);
  return std::string(value.substr(0, 1)) + "***" + std::string(value.substr(at));
}

// "52.516312,13.377701" -> "52.*,13.*"
std::string whole_degrees(std::string_view value) {
  std::string out;
  bool hides = false;
  for (const char c : value) {
    if (c == ',') hides = false;
    if (!hides) out += c;
    if (c == '.') {
      out += '*';
      hides = true;
    }
  }
  return out;
}

}  // namespace

std::string masked(DataType type, std::string_view value) {
  const std::string text = to_valid_utf8(value);
  switch (type) {
    case DataType::coordinates:
      return whole_degrees(text);
    case DataType::email:
      return masked_email(text);
    case DataType::contact_list:
    case DataType::call_log:
    case DataType::message_log:
      return initials(text);
    case DataType::device_model:
    case DataType::device_brand:
    case DataType::carrier_name:
    case DataType::mcc:
    case DataType::sim_operator:
    case DataType::installed_apps:
      return text;
    case DataType::mac_address:
    case DataType::wifi_scan:
      return text.size() == 17 ? text.substr(0, 8) + ":*:*:" + text.substr(15) : ends_only(text, 4, 2);
    case DataType::imei:
    case DataType::imsi:
    case DataType::iccid:
    case DataType::phone_number:
      return ends_only(text, 4, 2);
    default:
      return ends_only(text, 2, 2);
  }
}

std::string fingerprint(DataType type, std::string_view value, HashKey key) {
  std::string text(name_of(type));
  text += '\0';
  text += value;
  const uint64_t hash = hash64(text, key);
  uint8_t bytes[8];
  for (size_t i = 0; i < sizeof bytes; ++i) bytes[i] = static_cast<uint8_t>(hash >> (56 - 8 * i));
  return to_hex(bytes);
}

}  // namespace telltale
