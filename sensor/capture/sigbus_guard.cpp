// See sigbus_guard.h. The handler uses only lock-free atomics and mmap, a plain system call on
// Linux.
#include "sensor/capture/sigbus_guard.h"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <mutex>

#include <sys/mman.h>
#include <unistd.h>

namespace telltale {

// A region is never freed but used again, so the handler may walk the list at any moment.
struct Region {
  std::atomic<uintptr_t> begin{0};  // 0: free
  std::atomic<size_t> size{0};
  std::atomic<bool> taken{false};
  std::atomic<bool> hit{false};
  Region* next = nullptr;
};

namespace {

std::atomic<Region*> regions{nullptr};
struct sigaction previous_action;
uintptr_t page_size;

static_assert(std::atomic<uintptr_t>::is_always_lock_free);
static_assert(std::atomic<Region*>::is_always_lock_free);

bool replace_page(uintptr_t address) {
  for (Region* region = regions.load(); region != nullptr; region = region->next) {
    const uintptr_t begin = region->begin.load();
    if (begin == 0 || address < begin || address - begin >= region->size.load()) continue;
    void* page = reinterpret_cast<void*>(address & ~(page_size - 1));
    if (mmap(page, page_size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != page) {
      return false;
    }
    region->hit.store(true);
    return true;
  }
  return false;
}

void pass_on(int signal, siginfo_t* info, void* context) {
  if ((previous_action.sa_flags & SA_SIGINFO) != 0) {
    previous_action.sa_sigaction(signal, info, context);
  } else if (previous_action.sa_handler != SIG_DFL && previous_action.sa_handler != SIG_IGN) {
    previous_action.sa_handler(signal);
  } else {
    // The faulting instruction runs again and now ends the process, with the right core.
    std::signal(SIGBUS, SIG_DFL);
  }
}

void on_sigbus(int signal, siginfo_t* info, void* context) {
  const int saved_errno = errno;
  if (!replace_page(reinterpret_cast<uintptr_t>(info->si_addr))) pass_on(signal, info, context);
  errno = saved_errno;
}

void install_once() {
  static std::once_flag installed;
  std::call_once(installed, [] {
    page_size = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
    struct sigaction action {};
    action.sa_sigaction = on_sigbus;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    sigaction(SIGBUS, &action, &previous_action);
  });
}

Region* take_region() {
  for (Region* region = regions.load(); region != nullptr; region = region->next) {
    if (!region->taken.exchange(true)) return region;
  }
  auto* region = new Region;
  region->taken = true;
  region->next = regions.load();
  while (!regions.compare_exchange_weak(region->next, region)) {
  }
  return region;
}

}  // namespace

SigbusGuard::SigbusGuard(const void* begin, size_t size) : region_(take_region()) {
  install_once();
  region_->hit = false;
  region_->size = size;
  region_->begin = reinterpret_cast<uintptr_t>(begin);
}

SigbusGuard::~SigbusGuard() {
  region_->begin = 0;
  region_->taken = false;
}

bool SigbusGuard::hit() const { return region_->hit.load(); }

}  // namespace telltale
