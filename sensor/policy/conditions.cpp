#include "sensor/policy/conditions.h"

#include "sensor/base/encoding.h"

namespace telltale {
namespace {

constexpr std::string_view kAppSeparator = " / ";

}  // namespace

bool covers_host(std::string_view domain, std::string_view host) {
  return host == domain || (host.size() > domain.size() && host.ends_with(domain) &&
                            host[host.size() - domain.size() - 1] == '.');
}

bool is_device(const Device& device, std::string_view wanted) {
  return iequals(device.id, wanted) || iequals(device.name, wanted) ||
         iequals(device.mac, wanted) || device.ip.to_string() == wanted;
}

bool names_app(std::string_view apps, std::string_view wanted) {
  // An app's own name may have the separator in it.
  if (iequals(apps, wanted)) return true;
  while (!apps.empty()) {
    const size_t end = apps.find(kAppSeparator);
    if (iequals(apps.substr(0, end), wanted)) return true;
    if (end == std::string_view::npos) return false;
    apps.remove_prefix(end + kAppSeparator.size());
  }
  return false;
}

}  // namespace telltale
