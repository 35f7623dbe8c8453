#include "sensor/detect/known_values.h"

#include <algorithm>

#include "sensor/base/encoding.h"
#include "sensor/detect/vault.h"

namespace telltale {
namespace {

constexpr double kExact = 0.99;
constexpr double kOwn = 0.97;  // the address of the frames and the name in DHCP may be a repeater's
constexpr size_t kHead = 64;   // bytes that tell binary from text
constexpr size_t kShortestKey = 12;  // keys that are values: {"490154203237518": {...}}

// One sighting a type: the first, with a count of all.
class OnePerType {
 public:
  void add(Sighting&& sighting) {
    for (Sighting& there : all_) {
      if (there.type != sighting.type) continue;
      if (there.field != sighting.field) ++there.count;
      return;
    }
    all_.push_back(std::move(sighting));
  }
  void tell(SightingSink& sink) {
    for (Sighting& sighting : all_) sink.on_sighting(std::move(sighting));
  }

 private:
  std::vector<Sighting> all_;
};

Sighting sighting_of(const KnownHit& hit, FieldId field) {
  const KnownSubject& subject = hit.index->subject_of(hit.form);
  const FormLabel label = hit.index->form(hit.form).label;
  Sighting sighting;
  sighting.type = subject.type;
  sighting.confidence = subject.confidence;
  sighting.field = field;
  sighting.owner = subject.owner;
  sighting.value = subject.value.empty() ? subject.id : subject.value;
  sighting.hint = subject.hint;
  for (const std::string_view wrapping : hit.wrappings) {
    if (!wrapping.empty()) sighting.encodings.emplace_back(wrapping);
  }
  if (label != FormLabel::none) sighting.encodings.emplace_back(name_of(label));
  return sighting;
}

// Fields of a sender's protocol are taken for text until somebody looks at them.
bool is_binary(const Field& field) {
  if (field.kind == FieldKind::binary) return true;
  if (field.step != Step::root && field.step != Step::item) return false;
  const std::string_view head = field.value.substr(0, kHead);
  return std::any_of(head.begin(), head.end(),
                     [](char c) { return static_cast<uint8_t>(c) < 0x20 && !is_space(c); });
}

// The name of the server a message goes to is no data about the device.
bool names_the_server(const Message& message, const Field& field) {
  return !message.host.empty() && iequals(trim(field.value), message.host);
}

}  // namespace

KnownValues::KnownValues(const std::vector<KnownValue>& values, const Vault* vault,
                         std::string_view secret)
    : index_(FormKeys(vault != nullptr ? vault->secret() : secret)) {
  for (const KnownValue& known : values) {
    const auto forms = known_forms(known.type, known.value);
    if (forms.empty()) continue;
    const uint32_t subject = index_.add_subject(
        {known.type, normalised_value(known.type, known.value), {}, {}, known.owner, kExact});
    for (const KnownForm& form : forms) index_.add(subject, form);
  }
  if (vault != nullptr) vault->add_to(index_);
  index_.finish();
}

std::unique_ptr<const KnownIndex> KnownValues::own_index(const MacAddress& mac,
                                                         std::string_view host_name) const {
  const auto names = own_host_name_forms(host_name);
  if (mac.is_zero() && names.empty()) return nullptr;
  auto own = std::make_unique<KnownIndex>(index_.shared_keys());
  if (!mac.is_zero()) {
    const std::string text = mac.to_string();
    const uint32_t subject = own->add_subject({DataType::mac_address, text, {}, {}, {}, kOwn});
    for (const KnownForm& form : known_forms(DataType::mac_address, text)) own->add(subject, form);
  }
  if (!names.empty()) {
    const uint32_t subject = own->add_subject(
        {DataType::hostname, normalised_value(DataType::hostname, host_name), {}, {}, {}, kOwn});
    for (const KnownForm& form : names) own->add(subject, form);
  }
  own->finish();
  return own;
}

void KnownValues::run(const Message& message, const KnownIndex* own, SightingSink& sink) const {
  const KnownIndex* indexes[] = {&index_, own};
  KnownScanner scanner(indexes);
  if (!scanner.wants_anything()) return;
  const std::vector<Field>& fields = message.fields.all();
  OnePerType sightings;
  for (FieldId id = 0; id < fields.size(); ++id) {
    const Field& field = fields[id];
    if (field.key.size() >= kShortestKey &&
        (field.step == Step::member || field.step == Step::item)) {
      scanner.scan(field.key, false);
    }
    const bool may_hold =
        field.value.size() >= scanner.shortest() &&
        (field.kind != FieldKind::number || scanner.wants_number(field.value.size()));
    if (may_hold && field.holds == Holds::nothing) {
      scanner.scan(field.value, is_binary(field));
    }
    if (scanner.hits().empty()) continue;
    for (const KnownHit& hit : scanner.hits()) {
      Sighting sighting = sighting_of(hit, id);
      if (sighting.type == DataType::hostname && names_the_server(message, field)) continue;
      sightings.add(std::move(sighting));
    }
    scanner.clear();
  }
  if (scanner.is_capped()) sink.on_weird(Weird::text_items_beyond_cap);
  sightings.tell(sink);
}

}  // namespace telltale
