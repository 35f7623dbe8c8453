// Rule of every stream parser test: the same input whole, byte by byte and cut once at every place must give
// the same result. `parse` takes the pieces in order and returns something comparable and printable.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace telltale::test {

using Pieces = std::vector<std::string_view>;

template <typename Parse>
void expect_same_in_any_cut(std::string_view input, Parse parse) {
  const auto whole = parse(Pieces{input});
  Pieces bytes;
  for (size_t i = 0; i < input.size(); ++i) bytes.push_back(input.substr(i, 1));
  EXPECT_EQ(whole, parse(bytes)) << "byte by byte";
  for (size_t cut = 1; cut < input.size(); ++cut) {
    ASSERT_EQ(whole, parse(Pieces{input.substr(0, cut), input.substr(cut)})) << "cut at " << cut;
  }
}

}  // namespace telltale::test
