// Files that are built into the binary; see telltale_embed in config/embed.cmake.
#pragma once

#include <span>
#include <string_view>

namespace telltale {

struct EmbeddedFile {
  std::string_view name;  // path relative to the folder it came from: "packs/trackers.yaml"
  std::string_view text;
};

}  // namespace telltale
