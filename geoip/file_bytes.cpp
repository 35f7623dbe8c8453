#include "geoip/file_bytes.h"

#include <cerrno>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <sys/stat.h>

#include "geoip/geo_error.h"
#include "sensor/base/file_descriptor.h"
#include "sensor/base/replace_file.h"

namespace telltale {
namespace {

[[noreturn]] void fail(const std::string& path, const char* what) {
  throw GeoError(path + ": " + what + ": " + std::strerror(errno));
}

}  // namespace

std::string read_whole_file(const std::string& path, size_t max) {
  // Not blocking, so that a named pipe does not hang the program.
  const FileDescriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat status {};
  if (file.get() < 0 || fstat(file.get(), &status) != 0) fail(path, "cannot be read");
  if (!S_ISREG(status.st_mode)) throw GeoError(path + ": cannot be read: it is no regular file");
  if (static_cast<uint64_t>(status.st_size) > max) {
    throw GeoError(path + ": is larger than " + std::to_string(max >> 20) + " MiB");
  }
  std::string bytes(static_cast<size_t>(status.st_size), '\0');
  size_t at = 0;
  while (at < bytes.size()) {
    const ssize_t got = read(file.get(), &bytes[at], bytes.size() - at);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail(path, "cannot be read");
    if (got == 0) break;  // it shrank
    at += static_cast<size_t>(got);
  }
  bytes.resize(at);
  return bytes;
}

void place_database(const std::string& path, std::string_view bytes) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  std::error_code error;
  if (!folder.empty()) std::filesystem::create_directories(folder, error);
  const std::string reason = replace_file(path, bytes, 0644);
  if (!reason.empty()) throw GeoError(path + ": cannot be written: " + reason);
}

}  // namespace telltale
