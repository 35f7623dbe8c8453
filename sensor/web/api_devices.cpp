// Devices: who they are, what they told whom, and their names.
#include <algorithm>

#include <fmt/format.h>

#include "config/device_book.h"
#include "sensor/store/rename.h"
#include "sensor/web/api.h"
#include "sensor/web/score.h"

namespace telltale {
namespace {

constexpr size_t kLongestName = 64;

void put_device(JsonText& out, const DeviceRow& device, const std::vector<ScoreInputs>& inputs) {
  out.string("id", device.id);
  out.string("mac", device.mac);
  out.string("vendor", device.vendor);
  out.string("name", device.name);
  out.string("ip", device.ip);
  out.string("group", device.group);
  put_activity(out, device.activity);
  out.strings("types", device.types);
  const auto found = std::find_if(inputs.begin(), inputs.end(), [&](const ScoreInputs& known) {
    return known.device_id == device.id;
  });
  const Score score = found == inputs.end() ? Score{} : score_of(*found);
  out.integer("score", static_cast<uint64_t>(score.value));
  out.array("score_reasons", score.reasons, [&](const ScoreReason& reason) {
    out.begin_object();
    out.string("text", reason.text);
    out.integer("points", static_cast<uint64_t>(reason.points));
    out.end_object();
  });
}

DeviceRow device_of(StoreReader& store, const std::string& id) {
  EventFilter filter;
  filter.device = id;
  const auto rows = store.devices(filter, RowSort::last_seen, {.limit = 100}).rows;
  const auto found = std::find_if(rows.begin(), rows.end(),
                                  [&](const DeviceRow& device) { return device.id == id; });
  if (found == rows.end()) throw ApiError(404, "there is no such device");
  return *found;
}

WebReply whole_device(const ApiCall& call, const std::string& id) {
  EventFilter filter = filter_of(call.request);
  filter.device = id;
  Readers::Lease store = call.parts.readers.lease();
  const DeviceRow device = device_of(*store, id);
  JsonText out;
  out.begin_object();
  put_device(out, device, store->score_inputs(filter));
  out.json("device", device.json);
  put_totals(out, store->totals(filter));
  put_coverage(out, store->coverage(filter));
  out.end_object();
  return json_reply(out);
}

std::string name_in(const JsonBody& body, const char* member, const std::string& otherwise) {
  std::string name = body.text(member).value_or(otherwise);
  const bool is_plain = std::none_of(name.begin(), name.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  });
  if (name.size() > kLongestName || !is_plain) {
    throw ApiError(400, fmt::format("{} must be at most {} letters, without control characters",
                                    member + 1, kLongestName));
  }
  return name;
}

// The entry of the file for this device, in place of one it had.
void write_name(WrittenFiles& files, const DeviceRow& device, const std::string& name,
                const std::string& group) {
  DeviceConfig entry;
  entry.mac = MacAddress::parse(device.mac);
  if (!entry.mac) entry.ip = Cidr::parse(device.ip);
  entry.name = name;
  entry.group = group;
  const std::lock_guard lock(files.mutex());
  std::vector<DeviceConfig> devices = load_devices(files.devices());
  std::erase_if(devices, [&](const DeviceConfig& known) {
    return entry.mac ? known.mac == entry.mac : known.ip == entry.ip;
  });
  if (!name.empty() || !group.empty()) devices.push_back(entry);
  save_devices(files.devices(), devices);
}

// What the user's own configuration calls it cannot be changed here.
bool is_named_in_configuration(DashboardHost& host, const DeviceRow& device) {
  bool is_named = false;
  const auto mac = MacAddress::parse(device.mac);
  const auto address = IpAddress::parse(device.ip);
  host.with_policy([&](const PolicyView& policy) {
    for (const DeviceConfig& known : policy.config.devices) {
      if (known.from_file) continue;
      is_named |= (known.mac && mac && *known.mac == *mac) ||
                  (known.ip && address && known.ip->contains(*address));
    }
  });
  return is_named;
}

}  // namespace

WebReply api_devices(const ApiCall& call) {
  const EventFilter filter = filter_of(call.request);
  Readers::Lease store = call.parts.readers.lease();
  const auto rows = store->devices(filter, row_sort_of(call.request), page_of(call.request));
  const std::vector<ScoreInputs> inputs = store->score_inputs(filter);
  return list_reply(rows, [&](JsonText& out, const DeviceRow& device) {
    out.begin_object();
    put_device(out, device, inputs);
    out.end_object();
  });
}

WebReply api_device(const ApiCall& call) { return whole_device(call, call.ids[0]); }

WebReply api_rename_device(const ApiCall& call) {
  ApiParts& parts = call.parts;
  if (parts.files.devices().empty()) {
    throw ApiError(409, "names cannot be kept: there is no devices_file in the configuration");
  }
  const JsonBody body(call.request);
  DeviceRow device;
  {
    Readers::Lease store = parts.readers.lease();
    device = device_of(*store, call.ids[0]);
  }
  const std::string name = name_in(body, "/name", device.name);
  const std::string group = name_in(body, "/group", device.group);
  if (is_named_in_configuration(parts.host, device)) {
    throw ApiError(409, "the configuration names this device; change it there, under devices");
  }
  write_name(parts.files, device, name, group);
  rename_device(parts.options.store, device.id, name, group);
  return whole_device(call, device.id);
}

}  // namespace telltale
