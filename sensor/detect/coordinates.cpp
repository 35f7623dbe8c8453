// coordinates: where the device is.
//
// Rule: a latitude and a longitude with at least three decimals, as siblings under usual names, in one value
// or array under a name that says "position", as a GeoJSON Point, in a geo: URI (RFC 5870), in ISO 6709 form,
// in NMEA 0183 sentences with a valid fix, as integers scaled by 1e6 or 1e7, or as a geohash. 0,0 and values
// out of range are no fix (position.h).
// Whose position it is the context decides: none of map tiles, bounding boxes, viewports, routes and
// polygons, of places, shops and search results, of article pages. Of a list of positions only a track is
// the device's: its rows have a time, an accuracy or a speed.
//
//   NMEA sentence, valid checksum and fix       0.97
//   lat and lon with accuracy, speed, time, ... 0.97; beside device data 0.95; alone 0.9
//   under weak or half-matching names           0.75 beside such data, else nothing
//   pair in one value, "location": [13.4, 52.5] 0.85
//   geo: URI, ISO 6709                          0.75
//   rows of a track without a time              0.6; lines of JSON without one 0.75
//   geohash under its own key                   0.6
//   tracker's ddmm.mmmm,N,dddmm.mmmm,E          0.8
//   two decimals behind an IMEI in a short text 0.8
//   numbered members (protobuf): pair, time and accuracy 0.6
//
// Blind spots: GCJ-02 and BD-09 positions are told as they are (shifted up to 600 m); places people look up on
// purpose (a search near an address) look like their own position.
#include <algorithm>

#include "sensor/base/encoding.h"
#include "sensor/detect/cell_shapes.h"
#include "sensor/detect/context.h"
#include "sensor/detect/imei.h"
#include "sensor/detect/position.h"
#include "sensor/detect/value_shapes.h"

namespace telltale {
namespace {

constexpr uint32_t kRowsOfAList = 3;
constexpr int kPartnerDistance = 32;
constexpr size_t kLongestRecord = 1024;  // of a tracker's text
constexpr int kDecimalsOfARecord = 5;

const KeyFamilies& place_families() {
  static const KeyFamilies kPlaces = {KeyFamily::map_context, KeyFamily::place_context,
                                      KeyFamily::schema_context};
  return kPlaces;
}

struct Found {
  Position position;
  double confidence = 0;
  const Item* item = nullptr;
  const Item* other = nullptr;  // the second half of a pair
};

bool is_fix(const Group& group) {
  return group.families.has_any({KeyFamily::fix_detail, KeyFamily::timestamp});
}

bool says_track(const Content& content, const Group& group) {
  return content.above(group).has_any({KeyFamily::track_context, KeyFamily::lat_lon});
}

// JSON objects one behind the other are what a device said one after the other, not a list.
bool are_lines_of_messages(const Field& list) {
  return list.is_leaf() && trim(list.value.substr(0, 16)).substr(0, 1) == "{";
}

// May the position in `group` be the device's own? Returns what is left of `confidence`.
double judged(const Content& content, const Group& group, double confidence) {
  const KeyFamilies& above = content.above(group);
  if (above.has_any(place_families()) || group.families.has(KeyFamily::map_context)) {
    const bool is_device = device_evidence(content, group) >= 2 &&
                           is_fix(group);
    if (!is_device || group.families.has(KeyFamily::map_context)) return 0;
  }
  if (group.families.has_any({KeyFamily::shop_context, KeyFamily::place_context}) &&
      !is_fix(group)) {
    return 0;
  }
  const bool is_row = rows_beside(content, group) >= kRowsOfAList;
  if (!is_row || content.hits(KeyFamily::latitude).size() < kRowsOfAList || is_fix(group)) {
    return confidence;
  }
  if (group.families.has_any({KeyFamily::person_name, KeyFamily::label})) return 0;
  if (are_lines_of_messages(content[group.list])) return std::min(confidence, 0.75);
  return says_track(content, group) ? std::min(confidence, 0.6) : 0;
}

// The longitude that belongs to a latitude: the next one behind it, else the first of the group.
const Item* partner_of(const Content& content, const Item& latitude) {
  const Group& group = content.group_of(latitude);
  if (!group.families.has(KeyFamily::longitude)) return nullptr;
  uint32_t i = latitude.next;
  for (int steps = 0; i != kNoIndex && steps < kPartnerDistance; ++steps) {
    if (content.items()[i].meaning.has(KeyFamily::longitude)) return &content.items()[i];
    i = content.items()[i].next;
  }
  const Item* first = content.find(group, KeyFamily::longitude);
  return first == &latitude ? nullptr : first;
}

double sureness_beside(const Content& content, const Group& group) {
  if (is_fix(group)) return 0.97;
  return device_evidence(content, group) > 0 ? 0.95 : 0.9;
}

// A letter in a field of its own: {"lat": 52.5163, "ns": "N"}.
void apply_hemisphere(const Content& content, const Group& group, KeyFamily family, Angle& angle) {
  const Item* sign = content.find(group, family);
  if (sign == nullptr || sign->value.empty() || angle.degrees < 0) return;
  const char c = static_cast<char>(sign->value.front() & ~0x20);
  if (c == 'S' || c == 'W') angle.degrees = -angle.degrees;
}

class CoordinatesDetector final : public Detector {
 public:
  void detect(const Content& content, SightingSink& sink) const override {
    if (content.has(KeyFamily::latitude)) detect_siblings(content, sink);
    for (const KeyHit& hit : content.hits(KeyFamily::lat_lon)) detect_value(content, hit, sink);
    for (const KeyHit& hit : content.hits(KeyFamily::geohash)) detect_geohash(content, hit, sink);
    for (const FieldId id : content.texts()) detect_in_text(content, id, sink);
    for (const Group& group : content.groups()) detect_numbered(content, group, sink);
  }

 private:
  // A fix in a message whose members have numbers for names (protobuf): latitude and longitude one
  // behind the other, the time and the accuracy beside them. Other pairs of numbers with many
  // decimals are measurements of anything.
  static void detect_numbered(const Content& content, const Group& group, SightingSink& sink) {
    constexpr uint32_t kWidestFix = 16;
    constexpr int kDecimals = 5;
    if (!group.has_unnamed || group.in_text || group.size < 4 || group.size > kWidestFix) return;
    const Item* north = nullptr;
    const Item* east = nullptr;
    const Item* before = nullptr;
    bool has_time = false;
    bool has_accuracy = false;
    for_each_item(content, group, [&](const Item& item) {
      const bool numbered = !item.key.empty() && is_all_digits(item.key);
      const auto number = numbered ? parse_decimal(item.value) : std::nullopt;
      const bool is_precise = number && number->decimals >= kDecimals;
      if (is_precise && before != nullptr && north == nullptr) {
        north = before;
        east = &item;
      }
      before = is_precise ? &item : nullptr;
      has_time = has_time || (numbered && is_moment(item.value));
      has_accuracy = has_accuracy || (number && number->has_point && !is_precise &&
                                      number->value >= 1 && number->value < 10'000);
    });
    if (north == nullptr || !has_time || !has_accuracy) return;
    const auto latitude = parse_angle(north->value);
    const auto longitude = parse_angle(east->value);
    if (!latitude || !longitude || std::abs(latitude->degrees) < 1) return;
    if (const auto position = make_position(*latitude, *longitude)) {
      tell_one({*position, judged(content, group, 0.6), north, east}, sink);
    }
  }

  static void detect_siblings(const Content& content, SightingSink& sink) {
    for (const KeyHit& hit : content.hits(KeyFamily::latitude)) {
      const Item& latitude = content.item(hit);
      const Item* longitude = partner_of(content, latitude);
      if (longitude == nullptr) continue;
      auto north = parse_angle(latitude.value, scale_of_key(latitude.key));
      auto east = parse_angle(longitude->value, scale_of_key(longitude->key));
      if (!north || !east) continue;
      const Group& group = content.group_of(latitude);
      apply_hemisphere(content, group, KeyFamily::north_south, *north);
      apply_hemisphere(content, group, KeyFamily::east_west, *east);
      const auto position = make_position(*north, *east);
      if (!position) continue;
      double confidence = sureness_beside(content, group);
      const bool strong = hit.strength == KeyStrength::strong &&
                          longitude->meaning.is_strong(KeyFamily::longitude);
      if (!strong) confidence = is_believed_weakly(content, latitude) ? 0.75 : 0;
      tell_one({*position, judged(content, group, confidence), &latitude, longitude}, sink);
    }
  }

  // x and y only inside of a position; wd and jd (Chinese initials), fooLat and fooLon beside device data too.
  static bool is_believed_weakly(const Content& content, const Item& latitude) {
    const Group& group = content.group_of(latitude);
    if (says_track(content, group)) return true;
    if (latitude.key.size() < 2) return false;
    return device_evidence(content, group) > 0 || (latitude.key.size() > 2 && is_fix(group));
  }

  static void detect_value(const Content& content, const KeyHit& hit, SightingSink& sink) {
    const Item& item = content.item(hit);
    if (item.key.empty() && !item.in_text) {
      detect_element(content, hit, sink);
      return;
    }
    const double base = hit.strength == KeyStrength::strong ? 0.85 : 0.0;
    std::optional<Position> position = parse_geo_uri(item.value);
    if (!position) position = parse_iso6709(item.value);
    if (!position) position = parse_pair(first_pair(item), is_longitude_first(item.key));
    if (!position) return;
    const Group& group = content.group_of(item);
    const bool beside = device_evidence(content, group) > 0 || is_fix(group);
    const double confidence = beside ? std::max(base, 0.7) : item.in_text ? std::min(base, 0.75) : base;
    tell_one({*position, judged(content, group, confidence), &item, nullptr}, sink);
  }

  // Text behind the key may go on after the pair: "location: 52.5163, 13.3777 (home)".
  static std::string_view first_pair(const Item& item) {
    if (!item.in_text) return item.value;
    size_t end = 0;
    while (end < item.value.size()) {
      const char c = item.value[end];
      const bool belongs = is_digit(c) || c == '.' || c == ',' || c == ' ' || c == '-' || c == '+' || c == ';';
      if (!belongs) break;
      ++end;
    }
    while (end > 0 && (item.value[end - 1] == ',' || item.value[end - 1] == ' ')) --end;
    return item.value.substr(0, end);
  }

  // "lnglat" and "xy" say it; without a word latitude comes first, but in GeoJSON.
  static bool is_longitude_first(std::string_view key) {
    const std::string lower = ascii_lower(key);
    return istarts_with(lower, "lng") || istarts_with(lower, "lon") || lower == "xy" ||
           lower.find("lnglat") != std::string::npos || lower.find("lonlat") != std::string::npos;
  }

  // [13.3777, 52.5163]: the first of two or three elements stands for all.
  static void detect_element(const Content& content, const KeyHit& hit, SightingSink& sink) {
    const Item& first = content.item(hit);
    const Group& group = content.group_of(first);
    if (&content.items()[group.first] != &first || group.size < 2 || group.size > 4) return;
    const Item& second = content.items()[first.next];
    if (!second.key.empty()) return;
    const auto a = parse_angle(first.value);
    const auto b = parse_angle(second.value);
    if (!a || !b) return;
    if (group.size == 4) {  // a box, unless the rest is an altitude and a time
      const Item& third = content.items()[second.next];
      const auto number = parse_decimal(third.value);
      if (!number || number->decimals >= 3) return;
    }
    const FieldId array = group.container;
    const std::string_view name = content[array].key;
    const FieldId holder = content[array].parent;
    const Group* around = holder == kNoField ? nullptr : content.group_in(holder);
    bool longitude_first = is_longitude_first(name);
    if (around != nullptr && says_geojson_point(content, *around)) longitude_first = true;
    if (std::abs(a->degrees) > 90) longitude_first = true;
    const auto position = longitude_first ? make_position(*b, *a) : make_position(*a, *b);
    if (!position || !is_single(content, group)) return;
    double confidence = hit.strength == KeyStrength::strong ? 0.85 : 0;
    const Group& judge = around != nullptr ? *around : group;
    confidence = judged(content, judge, confidence);
    if (rows_beside(content, group) >= kRowsOfAList) confidence = 0;
    tell_one({*position, confidence, &first, &second}, sink);
  }

  static bool says_geojson_point(const Content& content, const Group& around) {
    bool says = false;
    for_each_item(content, around, [&](const Item& item) {
      says = says || (iequals(item.key, "type") && item.value == "Point");
    });
    return says;
  }

  // Coordinates inside of coordinates are lines and areas.
  static bool is_single(const Content& content, const Group& group) {
    const Field& array = content[group.container];
    return array.step != Step::element || content.rows_in(array.parent) < 2;
  }

  static void detect_geohash(const Content& content, const KeyHit& hit, SightingSink& sink) {
    const Item& item = content.item(hit);
    const auto position = parse_geohash(item.value);
    if (!position) return;
    tell_one({*position, judged(content, content.group_of(item), 0.6), &item, nullptr}, sink);
  }

  static void detect_in_text(const Content& content, FieldId id, SightingSink& sink) {
    const std::string_view text = content[id].value;
    const Signs signs = content.signs(id);
    if ((signs & sign::kDigit) == 0) return;
    const bool has_dot = (signs & sign::kDot) != 0;
    if (has_dot && (signs & sign::kComma) != 0) {
      detect_nmea(content, id, text, sink);
      detect_tracker(content, id, text, sink);
      detect_record(content, id, text, sink);
    }
    if ((signs & sign::kColon) != 0) detect_geo_uri(content, id, text, sink);
    if (has_dot && content[id].parent != kNoField && text.size() <= 40) {
      if (const auto position = parse_iso6709(text)) tell_text(content, id, *position, 0.75, sink);
    }
  }

  static void detect_geo_uri(const Content& content, FieldId id, std::string_view text,
                             SightingSink& sink) {
    for (size_t at = text.find("geo:"); at != std::string_view::npos; at = text.find("geo:", at + 4)) {
      if (at > 0 && (is_alpha(text[at - 1]) || text[at - 1] == '_')) continue;
      if (const auto position = parse_geo_uri(text.substr(at, 80))) {
        tell_text(content, id, *position, 0.75, sink);
        return;
      }
    }
  }

  static void detect_nmea(const Content& content, FieldId id, std::string_view text,
                          SightingSink& sink) {
    for (size_t at = text.find('$'); at != std::string_view::npos; at = text.find('$', at + 1)) {
      if (at + 2 >= text.size() || (text[at + 1] != 'G' && text[at + 1] != 'B' && text[at + 1] != 'Q')) {
        continue;
      }
      std::string_view sentence = text.substr(at, 100);
      sentence = sentence.substr(0, std::min(sentence.find_first_of("\r\n"), sentence.size()));
      if (const auto position = parse_nmea(sentence)) {
        tell_text(content, id, *position, 0.97, sink);
        return;
      }
    }
  }

  // "...,A,2234.1234,N,11354.3212,E,...": what hangs on GPRS trackers' own protocols is NMEA's pair.
  static void detect_tracker(const Content& content, FieldId id, std::string_view text,
                             SightingSink& sink) {
    size_t tries = 0;
    for (const std::string_view mark : {",N,", ",S,"}) {
      for (size_t at = text.find(mark); at != std::string_view::npos; at = text.find(mark, at + 3)) {
        if (++tries > 64) return;
        size_t begin = at;
        while (begin > 0 && at - begin < 11 && (is_digit(text[begin - 1]) || text[begin - 1] == '.')) {
          --begin;
        }
        const bool valid = begin < 3 || text[begin - 1] != ',' || text[begin - 2] != 'V';
        if (at - begin < 6 || !valid) continue;
        if (is_inside_sentence(text, begin)) continue;
        if (const auto position = parse_nmea_pair(text.substr(begin))) {
          tell_text(content, id, *position, 0.8, sink);
          return;
        }
      }
    }
  }

  // "867...,20241201101010,103.819836,1.352083,35": two numbers with five decimals or more, one behind the
  // other, in a short text that has an IMEI.
  static void detect_record(const Content& content, FieldId id, std::string_view text, SightingSink& sink) {
    if (text.size() > kLongestRecord || !has_imei_in(text)) return;
    for (size_t dot = text.find('.'); dot != std::string_view::npos; dot = text.find('.', dot + 1)) {
      size_t begin = dot;
      while (begin > 0 && dot - begin < 4 && (is_digit(text[begin - 1]) || text[begin - 1] == '-')) --begin;
      size_t used = 0;
      const auto first = read_decimal(text.substr(begin), used);
      if (!first || first->decimals < kDecimalsOfARecord || begin + used >= text.size()) continue;
      if (std::string_view(",;|").find(text[begin + used]) == std::string_view::npos) continue;
      const auto second = read_decimal(text.substr(begin + used + 1), used);
      if (!second || second->decimals < kDecimalsOfARecord) continue;
      const Angle a{first->value, first->decimals};
      const Angle b{second->value, second->decimals};
      const auto position = std::abs(a.degrees) > 90 ? make_position(b, a) : make_position(a, b);
      if (position) {
        tell_text(content, id, *position, 0.8, sink);
        return;
      }
    }
  }

  // A sentence was judged whole, with its checksum and its validity.
  static bool is_inside_sentence(std::string_view text, size_t at) {
    const size_t back = at > 40 ? at - 40 : 0;
    const std::string_view before = text.substr(back, at - back);
    return before.rfind('$') != std::string_view::npos;
  }

  static void tell_text(const Content& content, FieldId id, const Position& position,
                        double confidence, SightingSink& sink) {
    if (content.above(id).has_any(place_families())) return;
    Sighting sighting;
    sighting.type = DataType::coordinates;
    sighting.confidence = confidence;
    sighting.field = id;
    sighting.value = position.to_string();
    tell(sink, std::move(sighting));
  }

  static void tell_one(const Found& found, SightingSink& sink) {
    Sighting sighting = sighting_of(DataType::coordinates, found.confidence, *found.item,
                                    found.position.to_string());
    if (found.other != nullptr) sighting.evidence.push_back(found.other->field);
    tell(sink, std::move(sighting));
  }
};

}  // namespace

std::unique_ptr<const Detector> make_coordinates_detector() {
  return std::make_unique<CoordinatesDetector>();
}

}  // namespace telltale
