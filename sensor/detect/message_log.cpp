// message_log: text messages of the owner.
//
// Rule: rows of one list with a body of text and a telephone number (or, under a telling key, a sender's name
// such as "MyBank"), and a time or what else a stored message has (thread, read, service centre); at least two
// rows under a telling key, three elsewhere. What people write in a chat has no telephone numbers, and the
// messages of a language model have roles.
// Source: Android Telephony.Sms (address, body, date, type).
//
//   under "sms" and the like, numbers  0.96
//   under such a key, names            0.85
//   elsewhere, numbers                 0.85
//   pieces                             0.7
//
// Blind spots: messengers' own exports without numbers.
#include <algorithm>

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
  return item.value.size() >= 3 && item.value.size() <= 14 && item.value.find('@') == std::string_view::npos &&
         item.value.find(' ') == std::string_view::npos && !is_placeholder(item.value);
}

const Item* peer_in(const Content& content, const Group& group, bool named) {
  const Item* peer = nullptr;
  for_each_item(content, group, [&](const Item& item) {
    if (peer != nullptr) return;
    const bool may_be = item.meaning.has(KeyFamily::phone) || item.meaning.has(KeyFamily::message_detail);
    if (!may_be || item.meaning.has(KeyFamily::timestamp)) return;
    if (is_number(item) && (item.meaning.has(KeyFamily::phone) || item.value.size() >= 5)) peer = &item;
  });
  if (peer != nullptr || !named) return peer;
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

class MessageLogDetector final : public Detector {
 public:
  void detect(const Content& content, SightingSink& sink) const override {
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
      const Item* peer = peer_in(content, group, named);
      if (peer == nullptr || peer == &body) continue;
      if (is_chat(content, group) && !named && !is_sure_phone(peer->value)) continue;
      const auto index = static_cast<uint32_t>(&body - content.items().data());
      const uint64_t identity = hash64(std::string(peer->value) + '\n' + std::string(body.value));
      rows.push_back({group.list, body.group, identity, index,
                      static_cast<uint32_t>(peer - content.items().data())});
    }
    if (rows.empty()) return;
    for (const RowList& list : distinct_rows(std::move(rows))) judge(content, list, sink);
  }

 private:
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
    const bool number = is_number(peer);
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
