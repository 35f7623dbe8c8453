#include "sensor/policy/registrable_domain.h"

#include <memory>
#include <string>

#include <libpsl.h>

#include "sensor/base/ip_address.h"

namespace telltale {
namespace {

constexpr size_t kLongestName = 253;  // RFC 1035 section 2.3.4

// The list built into the library; it exists for as long as the process does and is read-only.
const psl_ctx_t* list() { return psl_builtin(); }

// libpsl wants a terminated string.
struct Terminated {
  explicit Terminated(std::string_view host) {
    if (host.size() <= kLongestName) host.copy(text, host.size());
  }
  char text[kLongestName + 1] = {};
};

bool is_name(std::string_view host) {
  return !host.empty() && host.size() <= kLongestName && host.front() != '.' &&
         host.back() != '.' && host.find('\0') == std::string_view::npos && !IpAddress::parse(host);
}

}  // namespace

std::string_view registrable_domain(std::string_view host) {
  if (!is_name(host) || list() == nullptr) return {};
  const Terminated name(host);
  const char* domain = psl_registrable_domain(list(), name.text);
  return domain == nullptr ? std::string_view{}
                           : host.substr(static_cast<size_t>(domain - name.text));
}

std::string_view registered_domain(std::string_view host) {
  if (!is_name(host) || list() == nullptr) return {};
  const Terminated name(host);
  size_t before = std::string_view::npos;  // where the label before the suffix begins
  for (size_t at = 0;; ++at) {
    if (psl_is_public_suffix2(list(), name.text + at, PSL_TYPE_ICANN) == 1) break;
    before = at;
    at = host.find('.', at);
    if (at == std::string_view::npos) return {};
  }
  return before == std::string_view::npos ? std::string_view{} : host.substr(before);
}

bool is_public_suffix(std::string_view host) {
  if (!is_name(host) || list() == nullptr) return false;
  return psl_is_public_suffix(list(), Terminated(host).text) == 1;
}

}  // namespace telltale
