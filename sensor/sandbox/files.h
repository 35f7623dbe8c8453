// Landlock: from now on this process (and what it starts) sees only the folders and files it names.
// See landlock(7); the kernel must be 5.13 or newer and have Landlock switched on.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace telltale {

enum class FileUse : uint8_t {
  read,     // read files, list folders
  write,    // also create, change, rename and remove
  execute,  // read and start programs
};

// A folder with all below it, or one file.
struct AllowedPath {
  std::string path;
  FileUse use = FileUse::read;
};

// Version of Landlock that the kernel offers, 0 where it offers none.
int landlock_version();

// Confines this thread and all it starts later to `paths`; those that do not exist are passed over,
// and stay out of reach when they appear later. Call once, after no_new_privs is set. Returns false
// where the kernel has no Landlock; throws SandboxError when it refuses.
bool confine_files(const std::vector<AllowedPath>& paths);

}  // namespace telltale
