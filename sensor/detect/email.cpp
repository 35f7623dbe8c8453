// email: the address of the owner's account.
//
// Rule: an address under a key that names one, standing alone: not in a list of people, not among the
// recipients of a message, not that of a company's support, of an author or of the page a text is about.
// Addresses of a role (support@, noreply@) are nobody's account. Under weak keys (account, username) it needs
// an account or device data around it.
// Source: RFC 5321 section 4.1.2, RFC 2142 for role names.
//
//   key of one's own, account or device data beside   0.92
//   "email" alone                                     0.8
//   weak key in an account                            0.75
//   a hash under a key that says so                   0.6
//
// Blind spots: addresses typed for somebody else (an invitation, a newsletter for a friend).
#include <algorithm>

#include "sensor/base/encoding.h"
#include "sensor/detect/context.h"
#include "sensor/detect/name_lists.h"
#include "sensor/detect/value_shapes.h"

namespace telltale {
namespace {

constexpr uint32_t kRowsOfPeople = 3;

bool is_role(std::string_view address) {
  return names::role_addresses.has(address.substr(0, address.find('@')));
}

// Nobody has a mailbox at the names that are kept for examples (RFC 2606 sections 2 and 3); in a text
// they are part of an explanation. In a form or an object somebody tries out what he sends.
bool is_of_documentation(std::string_view address) {
  const std::string domain = ascii_lower(address.substr(address.find('@') + 1));
  const std::string_view top = std::string_view(domain).substr(domain.rfind('.') + 1);
  for (const std::string_view kept : {"example", "test", "invalid", "localhost"}) {
    if (top == kept) return true;
  }
  for (const std::string_view kept : {"example.com", "example.net", "example.org"}) {
    if (domain == kept || domain.ends_with("." + std::string(kept))) return true;
  }
  return false;
}

// The account of a program, with its key beside it (Google's service accounts and the like).
bool is_of_a_program(const Content& content, const Group& group) {
  bool has_key = false;
  for_each_item(content, group, [&](const Item& item) {
    has_key = has_key || iequals(item.key, "private_key") || iequals(item.key, "private_key_id") || item.value == "service_account";
  });
  return has_key;
}

bool is_somebody_elses(const Content& content, const Group& group) {
  static const KeyFamilies kOthers = {KeyFamily::business_context, KeyFamily::place_context,
                                      KeyFamily::contact_container, KeyFamily::recipients_context,
                                      KeyFamily::message_container, KeyFamily::schema_context};
  if (is_labels(content, group)) return true;
  const uint32_t most = group.strong.has(KeyFamily::person_name) ? 2 : kRowsOfPeople;
  if (content.above(group).has_any(kOthers) || rows_beside(content, group) >= most) return true;
  return group.families.has_any({KeyFamily::business_context, KeyFamily::recipients_context}) &&
         !group.families.has(KeyFamily::owner_context);
}

bool says_hash(std::string_view key) {
  const std::string lower = ascii_lower(key);
  return lower.find("md5") != std::string::npos || lower.find("sha") != std::string::npos ||
         lower.find("hash") != std::string::npos || lower == "hem";
}

// A form that asks for a name, an address and a number, with nothing around it: one's own.
bool is_form_of_one_person(const Content& content, const Group& group) {
  return group.families.has(KeyFamily::phone) && content.outer(group) == nullptr;
}

double confidence_of(const Content& content, const KeyHit& hit, const std::optional<std::string>& email) {
  const Item& item = content.item(hit);
  const Group& group = content.group_of(item);
  const bool strong = hit.strength == KeyStrength::strong;
  if (is_somebody_elses(content, group) || is_of_a_document(content, item)) return 0;
  if (is_of_a_program(content, group)) return 0;
  if (!email) {
    const bool hash = strong && says_hash(item.key) && is_hash_shape(item.value);
    return hash && !is_placeholder(item.value) ? 0.6 : 0;
  }
  if (is_role(*email) || (item.in_text && is_of_documentation(*email))) return 0;
  const bool own = is_about(content, group, {KeyFamily::owner_context}) ||
                   evidence_beside(content, item) > 0;
  if (!strong) return own && !item.in_text ? 0.75 : 0;
  if (own) return 0.92;
  if (group.families.has(KeyFamily::message_body)) return 0.55;  // a form that asks for one's address
  constexpr size_t kShortText = 1024;
  if (item.in_text && content[item.field].value.size() > kShortText) return 0;  // a document's
  if (!group.families.has(KeyFamily::person_name)) return 0.8;
  return is_form_of_one_person(content, group) ? 0.7 : 0;  // somebody's, whose is not said
}

// A vCard is somebody's, not the account's.
bool is_card(std::string_view text) {
  return text.size() > 32 && text.find("BEGIN:VCARD") != std::string_view::npos;
}

// "Authorization: Basic ..." (RFC 7617): the name before the colon is the account.
bool tell_credentials(const Item& item, SightingSink& sink) {
  if (!iequals(item.key, "authorization") && !iequals(item.key, "proxy-authorization")) return false;
  const auto email = parse_email(item.value.substr(0, item.value.find(':')));
  if (email && !is_role(*email)) tell(sink, sighting_of(DataType::email, 0.92, item, *email));
  return true;
}

// Sections 3.6.2 and 3.6.3 of RFC 5322: who wrote a mail, and to whom. Not an account that leaks.
bool is_mail_header(const Content& content, const Item& item) {
  const FieldId parent = content[item.field].parent;
  return parent != kNoField && content[parent].key.ends_with(".header");
}

class EmailDetector final : public Detector {
 public:
  void detect(const Content& content, SightingSink& sink) const override {
    for (const KeyHit& hit : content.hits(KeyFamily::email)) {
      const Item& item = content.item(hit);
      const bool may_be = item.value.find('@') != std::string_view::npos || is_hash_shape(item.value);
      if (!may_be) continue;
      if (is_card(content[item.field].value) || tell_credentials(item, sink)) continue;
      if (hit.strength == KeyStrength::weak && is_mail_header(content, item)) continue;
      const auto email = parse_email(item.value);
      const double confidence = confidence_of(content, hit, email);
      tell(sink, sighting_of(DataType::email, confidence, item,
                             email ? *email : ascii_lower(item.value)));
    }
  }
};

}  // namespace

std::unique_ptr<const Detector> make_email_detector() { return std::make_unique<EmailDetector>(); }

}  // namespace telltale
