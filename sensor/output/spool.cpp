#include "sensor/output/spool.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sensor/base/hash.h"
#include "sensor/output/line_file.h"

namespace telltale {
namespace {

constexpr uint64_t kHead = 8;             // length and checksum, 4 bytes each
constexpr uint64_t kLongest = 16U << 20;  // of a line
constexpr uint64_t kWorthCompacting = 4U << 20;
constexpr HashKey kChecksumKey{0x7374, 0x7370};  // against accidents, not attackers

using Head = std::array<uint32_t, 2>;

uint32_t checksum(std::string_view line) {
  return static_cast<uint32_t>(hash64(line, kChecksumKey));
}

bool read_at(int file, void* bytes, size_t size, uint64_t at) {
  return pread(file, bytes, size, static_cast<off_t>(at)) == static_cast<ssize_t>(size);
}

bool write_at(int file, const void* bytes, size_t size, uint64_t at) {
  return pwrite(file, bytes, size, static_cast<off_t>(at)) == static_cast<ssize_t>(size);
}

int open_file(const std::string& path) {
  const int file = path.empty() ? memfd_create("telltale-spool", MFD_CLOEXEC)
                                : open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) {
    throw OutputError(
        fmt::format("{}: the spool cannot be opened: {}", path, std::strerror(errno)));
  }
  return file;
}

// The line of the record at `at`; nothing where none is whole.
std::optional<std::string> record_at(int file, uint64_t at, uint64_t end) {
  Head head{};
  if (at + kHead > end || !read_at(file, head.data(), kHead, at)) return std::nullopt;
  if (head[0] > kLongest || at + kHead + head[0] > end) return std::nullopt;
  std::string line(head[0], '\0');
  if (!read_at(file, line.data(), line.size(), at + kHead)) return std::nullopt;
  if (checksum(line) != head[1]) return std::nullopt;
  return line;
}

}  // namespace

Spool::Spool(const std::string& path, uint64_t max_bytes) : max_bytes_(max_bytes) {
  file_ = open_file(path.empty() ? "" : path + ".spool");
  position_file_ = open_file(path.empty() ? "" : path + ".position");
  recover();
}

Spool::~Spool() {
  sync();
  close(file_);
  close(position_file_);
}

void Spool::set_bound(uint64_t max_bytes) {
  const std::lock_guard lock(mutex_);
  max_bytes_ = max_bytes;
}

// Goes through what an earlier run left; a position that does not fit means from the start.
void Spool::recover() {
  struct stat about {};
  if (fstat(file_, &about) != 0) return;
  const auto size = static_cast<uint64_t>(about.st_size);
  uint64_t position = 0;
  if (!read_at(position_file_, &position, sizeof position, 0) || position > size) position = 0;
  if (position > 0 && position < size && !record_at(file_, position, size)) position = 0;
  begin_ = end_ = position;
  while (const auto line = record_at(file_, end_, size)) {
    end_ += kHead + line->size();
    ++waiting_;
  }
  if (end_ < size && ftruncate(file_, static_cast<off_t>(end_)) != 0) {
    throw OutputError(fmt::format("the spool cannot be mended: {}", std::strerror(errno)));
  }
}

bool Spool::append(std::string_view line) {
  const std::lock_guard lock(mutex_);
  const uint64_t size = kHead + line.size();
  if (line.size() > kLongest || end_ - begin_ + size > max_bytes_) {
    ++dropped_;
    return false;
  }
  const Head head{static_cast<uint32_t>(line.size()), checksum(line)};
  std::string record(reinterpret_cast<const char*>(head.data()), kHead);
  record += line;
  if (!write_at(file_, record.data(), record.size(), end_)) {
    ++dropped_;
    // A part may have been written; the next record goes over it.
    [[maybe_unused]] const int cut = ftruncate(file_, static_cast<off_t>(end_));
    return false;
  }
  end_ += size;
  ++waiting_;
  unsynced_ = true;
  return true;
}

std::optional<std::string> Spool::front() {
  const std::lock_guard lock(mutex_);
  auto line = record_at(file_, begin_, end_);
  front_size_ = line ? kHead + line->size() : 0;
  return line;
}

void Spool::pop() {
  const std::lock_guard lock(mutex_);
  begin_ += std::exchange(front_size_, 0);
  --waiting_;
  if (begin_ == end_ || begin_ > std::max(kWorthCompacting, max_bytes_ / 2)) compact();
  note_position();
}

// Moves what waits to the start of the file. Position first would skip, data first repeats: when
// a kill comes between, the old position no longer fits a record and all is given again.
void Spool::compact() {
  std::string rest(end_ - begin_, '\0');
  if (!rest.empty()) {
    if (!read_at(file_, rest.data(), rest.size(), begin_)) return;
    if (rest.size() >= begin_ || !write_at(file_, rest.data(), rest.size(), 0)) return;
  }
  end_ = rest.size();
  begin_ = 0;
  [[maybe_unused]] const int cut = ftruncate(file_, static_cast<off_t>(end_));
}

void Spool::note_position() {
  [[maybe_unused]] const bool noted = write_at(position_file_, &begin_, sizeof begin_, 0);
}

void Spool::sync() {
  {
    const std::lock_guard lock(mutex_);
    if (!unsynced_) return;
    unsynced_ = false;
  }
  fdatasync(file_);
}

Spool::Counts Spool::counts() const {
  const std::lock_guard lock(mutex_);
  return {waiting_, end_ - begin_, dropped_};
}

}  // namespace telltale
