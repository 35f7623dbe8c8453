// contact_list: three or more people with a telephone number or an e-mail address.
//
// Rule: rows of one list (objects of an array, rows of a table, XML elements of one name, vCards, numbered
// form parameters) that each have a number or address and a name, at least three of them different. Numbers
// and addresses are known by their keys or, where keys are only numbers (protobuf, tables without a header),
// by their shape. Parallel arrays (names, phones) and plain arrays of numbers under a telling name count too.
// One or two people in a message are Pieces: three different ones in a flow make a list.
// Rows with a duration are calls, rows with a body are messages: other detectors.
// None are numbers that were given one after the other, shops and branches, authors, the recipients of a message or the members of a room (without
// telephone numbers), and articles.
//
//   under "contacts" and the like      0.97
//   names and numbers elsewhere        0.92, with addresses only 0.8
//   vCards                             0.97
//   told by shape only                 0.75
//   numbers without names, telling key 0.75
//   pieces                             0.75
//
// Blind spots: staff lists of a company look like contacts (they are people with numbers, too).
#include <algorithm>

#include "sensor/base/encoding.h"
#include "sensor/base/hash.h"
#include "sensor/detect/cell_shapes.h"
#include "sensor/detect/context.h"
#include "sensor/detect/rows.h"
#include "sensor/detect/value_shapes.h"

namespace telltale {
namespace {

constexpr size_t kPeople = 3;
constexpr int kLevelsToName = 3;      // {"name": .., "phones": [{"number": ..}]}
constexpr uint32_t kWidestRow = 24;   // members of a row that is known by shape
constexpr size_t kMostPieces = 2;

bool is_unnamed(const Item& item) {
  return !item.in_text && (item.key.empty() || is_all_digits(item.key));
}

// A bare number in a table without keys: long enough, and not a point in time.
bool is_phone_by_shape(const Item& item) {
  const auto phone = parse_phone(item.value);
  if (!phone) return false;
  if (phone->international || (phone->formatted && phone->size >= 8)) return phone->size >= 8;
  const std::string_view digits = phone->view();
  if (digits[0] == '0') return digits.size() >= 9 && digits.size() <= 12;
  if (digits.size() == 11) return digits[0] == '1' && digits[1] >= '3';  // China
  return digits.size() == 10 && digits[0] >= '6';                       // India
}

// Which of somebody's ways to be reached a value is; 0 when it is none.
uint64_t identity_of(const Item& item, bool by_shape) {
  // Under "value" may stand any number.
  const bool is_any_value = !by_shape && item.meaning.has(KeyFamily::labelled_value) &&
                            !item.meaning.is_strong(KeyFamily::phone);
  const bool may_be_phone = is_any_value ? is_phone_by_shape(item) : by_shape || item.meaning.has(KeyFamily::phone);
  if (may_be_phone) {
    if (const auto phone = parse_phone(item.value)) {
      // The same number with and without its country code is the same person.
      const std::string_view digits = phone->view();
      return hash64(digits.substr(digits.size() - std::min<size_t>(digits.size(), 9)));
    }
  }
  if (by_shape || item.meaning.has(KeyFamily::email) || item.meaning.has(KeyFamily::phone)) {
    if (const auto email = parse_email(item.value)) return hash64(*email);
  }
  return 0;
}

bool is_name(const Item& item) {
  if (item.meaning.has(KeyFamily::person_name)) {
    return item.value.size() >= 2 && item.value.size() <= 80 && count_digits(item.value) * 2 < item.value.size() &&
           item.value.find("://") == std::string_view::npos && !is_placeholder(item.value);
  }
  return is_unnamed(item) && looks_like_name(item.value) && !is_call_word(item.value);
}

uint32_t index_of(const Content& content, const Item& item) {
  return static_cast<uint32_t>(&item - content.items().data());
}

const Item* name_in(const Content& content, const Group& group) {
  const Item* name = nullptr;
  for_each_item(content, group, [&](const Item& item) {
    if (name == nullptr && is_name(item)) name = &item;
  });
  return name;
}

bool is_call_or_message(const Group& group) {
  return group.families.has(KeyFamily::duration) ||
         (group.families.has(KeyFamily::message_body) && group.families.has(KeyFamily::timestamp));
}

// Is it somebody's business that is listed, not somebody?
bool is_no_person(const Content& content, const Group& group) {
  if (group.families.has_any({KeyFamily::latitude, KeyFamily::shop_context, KeyFamily::place_context,
                              KeyFamily::vehicle_context})) {
    return true;
  }
  const KeyFamilies& above = content.above(group);
  if (above.has(KeyFamily::contact_container)) return false;
  return above.has_any({KeyFamily::business_context, KeyFamily::place_context,
                        KeyFamily::schema_context});
}

// The row a number stands in: the nearest group around it that has a name.
struct Place {
  const Group* group = nullptr;
  const Item* name = nullptr;
};
Place row_around(const Content& content, const Group& group) {
  const Group* at = &group;
  for (int level = 0; at != nullptr && level < kLevelsToName; ++level) {
    if (const Item* name = name_in(content, *at)) return {at, name};
    at = content.outer(*at);
  }
  return {&group, nullptr};
}

bool has_moment(const Content& content, const Group& group) {
  bool found = false;
  for_each_item(content, group, [&](const Item& item) { found = found || is_moment(item.value); });
  return found;
}

class ContactListDetector final : public Detector {
 public:
  void detect(const Content& content, SightingSink& sink) const override {
    std::vector<Row> rows;
    gather_keyed(content, KeyFamily::phone, rows);
    gather_keyed(content, KeyFamily::email, rows);
    gather_plain(content, rows);
    if (content.has(KeyFamily::phone)) gather_nested(content, rows);
    gather_by_shape(content, rows);
    size_t pieces = 0;
    for (const RowList& list : distinct_rows(std::move(rows))) judge(content, list, pieces, sink);
    for (const FieldId id : content.texts()) {
      if ((content.signs(id) & sign::kColon) != 0) detect_vcards(content, id, sink);
    }
  }

 private:
  static void gather_keyed(const Content& content, KeyFamily family, std::vector<Row>& rows) {
    for (const KeyHit& hit : content.hits(family)) {
      const Item& item = content.item(hit);
      if (item.in_text) continue;
      const uint64_t identity = identity_of(item, false);
      if (identity != 0) add_row(content, item, identity, rows);
    }
  }

  // "phonebook": ["...", "..."]
  static void gather_plain(const Content& content, std::vector<Row>& rows) {
    for (const KeyHit& hit : content.hits(KeyFamily::contact_container)) {
      const Item& item = content.item(hit);
      if (item.in_text || !item.key.empty() || item.meaning.has(KeyFamily::phone)) continue;
      const uint64_t identity = identity_of(item, true);
      if (identity != 0) add_row(content, item, identity, rows);
    }
  }

  // {"n": "Ada", "phones": [{"t": "mobile", "v": "+44 ..."}]}: numbers whose list says what they are.
  static void gather_nested(const Content& content, std::vector<Row>& rows) {
    constexpr uint32_t kWidestNumber = 6;
    for (const Group& group : content.groups()) {
      if (group.in_text || group.size > kWidestNumber || !is_in_phones(content, group)) continue;
      for_each_item(content, group, [&](const Item& item) {
        if (item.meaning.families().has_any({KeyFamily::phone, KeyFamily::email}) || !is_phone_by_shape(item)) return;
        add_row(content, item, identity_of(item, true), rows);
      });
    }
  }

  static void gather_by_shape(const Content& content, std::vector<Row>& rows) {
    for (const Group& group : content.groups()) {
      if (!group.has_unnamed || group.in_text || group.size < 2 || group.size > kWidestRow) continue;
      if (!is_unnamed(content.items()[group.first])) continue;
      if (rows_beside(content, group) < 2 || name_in(content, group) == nullptr) continue;
      if (has_moment(content, group)) continue;  // a call, a message
      for_each_item(content, group, [&](const Item& item) {
        // What holds the row may be called "data" or "values"; that says nothing of its cells.
        const bool says_more = !item.meaning.empty() && !item.meaning.has(KeyFamily::labelled_value);
        if (!is_unnamed(item) || says_more) return;
        const bool reaches = is_phone_by_shape(item) || parse_email(item.value).has_value();
        if (reaches) add_row(content, item, identity_of(item, true), rows);
      });
    }
  }

  static void add_row(const Content& content, const Item& item, uint64_t identity,
                      std::vector<Row>& rows) {
    const Group& own = content.group_of(item);
    if (is_call_or_message(own) || is_no_person(content, own)) return;
    const Group* outside = is_in_phones(content, own) ? content.outer(own) : nullptr;
    const Place place = row_around(content, outside != nullptr ? *outside : own);
    if (place.group != &own &&
        (is_call_or_message(*place.group) || is_no_person(content, *place.group))) {
      return;
    }
    const uint32_t index = index_of(content, item);
    Row row{place.group->list, index_of_group(content, *place.group), identity, index, kNoIndex};
    if (place.name != nullptr) row.name = index_of(content, *place.name);
    const bool plain_array = item.key.empty() && place.name == nullptr;
    if (plain_array) {  // each element is a row of its own
      row.list = own.container;
      row.group = 0x80000000U | index;
    }
    rows.push_back(row);
  }

  static uint32_t index_of_group(const Content& content, const Group& group) {
    return static_cast<uint32_t>(&group - content.groups().data());
  }

  static void judge(const Content& content, const RowList& list, size_t& pieces,
                    SightingSink& sink) {
    if (list.rows.size() >= kPeople) {
      tell_list(content, list, sink);
      return;
    }
    for (const Row& row : list.rows) {
      if (row.name == kNoIndex || pieces == kMostPieces) continue;
      ++pieces;
      Piece piece;
      piece.type = DataType::contact_list;
      piece.identity = row.identity;
      piece.sighting = sighting_for(content, list, 0.75);
      sink.on_piece(std::move(piece));
    }
  }

  static void tell_list(const Content& content, const RowList& list, SightingSink& sink) {
    const Row& first = list.rows.front();
    const Item& item = content.items()[first.item];
    const Group& group = content.group_of(item);
    const bool is_container = content.above(list.list).has(KeyFamily::contact_container) ||
                              content.above(group).has(KeyFamily::contact_container);
    const auto named = static_cast<size_t>(
        std::count_if(list.rows.begin(), list.rows.end(),
                      [](const Row& row) { return row.name != kNoIndex; }));
    const bool has_phones = std::any_of(list.rows.begin(), list.rows.end(), [&](const Row& row) {
      return parse_phone(content.items()[row.item].value).has_value();
    });
    const bool by_shape = is_unnamed(item) && item.meaning.empty();
    if (by_shape && !is_container && names_in(content, list) < kPeople) return;
    if (!has_phones && is_mailing(content, group)) return;
    if (!is_container && is_numbering(content, list)) return;
    double confidence = has_phones ? 0.92 : 0.8;
    if (named < kPeople) {
      const bool has_names_beside = has_parallel_names(content, group);
      if (!is_container && !has_names_beside && !is_list_of_phones(item, list)) return;
      confidence = has_names_beside ? 0.92 : 0.75;
    } else if (by_shape) {
      confidence = is_container ? 0.9 : 0.75;
    } else if (is_container) {
      confidence = 0.97;
    }
    tell(sink, sighting_for(content, list, confidence));
  }

  // How many different ones: what is the same in every row is no name.
  static size_t names_in(const Content& content, const RowList& list) {
    std::vector<uint64_t> names;
    for (const Row& row : list.rows) {
      if (row.name != kNoIndex) names.push_back(hash64(content.items()[row.name].value));
    }
    std::sort(names.begin(), names.end());
    return static_cast<size_t>(std::unique(names.begin(), names.end()) - names.begin());
  }

  // {"name": "Tea", "number": "100200300"}, and the next is ...301: bare numbers given one after the
  // other, under a name that may hold any number.
  static bool is_numbering(const Content& content, const RowList& list) {
    constexpr uint64_t kWidest = 10'000;
    uint64_t least = UINT64_MAX;
    uint64_t most = 0;
    for (const Row& row : list.rows) {
      const Item& item = content.items()[row.item];
      const auto phone = parse_phone(item.value);
      if (!phone || phone->formatted || is_phone_by_shape(item)) return false;
      if (item.meaning.is_strong(KeyFamily::phone)) return false;
      uint64_t number = 0;
      for (const char digit : phone->view()) number = number * 10 + static_cast<uint64_t>(digit - '0');
      least = std::min(least, number);
      most = std::max(most, number);
    }
    return most - least < kWidest;
  }

  // Addresses of who gets a message or belongs to a room, and of those who wrote something.
  static bool is_mailing(const Content& content, const Group& group) {
    return is_about(content, group,
                    {KeyFamily::recipients_context, KeyFamily::chat_context,
                     KeyFamily::business_context}) &&
           !content.above(group).has(KeyFamily::contact_container);
  }

  // "phones": ["...", "...", "..."], all numbers.
  static bool is_list_of_phones(const Item& item, const RowList& list) {
    return item.key.empty() && item.meaning.is_strong(KeyFamily::phone) && list.rows.size() >= kPeople;
  }

  // {"names": [...], "phones": [...]}
  static bool has_parallel_names(const Content& content, const Group& group) {
    const Field& array = content[group.container];
    if (array.kind != FieldKind::array || array.parent == kNoField) return false;
    for (const KeyHit& hit : content.hits(KeyFamily::person_name)) {
      const Group& other = content.group_of(content.item(hit));
      const Field& names = content[other.container];
      if (names.kind == FieldKind::array && names.parent == array.parent && other.size >= kPeople) {
        return true;
      }
    }
    return false;
  }

  static Sighting sighting_for(const Content& content, const RowList& list, double confidence) {
    const Row& first = list.rows.front();
    const Item& shown = content.items()[first.name != kNoIndex ? first.name : first.item];
    Sighting sighting = sighting_of(DataType::contact_list, confidence, shown, std::string(shown.value));
    if (list.rows.size() >= kPeople) sighting.field = list.list;
    sighting.count = static_cast<uint32_t>(list.rows.size());
    for (size_t i = 0; i < std::min(list.rows.size(), kPeople); ++i) {
      sighting.evidence.push_back(content.items()[list.rows[i].item].field);
      if (list.rows[i].name != kNoIndex) {
        sighting.evidence.push_back(content.items()[list.rows[i].name].field);
      }
    }
    return sighting;
  }

  // vCards (RFC 6350) that were left as text: cards with a TEL or EMAIL line.
  static void detect_vcards(const Content& content, FieldId id, SightingSink& sink) {
    const std::string_view text = content[id].value;
    std::vector<uint64_t> people;
    std::string first;
    for (size_t at = text.find("BEGIN:VCARD"); at != std::string_view::npos;) {
      const size_t end = text.find("BEGIN:VCARD", at + 11);
      const std::string_view card = text.substr(at, end == std::string_view::npos ? end : end - at);
      at = end;
      std::string_view reach = vcard_line(card, "\nTEL");
      if (reach.empty()) reach = vcard_line(card, "\nEMAIL");
      if (reach.empty()) continue;
      people.push_back(hash64(reach));
      if (first.empty()) first = std::string(vcard_line(card, "\nFN"));
    }
    std::sort(people.begin(), people.end());
    people.erase(std::unique(people.begin(), people.end()), people.end());
    Sighting sighting;
    sighting.type = DataType::contact_list;
    sighting.confidence = 0.97;
    sighting.field = id;
    sighting.count = static_cast<uint32_t>(people.size());
    sighting.value = first;
    if (people.size() >= kPeople) tell(sink, std::move(sighting));
    if (people.size() >= kPeople || people.empty()) return;
    for (const uint64_t person : people) {
      Piece piece;
      piece.type = DataType::contact_list;
      piece.identity = person;
      piece.sighting = sighting;
      sink.on_piece(std::move(piece));
    }
  }

  // What stands behind the ':' of a property; empty when the card has none.
  static std::string_view vcard_line(std::string_view card, std::string_view property) {
    const size_t at = card.find(property);
    if (at == std::string_view::npos) return {};
    std::string_view line = card.substr(at + 1);
    line = line.substr(0, std::min(line.find_first_of("\r\n"), line.size()));
    const size_t colon = line.find(':');
    return colon == std::string_view::npos ? std::string_view() : trim(line.substr(colon + 1));
  }
};

}  // namespace

std::unique_ptr<const Detector> make_contact_list_detector() {
  return std::make_unique<ContactListDetector>();
}

}  // namespace telltale
