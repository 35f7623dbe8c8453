// Mutes: "this is fine". They are written into the file of mutes, which the sensor takes up.
#include <fmt/format.h>

#include "config/mutes.h"
#include "sensor/base/hash.h"
#include "sensor/base/time_text.h"
#include "sensor/output/read_event.h"
#include "sensor/web/api.h"
#include "sensor/web/mute_scope.h"

namespace telltale {
namespace {

constexpr size_t kLongestReason = 200;

// What it says is what it is called by; the file may be edited by hand between two requests.
std::string id_of(const MuteConfig& mute) { return fmt::format("{:016x}", hash64(to_yaml(mute))); }

void put_mute(JsonText& out, const MuteConfig& mute, bool is_written) {
  out.begin_object();
  out.string("id", is_written ? id_of(mute) : "");
  out.string("name", mute.name);
  out.string("yaml", "- " + to_yaml(mute));
  if (mute.until) out.string("until", to_iso8601(*mute.until));
  out.string("reason", mute.reason);
  out.strings("devices", mute.devices);
  out.array("classes", mute.classes, [&](DataClass value) { out.string(name_of(value)); });
  out.array("types", mute.types, [&](DataType value) { out.string(name_of(value)); });
  out.strings("anomalies", mute.anomalies);
  out.strings("domains", mute.domains);
  out.array("addresses", mute.addresses, [&](const Cidr& value) { out.string(value.to_string()); });
  out.boolean("over", mute.until && *mute.until <= Timestamp(std::chrono::system_clock::now()));
  out.end_object();
}

void need_file(const WrittenFiles& files) {
  if (files.mutes().empty()) {
    throw ApiError(409, "nothing can be muted here: there is no mutes_file in the configuration");
  }
}

MuteConfig asked_mute(const Event& event, const JsonBody& body) {
  const MuteScope scope{body.flag("/scope/device").value_or(true),
                        body.flag("/scope/data").value_or(true),
                        body.flag("/scope/destination").value_or(true)};
  if (!scope.device && !scope.data && !scope.destination) {
    throw ApiError(400, "this would mute everything; limit it to a device, data or a destination");
  }
  MuteConfig mute = mute_of(event, scope);
  if (const auto until = body.text("/until")) {
    mute.until = parse_iso8601(*until);
    if (!mute.until) throw ApiError(400, "until: expected a time such as 2026-12-31T18:00:00Z");
    mute.until = std::chrono::floor<std::chrono::seconds>(*mute.until);
  }
  mute.reason = body.text("/reason").value_or("");
  if (mute.reason.size() > kLongestReason) throw ApiError(400, "reason: at most 200 letters");
  return mute;
}

}  // namespace

WebReply api_mutes(const ApiCall& call) {
  ApiParts& parts = call.parts;
  std::vector<MuteConfig> configured;
  parts.host.with_policy(
      [&](const PolicyView& policy) { configured = policy.config.mutes.entries; });
  std::vector<MuteConfig> written;
  if (!parts.files.mutes().empty()) {
    const std::lock_guard lock(parts.files.mutex());
    written = load_mutes(parts.files.mutes());
  }
  JsonText out;
  out.begin_object();
  out.begin_array("items");
  for (const MuteConfig& mute : written) put_mute(out, mute, true);
  for (const MuteConfig& mute : configured) put_mute(out, mute, false);
  out.end_array();
  out.string("next", "");
  out.end_object();
  return json_reply(out);
}

WebReply api_add_mute(const ApiCall& call) {
  ApiParts& parts = call.parts;
  need_file(parts.files);
  const JsonBody body(call.request);
  const auto id = body.text("/event_id");
  if (!id) throw ApiError(400, "event_id is missing");
  std::optional<EventRow> row;
  {
    Readers::Lease store = parts.readers.lease();
    row = store->find_event(*id);
  }
  const std::optional<Event> event = row ? read_event(row->json) : std::nullopt;
  if (!event || !event->device || !event->destination) {
    throw ApiError(404, "there is no such event, or nothing of it could be muted");
  }
  const MuteConfig mute = asked_mute(*event, body);
  if (!body.flag("/preview").value_or(false)) {
    const std::lock_guard lock(parts.files.mutex());
    std::vector<MuteConfig> mutes = load_mutes(parts.files.mutes());
    const std::string same = id_of(mute);
    std::erase_if(mutes, [&](const MuteConfig& known) { return id_of(known) == same; });
    mutes.push_back(mute);
    save_mutes(parts.files.mutes(), mutes);
  }
  JsonText out;
  out.begin_object();
  out.string("id", id_of(mute));
  out.string("yaml", "- " + to_yaml(mute));
  out.end_object();
  return json_reply(out);
}

WebReply api_remove_mute(const ApiCall& call) {
  ApiParts& parts = call.parts;
  need_file(parts.files);
  const std::lock_guard lock(parts.files.mutex());
  std::vector<MuteConfig> mutes = load_mutes(parts.files.mutes());
  const size_t gone =
      std::erase_if(mutes, [&](const MuteConfig& mute) { return id_of(mute) == call.ids[0]; });
  if (gone == 0)
    throw ApiError(404, "there is no such mute in the file; it may be changed by hand");
  save_mutes(parts.files.mutes(), mutes);
  WebReply reply;
  reply.status = 204;
  return reply;
}

}  // namespace telltale
