#include "sensor/sandbox/files.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sensor/base/file_descriptor.h"
#include "sensor/sandbox/sandbox_error.h"

namespace telltale {
namespace {

// Rights that newer kernels added; Debian 12's headers are older (linux/landlock.h, ABI 2, 3 and
// 5).
constexpr uint64_t kRefer = 1ULL << 13;
constexpr uint64_t kTruncate = 1ULL << 14;
constexpr uint64_t kIoctlDevice = 1ULL << 15;

constexpr uint64_t kRead = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr uint64_t kExecute = kRead | LANDLOCK_ACCESS_FS_EXECUTE;
constexpr uint64_t kWrite = kRead | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_FILE |
                            LANDLOCK_ACCESS_FS_REMOVE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |
                            LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_SOCK | kRefer |
                            kTruncate;
// Rights that a single file can have; the kernel refuses the others on it.
constexpr uint64_t kOfFiles = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE |
                              LANDLOCK_ACCESS_FS_EXECUTE | kTruncate | kIoctlDevice;
constexpr uint64_t kFirstVersion = (1ULL << 13) - 1;

uint64_t rights_of_version(int version) {
  return kFirstVersion | (version >= 2 ? kRefer : 0) | (version >= 3 ? kTruncate : 0) |
         (version >= 5 ? kIoctlDevice : 0);
}

uint64_t rights_of(FileUse use) {
  switch (use) {
    case FileUse::read:
      return kRead;
    case FileUse::write:
      return kWrite;
    case FileUse::execute:
      return kExecute;
  }
  return 0;
}

void allow(int ruleset, const AllowedPath& allowed, uint64_t handled) {
  const FileDescriptor place(open(allowed.path.c_str(), O_PATH | O_CLOEXEC));
  if (place.get() < 0) return;
  struct stat about {};
  if (fstat(place.get(), &about) != 0) return;
  landlock_path_beneath_attr rule{};
  rule.parent_fd = place.get();
  rule.allowed_access =
      rights_of(allowed.use) & handled & (S_ISDIR(about.st_mode) ? ~0ULL : kOfFiles);
  if (syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) != 0) {
    throw SandboxError(fmt::format("Landlock refused {}: {}", allowed.path, std::strerror(errno)));
  }
}

}  // namespace

int landlock_version() {
  const long version =
      syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  return static_cast<int>(std::max(version, 0L));
}

bool confine_files(const std::vector<AllowedPath>& paths) {
  const int version = landlock_version();
  if (version == 0) return false;
  landlock_ruleset_attr handled{};
  handled.handled_access_fs = rights_of_version(version);
  const FileDescriptor ruleset(
      static_cast<int>(syscall(SYS_landlock_create_ruleset, &handled, sizeof(handled), 0)));
  if (ruleset.get() < 0) throw SandboxError(fmt::format("Landlock: {}", std::strerror(errno)));
  for (const AllowedPath& path : paths) allow(ruleset.get(), path, handled.handled_access_fs);
  if (syscall(SYS_landlock_restrict_self, ruleset.get(), 0) != 0) {
    throw SandboxError(fmt::format("Landlock: {}", std::strerror(errno)));
  }
  return true;
}

}  // namespace telltale
