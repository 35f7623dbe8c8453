#pragma once

namespace telltale {

inline constexpr char kVersion[] = "0.1.0";

}  // namespace telltale
