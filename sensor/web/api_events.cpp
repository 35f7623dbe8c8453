// Findings, alerts, anomalies and flows, newest first; one of them with all that can be said of it.
#include <fmt/format.h>

#include "config/mutes.h"
#include "sensor/output/read_event.h"
#include "sensor/web/api.h"
#include "sensor/web/mute_scope.h"
#include "sensor/web/wireshark.h"

namespace telltale {
namespace {

WebReply events(const ApiCall& call, EventKind kind) {
  const EventFilter filter = filter_of(call.request);
  Readers::Lease store = call.parts.readers.lease();
  if (!call.request.parameter("count").empty()) {
    JsonText out;
    out.begin_object();
    out.integer("count", store->count(kind, filter));
    out.end_object();
    return json_reply(out);
  }
  const MuteBook mutes = kind == EventKind::alert ? mutes_now(call.parts) : MuteBook();
  return list_reply(
      store->events(kind, filter, page_of(call.request)),
      [&](JsonText& out, const EventRow& row) { out.json(alert_json(row.json, mutes)); });
}

}  // namespace

WebReply api_findings(const ApiCall& call) { return events(call, EventKind::finding); }
WebReply api_alerts(const ApiCall& call) { return events(call, EventKind::alert); }
WebReply api_notices(const ApiCall& call) { return events(call, EventKind::notice); }
WebReply api_anomalies(const ApiCall& call) { return events(call, EventKind::anomaly); }
WebReply api_flows(const ApiCall& call) { return events(call, EventKind::flow); }

WebReply api_event(const ApiCall& call) {
  const MuteBook mutes = mutes_now(call.parts);
  std::optional<EventRow> row;
  {
    Readers::Lease store = call.parts.readers.lease();
    row = store->find_event(call.ids[0]);
  }
  if (!row) throw ApiError(404, "there is no such event; the store may have let go of it");
  const std::optional<Event> event = read_event(row->json);
  JsonText out;
  out.begin_object();
  out.json("event", alert_json(row->json, mutes));
  out.string("wireshark", wireshark_filter(row->json));
  out.array("frames", frames_of(row->json), [&](uint64_t frame) { out.integer(frame); });
  if (event && event->device && event->destination) {
    call.parts.host.with_policy([&](const PolicyView& policy) {
      out.json("explanation", to_json(explain(*event, policy)));
    });
    out.begin_object("mute");
    out.string("yaml", "- " + to_yaml(mute_of(*event, {})));
    out.end_object();
  }
  out.end_object();
  return json_reply(out);
}

}  // namespace telltale
