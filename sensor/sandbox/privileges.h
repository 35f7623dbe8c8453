// Giving up what only the opening of a capture needed: the root user, its groups and every
// capability.
//
// Call before the first thread is started: capabilities and Landlock belong to a thread, and only
// threads started afterwards inherit what was given up. See capabilities(7), credentials(7).
#pragma once

#include <optional>
#include <string>

#include <sys/types.h>

namespace telltale {

struct Identity {
  std::string name;
  uid_t uid = 0;
  gid_t gid = 0;
};

// The account of that name; nothing where there is none. Throws SandboxError when the user database
// cannot be read.
std::optional<Identity> find_user(const std::string& name);

// Whether that account, with its own group only, could create files in `folder`.
bool may_write(const Identity& who, const std::string& folder);

// Whether this process runs more than one thread.
bool has_threads();

// Becomes `who` for good, where this process may; keeps the user it has where `who` is empty. Then
// gives up all capabilities (effective, permitted, inheritable, ambient and, where that is allowed,
// the bounding set), sets no_new_privs, and forbids core dumps and other processes of the same user
// to look inside. Throws SandboxError, also when something that should be gone is still there.
void give_up_privileges(const std::optional<Identity>& who);

}  // namespace telltale
