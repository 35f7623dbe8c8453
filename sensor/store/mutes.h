// Mutes: "do not alert me on this again", as rows of the store. Who judges asks for them; findings
// and flows are stored whatever is muted.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sensor/base/time.h"

namespace SQLite {
class Database;
}

namespace telltale {

// Empty members match everything; the others must all match.
struct Mute {
  int64_t id = 0;           // given by the store
  std::string device;       // device.id
  std::string data_class;   // contacts, location, identifiers, anomaly
  std::string type;         // imei, ..., beacon, ...
  std::string destination;  // a domain, which covers its subdomains, or an address
  std::optional<Timestamp> until;
  std::string note;
  Timestamp created;
};

// All mutes, the oldest first, also those whose time is over. Throws SQLite::Exception.
std::vector<Mute> read_mutes(SQLite::Database& db);

// Written at once, each in a transaction of its own, beside whoever else writes. Both throw
// StoreError.
int64_t add_mute(const std::string& store_path, const Mute& mute);  // its id
bool remove_mute(const std::string& store_path, int64_t id);        // false: there is none

}  // namespace telltale
