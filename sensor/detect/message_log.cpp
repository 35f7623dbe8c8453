// message_log: text messages of the owner.
//
// Rule: rows of one list with a body of text and a telephone number, and a time or what else a stored message has
// (thread, read, service centre); at least two rows under a telling key, three elsewhere. Rows from a sender with a
// name ("MyBank") count under a telling key, elsewhere where another row has a number that can be nothing else.
// Exports of chats as text count from three messages on: "[12.06.24, 08:14] Name: text", "6/12/24, 8:14 PM - Name: text".
// What people write in a chat has no telephone numbers, and the
// messages of a language model have roles.
// Source: Android Telephony.Sms (address, body, date, type).
//
//   under "sms" and the like, numbers  0.96
//   under such a key, names            0.85
//   elsewhere, numbers                 0.85
//   a chat's export                    0.85
//   pieces                             0.7
//
// Blind spots: other messengers' exports.
#include <algorithm>

#include "sensor/base/encoding.h"
#include "sensor/base/hash.h"
#include "sensor/detect/cell_shapes.h"
#include "sensor/detect/context.h"
#include "sensor/detect/rows.h"
#include "sensor/detect/value_shapes.h"

namespace telltale {
namespace {

constexpr size_t kMessages = 3;
constexpr size_t kMessagesThatAreNamed = 2;

// Who is at the other end: a number, a short code; 0 for anything else.
bool is_number(const Item& item) {
  if (parse_phone(item.value)) return true;
  return is_all_digits(item.value) && item.value.size() >= 3 && item.value.size() <= 8;
}

// "MyBank", "VM-AIRTEL": what networks allow for a sender's name (3GPP TS 23.040 section 9.1.2.5).
bool is_sender_name(const Item& item) {
  return item.value.size() >= 2 && !is_all_digits(item.value) && item.value.size() <= 14 && item.value.find('@') == std::string_view::npos &&
         item.value.find(' ') == std::string_view::npos && !is_placeholder(item.value);
}

const Item* peer_in(const Content& content, const Group& group) {
  const Item* peer = nullptr;
  for_each_item(content, group, [&](const Item& item) {
    if (peer != nullptr) return;
    const bool may_be = item.meaning.has(KeyFamily::phone) || item.meaning.has(KeyFamily::message_detail);
    if (!may_be || item.meaning.has(KeyFamily::timestamp)) return;
    if (is_number(item) && (item.meaning.has(KeyFamily::phone) || item.value.size() >= 5)) peer = &item;
  });
  if (peer != nullptr) return peer;
  for (const KeyFamily family : {KeyFamily::message_detail, KeyFamily::phone}) {
    const Item* item = content.find(group, family);
    if (item != nullptr && is_sender_name(*item)) return item;
  }
  return nullptr;
}

bool is_chat(const Content& content, const Group& group) {
  return group.families.has_any({KeyFamily::chat_context, KeyFamily::learning_context}) ||
         content.above(group).has_any({KeyFamily::chat_context, KeyFamily::learning_context});
}

// One line of a chat's export: its sender and what was written; empty where the line is none.
struct ChatLine {
  std::string_view sender;
  std::string_view text;
};

// "[moment] Name: text" and "moment - Name: text"; the moment is a date, a comma and a time of day.
ChatLine chat_line(std::string_view line) {
  constexpr size_t kLongestSender = 60;
  if (line.starts_with("\xe2\x80\x8e")) line.remove_prefix(3);  // U+200E, as iOS writes it
  const bool bracket = line.starts_with('[');
  if (bracket) line.remove_prefix(1);
  if (line.empty() || !is_digit(line.front())) return {};
  const size_t end = line.substr(0, 40).find(bracket ? "] " : " - ");
  if (end == std::string_view::npos) return {};
  const std::string_view moment = line.substr(0, end);
  if (moment.find(", ") == std::string_view::npos || !is_moment(moment)) return {};
  line.remove_prefix(end + (bracket ? 2 : 3));
  const size_t colon = line.find(": ");
  if (colon == std::string_view::npos || colon > kLongestSender) return {};
  return {trim(line.substr(0, colon)), trim(line.substr(colon + 2))};
}

// Somebody's name or number; programs that write logs have neither capital letters nor accents.
bool is_chat_sender(std::string_view sender) {
  if (sender.size() < 2 || is_placeholder(sender)) return false;
  if (sender.front() == '+') return is_sure_phone(sender);
  const bool is_high = static_cast<uint8_t>(sender.front()) >= 0x80;
  if (!is_high && (sender.front() < 'A' || sender.front() > 'Z')) return false;
  if (sender.find_first_of("/[]=<>{}_#@") != std::string_view::npos) return false;
  for (const std::string_view level : {"info", "warn", "warning", "error", "debug", "trace", "fatal", "notice",
                                       "critical", "severe", "verbose", "system", "main"}) {
    if (iequals(sender, level)) return false;
  }
  const bool all_capitals = std::all_of(sender.begin(), sender.end(), [](char c) { return c < 'a'; });
  return is_high || sender.size() <= 3 || !all_capitals;
}

class MessageLogDetector final : public Detector {
 public:
  void detect(const Content& content, SightingSink& sink) const override {
    constexpr Signs kOfExports = sign::kDigit | sign::kComma | sign::kColon;
    for (const FieldId id : content.texts()) {
      if ((content.signs(id) & kOfExports) == kOfExports) detect_export(content, id, sink);
    }
    for (const FieldId id : content.long_values()) {  // what begins with '[' was read as JSON
      const std::string_view value = content[id].value;
      if (value.size() > 64 && value[0] == '[' && is_digit(value[1])) detect_export(content, id, sink);
    }
    if (!content.has(KeyFamily::message_body)) return;
    std::vector<Row> rows;
    uint32_t last_group = kNoIndex;
    for (const KeyHit& hit : content.hits(KeyFamily::message_body)) {
      const Item& body = content.item(hit);
      if (body.in_text || body.group == last_group) continue;
      last_group = body.group;
      const Group& group = content.group_of(body);
      const bool named = is_named(content, group);
      if (!group.families.has(KeyFamily::timestamp) && !named) continue;
      const Item* peer = peer_in(content, group);
      if (peer == nullptr || peer == &body) continue;
      if (!named && is_chat(content, group) && !is_sure_phone(peer->value)) continue;
      const auto index = static_cast<uint32_t>(&body - content.items().data());
      const uint64_t identity = hash64(std::string(peer->value) + '\n' + std::string(body.value));
      rows.push_back({group.list, body.group, identity, index,
                      static_cast<uint32_t>(peer - content.items().data())});
    }
    if (rows.empty()) return;
    for (RowList& list : distinct_rows(std::move(rows))) {
      leave_out_names(content, list);
      if (!list.rows.empty()) judge(content, list, sink);
    }
  }

 private:
  // Without a telling key, names are senders only beside a number that can be nothing else.
  static void leave_out_names(const Content& content, RowList& list) {
    const auto peer = [&](const Row& row) -> const Item& { return content.items()[row.name]; };
    bool trusted = is_named(content, content.group_of(content.items()[list.rows.front().item]));
    for (const Row& row : list.rows) trusted = trusted || is_sure_phone(peer(row).value);
    if (trusted) return;
    std::erase_if(list.rows, [&](const Row& row) { return !is_number(peer(row)); });
  }

  static void detect_export(const Content& content, FieldId id, SightingSink& sink) {
    constexpr size_t kLongestText = 256 * 1024;
    constexpr size_t kMostStrangeLines = 12;
    const std::string_view text = content[id].value.substr(0, kLongestText);
    const char first = text.front();
    if (first != '[' && !is_digit(first) && static_cast<uint8_t>(first) != 0xe2) return;
    size_t lines = 0;
    size_t messages = 0;
    size_t sentences = 0;
    std::string_view sender;
    bool several = false;
    for (size_t at = 0; at < text.size(); ++lines) {
      const size_t end = std::min(text.find('\n', at), text.size());
      const ChatLine line = chat_line(trim(text.substr(at, end - at)));
      at = end + 1;
      if (!is_chat_sender(line.sender)) {
        if (messages == 0 && lines >= kMostStrangeLines) return;
        continue;  // a message of several lines, or a notice
      }
      ++messages;
      sentences += is_sentence(line.text) ? 1 : 0;
      several = several || (!sender.empty() && sender != line.sender);
      if (sender.empty()) sender = line.sender;
    }
    if (messages < kMessages || !several || sentences * 2 < messages || messages * 3 < lines) return;
    Sighting sighting;
    sighting.type = DataType::message_log;
    sighting.confidence = 0.85;
    sighting.field = id;
    sighting.value = std::string(sender);
    sighting.count = static_cast<uint32_t>(messages);
    tell(sink, std::move(sighting));
  }

  static bool is_in_messages(const Content& content, const Group& group) {
    return content.above(group).has(KeyFamily::message_container);
  }

  // "messages" alone is everybody's word.
  static bool is_named(const Content& content, const Group& group) {
    return is_in_messages(content, group) &&
           !content.above(group).has(KeyFamily::learning_context);
  }

  static void judge(const Content& content, const RowList& list, SightingSink& sink) {
    const Item& body = content.items()[list.rows.front().item];
    const Item& peer = content.items()[list.rows.front().name];
    const bool number = std::any_of(list.rows.begin(), list.rows.end(), [&](const Row& row) {
      return is_number(content.items()[row.name]);
    });
    const bool named = is_named(content, content.group_of(body)) ||
                       (is_sure_phone(peer.value) && is_in_messages(content, content.group_of(body)));
    Sighting sighting = sighting_of(DataType::message_log, named && number ? 0.96 : 0.85, peer,
                                    std::string(peer.value));
    sighting.count = static_cast<uint32_t>(list.rows.size());
    if (list.rows.size() >= (named ? kMessagesThatAreNamed : kMessages)) {
      for (const Row& row : list.rows) {
        if (sighting.evidence.size() == kMessages) break;
        sighting.evidence.push_back(content.items()[row.item].field);
      }
      sighting.field = list.list;
      tell(sink, std::move(sighting));
      return;
    }
    if (!number) return;
    for (const Row& row : list.rows) {
      Piece piece{DataType::message_log, row.identity, sighting};
      piece.sighting.confidence = 0.7;
      sink.on_piece(std::move(piece));
    }
  }
};

}  // namespace

std::unique_ptr<const Detector> make_message_log_detector() {
  return std::make_unique<MessageLogDetector>();
}

}  // namespace telltale
