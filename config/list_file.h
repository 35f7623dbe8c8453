// Files that hold one list of the configuration and that programs write as well: mutes, names of
// devices.
#pragma once

#include <string>
#include <vector>

#include "config/section.h"
#include "config/yaml.h"

namespace telltale {

// Whether there is such a file yet; one that is there and cannot be read is.
bool has_list_file(const std::string& path);

// The entries of list `key`, the only one in the file; none where there is no file yet. `what` is
// for errors: "a file of mutes". Throws ConfigError.
template <typename Entry>
std::vector<Entry> load_list_file(const std::string& path, std::string_view key,
                                  std::string_view what, Entry (*read)(const YamlNode&)) {
  std::vector<Entry> entries;
  if (!has_list_file(path)) return entries;
  const YamlDocument document(read_config_file(path), path);
  Section section(document.root(), what);
  section.read_list(key, entries, read);
  section.done();
  return entries;
}

// Writes the file whole or not at all, an entry a line ("{mac: ...}"), below a comment that says
// where it is `described`. Throws ConfigError.
void save_list_file(const std::string& path, std::string_view key, std::string_view described,
                    const std::vector<std::string>& entries);

}  // namespace telltale
