// seccomp: from now on this process makes only the system calls of system_calls.inc. See
// seccomp(2).
#pragma once

namespace telltale {

// Whether this build can filter.
bool seccomp_built_in();

// Installs the filter for this thread and all it starts later; others fail with EPERM, those that
// glibc only tries before an older one with ENOSYS. Returns false in a build without libseccomp;
// throws SandboxError when the kernel refuses.
bool confine_system_calls();

}  // namespace telltale
