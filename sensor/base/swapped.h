// Swapped: a value that many threads read and one replaces whole while they do (lists that are
// reloaded). A reader keeps what it took until it lets go of it.
#pragma once

#include <memory>
#include <mutex>
#include <utility>

namespace telltale {

template <typename T>
class Swapped {
 public:
  explicit Swapped(std::shared_ptr<const T> value) : value_(std::move(value)) {}
  Swapped(const Swapped&) = delete;

  std::shared_ptr<const T> get() const {
    const std::lock_guard lock(mutex_);
    return value_;
  }
  void set(std::shared_ptr<const T> value) {
    const std::lock_guard lock(mutex_);
    value_.swap(value);
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const T> value_;
};

}  // namespace telltale
