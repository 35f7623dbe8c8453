// TrackingIds: random tokens that one device sends to servers of different companies. Whoever runs
// them can put together what the device does at both.
//
// Per device a small table of token hashes, four to a set, the one seen last in front; of each the
// party that was seen first. A token is told when another party, not related to the first, gets it
// too: other registrable domain, other name and other operator, other address. What such a token is
// not: a value that was told as another type in the message, one under a key that names something
// passing, a standard header, a part of a path.
#pragma once

#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sensor/detect/detector.h"
#include "sensor/model/event.h"
#include "sensor/policy/devices.h"

namespace telltale {

// Who got a token.
struct TokenParty {
  uint64_t domain = 0;     // hash of the registrable domain; 0 where the server has no name
  uint64_t label = 0;      // first eight characters of its own part ("google" of google.com)
  uint64_t operator_ = 0;  // hash of the catalogue's operator; 0 when unknown
  uint64_t address = 0;    // hash of the server's address
};

TokenParty party_of(const Destination& destination);
bool are_related(const TokenParty& a, const TokenParty& b);

class TrackingIds {
 public:
  static constexpr size_t kWays = 4;
  struct Caps {
    size_t devices = 1024;  // with tokens; the one that sent nothing for longest goes first
    size_t tokens = 128;    // of a device; a multiple of kWays
  };
  explicit TrackingIds(Caps caps) : caps_(caps) {}

  // A value of the message that may be such a token.
  struct Candidate {
    FieldId field = kNoField;
    std::string_view value;
  };
  // `told`: the fields in which the detectors saw something; what stands there is none.
  static std::vector<Candidate> candidates(const Content& content,
                                           const std::vector<FieldId>& told);
  // Notes that `device` sent the candidates to `party`. The one to be told, if any has been sent to
  // an unrelated party too.
  const Candidate* note(const IpAddress& device, const TokenParty& party,
                        const std::vector<Candidate>& candidates);
  size_t devices() const { return tables_.size(); }
  uint64_t forgotten() const { return forgotten_; }  // devices and tokens, because of a cap

 private:
  struct Entry {
    uint64_t token = 0;  // hash; 0: free
    TokenParty first;
    bool is_shared = false;
  };
  struct Table {
    IpAddress device;
    std::vector<Entry> entries;
  };
  using Tables = std::list<Table>;  // the device that sent last stands first

  Table& table_of(const IpAddress& device);
  bool note_token(Table& table, uint64_t token, const TokenParty& party);

  const Caps caps_;
  uint64_t forgotten_ = 0;
  Tables tables_;
  std::unordered_map<IpAddress, Tables::iterator, IpAddressHash> by_device_;
};

}  // namespace telltale
