#include "sensor/detect/context.h"

#include <algorithm>
#include <utility>

#include "sensor/base/encoding.h"
#include "sensor/detect/imei.h"
#include "sensor/detect/network_codes.h"
#include "sensor/detect/value_shapes.h"

namespace telltale {

namespace {

constexpr int kLevelsAround = 3;

const KeyFamilies& device_data() {
  static const KeyFamilies kFamilies = {
      KeyFamily::imei,          KeyFamily::imsi,           KeyFamily::iccid,
      KeyFamily::android_id,    KeyFamily::advertising_id, KeyFamily::mac_address,
      KeyFamily::serial_number, KeyFamily::device_model,   KeyFamily::device_brand,
      KeyFamily::carrier_name,  KeyFamily::mcc,            KeyFamily::mnc,
      KeyFamily::sim_operator,  KeyFamily::device_context, KeyFamily::device_holder};
  return kFamilies;
}

bool has_no_letter(std::string_view value) {
  return std::none_of(value.begin(), value.end(),
                      [](char c) { return is_alpha(c) || static_cast<uint8_t>(c) >= 0x80; }) &&
         value.find_first_of(":/.") != std::string_view::npos;
}

// Codes whose keys mean something else as often (an operator's number at a machine), unless the value fits.
bool is_misfit(const Item& item) {
  if (is_placeholder(item.value)) return false;
  if (item.meaning.is_strong(KeyFamily::serial_number) && is_episode(item.value)) return true;
  if (item.meaning.is_strong(KeyFamily::device_model) && has_no_letter(item.value)) return true;  // 16:9
  if (item.meaning.is_strong(KeyFamily::mcc)) return !is_mcc(item.value) && count_digits(item.value) > 0;
  if (item.meaning.is_strong(KeyFamily::mnc)) return !is_all_digits(item.value) || item.value.size() > 3;
  if (item.meaning.is_strong(KeyFamily::sim_operator) && is_all_digits(item.value)) {
    return !parse_operator_code(item.value).ok;
  }
  return item.meaning.is_strong(KeyFamily::imei) && count_digits(item.value) < 8 && item.value.size() < 14;
}

// Words such as "device" and "build" say something of what they hold, nothing as the key of one value.
KeyFamilies keys_of(const Content& content, const Group& group) {
  KeyFamilies keys = group.strong;
  keys.remove({KeyFamily::device_holder});
  if (keys.has_any({KeyFamily::mcc, KeyFamily::mnc, KeyFamily::sim_operator, KeyFamily::imei,
                    KeyFamily::serial_number, KeyFamily::device_model})) {
    for_each_item(content, group, [&](const Item& item) {
      if (is_misfit(item)) keys.remove(item.meaning.families());
    });
  }
  return keys;
}

// Families whose values cannot be words.
const KeyFamilies& checked_families() {
  static const KeyFamilies kFamilies = {
      KeyFamily::imei,       KeyFamily::imsi,           KeyFamily::iccid,       KeyFamily::phone,
      KeyFamily::email,      KeyFamily::mac_address,    KeyFamily::latitude,    KeyFamily::longitude,
      KeyFamily::android_id, KeyFamily::advertising_id, KeyFamily::serial_number};
  return kFamilies;
}

bool is_word(std::string_view value) {
  return count_digits(value) == 0 && value.find('@') == std::string_view::npos && !is_placeholder(value);
}

bool is_identifying(const Item& item) {
  const KeyMeaning& meaning = item.meaning;
  const std::string_view value = item.value;
  if (value.size() == 15) {
    return (is_imei(value) && has_usual_reporting_body(value)) || (meaning.has(KeyFamily::imsi) && is_imsi(value));
  }
  if (value.size() == 36) return meaning.is_strong(KeyFamily::advertising_id) && is_uuid(value);
  if (value.size() == 17) return meaning.is_strong(KeyFamily::mac_address) && parse_device_mac(value).has_value();
  if (value.size() == 16) return meaning.is_strong(KeyFamily::android_id) && is_all_hex(value);
  if (value.size() == 19 || value.size() == 20) {
    return meaning.is_strong(KeyFamily::iccid) && value.substr(0, 2) == "89" && is_all_digits(value);
  }
  if (value.size() == 5 || value.size() == 6) {
    return meaning.is_strong(KeyFamily::sim_operator) && parse_operator_code(value).ok;
  }
  return false;
}

// Sentences: a full stop behind a word, and a new one that begins with a capital letter.
bool is_prose(std::string_view text) {
  constexpr size_t kLookedAt = 4096;
  constexpr int kSentences = 3;
  text = text.substr(0, kLookedAt);
  int ends = 0;
  for (size_t dot = text.find('.'); dot != std::string_view::npos; dot = text.find('.', dot + 1)) {
    const size_t next = text.find_first_not_of(" \n\r\t", dot + 1);
    if (dot < 2 || next == std::string_view::npos || next == dot + 1) continue;
    const auto is_lower = [](char c) { return c >= 'a' && c <= 'z'; };
    if (is_lower(text[dot - 1]) && is_lower(text[dot - 2]) && text[next] >= 'A' && text[next] <= 'Z') ++ends;
  }
  return ends >= kSentences;
}

// Families of the groups around, and of the keys they stand under.
KeyFamilies around(const Content& content, const Group& group) {
  KeyFamilies seen = content.above(group);
  const Group* outer = content.outer(group);
  for (int levels = 1; outer != nullptr && levels < kLevelsAround; ++levels) {
    seen.add(keys_of(content, *outer));
    outer = content.outer(*outer);
  }
  return seen;
}

}  // namespace

int device_evidence(const Content& content, const Group& group, const KeyFamilies& except) {
  KeyFamilies seen = around(content, group);
  seen.add(keys_of(content, group));
  seen.remove(except);
  return seen.count_of(device_data());
}

int evidence_beside(const Content& content, const Item& item) {
  const Group& group = content.group_of(item);
  KeyFamilies own = item.meaning.families();
  own.remove(group.repeated);  // another item says it, too
  KeyFamilies seen = keys_of(content, group);
  seen.remove(own);
  seen.add(around(content, group));
  return seen.count_of(device_data());
}

bool is_labels(const Content& content, const Group& group) {
  if (!group.families.has_any(checked_families())) return false;
  int words = 0;
  int values = 0;
  for_each_item(content, group, [&](const Item& item) {
    if (!item.meaning.families().has_any(checked_families())) return;
    bool strong = false;
    for (const KeyMatch& match : item.meaning.matches()) {
      strong = strong || (item.meaning.strength(match) == KeyStrength::strong &&
                          KeyFamilies({match.family}).has_any(checked_families()));
    }
    if (!strong || is_placeholder(item.value)) return;
    (is_word(item.value) ? words : values) += 1;
  });
  return words > 0 && values == 0;
}

bool names_itself(const Content& content, const Item& item, KeyFamily family) {
  if (item.value.size() < 3 || item.value.size() > 40) return false;
  const KeyMeaning meaning = content.meaning_of(item.value);
  return !meaning.weakened && meaning.is_strong(family) && count_digits(item.value) == 0;
}

bool differs_among_rows(const Content& content, const Group& group, KeyFamily family) {
  if (rows_beside(content, group) < 2) return false;
  const Item* own = content.find(group, family);
  if (own == nullptr) return false;
  for (const KeyHit& hit : content.hits(family)) {
    const Item& other = content.item(hit);
    const Group& row = content.group_of(other);
    if (&row == &group || row.list != group.list || row.in_text) continue;
    if (other.key == own->key && !iequals(other.value, own->value)) return true;
  }
  return false;
}

Nearest nearest_context(const Content& content, FieldId id, const KeyFamilies& first,
                        const KeyFamilies& second) {
  for (; id != kNoField; id = content[id].parent) {
    const std::string_view key = content[id].key;
    if (key.empty() || content[id].parent == kNoField) continue;
    const KeyFamilies families = content.meaning_of(key).families();
    if (families.has_any(first)) return Nearest::first;
    if (families.has_any(second)) return Nearest::second;
  }
  return Nearest::none;
}

int identifying_values(const Content& content, const Group& group) {
  int count = 0;
  const Group* at = &group;
  for (int level = 0; at != nullptr && level < kLevelsAround; ++level) {
    for_each_item(content, *at, [&](const Item& item) { count += is_identifying(item) ? 1 : 0; });
    at = content.outer(*at);
  }
  return count;
}

void OneOfADevice::add(const Content& content, const Item& item, Sighting&& sighting) {
  if (sighting.confidence < kLeastConfidence) return;
  const bool is_identified =
      identifying_values(content, content.group_of(item)) > 0 || evidence_beside(content, item) >= 2;
  candidates_.push_back({std::move(sighting), is_identified});
}

void OneOfADevice::tell_all(SightingSink& sink) {
  constexpr size_t kMost = 3;
  std::vector<std::string> values;
  for (const Candidate& candidate : candidates_) {
    if (!candidate.is_identified) values.push_back(ascii_lower(candidate.sighting.value));
  }
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  for (Candidate& candidate : candidates_) {
    if (candidate.is_identified || values.size() <= kMost) tell(sink, std::move(candidate.sighting));
  }
}

bool is_of_a_document(const Content& content, const Item& item) {
  constexpr size_t kLongText = 4 * 1024;
  constexpr size_t kShortText = 1024;
  const Group& group = content.group_of(item);
  const std::string_view text = content[group.container].value;
  const bool is_text = item.in_text || content[group.container].is_leaf();
  if (!is_text || text.size() < kShortText) return false;
  if (text.size() < kLongText && !is_prose(text)) return false;
  return identifying_values(content, group) == 0;
}

bool is_in_phones(const Content& content, const Group& group) {
  const Field& object = content[group.container];
  if (object.step != Step::element || object.parent == kNoField) return false;
  const Field& list = content[object.parent];
  if (list.kind != FieldKind::array || list.key.empty()) return false;
  const KeyMeaning meaning = content.meaning_of(list.key);
  return !meaning.weakened && meaning.is_strong(KeyFamily::phone);
}

uint32_t rows_beside(const Content& content, const Group& group) {
  return group.in_text ? 1 : content.rows_in(group.list);
}

Sighting sighting_of(DataType type, double confidence, const Item& item, std::string value) {
  Sighting sighting;
  sighting.type = type;
  sighting.confidence = confidence;
  sighting.field = item.field;
  sighting.value = std::move(value);
  return sighting;
}

void tell(SightingSink& sink, Sighting&& sighting) {
  if (sighting.confidence >= kLeastConfidence) sink.on_sighting(std::move(sighting));
}

}  // namespace telltale
