// What rules and mutes have in common: does this device, this server, this app answer to what is
// written?
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "sensor/model/event.h"
#include "sensor/model/finding.h"

namespace telltale {

// What is judged: data, behaviour or a contact, of a device with a destination. Views; nothing else
// plays a part, so that what is stored can be judged again.
struct Occasion {
  const Device& device;
  const Destination& destination;    // with its trust
  const Finding* finding = nullptr;  // of a finding
  std::string_view anomaly;          // its type, of an anomaly
  double score = 0;                  // of an anomaly
  Timestamp ts;
  uint64_t bytes_out = 0;  // that the flow had sent by then
};

// `domain` is `host` or a parent of it.
bool covers_host(std::string_view domain, std::string_view host);
// `wanted` is the device's id, name, MAC or address, without regard to case.
bool is_device(const Device& device, std::string_view wanted);
// `apps` may name several that share a domain: "A / B".
bool names_app(std::string_view apps, std::string_view wanted);

// True where nothing is asked, or one of what is asked matches.
template <typename Wanted, typename Matches>
bool any_of_or_none(const Wanted& wanted, Matches matches) {
  return wanted.empty() || std::any_of(wanted.begin(), wanted.end(), matches);
}
template <typename T>
bool is_one_of(const std::vector<T>& wanted, const T& value) {
  return wanted.empty() || std::find(wanted.begin(), wanted.end(), value) != wanted.end();
}

}  // namespace telltale
