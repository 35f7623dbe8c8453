// What is wrong with a file of geography: what() names the file and says it in one line.
#pragma once

#include <stdexcept>

namespace telltale {

class GeoError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace telltale
