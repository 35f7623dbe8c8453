// What is watched, how old the geo data is, what can be done here.
#include <algorithm>
#include <set>

#include "config/embedded.h"
#include "sensor/base/version.h"
#include "sensor/web/api.h"
#include "sensor/web/metrics.h"

namespace telltale {

std::span<const EmbeddedFile> web_documents();

namespace {

void put_interfaces(JsonText& out, const std::vector<DashboardHost::Interface>& interfaces) {
  out.array("interfaces", interfaces, [&](const DashboardHost::Interface& interface) {
    out.begin_object();
    out.string("name", interface.name);
    out.boolean("up", interface.up);
    out.integer("packets", interface.packets);
    out.integer("dropped", interface.dropped);
    out.end_object();
  });
}

void put_geo(JsonText& out, const std::vector<DashboardHost::GeoFile>& files, Timestamp now) {
  out.array("geoip", files, [&](const DashboardHost::GeoFile& file) {
    const auto age = std::chrono::duration_cast<std::chrono::hours>(now - file.built).count() / 24;
    out.begin_object();
    out.string("name", file.name);
    out.string("kind", file.kind);
    out.string("licence", file.licence);
    out.string("built", to_iso8601(file.built).substr(0, 10));
    out.integer("age_days", static_cast<uint64_t>(std::max<int64_t>(age, 0)));
    out.boolean("too_old", file.too_old);
    out.end_object();
  });
}

void put_policy(JsonText& out, DashboardHost& host) {
  host.with_policy([&](const PolicyView& policy) {
    std::set<std::string> packs;
    for (const BorrowedTrust& borrowed : policy.config.trust.borrowed) {
      packs.insert(borrowed.origin.substr(borrowed.origin.find('.') + 1));
    }
    out.begin_object("policy");
    out.strings("packs", packs);
    out.integer("rules", policy.config.rules.size());
    out.end_object();
  });
}

}  // namespace

WebReply api_status(const ApiCall& call) {
  ApiParts& parts = call.parts;
  const Timestamp now = std::chrono::system_clock::now();
  StoreSummary summary;
  std::optional<EventRow> stats;
  {
    Readers::Lease store = parts.readers.lease();
    summary = store->summary();
    stats = store->newest_stats();
  }
  JsonText out;
  out.begin_object();
  out.string("sensor", summary.sensor);
  out.string("version", kVersion);
  out.string("mode", parts.options.live ? "live" : "store");
  out.string("now", to_iso8601(now));
  out.string("started", to_iso8601(parts.started));
  put_interfaces(out, parts.host.interfaces());
  put_geo(out, parts.host.geo_files(), now);
  put_policy(out, parts.host);
  out.begin_object("store");
  out.integer("bytes", summary.bytes);
  out.integer("devices", summary.devices);
  if (summary.oldest) out.string("oldest", to_iso8601(*summary.oldest));
  if (summary.newest) out.string("newest", to_iso8601(*summary.newest));
  out.end_object();
  out.begin_object("can");
  out.boolean("mute", !parts.files.mutes().empty());
  out.boolean("rename", !parts.files.devices().empty());
  out.boolean("upload", parts.uploads != nullptr);
  out.end_object();
  out.integer("max_upload", parts.options.max_upload);
  out.json("stats", stats ? stats->json : "null");
  out.end_object();
  return json_reply(out);
}

WebReply api_metrics(const ApiCall& call) {
  const std::optional<EventRow> stats = call.parts.readers.lease()->newest_stats();
  WebReply reply;
  reply.type = kMetricsType;
  reply.body = metrics_text(stats ? stats->json : "", call.parts.host.interfaces());
  return reply;
}

WebReply api_description(const ApiCall&) {
  WebReply reply;
  reply.body = web_documents().front().text;
  return reply;
}

}  // namespace telltale
