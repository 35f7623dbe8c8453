// The two files of a vault: read with care for who else may read them, replaced as a whole.
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/config.h"
#include "sensor/base/file_descriptor.h"
#include "sensor/base/replace_file.h"
#include "sensor/detect/vault.h"

namespace telltale {
namespace {

constexpr off_t kMostBytes = off_t{512} << 20;

enum class Secrecy { open, secret };

std::string read_file(const std::string& path, Secrecy secrecy) {
  const auto refuse = [&](std::string_view why) {
    return ConfigError(fmt::format("{}:1:1: {}", path, why));
  };
  const FileDescriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat status {};
  if (file.get() < 0 || fstat(file.get(), &status) != 0) {
    throw refuse(fmt::format("cannot be read: {}", std::strerror(errno)));
  }
  if (!S_ISREG(status.st_mode)) throw refuse("not a regular file");
  if (secrecy == Secrecy::secret && (status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    throw refuse("others than its owner may use this key; take that away with 'chmod 600'");
  }
  if (status.st_size > kMostBytes) throw refuse("larger than 512 MiB: not a vault");
  std::string text(static_cast<size_t>(status.st_size), '\0');
  size_t have = 0;
  while (have < text.size()) {
    const ssize_t got = read(file.get(), text.data() + have, text.size() - have);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw refuse(fmt::format("cannot be read: {}", std::strerror(errno)));
    if (got == 0) break;
    have += static_cast<size_t>(got);
  }
  text.resize(have);
  return text;
}

void write_file(const std::string& path, std::string_view text) {
  const std::string reason = replace_file(path, text, S_IRUSR | S_IWUSR);
  if (!reason.empty()) {
    throw std::runtime_error(fmt::format("{}: cannot be written: {}", path, reason));
  }
}

}  // namespace

Vault Vault::load(const std::string& path, const std::string& key_path) {
  const std::string text = read_file(path, Secrecy::open);
  return parse(text, read_file(key_path, Secrecy::secret), path, key_path);
}

void Vault::save(const std::string& path, const std::string& key_path) const {
  if (access(key_path.c_str(), F_OK) != 0) write_file(key_path, key_text());
  write_file(path, to_text());
}

}  // namespace telltale
