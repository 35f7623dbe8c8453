#include "sensor/policy/device_names.h"

#include <algorithm>
#include <array>

#include "sensor/base/encoding.h"
#include "sensor/base/readable.h"

namespace telltale {
namespace {

constexpr size_t kLongestName = 64;
constexpr int kMachineMade = -100;

struct SourceWorth {
  std::string_view source;
  int worth;
};
// A lease is asked for under a name somebody may have set; the others follow the host's own setting
// or shorten it (NetBIOS: 15 letters).
constexpr std::array kSources = {SourceWorth{"dhcp", 9},      SourceWorth{"dhcpv6", 8},
                                 SourceWorth{"mdns", 7},      SourceWorth{"netbios", 6},
                                 SourceWorth{"llmnr", 5},     SourceWorth{"ssdp", 4},
                                 SourceWorth{"user_agent", 3}};

// "android-8f1c2b3a4d5e6f70", "3c6aa7d1-6f0b-...": digits that a program drew.
bool is_machine_made(std::string_view name) {
  constexpr size_t kLongRun = 8;
  size_t letters = 0;
  size_t hex = 0;
  size_t run = 0;
  size_t longest = 0;
  bool has_digit = false;
  for (const char c : name) {
    if (c == '-' || c == '_' || c == ':' || c == '.') continue;
    ++letters;
    const bool is_hex = is_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'f');
    has_digit = has_digit || is_digit(c);
    run = is_hex ? run + 1 : 0;
    hex += is_hex ? 1 : 0;
    longest = std::max(longest, run);
  }
  return has_digit && longest >= kLongRun && hex * 2 >= letters;
}

std::string_view shown_name(const DeviceNote& note) {
  return cut_text(trim(note.name), kLongestName);
}

// True where the name that is told changed.
bool take(DeviceName& known, const DeviceNote& note, std::string_view name) {
  const int worth = worth_of(note);
  if (note.kind == NameKind::host && (known.host_name.empty() || worth >= known.host_worth)) {
    known.host_name = name;
    known.host_worth = worth;
  }
  if (!known.name.empty() && worth < known.worth) return false;
  known.worth = worth;
  known.source = note.source;
  if (known.name == name) return false;
  known.name = name;
  return true;
}

}  // namespace

int worth_of(const DeviceNote& note) {
  constexpr int kByKind[] = {10, 20, 30};  // by NameKind
  int worth = kByKind[static_cast<size_t>(note.kind)];
  for (const SourceWorth& source : kSources) {
    if (source.source == note.source) worth += source.worth;
  }
  return is_machine_made(note.name) ? worth + kMachineMade : worth;
}

template <typename Table>
DeviceName* DeviceNames::entry(Table& table, const typename Table::key_type& key) {
  const auto found = table.find(key);
  if (found != table.end()) return &found->second;
  if (table.size() < limits_.max_devices) return &table[key];
  weird_.count(Weird::device_beyond_cap);
  return nullptr;
}

bool DeviceNames::learn(const MacAddress& mac, const DeviceNote& note) {
  const std::string_view name = shown_name(note);
  DeviceName* known = name.empty() ? nullptr : entry(by_mac_, mac);
  return known != nullptr && take(*known, note, name);
}

bool DeviceNames::learn(const IpAddress& address, const DeviceNote& note) {
  const std::string_view name = shown_name(note);
  DeviceName* known = name.empty() ? nullptr : entry(by_address_, address);
  return known != nullptr && take(*known, note, name);
}

const DeviceName* DeviceNames::find(const MacAddress& mac, const IpAddress& address) const {
  const auto of_address = by_address_.find(address);
  const DeviceName* best = of_address == by_address_.end() ? nullptr : &of_address->second;
  if (mac.is_zero()) return best;
  const auto of_mac = by_mac_.find(mac);
  if (of_mac == by_mac_.end()) return best;
  return best == nullptr || of_mac->second.worth >= best->worth ? &of_mac->second : best;
}

}  // namespace telltale
