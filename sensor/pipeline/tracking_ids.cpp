#include "sensor/pipeline/tracking_ids.h"

#include <algorithm>
#include <cstring>

#include "sensor/base/encoding.h"
#include "sensor/base/hash.h"
#include "sensor/detect/token_shape.h"
#include "sensor/policy/registrable_domain.h"

namespace telltale {
namespace {

constexpr size_t kMostCandidates = 64;  // of one message
constexpr size_t kShortest = 16;
constexpr size_t kLongest = 64;
constexpr int kRelatedCharacters = 5;  // google.com and googleapis.com

// The sets and hashes are the same in every run, as what is forgotten decides what is told.
constexpr HashKey kKey{0x746f6b656e206f66, 0x2061206465766963};

uint64_t never_zero(uint64_t hash) { return hash == 0 ? 1 : hash; }

// Headers that apps make up carry their own ids; those of the standards carry what servers gave
// out.
bool is_own_place(const FieldTree& fields, const Field& field) {
  if (field.parent == kNoField) return false;
  const Field& holder = fields[field.parent];
  if (holder.step == Step::root && holder.key.ends_with(".header"))
    return istarts_with(field.key, "x-");
  return true;
}

// The field whose key names a value that was unwrapped.
const Field& named(const FieldTree& fields, FieldId id) {
  const Field* field = &fields[id];
  while (field->step == Step::decoded && field->parent != kNoField) field = &fields[field->parent];
  return *field;
}

// Some holder of the value names something passing: {"trace": {"id": "..."}}.
bool stands_in_something_passing(const FieldTree& fields, const Field& field) {
  size_t up = 0;
  for (FieldId id = field.parent; id != kNoField && up < 3; id = fields[id].parent, ++up) {
    const Field& holder = fields[id];
    if (holder.step == Step::member && names_something_passing(holder.key)) return true;
  }
  return false;
}

}  // namespace

TokenParty party_of(const Destination& destination) {
  TokenParty party;
  // A claim that the DNS contradicts is worth nothing here.
  if (destination.hostname_unverified) return party;
  const std::string_view domain = registrable_domain(destination.hostname);
  if (domain.empty()) return party;
  party.domain = never_zero(hash64(domain));
  char label[8] = {};
  const std::string_view registered = registered_domain(destination.hostname);
  const std::string_view own = registered.substr(0, registered.find('.'));
  own.copy(label, sizeof label);
  std::memcpy(&party.label, label, sizeof label);
  if (!destination.operator_name.empty())
    party.operator_ = never_zero(hash64(ascii_lower(destination.operator_name)));
  party.address = never_zero(hash64(Bytes(destination.ip.bytes())));
  return party;
}

bool are_related(const TokenParty& a, const TokenParty& b) {
  if (a.domain == b.domain || a.address == b.address) return true;
  if (a.operator_ != 0 && a.operator_ == b.operator_) return true;
  char left[8];
  char right[8];
  std::memcpy(left, &a.label, sizeof left);
  std::memcpy(right, &b.label, sizeof right);
  if (std::memcmp(left, right, sizeof left) == 0) return true;  // example.com, example.de
  const auto differ = std::mismatch(std::begin(left), std::end(left), std::begin(right));
  return differ.first - left >= kRelatedCharacters && *(differ.first - 1) != '\0';
}

std::vector<TrackingIds::Candidate> TrackingIds::candidates(const Content& content,
                                                            const std::vector<FieldId>& told) {
  static_assert(kShortest >= Content::kLongValue);
  std::vector<Candidate> found;
  const FieldTree& fields = content.message().fields;
  for (const FieldId id : content.long_values()) {
    if (found.size() == kMostCandidates) break;
    const Field& field = fields[id];
    if (field.value.size() < kShortest || field.value.size() > kLongest ||
        field.kind != FieldKind::text || field.truncated || !is_random_token(field.value)) {
      continue;
    }
    const Field& owner = named(fields, id);
    const bool has_key =
        owner.step == Step::member || owner.step == Step::item || owner.step == Step::attribute;
    if (!has_key || !is_own_place(fields, owner) || names_something_passing(owner.key)) continue;
    if (stands_in_something_passing(fields, owner)) continue;
    const bool is_told = std::any_of(told.begin(), told.end(), [&](FieldId there) {
      return there == id || iequals(trim(fields[there].value), field.value);
    });
    if (!is_told) found.push_back({id, field.value});
  }
  return found;
}

const TrackingIds::Candidate* TrackingIds::note(const IpAddress& device, const TokenParty& party,
                                                const std::vector<Candidate>& candidates) {
  if (party.domain == 0 || candidates.empty()) return nullptr;
  Table& table = table_of(device);
  const Candidate* shared = nullptr;
  for (const Candidate& candidate : candidates) {
    const uint64_t token = never_zero(hash64(ascii_lower(candidate.value), kKey));
    if (note_token(table, token, party) && shared == nullptr) shared = &candidate;
  }
  return shared;
}

TrackingIds::Table& TrackingIds::table_of(const IpAddress& device) {
  if (const auto found = by_device_.find(device); found != by_device_.end()) {
    tables_.splice(tables_.begin(), tables_, found->second);
    return tables_.front();
  }
  if (tables_.size() >= caps_.devices) {
    ++forgotten_;
    by_device_.erase(tables_.back().device);
    tables_.pop_back();
  }
  tables_.push_front({device, std::vector<Entry>(std::max(caps_.tokens, kWays) / kWays * kWays)});
  by_device_[device] = tables_.begin();
  return tables_.front();
}

// True when an unrelated party has it as well.
bool TrackingIds::note_token(Table& table, uint64_t token, const TokenParty& party) {
  const size_t sets = table.entries.size() / kWays;
  Entry* set = table.entries.data() + token % sets * kWays;
  size_t way = 0;
  while (way < kWays && set[way].token != token) ++way;
  Entry entry{token, party, false};
  if (way < kWays) {
    entry = set[way];
    if (!are_related(entry.first, party)) entry.is_shared = true;
  } else {
    way = kWays - 1;
    if (set[way].token != 0) ++forgotten_;
  }
  std::move_backward(set, set + way, set + way + 1);
  set[0] = entry;
  return entry.is_shared;
}

}  // namespace telltale
