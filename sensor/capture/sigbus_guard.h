// SigbusGuard: a mapped file that shrinks while it is read must not kill the process.
//
// Touching a mapped page that the file no longer has raises SIGBUS (mmap(2)). While a guard stands
// for a region, such a page is replaced by zeros and the guard remembers it. A SIGBUS anywhere else
// goes to whoever handled it before. The table of regions is process-wide because a signal handler
// is.
#pragma once

#include <cstddef>

namespace telltale {

class SigbusGuard {
 public:
  // `begin` is the start of a mapping of `size` bytes. The mapping must outlive the guard.
  SigbusGuard(const void* begin, size_t size);
  ~SigbusGuard();
  SigbusGuard(const SigbusGuard&) = delete;
  SigbusGuard& operator=(const SigbusGuard&) = delete;

  // Was a page of the region missing, and read as zeros?
  bool hit() const;

 private:
  struct Region* region_;
};

}  // namespace telltale
