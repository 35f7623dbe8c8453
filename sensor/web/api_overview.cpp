// What left, at a glance.
#include <future>

#include "sensor/web/api.h"

namespace telltale {
namespace {

constexpr size_t kNewestAlerts = 10;
constexpr size_t kMostBuckets = 200;  // of the timeline

// A width that people know, so that the span has not too many buckets.
std::chrono::seconds bucket_of(const EventFilter& filter, const StoreSummary& store) {
  const Timestamp until = filter.until.value_or(store.newest.value_or(Timestamp{}));
  const Timestamp since = filter.since.value_or(store.oldest.value_or(Timestamp{}));
  const auto span = std::chrono::duration_cast<std::chrono::seconds>(until - since);
  for (const int64_t width : {1L, 10L, 60L, 300L, 900L, 3600L, 6L * 3600, 24L * 3600}) {
    if (span.count() / width < static_cast<int64_t>(kMostBuckets)) {
      return std::chrono::seconds(width);
    }
  }
  return std::chrono::hours(7 * 24);
}

}  // namespace

WebReply api_overview(const ApiCall& call) {
  const EventFilter filter = filter_of(call.request);
  const MuteBook mutes = mutes_now(call.parts);
  Readers::Lease store = call.parts.readers.lease();
  const std::chrono::seconds bucket = bucket_of(filter, store->summary());
  JsonText out;
  out.begin_object();
  if (filter.since) out.string("since", to_iso8601(*filter.since));
  if (filter.until) out.string("until", to_iso8601(*filter.until));
  out.integer("bucket", static_cast<uint64_t>(bucket.count()));
  // Side by side: both pass over much.
  std::future<CoverageReport> coverage =
      std::async(std::launch::async, [&] { return call.parts.readers.lease()->coverage(filter); });
  put_totals(out, store->totals(filter, bucket));
  put_coverage(out, coverage.get());
  out.array("alerts", store->events(EventKind::alert, filter, {kNewestAlerts, {}}).rows,
            [&](const EventRow& row) { out.json(alert_json(row.json, mutes)); });
  out.end_object();
  return json_reply(out);
}

}  // namespace telltale
