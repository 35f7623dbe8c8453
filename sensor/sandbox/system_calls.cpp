#include "sensor/sandbox/system_calls.h"

#ifdef TELLTALE_SECCOMP
#include <cerrno>
#include <cstring>
#include <memory>

#include <fmt/format.h>
#include <seccomp.h>
#include <sys/socket.h>

#include "sensor/sandbox/sandbox_error.h"
#endif

namespace telltale {

#ifdef TELLTALE_SECCOMP
namespace {

void check(int result, const char* what) {
  if (result < 0) throw SandboxError(fmt::format("seccomp: {}: {}", what, std::strerror(-result)));
}

// A packet socket sees everybody's traffic; those that are needed were opened before.
void allow_sockets(scmp_filter_ctx filter) {
  for (const int family : {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK}) {
    check(seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1,
                           SCMP_A0(SCMP_CMP_EQ, static_cast<scmp_datum_t>(family))),
          "socket");
  }
}

}  // namespace

bool seccomp_built_in() { return true; }

bool confine_system_calls() {
  const std::unique_ptr<std::remove_pointer_t<scmp_filter_ctx>, void (*)(scmp_filter_ctx)> filter(
      seccomp_init(SCMP_ACT_ERRNO(EPERM)), seccomp_release);
  if (filter == nullptr) throw SandboxError("seccomp: no memory for a filter");
#define ALLOW(name)                                                                        \
  if (const int number = seccomp_syscall_resolve_name(#name); number != __NR_SCMP_ERROR) { \
    check(seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, number, 0), #name);               \
  }
#define MISSING(name)                                                                      \
  if (const int number = seccomp_syscall_resolve_name(#name); number != __NR_SCMP_ERROR) { \
    check(seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(ENOSYS), number, 0), #name);       \
  }
#include "sensor/sandbox/system_calls.inc"
#undef ALLOW
#undef MISSING
  allow_sockets(filter.get());
  check(seccomp_load(filter.get()), "the kernel refused the filter");
  return true;
}
#else
bool seccomp_built_in() { return false; }
bool confine_system_calls() { return false; }
#endif

}  // namespace telltale
