#include "config/list_file.h"

#include <cerrno>

#include <fmt/format.h>
#include <sys/stat.h>

#include "config/config.h"
#include "sensor/base/replace_file.h"

namespace telltale {

bool has_list_file(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 || errno != ENOENT;
}

void save_list_file(const std::string& path, std::string_view key, std::string_view described,
                    const std::vector<std::string>& entries) {
  std::string text = fmt::format("{}: []\n", key);
  if (!entries.empty()) {
    text = fmt::format("# Written by telltale; may be edited. See {}.\n{}:\n", described, key);
  }
  for (const std::string& entry : entries) text += "  - " + entry + "\n";
  const std::string reason = replace_file(path, text, 0640);
  if (!reason.empty())
    throw ConfigError(fmt::format("{}:1:1: cannot be written: {}", path, reason));
}

}  // namespace telltale
