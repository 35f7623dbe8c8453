#pragma once

#include <stdexcept>

namespace telltale {

// A privilege could not be given up. what() says which, and what the kernel answered.
class SandboxError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace telltale
