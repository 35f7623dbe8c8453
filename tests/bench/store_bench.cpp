// store_bench PATH [FINDINGS [DEVICES]]: makes a large store (unless PATH is there already) through
// the same door as the sensor, then asks it everything the commands and the web page ask, and
// prints the median and the 95th percentile of each question.
//
// The store is a month of a busy site: devices and destinations as uneven as in life (Zipf), a flow
// for every second finding, an alert for every fiftieth. The same arguments give the same store.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "sensor/base/time_text.h"
#include "sensor/store/queries.h"
#include "sensor/store/writer.h"

namespace telltale {
namespace {

using Clock = std::chrono::steady_clock;

constexpr const char* kTypes[][2] = {
    {"contacts", "contact_list"},    {"contacts", "call_log"},
    {"location", "coordinates"},     {"location", "wifi_scan"},
    {"location", "cell_tower"},      {"identifiers", "imei"},
    {"identifiers", "android_id"},   {"identifiers", "advertising_id"},
    {"identifiers", "mac_address"},  {"identifiers", "device_model"},
    {"identifiers", "device_brand"}, {"identifiers", "carrier_name"},
    {"identifiers", "email"},        {"identifiers", "mcc"}};
constexpr const char* kCountries[] = {"US", "DE", "CN", "IE", "SG", "RU", "FR", "NL", "JP", "IN"};
constexpr const char* kTrusts[] = {"unknown", "unknown", "trusted", "untrusted"};
constexpr int kDays = 30;
constexpr size_t kHosts = 3'000;

// Picks 0..n-1, the first ones most often.
class Zipf {
 public:
  explicit Zipf(size_t n) {
    double sum = 0;
    for (size_t i = 1; i <= n; ++i) reach_.push_back(sum += 1.0 / static_cast<double>(i));
  }
  size_t operator()(std::mt19937_64& random) const {
    const double at = std::uniform_real_distribution<double>(0, reach_.back())(random);
    const auto found = std::lower_bound(reach_.begin(), reach_.end(), at);
    return std::min(static_cast<size_t>(found - reach_.begin()), reach_.size() - 1);
  }

 private:
  std::vector<double> reach_;
};

std::string device(size_t number) {
  const std::string mac = fmt::format("02:00:00:00:{:02x}:{:02x}", number >> 8, number & 0xff);
  return fmt::format(
      R"({{"id":"{}","mac":"{}","vendor":"Vendor {}","name":"device-{}","ip":"192.168.{}.{}","group":"group {}"}})",
      mac, mac, number % 40, number, number >> 8, number & 0xff, number % 7);
}

std::string destination(size_t number) {
  return fmt::format(
      R"({{"ip":"203.{}.{}.7","hostname":"api{}.example{}.net","hostname_source":"tls.sni","country":"{}","asn":{},"as_org":"Network {}","app":"App {}","operator":"Operator {}","operator_country":"{}","trust":"{}","trust_reason":"default: unknown"}})",
      number >> 8, number & 0xff, number, number % 400, kCountries[number % std::size(kCountries)],
      64'500 + number % 90, number % 90, number % 120, number % 60, kCountries[number % 7 % 10],
      kTrusts[number % 4]);
}

std::string body(const char* kind, const char* const* type) {
  const std::string finding = fmt::format(
      R"({{"class":"{}","type":"{}","confidence":0.95,"count":3,"location":"http.request.body:$.device.info.{}","encodings":["gzip","json"],"sample":"49*********3518","fingerprint":"0123456789abcdef","cleartext":true,"packet":123456}})",
      type[0], type[1], type[1]);
  if (kind == std::string_view("finding")) return R"("finding":)" + finding;
  if (kind == std::string_view("alert")) {
    return fmt::format(
        R"("alert":{{"action":"allowed","gid":1,"signature_id":1268812,"rev":1,"signature":"identifiers to a server nobody vouched for","category":"{}","severity":{}}},"verdict":{{"rule":"identifiers to a server nobody vouched for","reason":"it sent this there","findings":[{}],"count":1}})",
        type[0], 1 + (type - kTypes[0]) % 3, finding);
  }
  return R"("flow":{"pkts_toserver":12,"pkts_toclient":14,"bytes_toserver":2400,"bytes_toclient":9600,"start":"2026-11-01T00:00:00.000000+0000","age":3,"state":"closed","reason":"closed"},"ndpi":{"protocol":"TLS","category":"Web"},"inspection":{"bytes_out":1800,"bytes_inspected":900,"clear":900,"decrypted":0,"opaque":900,"lost":0,"skipped":0,"gaps":0,"reason_not_inspected":"tls_no_keys"})";
}

void make(const std::string& path, uint64_t findings, size_t devices) {
  std::mt19937_64 random(findings + devices);
  const Zipf pick_device(devices);
  const Zipf pick_host(kHosts);
  const Timestamp first = *parse_iso8601("2026-11-01");
  const Duration step = Duration(std::chrono::days(kDays)) / static_cast<int64_t>(findings);
  StoreWriter store({.path = path, .sensor = "bench"}, first);
  uint64_t id = 0;
  const auto begun = Clock::now();
  for (uint64_t i = 0; i < findings; ++i) {
    const std::string time = to_iso8601(first + step * static_cast<int64_t>(i));
    const size_t from = pick_device(random);
    // A device talks to its own choice of servers, some of which all of them share.
    const std::string ends =
        fmt::format(R"("device":{},"destination":{})", device(from),
                    destination((pick_host(random) % 40 + from * (random() % 3) * 7) % kHosts));
    const char* const* type = kTypes[random() % std::size(kTypes)];
    const auto add = [&](const char* kind) {
      store.add(fmt::format(
          R"({{"timestamp":"{}","event_type":"{}","event_id":"{:016x}","sensor":"bench","flow_id":{},"community_id":"1:BF4MmYfe3AMNZi9Q7fQecmItMCo=","in_iface":"br-lan","src_ip":"192.168.1.7","src_port":40000,"dest_ip":"203.0.113.7","dest_port":443,"proto":"TCP","app_proto":"http",{},{}}})",
          time, kind, (++id * 0x9e3779b97f4a7c15ULL), i, ends, body(kind, type)));
    };
    add("finding");
    if (i % 2 == 0) add("flow");
    if (i % 50 == 0) add("alert");
    if (store.pending() >= 8'192 && !store.commit()) throw StoreError(store.reason());
  }
  store.commit();
  const std::chrono::duration<double> took = Clock::now() - begun;
  fmt::print("made {} events in {:.1f} s ({:.0f} a second)\n", id, took.count(),
             static_cast<double>(id) / took.count());
}

struct Question {
  std::string name;
  std::function<void(StoreReader&, std::mt19937_64&)> ask;
};

EventFilter days_before_end(int days) {
  EventFilter filter;
  filter.since = *parse_iso8601("2026-12-01") - std::chrono::days(days);
  return filter;
}

std::vector<Question> questions(size_t devices) {
  const auto list = [](EventKind kind, EventFilter filter) {
    return
        [=](StoreReader& store, std::mt19937_64&) { store.events(kind, filter, {.limit = 100}); };
  };
  const auto some_device = [devices](std::mt19937_64& random) {
    EventFilter filter;
    filter.device = fmt::format("device-{}", random() % devices);
    return filter;
  };
  EventFilter rare{.type = "wifi_scan", .trust = "trusted", .country = "IN", .app = "App 7"};
  EventFilter busiest{.device = "device-0"};
  std::vector<Question> all = {
      {"newest findings", list(EventKind::finding, {})},
      {"newest alerts", list(EventKind::alert, {})},
      {"newest flows", list(EventKind::flow, {})},
      {"findings of one type", list(EventKind::finding, {.type = "imei"})},
      {"findings, a rare combination", list(EventKind::finding, rare)},
      {"findings, no match", list(EventKind::finding, {.destination = "nowhere.invalid"})},
      {"findings by part of a name", list(EventKind::finding, {.destination = "example77"})},
      {"findings of the busiest device", list(EventKind::finding, busiest)},
      {"alerts of severity 1", list(EventKind::alert, {.severity = 1})},
      {"alerts of one type", list(EventKind::alert, {.type = "imei"})},
      {"device list",
       [](StoreReader& s, std::mt19937_64&) { s.devices({}, RowSort::findings, {}); }},
      {"destination list",
       [](StoreReader& s, std::mt19937_64&) { s.destinations({}, RowSort::bytes_out, {}); }},
      {"destinations told one type",
       [](StoreReader& s, std::mt19937_64&) {
         s.destinations({.type = "imei"}, RowSort::last_seen, {});
       }},
      {"totals, 30 days", [](StoreReader& s, std::mt19937_64&) { s.totals({}); }},
      {"totals, 7 days", [](StoreReader& s, std::mt19937_64&) { s.totals(days_before_end(7)); }},
      {"totals, 1 day", [](StoreReader& s, std::mt19937_64&) { s.totals(days_before_end(1)); }},
      {"totals of the busiest device",
       [busiest](StoreReader& s, std::mt19937_64&) { s.totals(busiest); }},
      {"coverage, 30 days", [](StoreReader& s, std::mt19937_64&) { s.coverage({}); }},
      {"score inputs, 30 days", [](StoreReader& s, std::mt19937_64&) { s.score_inputs({}); }},
      {"score inputs, 1 day",
       [](StoreReader& s, std::mt19937_64&) { s.score_inputs(days_before_end(1)); }},
      {"count of findings",
       [](StoreReader& s, std::mt19937_64&) { s.count(EventKind::finding, {}); }},
      {"summary", [](StoreReader& s, std::mt19937_64&) { s.summary(); }},
  };
  all.push_back({"findings of some device", [=](StoreReader& s, std::mt19937_64& r) {
                   s.events(EventKind::finding, some_device(r), {});
                 }});
  all.push_back({"totals of some device",
                 [=](StoreReader& s, std::mt19937_64& r) { s.totals(some_device(r)); }});
  all.push_back(
      {"a page deep in the list", [](StoreReader& s, std::mt19937_64& r) {
         const int64_t ts = 1'793'500'000'000'000 + static_cast<int64_t>(r() % 2'000'000'000'000);
         s.events(EventKind::finding, {}, {.limit = 100, .cursor = fmt::format("{}.0", ts)});
       }});
  all.push_back({"one event by its id", [](StoreReader& s, std::mt19937_64& r) {
                   s.find_event(
                       fmt::format("{:016x}", (1 + r() % 1'000'000) * 0x9e3779b97f4a7c15ULL));
                 }});
  return all;
}

void measure(const std::string& path, size_t devices) {
  StoreReader store(path);
  std::mt19937_64 random(7);
  fmt::print("{:34} {:>10} {:>10}\n", "question", "median ms", "p95 ms");
  for (const Question& question : questions(devices)) {
    std::vector<double> times;
    for (int i = 0; i < 21; ++i) {
      const auto begun = Clock::now();
      question.ask(store, random);
      times.push_back(std::chrono::duration<double, std::milli>(Clock::now() - begun).count());
    }
    std::sort(times.begin(), times.end());
    fmt::print("{:34} {:10.1f} {:10.1f}\n", question.name, times[10], times[19]);
  }
}

}  // namespace
}  // namespace telltale

int main(int argc, char** argv) {
  if (argc < 2) {
    fmt::print(stderr, "usage: store_bench PATH [FINDINGS [DEVICES]]\n");
    return 2;
  }
  const std::string path = argv[1];
  const uint64_t findings = argc > 2 ? std::stoull(argv[2]) : 1'000'000;
  const size_t devices = argc > 3 ? std::stoull(argv[3]) : 500;
  try {
    if (!std::filesystem::exists(path)) telltale::make(path, findings, devices);
    telltale::measure(path, devices);
  } catch (const std::exception& error) {
    fmt::print(stderr, "store_bench: {}\n", error.what());
    return 1;
  }
  return 0;
}
