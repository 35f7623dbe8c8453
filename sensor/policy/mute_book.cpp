#include "sensor/policy/mute_book.h"

#include "config/mutes.h"
#include "sensor/base/encoding.h"

namespace telltale {
namespace {

bool covers_device(const MuteConfig& mute, const Device& device) {
  return any_of_or_none(mute.devices,
                        [&](const std::string& wanted) { return is_device(device, wanted); }) &&
         any_of_or_none(mute.groups,
                        [&](const std::string& group) { return iequals(group, device.group); });
}

// A name that only the device claims opens no mute.
bool covers_server(const MuteConfig& mute, const Destination& destination) {
  const std::string& host =
      destination.hostname_unverified ? destination.dns_name : destination.hostname;
  return any_of_or_none(mute.domains,
                        [&](const std::string& domain) { return covers_host(domain, host); }) &&
         any_of_or_none(mute.addresses,
                        [&](const Cidr& network) { return network.contains(destination.ip); }) &&
         any_of_or_none(mute.apps,
                        [&](const std::string& app) { return names_app(destination.app, app); });
}

bool covers_data(const MuteConfig& mute, const Occasion& occasion) {
  const bool of_data = !mute.classes.empty() || !mute.types.empty();
  const bool of_behavior = !mute.anomalies.empty();
  if (!of_data && !of_behavior) return true;
  if (occasion.finding != nullptr) {
    const DataType type = occasion.finding->type;
    return of_data && is_one_of(mute.classes, class_of(type)) && is_one_of(mute.types, type);
  }
  return of_behavior && is_one_of(mute.anomalies, std::string(occasion.anomaly));
}

}  // namespace

MuteBook MuteBook::of(const Config& config) {
  std::vector<MuteConfig> all = config.mutes.entries;
  if (!config.mutes.file.empty()) {
    std::vector<MuteConfig> more = load_mutes(config.mutes.file);
    all.insert(all.end(), std::make_move_iterator(more.begin()),
               std::make_move_iterator(more.end()));
  }
  return MuteBook(std::move(all));
}

bool covers(const MuteConfig& mute, const Occasion& occasion, std::string_view rule) {
  if (mute.until && occasion.ts >= *mute.until) return false;
  return covers_device(mute, occasion.device) && covers_server(mute, occasion.destination) &&
         covers_data(mute, occasion) && is_one_of(mute.rules, std::string(rule));
}

const MuteConfig* MuteBook::covering(const Occasion& occasion, std::string_view rule) const {
  for (const MuteConfig& mute : mutes_) {
    if (covers(mute, occasion, rule)) return &mute;
  }
  return nullptr;
}

const MuteConfig* MuteBook::covering(const Event& told) const {
  const AlertEvent* alert = alert_of(told);
  if (alert == nullptr || !told.device || !told.destination) return nullptr;
  const std::string& rule = alert->verdict.rule;
  Occasion occasion{*told.device, *told.destination, nullptr, alert->anomaly, 1, told.ts, 0};
  if (alert->findings.empty()) return covering(occasion, rule);
  const MuteConfig* mute = nullptr;
  for (const Finding& finding : alert->findings) {
    occasion.finding = &finding;
    mute = covering(occasion, rule);
    if (mute == nullptr) return nullptr;
  }
  return mute;
}

}  // namespace telltale
