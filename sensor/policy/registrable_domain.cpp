#include "sensor/policy/registrable_domain.h"

#include <cstdint>
#include <string>

#include <libpsl.h>

#include "sensor/base/ip_address.h"
#include "sensor/base/text_cache.h"

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

// The list is searched for each of a name's suffixes, and the same few hundred names are asked for.
std::string_view registrable_domain(std::string_view host) {
  constexpr size_t kSets = 512;
  thread_local TextCache<uint8_t> begins(kSets);  // a name's size where it has none
  if (!is_name(host) || list() == nullptr) return {};
  const size_t begin = begins.find(host, [&] {
    const Terminated name(host);
    const char* domain = psl_registrable_domain(list(), name.text);
    return static_cast<uint8_t>(domain == nullptr ? host.size() : static_cast<size_t>(domain - name.text));
  });
  return begin == host.size() ? std::string_view{} : host.substr(begin);
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
