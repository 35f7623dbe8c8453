// For tests of the store: a scratch folder, and events as the sinks get them.
#pragma once

#include <filesystem>
#include <string>

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>
#include <stdlib.h>

#include "sensor/base/time_text.h"
#include "sensor/store/queries.h"
#include "sensor/store/writer.h"

namespace telltale::test {

class ScratchFolder {
 public:
  ScratchFolder() {
    char name[] = "/tmp/telltale-store-XXXXXX";
    path_ = ::mkdtemp(name);
  }
  ~ScratchFolder() { std::filesystem::remove_all(path_); }
  ScratchFolder(const ScratchFolder&) = delete;
  std::string file(const std::string& name) const { return path_ + "/" + name; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

inline Timestamp at(const char* time) { return *parse_iso8601(time); }

// An event with its usual members; each is a few words to change.
struct Line {
  std::string id = "00000000000000a1";
  std::string time = "2026-11-23T21:00:00.000000+0000";
  std::string device =
      R"({"id":"02:00:00:00:00:07","mac":"02:00:00:00:00:07","name":"Lab phone","ip":"192.168.1.20"})";
  std::string destination =
      R"({"ip":"203.0.113.5","hostname":"api.example.net","country":"DE","asn":64500,"app":"Filebox","operator":"Box Ltd","operator_country":"CN","trust":"untrusted"})";

  std::string head(const char* type) const {
    return fmt::format(
        R"({{"timestamp":"{}","event_type":"{}","event_id":"{}","sensor":"lab-1","app_proto":"http","device":{},"destination":{})",
        time, type, id, device, destination);
  }
  std::string finding(const char* data_class = "identifiers", const char* type = "imei") const {
    return head("finding") +
           fmt::format(
               R"(,"finding":{{"class":"{}","type":"{}","confidence":0.95,"cleartext":true}}}})",
               data_class, type);
  }
  std::string alert(int severity = 2, const char* rule = "a rule") const {
    return head("alert") +
           fmt::format(
               R"(,"alert":{{"category":"identifiers","severity":{}}},"verdict":{{"rule":"{}",)"
               R"("findings":[{{"type":"imei"}},{{"type":"android_id"}}],"count":1}}}})",
               severity, rule);
  }
  std::string anomaly() const {
    return head("anomaly") +
           R"(,"anomaly":{"type":"beacon","score":0.8,"evidence":{"beats":"60"}}})";
  }
  // 100 bytes left: 60 read, 40 opaque; 500 came back.
  std::string flow() const {
    return head("flow") +
           R"(,"flow":{"bytes_toclient":500,"start":"2026-11-23T20:59:00.000000+0000"},)"
           R"("inspection":{"bytes_out":100,"clear":60,"decrypted":0,"opaque":40,"lost":0,"skipped":0,)"
           R"("gaps":0,"reason_not_inspected":"tls_no_keys"}})";
  }
};

inline StoreWriter new_store(const std::string& path) {
  return StoreWriter({.path = path, .sensor = "lab-1"}, at("2026-11-23T21:00:00"));
}

inline int64_t count_rows(const std::string& path, const std::string& table) {
  SQLite::Database db(path, SQLite::OPEN_READONLY);
  return db.execAndGet("SELECT count(*) FROM " + table).getInt64();
}

}  // namespace telltale::test
