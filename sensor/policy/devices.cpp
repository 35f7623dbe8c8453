#include "sensor/policy/devices.h"

#include <algorithm>
#include <chrono>

#include "sensor/policy/vendors.h"

namespace telltale {
namespace {

// A device has one IPv4 address and, while it changes it, two; of IPv6 it has a link-local, a
// stable and several temporary ones (RFC 8981 section 3.8: up to seven with the usual lifetimes),
// for each prefix.
constexpr size_t kMostIpv4 = 2;
constexpr size_t kMostIpv6 = 24;
constexpr std::chrono::minutes kInUse{10};    // an address counts this long after it was seen
constexpr std::chrono::seconds kAskAgain{5};  // a pair of MAC and address is looked at this often
constexpr size_t kRecentPairs = 2048;         // 80 KiB: stays in a cache

bool is_usual(const IpAddress& address) {
  return !address.is_unspecified() && !address.is_multicast() && !address.is_broadcast();
}

}  // namespace

SharedMacs::SharedMacs(const Config& config, WeirdCounts& weird)
    : config_(config), weird_(weird), recent_(kRecentPairs), joins_(config.limits()) {}

void SharedMacs::clean(Segment& segment) {
  if (!is_own(segment.src_mac, segment.src.address, segment.ts)) segment.src_mac = {};
  if (segment.dst_mac.is_group()) {
    segment.dst_mac = {};
    return;
  }
  if (!contains(config_.sensor.home_networks, segment.dst.address)) {
    segment.dst_mac = {};
    return;
  }
  // A frame's receiver may be a router on the way, so it proves nothing of its own.
  const Owner* owner = find(segment.dst_mac);
  if (owner == nullptr || owner->shared) segment.dst_mac = {};
}

uint32_t SharedMacs::hash(const MacAddress& mac) const {
  return table_hash(mac.word(), 0, hash_key_);
}

// Packets come in bursts of few pairs, so most answers come from a small direct-mapped table.
bool SharedMacs::is_own(const MacAddress& mac, const IpAddress& address, Timestamp ts) {
  if (mac.is_zero() || mac.is_group()) return false;
  const uint32_t low = load_be32(&address.bytes()[12]);
  Recent& recent = recent_[(load_be32(&mac.bytes[2]) * 31 ^ low * 7) % kRecentPairs];
  if (recent.mac == mac && recent.address == address && ts < recent.until) return recent.own;
  Owner* owner = owner_of(mac);
  if (owner != nullptr && !owner->shared) {
    note_use(*owner, address, ts);
    joins_.see(mac, ts, found_joins_);
  }
  recent = {mac, address, ts + kAskAgain, owner != nullptr && !owner->shared};
  return recent.own;
}

SharedMacs::Owner* SharedMacs::find(const MacAddress& mac) {
  const uint32_t found = index_.find(hash(mac), [&](uint32_t i) { return owners_[i].mac == mac; });
  return found == HashIndex::kNone ? nullptr : &owners_[found];
}

SharedMacs::Owner* SharedMacs::owner_of(const MacAddress& mac) {
  if (Owner* known = find(mac)) return known;
  if (owners_.size() >= config_.limits().max_devices) {
    weird_.count(Weird::device_beyond_cap);
    return nullptr;
  }
  index_.insert(hash(mac), static_cast<uint32_t>(owners_.size()));
  owners_.emplace_back().mac = mac;
  return &owners_.back();
}

void SharedMacs::note_use(Owner& owner, const IpAddress& address, Timestamp ts) {
  if (!is_usual(address)) return;
  if (!contains(config_.sensor.home_networks, address)) {
    make_shared(owner);  // it forwards for somebody outside: a router
    return;
  }
  if (address.is_link_local()) return;
  auto& users = owner.users;
  std::erase_if(users, [&](const User& user) { return user.last + kInUse < ts; });
  const auto same = [&](const User& user) { return user.address == address; };
  const auto user = std::find_if(users.begin(), users.end(), same);
  if (user != users.end()) {
    user->last = std::max(user->last, ts);
    return;
  }
  users.push_back({address, ts});
  const auto is_v4 = [](const User& there) { return there.address.is_v4(); };
  const auto v4 = static_cast<size_t>(std::count_if(users.begin(), users.end(), is_v4));
  if (v4 > kMostIpv4 || users.size() - v4 > kMostIpv6) make_shared(owner);
}

void SharedMacs::make_shared(Owner& owner) {
  owner.shared = true;
  owner.users.clear();
  owner.users.shrink_to_fit();
  std::fill(recent_.begin(), recent_.end(), Recent{});
}

Devices::Devices(const Config& config, WeirdCounts& weird)
    : config_(config), weird_(weird), names_(config.limits(), weird) {}

bool Devices::see(const IpAddress& address, const MacAddress& mac) {
  if (Known* found = find(address)) {
    if (!mac.is_zero()) last_address_[mac] = address;
    if (found->mac == mac) return false;
    set_mac(*found, mac);
    return true;
  }
  if (known_.size() >= config_.limits().max_devices) {
    weird_.count(Weird::device_beyond_cap);
    return false;
  }
  index_.insert(hash(address), static_cast<uint32_t>(known_.size()));
  known_.push_back({address, {}, {}});
  if (!mac.is_zero()) {
    set_mac(known_.back(), mac);
    last_address_[mac] = address;
  }
  return true;
}

void Devices::set_mac(Known& known, const MacAddress& mac) {
  known.mac = mac;
  known.vendor = mac.is_zero() ? std::string_view() : vendor_of(mac);
}

uint32_t Devices::hash(const IpAddress& address) const {
  const uint8_t* bytes = address.bytes().data();
  return table_hash(load_be64(bytes), load_be64(bytes + 8), hash_key_);
}

const Devices::Known* Devices::find(const IpAddress& address) const {
  const uint32_t found =
      index_.find(hash(address), [&](uint32_t i) { return known_[i].address == address; });
  return found == HashIndex::kNone ? nullptr : &known_[found];
}

// What names an address other than the sender's is only believed of that address: a device may have
// several, and a router may pass on what others say.
std::optional<IpAddress> Devices::learn(const DeviceNote& note, const Sender& sender) {
  const bool is_own = note.address.is_unspecified() || note.address == sender.address;
  const MacAddress& mac = !note.mac.is_zero() ? note.mac : is_own ? sender.mac : MacAddress{};
  if (mac.is_group()) return std::nullopt;
  IpAddress address = is_own ? sender.address : note.address;
  if (!mac.is_zero()) {
    if (!names_.learn(mac, note)) return std::nullopt;
    const auto last = last_address_.find(mac);
    if (last == last_address_.end()) return std::nullopt;
    address = last->second;
  } else if (!contains(config_.sensor.home_networks, address) || !names_.learn(address, note)) {
    return std::nullopt;
  }
  const Known* known = find(address);
  if (known == nullptr || has_configured_name(*known)) return std::nullopt;
  return address;
}

// The number of joins is bounded by that of the MACs that MacJoins knows.
std::optional<IpAddress> Devices::join(const MacJoin& join) {
  if (join.known_as.is_zero()) {
    known_as_.erase(join.mac);
  } else {
    known_as_[join.mac] = join.known_as;
  }
  const auto last = last_address_.find(join.mac);
  return last == last_address_.end() ? std::nullopt : std::optional(last->second);
}

MacAddress Devices::known_as(const MacAddress& mac) const {
  if (known_as_.empty()) return mac;
  const auto joined = known_as_.find(mac);
  return joined == known_as_.end() ? mac : joined->second;
}

bool Devices::has_configured_name(const Known& known) const {
  const DeviceConfig* device = configured(known.address, known.mac);
  return device != nullptr && !device->name.empty();
}

bool Devices::has_name(const IpAddress& address) const {
  const Known* known = find(address);
  if (known == nullptr) return false;
  return names_.find(known->mac, address) != nullptr || has_configured_name(*known);
}

std::string_view Devices::group_of(const IpAddress& address) const {
  const Known* known = find(address);
  const DeviceConfig* device = configured(address, known == nullptr ? MacAddress{} : known->mac);
  return device == nullptr ? std::string_view() : std::string_view(device->group);
}

Device Devices::of(const IpAddress& address) const {
  Device device;
  device.ip = address;
  const Known* found = find(address);
  const MacAddress mac = found == nullptr ? MacAddress{} : found->mac;
  if (!mac.is_zero()) {
    device.mac = mac.to_string();
    device.vendor = found->vendor;
  }
  const MacAddress first = known_as(mac);
  device.id = mac.is_zero() ? address.to_string() : first.to_string();
  device.inferred = first != mac;
  if (const DeviceName* name = names_.find(mac, address)) {
    device.name = name->name;
    device.name_source = name->source;
  }
  if (const DeviceConfig* named = configured(address, mac)) {
    if (!named->name.empty()) {
      device.name = named->name;
      device.name_source = "config";
    }
    device.group = named->group;
  }
  return device;
}

LearntDevice Devices::learnt(const IpAddress& address) const {
  const Known* found = find(address);
  if (found == nullptr) return {};
  const DeviceName* name = names_.find(found->mac, address);
  return {found->mac, name == nullptr ? std::string_view() : std::string_view(name->host_name)};
}

const DeviceConfig* Devices::configured(const IpAddress& address, const MacAddress& mac) const {
  const DeviceConfig* by_address = nullptr;
  const MacAddress first = known_as(mac);
  for (const DeviceConfig& device : config_.devices) {
    const bool has_mac = device.mac && !mac.is_zero();
    if (has_mac && (*device.mac == mac || *device.mac == first)) return &device;
    if (device.ip && device.ip->contains(address)) by_address = &device;
  }
  return by_address;
}

}  // namespace telltale
