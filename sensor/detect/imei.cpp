// imei: the number of a mobile device.
//
// Rule: 15 digits of which the last is the Luhn check digit, 16 for an IMEISV (no check digit), 14 hex
// digits for a MEID; which digits count as sure is decided by the key, the reporting body in front (RBI)
// and what stands beside. Sources: 3GPP TS 23.003 section 6.2 and annex B (a device may send 0 for the
// check digit: 6.2.1), GSMA TS.06 for the RBI, 3GPP2 S.R0048 for the MEID.
//
//   strong key, Luhn                                 0.98 usual RBI, 0.9 otherwise
//   strong key, 15 digits that end in 0, usual RBI   0.7 (check digit not sent)
//   strong key, 14 or 16 digits, usual RBI           0.75, 0.9
//   strong key, MEID 0.8; a hash                     0.6
//   general or weak key, Luhn, usual RBI             0.92 beside device data, 0.8 strong, 0.7 weak
//   no key or an unknown one, Luhn, usual RBI        0.85 beside device data, 0.6 alone
//   the same as one of four or more rows             0.6 (a fleet, not this device)
//
// Look-alikes: order numbers (9.4 % of all 15-digit numbers pass Luhn, 0.6 % pass with a usual RBI, so a key
// that names something else undoes it), American Express cards (34, 37), microsecond timestamps (16 digits).
// Blind spots: binary (BCD) IMEIs of trackers; hashed ones under a key that does not say so.
#include "sensor/detect/imei.h"

#include <algorithm>
#include <array>

#include "sensor/base/encoding.h"
#include "sensor/detect/context.h"
#include "sensor/detect/luhn.h"
#include "sensor/detect/network_codes.h"
#include "sensor/detect/value_shapes.h"

namespace telltale {
namespace {

constexpr uint32_t kRowsOfAFleet = 4;
constexpr size_t kMostInText = 3;  // more numbers of this shape in one text are a list of something

// Without the separators people write: 35-847610-123456-7, 35 847610 123456 7.
std::string_view digits_of(std::string_view value, std::array<char, 16>& buffer) {
  size_t size = 0;
  for (const char c : value) {
    if (c == '-' || c == ' ' || c == '/' || c == '.') continue;
    if (!is_digit(c) || size == buffer.size()) return {};
    buffer[size++] = c;
  }
  return {buffer.data(), size};
}

// A6 and above in front tell a MEID from a decimal number.
bool is_meid(std::string_view value) {
  return value.size() == 14 && is_all_hex(value) && (value[0] | 0x20) >= 'a' && (value[0] | 0x20) <= 'f' &&
         !is_placeholder(value);
}

// Numbers of emulators and of test sets.
bool is_example(std::string_view digits) {
  return digits == "358240051111110" || digits == "352099001761481" || digits == "004999010640000";
}

double confidence_with_strong_key(std::string_view value, std::string_view digits) {
  if (is_imei(digits)) return has_usual_reporting_body(digits) ? 0.98 : 0.9;
  if (is_meid(value)) return 0.8;
  if (is_hash_shape(value) && !is_placeholder(value)) return 0.6;
  if (!has_usual_reporting_body(digits) || is_placeholder(digits) || is_example(digits)) return 0;
  if (digits.size() == 15 && digits.back() == '0') return 0.7;
  if (digits.size() == 14) return 0.75;
  return digits.size() == 16 ? 0.9 : 0;
}

// Values beside it that only a device has, whatever their keys: an IMSI, a MAC address.
bool has_device_values(const Content& content, const Group& group, const Item& besides) {
  bool found = false;
  for_each_item(content, group, [&](const Item& item) {
    if (&item == &besides || found) return;
    found = (is_imsi(item.value) && !is_imei(item.value)) ||
            (item.value.size() == 17 && parse_device_mac(item.value).has_value());
  });
  return found;
}

bool is_word_char(char c) {
  return is_digit(c) || is_alpha(c) || c == '_' || static_cast<uint8_t>(c) >= 0x80;
}

class ImeiDetector final : public Detector {
 public:
  void detect(const Content& content, SightingSink& sink) const override {
    for (const KeyHit& hit : content.hits(KeyFamily::imei)) detect_keyed(content, hit, sink);
    for (const KeyHit& hit : content.hits(KeyFamily::generic_id)) {
      if (!content.item(hit).meaning.has(KeyFamily::imei)) detect_keyed(content, hit, sink);
    }
    for (const uint32_t index : content.long_numbers()) {
      const Item& item = content.items()[index];
      if (item.value.size() == 15) detect_unkeyed(content, item, sink);
    }
    for (const FieldId id : content.texts()) {
      if ((content.signs(id) & sign::kDigit) != 0) detect_in_text(content, id, sink);
    }
  }

 private:
  static void detect_keyed(const Content& content, const KeyHit& hit, SightingSink& sink) {
    const Item& item = content.item(hit);
    std::array<char, 16> buffer{};
    const std::string_view digits = digits_of(item.value, buffer);
    double confidence = 0;
    if (hit.strength == KeyStrength::strong && item.meaning.has(KeyFamily::imei)) {
      confidence = confidence_with_strong_key(item.value, digits);
    } else if (is_imei(digits) && has_usual_reporting_body(digits)) {
      const bool beside = evidence_beside(content, item) > 0;
      confidence = beside ? 0.92 : hit.strength == KeyStrength::strong ? 0.8 : 0.7;
    }
    const bool is_number = is_imei(digits) || !digits.empty();
    tell_one(content, item, confidence,
             is_number ? std::string(digits) : ascii_lower(item.value), sink);
  }

  static void detect_unkeyed(const Content& content, const Item& item, SightingSink& sink) {
    const KeyMeaning& meaning = item.meaning;
    if (meaning.has(KeyFamily::imei) || meaning.has(KeyFamily::generic_id)) return;
    if (names_something_else(meaning)) return;
    if (!is_imei(item.value) || !has_usual_reporting_body(item.value)) return;
    const Group& group = content.group_of(item);
    if (is_about(content, group, {KeyFamily::shop_context, KeyFamily::number_not_id})) return;
    const bool beside = evidence_beside(content, item) > 0 ||
                        has_device_values(content, group, item);
    tell_one(content, item, beside ? 0.85 : 0.6, std::string(item.value), sink);
  }

  // A strong key of another family; general words such as "value" and "serial" name nothing else.
  static bool names_something_else(const KeyMeaning& meaning) {
    return std::any_of(meaning.matches().begin(), meaning.matches().end(), [&](const KeyMatch& match) {
      return meaning.strength(match) == KeyStrength::strong && match.family != KeyFamily::label &&
             match.family != KeyFamily::labelled_value && match.family != KeyFamily::serial_number;
    });
  }

  static void tell_one(const Content& content, const Item& item, double confidence,
                       std::string value, SightingSink& sink) {
    if (rows_beside(content, content.group_of(item)) >= kRowsOfAFleet) {
      confidence = std::min(confidence, 0.6);
    }
    tell(sink, sighting_of(DataType::imei, confidence, item, std::move(value)));
  }

  // Digit runs of exactly 15 in free text. Every 15th byte decides whether there can be one.
  static void detect_in_text(const Content& content, FieldId id, SightingSink& sink) {
    const Field& field = content[id];
    const std::string_view text = field.value;
    std::array<std::string_view, kMostInText> found;
    size_t count = 0;
    for (size_t at = 14; at < text.size(); at += 15) {
      if (!is_digit(text[at])) continue;
      size_t begin = at;
      while (begin > 0 && is_digit(text[begin - 1])) --begin;
      size_t end = at;
      while (end < text.size() && is_digit(text[end])) ++end;
      at = std::max(at, end > 15 ? end - 15 : 0);
      if (end - begin != 15 || (end == text.size() && field.truncated)) continue;
      if (!stands_alone(text, begin, end)) continue;
      const std::string_view digits = text.substr(begin, 15);
      if (!is_imei(digits) || !has_usual_reporting_body(digits)) continue;
      if (count == kMostInText) return;
      found[count++] = digits;
    }
    for (size_t i = 0; i < count; ++i) tell_in_text(content, id, found[i], sink);
  }

  // Told unless it is the whole of a keyed value (that was judged already) or the key names something else.
  static void tell_in_text(const Content& content, FieldId id, std::string_view digits,
                           SightingSink& sink) {
    const Field& field = content[id];
    if (field.value.size() == digits.size() && field.parent != kNoField) return;
    if (is_about_numbers(content, id)) return;
    Sighting sighting;
    sighting.type = DataType::imei;
    sighting.confidence = 0.6;
    sighting.field = id;
    sighting.value = std::string(digits);
    tell(sink, std::move(sighting));
  }

  static bool is_about_numbers(const Content& content, FieldId id) {
    return content.above(id).has_any({KeyFamily::number_not_id, KeyFamily::shop_context});
  }

  // Not part of a longer word or number, and not behind a word that says what else it is ("order=...").
  static bool stands_alone(std::string_view text, size_t begin, size_t end) {
    if (end < text.size() && (is_word_char(text[end]) || text[end] == '-')) return false;
    if (begin == 0) return true;
    const char before = text[begin - 1];
    if (is_word_char(before) || before == '.' || before == '-') return false;
    return before != '=' && before != ':' && before != '"';
  }
};

}  // namespace

bool is_imei(std::string_view digits) {
  return digits.size() == 15 && is_luhn_valid(digits) && !is_placeholder(digits) &&
         !is_placeholder(digits.substr(0, 14)) && !is_example(digits);
}

bool has_imei_in(std::string_view text) {
  size_t run = 0;
  for (size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && is_digit(text[i])) {
      ++run;
      continue;
    }
    if (run == 15 && is_imei(text.substr(i - 15, 15))) return true;
    run = 0;
  }
  return false;
}

bool has_usual_reporting_body(std::string_view digits) {
  static constexpr std::array<std::string_view, 6> kUsual = {"35", "86", "01", "91", "98", "99"};
  return std::any_of(kUsual.begin(), kUsual.end(),
                     [&](std::string_view body) { return digits.substr(0, 2) == body; });
}

std::unique_ptr<const Detector> make_imei_detector() { return std::make_unique<ImeiDetector>(); }

}  // namespace telltale
