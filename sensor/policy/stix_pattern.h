// The destinations a STIX 2.1 pattern names (OASIS STIX 2.1, part 9): comparisons of
// domain-name:value, ipv4-addr:value, ipv6-addr:value and url:value with '=', IN or ISSUBSET,
// joined by OR. Where something else must hold as well (AND, FOLLOWEDBY) a destination alone is no
// match, and none is given.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace telltale {

struct StixValues {
  bool sound = true;     // the pattern could be read
  bool partial = false;  // it names destinations, but not by themselves
  std::vector<std::string> values;
};

StixValues stix_destinations(std::string_view pattern);

}  // namespace telltale
