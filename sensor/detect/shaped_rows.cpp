// Lists of people, calls, messages, access points and radio cells whose keys say nothing: tables without a
// header or with one in an unknown language, records with keys of one letter, lines of a text.
//
// Rule: rows of one list whose cells have the shapes of such a row (cell_shapes.h), whatever their keys:
//   call      a telephone number, a moment with its time of day, and a direction or a duration; also a kind of call
//             and seconds as bare numbers, where both are what Android writes (missed calls have 0 seconds)
//   message   a telephone number, a moment, and a sentence; beside two such rows also a sender's name instead
//   person    a telephone number or an address, and a name; also {"Ana": "+34 ...", ...} and its reverse
//   access point   a MAC, and a signal level or what scans tell of Wi-Fi, in a list that is about Wi-Fi
//   radio cell     "GSM", country code, network code, area and cell, one behind the other
// Three different people, calls or messages; two access points; one radio cell. Rows that the detectors of
// the types know by their keys are left to them, rows about shops, companies and places to nobody.
//
//   calls 0.8, messages 0.75, people 0.75 (a map of names 0.85), access points 0.8, cells 0.8
//
// Blind spots: numbers without '+', separators or a usual beginning; lists of one or two.
#include <algorithm>
#include <array>
#include <bit>
#include <vector>

#include "sensor/base/encoding.h"
#include "sensor/base/hash.h"
#include "sensor/detect/cell_shapes.h"
#include "sensor/detect/context.h"
#include "sensor/detect/network_codes.h"
#include "sensor/detect/row_cells.h"
#include "sensor/detect/value_shapes.h"

namespace telltale {
namespace {

constexpr size_t kRows = 3;
constexpr size_t kAccessPoints = 2;
constexpr uint32_t kCells = 5;                 // of a radio cell: its kind and four numbers
constexpr size_t kNumbersBesideNames = 2;      // rows with a number that make names senders
constexpr uint32_t kWidest = 24;               // cells of a row
constexpr size_t kLongestText = 256 * 1024;    // of one text read as lines
constexpr size_t kShortestLabelled = 64;       // lines that were read as the fields of a header
constexpr size_t kNone = std::string_view::npos;
static_assert(kShortestLabelled >= Content::kLongValue);

// The rows of one kind found in one list or text.
struct Tally {
  std::vector<uint64_t> different;
  FieldId field = kNoField;
  std::string_view value;
  void add(std::string_view identity, FieldId at, std::string_view shown) {
    if (field == kNoField) {
      field = at;
      value = shown;
    }
    different.push_back(hash64(identity));
  }
  void add(const Tally& more) {
    if (field == kNoField) {
      field = more.field;
      value = more.value;
    }
    different.insert(different.end(), more.different.begin(), more.different.end());
  }
  size_t count() {
    std::sort(different.begin(), different.end());
    different.erase(std::unique(different.begin(), different.end()), different.end());
    return different.size();
  }
};

struct Tallies {
  FieldId list = kNoField;
  Tally calls;
  Tally messages;
  Tally named_messages;  // from senders with a name
  Tally people;
  Tally access_points;
  Tally coded_calls;
  Tally calls_or_messages;  // of coded calls: "Ana Gomez" may also be what was written
  unsigned kinds = 0;     // of coded calls, a bit each
  size_t unheard = 0;     // of no seconds
  size_t others = 0;      // rows with a number that are no coded call
};

bool is_about_others(const Content& content, const Group& group) {
  return is_about(content, group,
                  {KeyFamily::business_context, KeyFamily::place_context, KeyFamily::schema_context,
                   KeyFamily::vehicle_context}) ||
         group.families.has(KeyFamily::shop_context);
}

class ShapedRowsDetector final : public Detector {
 public:
  void detect(const Content& content, SightingSink& sink) const override {
    std::vector<Tallies> lists;
    for (const Group& group : content.groups()) {
      if (group.in_text || group.size < 2) continue;
      detect_map(content, group, sink);
      if (group.size > kWidest || !may_be_row(content, group)) continue;
      if (detect_cell(content, group, sink)) continue;
      if (rows_beside(content, group) >= kAccessPoints) read_group(content, group, lists);
    }
    for (Tallies& list : lists) tell_all(content, list, list.list, sink);
    for (const FieldId id : content.texts()) detect_lines(content, id, sink);
    for (const FieldId id : content.long_values()) {
      if (has_labels(content[id].value)) detect_lines(content, id, sink);
    }
  }

 private:
  // "From: +380 ... | 2024-06-10 10:01 | ...": lines that were read as the fields of a header.
  static bool has_labels(std::string_view value) {
    return value.size() > kShortestLabelled && is_alpha(value.front()) && value.substr(0, 24).find(": ") != kNone &&
           value.substr(0, 128).find(" | ") != kNone;
  }

  // Is there a value that can be a number, an address or a MAC, or a word of a radio? The rest is cheap to skip.
  static bool may_be_row(const Content& content, const Group& group) {
    if (group.may_reach || group.size < kCells) return group.may_reach;
    bool may_be = false;
    for_each_item(content, group, [&](const Item& item) { may_be = may_be || is_radio(item.value); });
    return may_be;
  }
  static bool is_radio(std::string_view value) {
    return value.size() <= 8 && is_alpha(value[0]) && is_radio_word(value);
  }

  static void read_group(const Content& content, const Group& group, std::vector<Tallies>& lists) {
    if (is_about_others(content, group) || is_in_phones(content, group)) return;
    Cells cells;
    FieldId field = kNoField;
    for_each_item(content, group, [&](const Item& item) {
      if (field == kNoField) field = item.field;
      cells.take(without_label(item.value));
    });
    if (lists.empty() || lists.back().list != group.list) lists.push_back({.list = group.list});
    const KeyFamilies& keys = group.families;
    const bool known_call = keys.has(KeyFamily::phone) && keys.has(KeyFamily::timestamp) &&
                            keys.has_any({KeyFamily::duration, KeyFamily::call_type});
    const bool known_message = keys.has(KeyFamily::message_body) && keys.has(KeyFamily::timestamp) &&
                               keys.has_any({KeyFamily::phone, KeyFamily::message_detail});
    const bool known_person = keys.has_any({KeyFamily::phone, KeyFamily::email, KeyFamily::duration}) ||
                              is_unnamed(content.items()[group.first]);
    const bool is_wifi = content.above(group).has_any({KeyFamily::wifi_container}) || cells.has_wifi_detail;
    if (cells.is_access_point() && is_wifi && !keys.has_any({KeyFamily::bssid, KeyFamily::ssid, KeyFamily::signal})) {
      if (!content.above(group).has(KeyFamily::neighbour_context) || cells.has_wifi_detail) {
        lists.back().access_points.add(cells.mac, field, cells.mac);
      }
      return;
    }
    add_person(cells, field, {known_call, known_message, known_person}, lists.back());
  }

  struct Known {
    bool call = false;
    bool message = false;
    bool person = false;
  };

  static void add_person(const Cells& cells, FieldId field, Known known, Tallies& list) {
    if (cells.is_call()) {
      if (!known.call) list.calls.add(std::string(cells.phone) + std::string(cells.moment), field, cells.phone);
    } else if (cells.is_coded_call()) {
      if (known.call) return;
      list.coded_calls.add(std::string(cells.phone) + std::string(cells.moment), field, cells.phone);
      list.kinds |= 1U << cells.kind;
      list.unheard += cells.seconds == 0 ? 1 : 0;
      if (cells.is_message() && !known.message) list.calls_or_messages.add(cells.text(), field, cells.phone);
    } else if (cells.is_named_message()) {
      if (!known.message) {
        list.named_messages.add(std::string(cells.sender) + std::string(cells.text()), field, cells.sender);
      }
    } else if (cells.is_message()) {
      if (!known.message) {
        list.messages.add(std::string(cells.phone) + std::string(cells.text()), field, cells.phone);
      }
    } else if (!cells.phone.empty() && !cells.moment.empty()) {
      ++list.others;
    } else if (cells.is_person() && !known.person) {
      list.people.add(cells.phone.empty() ? cells.email : cells.phone, field, cells.name);
    }
  }

  static bool is_unnamed(const Item& item) { return item.key.empty() || is_all_digits(item.key); }

  // {"Ana": "+34 600 111 222", ...} and {"+34600111222": "Ana", ...}
  static void detect_map(const Content& content, const Group& group, SightingSink& sink) {
    const Item& first = content.items()[group.first];
    if (first.key.size() < 2 || first.value.size() < 2) return;
    if (first.key.size() == 17 && parse_device_mac(first.key)) detect_map_of_macs(content, group, sink);
    const bool by_name = first.value[0] == '+' && looks_like_name(first.key);
    const bool by_number = first.key[0] == '+' && looks_like_name(first.value);
    if (!by_name && !by_number) return;
    if (is_about_others(content, group)) return;
    Tally people;
    size_t others = 0;
    for_each_item(content, group, [&](const Item& item) {
      const std::string_view number = by_name ? item.value : item.key;
      const std::string_view name = by_name ? item.key : item.value;
      const bool names_a_family = by_name && item.meaning.has(KeyFamily::phone);
      if (is_sure_phone(number) && looks_like_name(name) && !names_a_family) {
        people.add(number, item.field, name);
      } else {
        ++others;
      }
    });
    if (others * 4 > group.size) return;
    tell_one(people, kRows, {DataType::contact_list, 0.85}, group.container, sink);
  }

  // "aps": {"a4:50:46:...": -51, ...}
  static void detect_map_of_macs(const Content& content, const Group& group, SightingSink& sink) {
    if (!content.above(group).has(KeyFamily::wifi_container)) return;
    Tally access_points;
    for_each_item(content, group, [&](const Item& item) {
      if (parse_device_mac(item.key)) access_points.add(item.key, item.field, item.key);
    });
    tell_one(access_points, kAccessPoints, {DataType::wifi_scan, 0.8}, group.container, sink);
  }

  // GSM,250,1,7712,40213,-77: a row of a table without column names that mean something.
  static bool detect_cell(const Content& content, const Group& group, SightingSink& sink) {
    if (group.families.has_any({KeyFamily::lac, KeyFamily::mnc})) return false;
    std::array<const Item*, kWidest> cells{};
    size_t count = 0;
    size_t radio = kNone;
    for_each_item(content, group, [&](const Item& item) {
      if (count == cells.size()) return;
      if (radio == kNone && is_radio(item.value)) radio = count;
      cells[count++] = &item;
    });
    if (radio == kNone || radio + kCells > count) return false;
    const auto value = [&](size_t i) { return cells[radio + i]->value; };
    const bool codes = is_mcc(value(1)) && is_all_digits(value(2)) && value(2).size() <= 3;
    const bool place = is_all_digits(value(3)) && value(3).size() <= 8 && is_all_digits(value(4)) &&
                       value(4).size() >= 2 && value(4).size() <= 11 && value(3) != "0" && value(4) != "0";
    if (!codes || !place) return false;
    std::string text;
    for (size_t i = 1; i <= 4; ++i) text += (i > 1 ? "-" : "") + std::string(value(i));
    tell(sink, sighting_of(DataType::cell_tower, 0.8, *cells[radio + 4], std::move(text)));
    return true;
  }

  // ---- lines of a text -------------------------------------------------------------------------------------

  static void detect_lines(const Content& content, FieldId id, SightingSink& sink) {
    const std::string_view text = content[id].value.substr(0, kLongestText);
    if (content[id].kind == FieldKind::binary || !has_lines(text)) return;
    if (content.above(id).has_any({KeyFamily::business_context, KeyFamily::shop_context})) return;
    const char separator = separator_of(text);
    Tallies found;
    size_t lines = 0;
    for (size_t at = 0; at < text.size();) {
      const size_t end = std::min(text.find('\n', at), text.size());
      const std::string_view line = trim(text.substr(at, end - at));
      const bool is_cut = content[id].truncated && end == text.size();
      at = end + 1;
      if (line.empty() || is_cut) continue;
      if (++lines == 12 && is_empty(found)) return;  // no table of people
      read_line(line, separator, id, found);
    }
    tell_all(content, found, id, sink);
  }

  static bool has_lines(std::string_view text) {
    const size_t first = text.find('\n');
    return first != kNone && first < 512 && text.find('\n', first + 1) != kNone;
  }

  static bool is_empty(const Tallies& found) {
    return found.calls.different.empty() && found.messages.different.empty() &&
           found.people.different.empty() && found.access_points.different.empty() &&
           found.coded_calls.different.empty() && found.named_messages.different.empty();
  }

  // What most often stands in the first lines; '\0' for none.
  static char separator_of(std::string_view text) {
    const std::string_view head = text.substr(0, 512);
    char best = '\0';
    long most = 2;
    for (const char c : std::string_view("|;\t,")) {
      const long count = std::count(head.begin(), head.end(), c);
      if (count <= most) continue;
      best = c;
      most = count;
    }
    return best;
  }

  static void read_line(std::string_view line, char separator, FieldId id, Tallies& found) {
    if (line.size() > 2048) return;
    Cells cells;
    if (separator != '\0' && line.find(separator) != kNone) {
      for (size_t at = 0, count = 0; at <= line.size() && count < kWidest; ++count) {
        const size_t end = std::min(line.find(separator, at), line.size());
        cells.take(without_label(without_quotes(line.substr(at, end - at))));
        at = end + 1;
      }
    } else {
      const size_t number = start_of_number(line);
      if (number == kNone) return;
      cells.take(trim(line.substr(0, number)));
      cells.take(trim(line.substr(number)));
      if (cells.name.empty() && number > 1) cells.name = name_before(line.substr(0, number));
    }
    if (cells.is_access_point() && cells.has_wifi_detail) {
      found.access_points.add(cells.mac, id, cells.mac);
      return;
    }
    // Names with addresses, line by line, are the authors of something.
    add_person(cells, id, {.call = false, .message = false, .person = cells.phone.empty()}, found);
  }

  // "From: +380 67 ..." -> the number; a sender's name behind a short word as well.
  static std::string_view without_label(std::string_view cell) {
    constexpr size_t kLongestLabel = 16;
    const size_t colon = cell.substr(0, kLongestLabel).find(": ");
    if (colon == kNone || colon == 0 || !looks_like_name(cell.substr(0, colon))) return cell;
    const std::string_view rest = trim(cell.substr(colon + 2));
    const bool is_word = rest.size() <= 14 && rest.find(' ') == kNone;
    return is_word || is_sure_phone(rest) || is_moment(rest) ? rest : cell;
  }

  static std::string_view without_quotes(std::string_view cell) {
    cell = trim(cell);
    if (cell.size() >= 2 && cell.front() == '"' && cell.back() == '"') cell = cell.substr(1, cell.size() - 2);
    return trim(cell);
  }

  // "Ana Gomez: +34 600 111 222", "Luis - +34 ...": where the number begins.
  static size_t start_of_number(std::string_view line) {
    for (size_t i = 1; i < line.size(); ++i) {
      const bool starts = line[i] == '+' || is_digit(line[i]) || line[i] == '(';
      if (!starts) continue;
      return is_sure_phone(trim(line.substr(i))) ? i : kNone;
    }
    return kNone;
  }
  static std::string_view name_before(std::string_view text) {
    text = trim(text);
    while (!text.empty() && std::string_view(":-=>").find(text.back()) != kNone) {
      text = trim(text.substr(0, text.size() - 1));
    }
    return looks_like_name(text) ? text : std::string_view();
  }

  // ---- telling ---------------------------------------------------------------------------------------------

  struct Told {
    DataType type;
    double confidence;
  };

  static void tell_all(const Content& content, Tallies& found, FieldId list, SightingSink& sink) {
    if (found.messages.count() >= kNumbersBesideNames) found.messages.add(found.named_messages);
    // Orders have numbers, quantities and prices as well: kinds must differ, and somebody was not reached.
    const bool is_log = content.above(list).has(KeyFamily::call_container) || found.unheard > 0;
    const bool are_calls = is_log && std::popcount(found.kinds) >= 2 && found.others == 0 &&
                           found.messages.different.empty();
    if (are_calls) {
      tell_one(found.coded_calls, kRows, {DataType::call_log, 0.75}, list, sink);
    } else {
      found.messages.add(found.calls_or_messages);
    }
    tell_one(found.calls, kRows, {DataType::call_log, 0.8}, list, sink);
    tell_one(found.messages, kRows, {DataType::message_log, 0.75}, list, sink);
    tell_one(found.people, kRows, {DataType::contact_list, 0.75}, list, sink);
    tell_one(found.access_points, kAccessPoints, {DataType::wifi_scan, 0.8}, list, sink);
  }

  static void tell_one(Tally& tally, size_t least, Told told, FieldId list, SightingSink& sink) {
    const size_t count = tally.count();
    if (count < least) return;
    Sighting sighting;
    sighting.type = told.type;
    sighting.confidence = told.confidence;
    sighting.field = list;
    sighting.evidence = {tally.field};
    sighting.value = std::string(tally.value);
    sighting.count = static_cast<uint32_t>(count);
    tell(sink, std::move(sighting));
  }
};

}  // namespace

std::unique_ptr<const Detector> make_shaped_rows_detector() {
  return std::make_unique<ShapedRowsDetector>();
}

}  // namespace telltale
