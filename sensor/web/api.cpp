#include "sensor/web/api.h"

#include <charconv>

#include <fmt/format.h>
#include <simdjson.h>

#include "sensor/base/time_text.h"
#include "sensor/output/read_event.h"

namespace telltale {
namespace {

constexpr size_t kLargestBody = 64 * 1024;
constexpr size_t kMaxRows = 1000;
constexpr size_t kDefaultRows = 100;
constexpr size_t kIdleReaders = 8;

Timestamp now() { return std::chrono::system_clock::now(); }

std::optional<Timestamp> moment(const WebRequest& request, const char* name) {
  const std::string text = request.parameter(name);
  if (text.empty()) return std::nullopt;
  const auto time = parse_moment(text, now());
  if (!time) {
    throw ApiError(400,
                   fmt::format("{}: expected 24h, 7d, 2026-11-23 or 2026-11-23T21:00:00Z", name));
  }
  return time;
}

uint64_t number(const WebRequest& request, const char* name, uint64_t most, uint64_t otherwise) {
  const std::string text = request.parameter(name);
  if (text.empty()) return otherwise;
  uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || rest != end || value == 0 || value > most) {
    throw ApiError(400, fmt::format("{}: expected a number from 1 to {}", name, most));
  }
  return value;
}

void put_counts(JsonText& out, std::string_view name, const std::vector<Count>& counts) {
  out.array(name, counts, [&](const Count& count) {
    out.begin_object();
    out.string("key", count.key);
    out.string("label", count.label);
    out.integer("findings", count.findings);
    out.end_object();
  });
}

void put_sums(JsonText& out, const CoverageSums& sums) {
  out.integer("flows", sums.flows);
  out.integer("bytes_out", sums.bytes_out);
  out.integer("bytes_in", sums.bytes_in);
  out.integer("clear", sums.clear);
  out.integer("decrypted", sums.decrypted);
  out.integer("opaque", sums.opaque);
  out.integer("lost", sums.lost);
  out.integer("skipped", sums.skipped);
  out.integer("gaps", sums.gaps);
}

}  // namespace

WebReply json_reply(JsonText& json) {
  WebReply reply;
  reply.body = json.take();
  return reply;
}

Readers::Readers(std::string store) : store_(std::move(store)) { lease(); }

Readers::Lease Readers::lease() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      std::unique_ptr<StoreReader> reader = std::move(idle_.back());
      idle_.pop_back();
      return {*this, std::move(reader)};
    }
  }
  return {*this, std::make_unique<StoreReader>(store_)};
}

void Readers::give_back(std::unique_ptr<StoreReader> reader) {
  const std::lock_guard lock(mutex_);
  if (idle_.size() < kIdleReaders) idle_.push_back(std::move(reader));
}

EventFilter filter_of(const WebRequest& request) {
  EventFilter filter;
  filter.since = moment(request, "since");
  filter.until = moment(request, "until");
  const std::pair<const char*, std::string*> texts[] = {
      {"device", &filter.device},
      {"destination", &filter.destination},
      {"class", &filter.data_class},
      {"type", &filter.type},
      {"trust", &filter.trust},
      {"country", &filter.country},
      {"app", &filter.app},
      {"operator_country", &filter.operator_country},
      {"proto", &filter.app_proto},
      {"operator", &filter.operator_name},
      {"q", &filter.text}};
  for (const auto& [name, value] : texts) *value = request.parameter(name);
  filter.severity = static_cast<int>(number(request, "severity", 3, 0));
  return filter;
}

Page page_of(const WebRequest& request) {
  return {static_cast<size_t>(number(request, "limit", kMaxRows, kDefaultRows)),
          request.parameter("cursor")};
}

RowSort row_sort_of(const WebRequest& request) {
  const std::string name = request.parameter("sort");
  if (name.empty()) return RowSort::last_seen;
  const auto sort = parse_row_sort(name);
  if (!sort) {
    throw ApiError(400,
                   "sort: expected last_seen, first_seen, bytes_out, findings, alerts or name");
  }
  return *sort;
}

struct JsonBody::Document {
  simdjson::dom::parser parser;
  simdjson::dom::element root;
};

JsonBody::JsonBody(const WebRequest& request) : document_(std::make_unique<Document>()) {
  std::string text;
  const bool whole = request.read_body([&](std::string_view piece) {
    text += piece;
    return text.size() <= kLargestBody;
  });
  if (text.size() > kLargestBody) throw ApiError(413, "the request is too large");
  if (!whole || document_->parser.parse(text).get(document_->root) != simdjson::SUCCESS ||
      !document_->root.is_object()) {
    throw ApiError(400, "the body must be a JSON object");
  }
}

JsonBody::~JsonBody() = default;

std::optional<std::string> JsonBody::text(std::string_view pointer) const {
  simdjson::dom::element found;
  if (document_->root.at_pointer(pointer).get(found) != simdjson::SUCCESS || found.is_null()) {
    return std::nullopt;
  }
  std::string_view value;
  if (found.get(value) != simdjson::SUCCESS) {
    throw ApiError(400, fmt::format("{} must be a text", pointer.substr(1)));
  }
  return std::string(value);
}

std::optional<bool> JsonBody::flag(std::string_view pointer) const {
  simdjson::dom::element found;
  if (document_->root.at_pointer(pointer).get(found) != simdjson::SUCCESS || found.is_null()) {
    return std::nullopt;
  }
  bool value = false;
  if (found.get(value) != simdjson::SUCCESS) {
    throw ApiError(400, fmt::format("{} must be true or false", pointer.substr(1)));
  }
  return value;
}

void put_activity(JsonText& out, const Activity& activity) {
  out.string("first_seen", to_iso8601(activity.first_seen));
  out.string("last_seen", to_iso8601(activity.last_seen));
  out.integer("flows", activity.flows);
  out.integer("bytes_out", activity.bytes_out);
  out.integer("bytes_in", activity.bytes_in);
  out.integer("findings", activity.findings);
  out.integer("alerts", activity.alerts);
  out.integer("anomalies", activity.anomalies);
}

void put_totals(JsonText& out, const Totals& totals) {
  out.begin_object("totals");
  out.integer("findings", totals.findings);
  out.integer("cleartext", totals.cleartext);
  const std::pair<const char*, const std::vector<Count>*> sides[] = {
      {"classes", &totals.classes},
      {"types", &totals.types},
      {"trust", &totals.trust},
      {"devices", &totals.devices},
      {"destinations", &totals.destinations},
      {"countries", &totals.countries},
      {"operators", &totals.operators},
      {"operator_countries", &totals.operator_countries},
      {"apps", &totals.apps}};
  for (const auto& [name, counts] : sides) put_counts(out, name, *counts);
  out.array("timeline", totals.timeline, [&](const TimeBucket& bucket) {
    out.begin_object();
    out.string("start", to_iso8601(bucket.start));
    for (size_t i = 0; i < totals.classes.size(); ++i) {
      out.integer(totals.classes[i].key, bucket.by_class[i]);
    }
    out.end_object();
  });
  out.end_object();
}

void put_coverage(JsonText& out, const CoverageReport& report) {
  out.begin_object("coverage");
  put_sums(out, report.sums);
  out.array("not_read", report.not_read, [&](const auto& reason) {
    out.begin_object();
    out.string("reason", reason.first);
    out.integer("bytes", reason.second);
    out.end_object();
  });
  out.array("hours", report.hours, [&](const CoverageHour& hour) {
    out.begin_object();
    out.string("start", to_iso8601(hour.start));
    put_sums(out, hour.sums);
    out.end_object();
  });
  out.end_object();
}

std::string alert_json(const std::string& line, const MuteBook& mutes) {
  if (mutes.mutes().empty()) return line;
  const std::optional<Event> event = read_event(line);
  const MuteConfig* mute = event ? mutes.covering(*event) : nullptr;
  if (mute == nullptr || !line.ends_with('}')) return line;
  return line.substr(0, line.size() - 1) + ",\"muted_by\":" + json_string(mute->name) + "}";
}

MuteBook mutes_now(ApiParts& parts) {
  MuteBook book;
  parts.host.with_policy([&](const PolicyView& policy) {
    try {
      book = MuteBook::of(policy.config);
    } catch (const ConfigError&) {  // its file cannot be read just now, which the sensor tells
      book = MuteBook(policy.config.mutes.entries);
    }
  });
  return book;
}

}  // namespace telltale
