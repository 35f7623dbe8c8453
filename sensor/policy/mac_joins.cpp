#include "sensor/policy/mac_joins.h"

#include <algorithm>
#include <array>

#include "sensor/base/encoding.h"

namespace telltale {
namespace {

constexpr std::chrono::seconds kQuiet{10};  // a MAC that was not in use for so long has been left
constexpr unsigned kMostBeside = 3;
constexpr unsigned kMostSwitches = 4;  // an hour, as when somebody walks between two networks
constexpr size_t kMostMacs = 64;       // of one owner
constexpr size_t kShortestName = 4;

// Names that say which kind of device it is, not which one: makers give them to all of a kind.
constexpr std::array<std::string_view, 30> kKinds = {
    "android",   "iphone",  "ipad",   "ipod", "macbook", "imac",  "watch",  "appletv",
    "localhost", "unknown", "galaxy", "sm-",  "pixel",   "redmi", "xiaomi", "poco",
    "oneplus",   "realme",  "oppo",   "vivo", "huawei",  "honor", "moto",   "nokia",
    "xperia",    "lenovo",  "esp",    "wled", "tablet",  "phone"};

bool is_made_up(const MacAddress& mac) { return (mac.bytes[0] & 3) == 2; }

// "android-8f1c2b3a4d5e6f70" was drawn for one device.
bool has_own_number(std::string_view name) {
  const size_t dash = name.find_last_of("-_");
  if (dash == std::string_view::npos || name.size() - dash - 1 < 12) return false;
  return name.find_first_not_of("0123456789abcdefABCDEF", dash + 1) == std::string_view::npos;
}

bool tells_which_device(std::string_view name) {
  if (name.size() < kShortestName) return false;
  const std::string lower = ascii_lower(name);
  const bool is_kind = std::any_of(kKinds.begin(), kKinds.end(),
                                   [&](std::string_view kind) { return lower.starts_with(kind); });
  return !is_kind || has_own_number(name);
}

}  // namespace

void MacJoins::hear(const DeviceNote& note, Timestamp ts, std::vector<MacJoin>& joins) {
  if (note.source != "dhcp" || !is_made_up(note.mac) || note.parameters.empty()) return;
  if (!tells_which_device(note.name)) return;
  std::string key(note.name);
  key += '\0';
  key += note.vendor_class;
  key += '\0';
  key += as_text(note.parameters);
  const auto known = parties_.find(note.mac);
  if (known != parties_.end() && known->second.owner == key) return see(note.mac, ts, joins);
  // A device that is called otherwise now stays who it was.
  if (known != parties_.end() || parties_.size() >= limits_.max_devices) return;
  Owner& owner = owners_[key];
  if (owner.macs.size() >= kMostMacs) return;
  if (owner.macs.empty()) {
    owner.first = owner.current = note.mac;
    owner.hour = ts;
  }
  owner.macs.push_back(note.mac);
  parties_[note.mac] = {std::move(key), ts, {}, 0};
  see(note.mac, ts, joins);
}

void MacJoins::see(const MacAddress& mac, Timestamp ts, std::vector<MacJoin>& joins) {
  if (!is_made_up(mac)) return;
  const auto found = parties_.find(mac);
  if (found == parties_.end()) return;
  Party& party = found->second;
  party.last = std::max(party.last, ts);
  Owner& owner = owners_[party.owner];
  if (owner.several || owner.current == mac) return;
  if (party.last - parties_[owner.current].last < kQuiet) {
    if (++party.beside >= kMostBeside) separate(owner, joins);
    return;
  }
  if (ts - owner.hour > std::chrono::hours(1)) {
    owner.hour = ts;
    owner.switches = 0;
  }
  owner.current = mac;
  party.beside = 0;
  if (++owner.switches > kMostSwitches) return separate(owner, joins);
  if (mac == owner.first || !party.known_as.is_zero()) return;
  party.known_as = owner.first;
  joins.push_back({mac, owner.first});
}

void MacJoins::separate(Owner& owner, std::vector<MacJoin>& joins) {
  owner.several = true;
  for (const MacAddress& mac : owner.macs) {
    Party& party = parties_[mac];
    if (party.known_as.is_zero()) continue;
    party.known_as = {};
    joins.push_back({mac, {}});
  }
}

}  // namespace telltale
