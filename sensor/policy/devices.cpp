#include "sensor/policy/devices.h"

#include <algorithm>
#include <chrono>

namespace telltale {
namespace {

// A device has one IPv4 address and, while it changes it, two; of IPv6 it has a link-local, a
// stable and several temporary ones (RFC 8981 section 3.8: up to seven with the usual lifetimes),
// for each prefix.
constexpr size_t kMostIpv4 = 2;
constexpr size_t kMostIpv6 = 24;
constexpr std::chrono::minutes kInUse{10};    // an address counts this long after it was seen
constexpr std::chrono::seconds kAskAgain{5};  // a pair of MAC and address is looked at this often
constexpr size_t kRecentPairs = 256;

bool is_usual(const IpAddress& address) {
  return !address.is_unspecified() && !address.is_multicast() && !address.is_broadcast();
}

}  // namespace

SharedMacs::SharedMacs(const Config& config, WeirdCounts& weird)
    : config_(config), weird_(weird), recent_(kRecentPairs) {}

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
  const auto owner = owners_.find(segment.dst_mac);
  if (owner == owners_.end() || owner->second.shared) segment.dst_mac = {};
}

// Packets come in bursts of few pairs, so most answers come from a small direct-mapped table.
bool SharedMacs::is_own(const MacAddress& mac, const IpAddress& address, Timestamp ts) {
  if (mac.is_zero() || mac.is_group()) return false;
  const uint8_t low = address.bytes()[15];
  Recent& recent = recent_[(mac.bytes[5] ^ low) % kRecentPairs];
  if (recent.mac == mac && recent.address == address && ts < recent.until) return recent.own;
  Owner* owner = owner_of(mac);
  if (owner == nullptr) return false;
  if (!owner->shared) note_use(*owner, address, ts);
  recent = {mac, address, ts + kAskAgain, !owner->shared};
  return recent.own;
}

SharedMacs::Owner* SharedMacs::owner_of(const MacAddress& mac) {
  const auto found = owners_.find(mac);
  if (found != owners_.end()) return &found->second;
  if (owners_.size() >= config_.limits().max_devices) {
    weird_.count(Weird::device_beyond_cap);
    return nullptr;
  }
  return &owners_[mac];
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

Devices::Devices(const Config& config, WeirdCounts& weird) : config_(config), weird_(weird) {}

bool Devices::see(const IpAddress& address, const MacAddress& mac) {
  if (const auto named = named_.find(mac); named != named_.end()) named->second.address = address;
  const auto found = known_.find(address);
  if (found != known_.end()) {
    if (found->second.mac == mac) return false;
    found->second.mac = mac;
    return true;
  }
  if (known_.size() >= config_.limits().max_devices) {
    weird_.count(Weird::device_beyond_cap);
    return false;
  }
  known_[address].mac = mac;
  return true;
}

bool Devices::learn_name(const IpAddress& address, std::string_view name, std::string_view source) {
  const auto found = known_.find(address);
  if (found == known_.end() || name.empty() || found->second.name == name) return false;
  found->second.name = name;
  found->second.name_source = source;
  return !has_configured_name(address, found->second.mac);
}

std::optional<IpAddress> Devices::learn_name(const MacAddress& mac, std::string_view name,
                                             std::string_view source) {
  if (mac.is_zero() || mac.is_group() || name.empty()) return std::nullopt;
  const auto known = named_.find(mac);
  if (known == named_.end() && named_.size() >= config_.limits().max_devices) {
    weird_.count(Weird::device_beyond_cap);
    return std::nullopt;
  }
  Named& named = known == named_.end() ? named_[mac] : known->second;
  if (named.name == name) return std::nullopt;
  const bool is_first = named.name.empty();
  named.name = name;
  named.source = source;
  if (is_first) {  // rare: a device whose first DHCP message comes after its traffic
    for (const auto& [address, device] : known_) {
      if (device.mac == mac && (!named.address || address < *named.address))
        named.address = address;
    }
  }
  if (!named.address || has_configured_name(*named.address, mac)) return std::nullopt;
  const auto own = known_.find(*named.address);
  return own == known_.end() || own->second.name.empty() ? named.address : std::nullopt;
}

bool Devices::has_configured_name(const IpAddress& address, const MacAddress& mac) const {
  const DeviceConfig* device = configured(address, mac);
  return device != nullptr && !device->name.empty();
}

Device Devices::of(const IpAddress& address) const {
  Device device;
  device.ip = address;
  MacAddress mac;
  if (const auto found = known_.find(address); found != known_.end()) {
    mac = found->second.mac;
    device.name = found->second.name;
    device.name_source = found->second.name_source;
  }
  if (device.name.empty() && !mac.is_zero()) {
    if (const auto named = named_.find(mac); named != named_.end()) {
      device.name = named->second.name;
      device.name_source = named->second.source;
    }
  }
  if (!mac.is_zero()) device.mac = mac.to_string();
  device.id = mac.is_zero() ? address.to_string() : device.mac;
  if (const DeviceConfig* named = configured(address, mac)) {
    if (!named->name.empty()) {
      device.name = named->name;
      device.name_source = "config";
    }
    device.group = named->group;
  }
  return device;
}

const DeviceConfig* Devices::configured(const IpAddress& address, const MacAddress& mac) const {
  const DeviceConfig* by_address = nullptr;
  for (const DeviceConfig& device : config_.devices) {
    if (device.mac && !mac.is_zero() && *device.mac == mac) return &device;
    if (device.ip && device.ip->contains(address)) by_address = &device;
  }
  return by_address;
}

}  // namespace telltale
