#include "sensor/base/read_file.h"

#include <cerrno>
#include <cstdint>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>

#include "sensor/base/file_descriptor.h"

namespace telltale {
namespace {

std::string unreadable() { return std::string("cannot be read: ") + std::strerror(errno); }

}  // namespace

std::string read_file(const std::string& path, size_t max, std::string& bytes) {
  // Not blocking, so that a named pipe does not hang the program.
  const FileDescriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat status {};
  if (!file || fstat(file.get(), &status) != 0) return unreadable();
  if (!S_ISREG(status.st_mode)) return "cannot be read: it is no regular file";
  if (static_cast<uint64_t>(status.st_size) > max) {
    return "is larger than " + std::to_string(max >> 20) + " MiB";
  }
  bytes.resize(static_cast<size_t>(status.st_size));
  size_t at = 0;
  while (at < bytes.size()) {
    const ssize_t got = read(file.get(), &bytes[at], bytes.size() - at);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return unreadable();
    if (got == 0) break;  // it shrank
    at += static_cast<size_t>(got);
  }
  bytes.resize(at);
  return {};
}

}  // namespace telltale
