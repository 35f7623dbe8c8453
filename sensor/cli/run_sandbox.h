// What a running sensor gives up once its interfaces are open: root, capabilities, other files and
// system calls (sensor/sandbox).
#pragma once

#include <string>
#include <vector>

#include "config/config.h"

namespace telltale {

// What the command line adds to the files the configuration names.
struct RunFiles {
  std::vector<std::string> read;     // files; their folders are meant, as files are replaced
  std::vector<std::string> written;  // likewise
};

// Folders that a sensor of this configuration reads.
std::vector<std::string> folders_read(const Config& config, const RunFiles& files);

// Confines this process to these folders and what every process needs. False where this kernel
// cannot.
bool confine_to(const std::vector<std::string>& read, const std::vector<std::string>& written);

// Becomes sensor.user where root started this, and gives up all capabilities. Lines to tell the
// user. Throws UsageError, SandboxError.
std::vector<std::string> give_up_root(const Config& config, const RunFiles& files);

// Confines this process, before it starts a thread, to the files it needs and the system calls of a
// sensor. Lines to tell the user of what this machine or build cannot do. Throws SandboxError.
std::vector<std::string> confine(const Config& config, const RunFiles& files);

}  // namespace telltale
