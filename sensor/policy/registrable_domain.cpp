#include "sensor/policy/registrable_domain.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <vector>

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

// Answers given lately. The same few hundred names are asked for again and again, and the list is searched for
// each of a name's suffixes. A name that is crowded out is merely looked up again.
class RecentAnswers {
 public:
  // Where the registrable domain of `host` begins; its size when it has none.
  template <typename Ask>
  size_t find(std::string_view host, Ask&& ask) {
    if (host.size() > kLongest) return ask();
    Slot& slot = slots_[std::hash<std::string_view>()(host) % slots_.size()];
    if (std::string_view(slot.host.data(), slot.size) == host) return slot.begin;
    slot.begin = static_cast<uint8_t>(ask());
    slot.size = static_cast<uint8_t>(host.copy(slot.host.data(), kLongest));
    return slot.begin;
  }

 private:
  static constexpr size_t kSlots = 1024;
  static constexpr size_t kLongest = 62;  // makes a slot a cache line
  struct Slot {
    uint8_t size = 0;
    uint8_t begin = 0;
    std::array<char, kLongest> host;
  };
  std::vector<Slot> slots_ = std::vector<Slot>(kSlots);
};

}  // namespace

std::string_view registrable_domain(std::string_view host) {
  if (host.empty()) return {};
  thread_local RecentAnswers answers;
  const size_t begin = answers.find(host, [&] {
    if (!is_name(host) || list() == nullptr) return host.size();
    const Terminated name(host);
    const char* domain = psl_registrable_domain(list(), name.text);
    return domain == nullptr ? host.size() : static_cast<size_t>(domain - name.text);
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
