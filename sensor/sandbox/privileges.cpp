#include "sensor/sandbox/privileges.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <vector>

#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sensor/sandbox/sandbox_error.h"

namespace telltale {
namespace {

[[noreturn]] void fail(const char* what) {
  throw SandboxError(fmt::format("cannot {}: {}", what, std::strerror(errno)));
}

void become(const Identity& who) {
  if (geteuid() != 0) {
    if (geteuid() == who.uid) return;
    throw SandboxError(fmt::format(
        "cannot become the user {}: only root can change the user; start as root, or as {} with "
        "the capability CAP_NET_RAW",
        who.name, who.name));
  }
  if (setgroups(0, nullptr) != 0) fail("leave the groups of root");
  if (setresgid(who.gid, who.gid, who.gid) != 0) fail("change the group");
  if (setresuid(who.uid, who.uid, who.uid) != 0) fail("change the user");
  if (who.uid != 0 && setuid(0) == 0)
    throw SandboxError("root could be taken back after it was given up");
}

void drop_bounding_set() {
  // Only who has CAP_SETPCAP may; without it the set is harmless, as nothing can be gained from it
  // once no_new_privs is set.
  for (cap_value_t capability = 0; cap_get_bound(capability) >= 0; ++capability) {
    if (cap_drop_bound(capability) != 0 && errno != EPERM)
      fail("drop a capability from the bounding set");
  }
}

void drop_capabilities() {
  if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0 && errno != EINVAL) {
    fail("clear the ambient capabilities");
  }
  const std::unique_ptr<std::remove_pointer_t<cap_t>, int (*)(void*)> none(cap_init(), cap_free);
  if (none == nullptr || cap_set_proc(none.get()) != 0) fail("give up the capabilities");
  const std::unique_ptr<std::remove_pointer_t<cap_t>, int (*)(void*)> left(cap_get_proc(),
                                                                           cap_free);
  if (left == nullptr || cap_compare(left.get(), none.get()) != 0) {
    throw SandboxError("capabilities are left after all were given up");
  }
}

}  // namespace

std::optional<Identity> find_user(const std::string& name) {
  std::vector<char> text(16'384);
  passwd entry{};
  passwd* found = nullptr;
  const int error = getpwnam_r(name.c_str(), &entry, text.data(), text.size(), &found);
  if (error != 0 && error != ENOENT) {
    errno = error;
    fail("read the user database");
  }
  if (found == nullptr) return std::nullopt;
  return Identity{name, entry.pw_uid, entry.pw_gid};
}

bool may_write(const Identity& who, const std::string& folder) {
  struct stat about {};
  if (stat(folder.c_str(), &about) != 0 || !S_ISDIR(about.st_mode)) return false;
  if (who.uid == 0) return true;
  const mode_t wanted = about.st_uid == who.uid   ? (S_IWUSR | S_IXUSR)
                        : about.st_gid == who.gid ? (S_IWGRP | S_IXGRP)
                                                  : (S_IWOTH | S_IXOTH);
  return (about.st_mode & wanted) == wanted;
}

bool has_threads() {
  size_t threads = 0;
  std::error_code ignored;
  for (auto task = std::filesystem::directory_iterator("/proc/self/task", ignored);
       !ignored && task != std::filesystem::directory_iterator(); task.increment(ignored)) {
    ++threads;
  }
  return threads > 1;
}

void give_up_privileges(const std::optional<Identity>& who) {
  if (has_threads())
    throw SandboxError("privileges must be given up before the first thread starts");
  drop_bounding_set();
  if (who) become(*who);
  drop_capabilities();
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) fail("set no_new_privs");
  const rlimit no_core{0, 0};
  if (setrlimit(RLIMIT_CORE, &no_core) != 0) fail("forbid core dumps");
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) fail("forbid other processes to look inside");
}

}  // namespace telltale
