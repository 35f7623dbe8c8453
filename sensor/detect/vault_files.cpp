// The two files of a vault: read with care for who else may read them, replaced as a whole.
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/config.h"
#include "sensor/detect/vault.h"

namespace telltale {
namespace {

constexpr off_t kMostBytes = off_t{512} << 20;

class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  File(const File&) = delete;
  ~File() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

enum class Secrecy { open, secret };

std::string read_file(const std::string& path, Secrecy secrecy) {
  const auto refuse = [&](std::string_view why) {
    return ConfigError(fmt::format("{}:1:1: {}", path, why));
  };
  const File file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
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
  const std::string fresh = path + ".new";
  const auto refuse = [&](std::string_view what) {
    const std::string why = std::strerror(errno);
    unlink(fresh.c_str());
    return std::runtime_error(fmt::format("{}: cannot be {}: {}", path, what, why));
  };
  unlink(fresh.c_str());
  const File file(
      open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR));
  if (file.get() < 0) throw refuse("written");
  while (!text.empty()) {
    const ssize_t put = write(file.get(), text.data(), text.size());
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) throw refuse("written");
    text.remove_prefix(static_cast<size_t>(put));
  }
  if (fsync(file.get()) != 0) throw refuse("written");
  if (rename(fresh.c_str(), path.c_str()) != 0) throw refuse("replaced");
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
