// How a line reaches one kind of receiver. Used by one thread; a call may take seconds.
//
// To add a kind: a file that defines make_NAME_delivery(), its test, and a line in deliveries.inc.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "config/config.h"

namespace telltale {

enum class Delivered : uint8_t {
  done,     // the receiver has it
  later,    // it could not be reached; the same line is offered again
  refused,  // it will never take this line
};

class Delivery {
 public:
  virtual ~Delivery() = default;
  virtual Delivered deliver(std::string_view line) = 0;
  // Why the last line was not done, without secrets.
  virtual const std::string& reason() const = 0;
};

// Each throws OutputError when the configuration is not enough to reach anybody.
#define DELIVERY(name)                                                         \
  std::unique_ptr<Delivery> make_##name##_delivery(const OutputConfig& config, \
                                                   const std::string& sensor);
#include "sensor/output/deliveries.inc"
#undef DELIVERY

}  // namespace telltale
