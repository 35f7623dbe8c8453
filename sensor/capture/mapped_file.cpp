// See mapped_file.h.
#include "sensor/capture/mapped_file.h"

#include <algorithm>
#include <cerrno>
#include <limits>
#include <utility>

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>

namespace telltale {
namespace {

constexpr size_t kSlice = 8U << 20;  // a multiple of any page size

// Maps pages at once that would otherwise each be an exception. Older kernels (before 5.14) cannot,
// and damage shows when a page is read.
void populate(const uint8_t* begin, size_t size) {
#ifdef MADV_POPULATE_READ
  madvise(const_cast<uint8_t*>(begin), size, MADV_POPULATE_READ);
#else
  (void)begin, (void)size;
#endif
}

}  // namespace

std::unique_ptr<MappedFile> MappedFile::map(FileDescriptor fd, uint64_t size) {
  if (size > std::numeric_limits<size_t>::max()) {
    errno = EFBIG;
    return nullptr;
  }
  const auto length = static_cast<size_t>(size);
  void* begin = mmap(nullptr, length, PROT_READ, MAP_PRIVATE, fd.get(), 0);
  if (begin == MAP_FAILED) return nullptr;
  madvise(begin, length, MADV_SEQUENTIAL);
  return std::unique_ptr<MappedFile>(
      new MappedFile(std::move(fd), static_cast<const uint8_t*>(begin), length));
}

MappedFile::MappedFile(FileDescriptor fd, const uint8_t* begin, size_t size)
    : fd_(std::move(fd)), mapped_size_(size), size_(size) {
  at_ = end_ = base_ = begin;
  guard_.emplace(begin, size);
}

MappedFile::~MappedFile() {
  guard_.reset();
  munmap(const_cast<uint8_t*>(base_), mapped_size_);
}

bool MappedFile::refill(size_t size) {
  const auto at = static_cast<size_t>(at_ - base_);
  // Workers may be a slice behind.
  const size_t slice = at / kSlice;
  if (slice > 0) drop_until((slice - 1) * kSlice);
  end_ = base_ + std::max(at, std::min(size_, at + std::max(size, kSlice)));
  populate_until(static_cast<size_t>(end_ - base_));
  return left() >= size;
}

void MappedFile::drop_until(size_t end) {
  if (end <= dropped_) return;
  madvise(const_cast<uint8_t*>(base_) + dropped_, end - dropped_, MADV_DONTNEED);
  dropped_ = end;
}

void MappedFile::populate_until(size_t end) {
  const size_t begin = std::max(populated_, dropped_);
  populated_ = std::min(size_, (end + kSlice - 1) / kSlice * kSlice);
  if (begin < populated_) populate(base_ + begin, populated_ - begin);
}

void MappedFile::recheck() {
  struct stat status {};
  if (!fd_ || fstat(fd_.get(), &status) != 0) return;
  if (static_cast<uint64_t>(status.st_size) >= size_) return;
  size_ = static_cast<size_t>(status.st_size);
  end_ = std::max(at_, std::min(end_, base_ + size_));
}

std::string MappedFile::failure() const {
  if (size_ < mapped_size_) {
    return fmt::format("the file shrank from {} to {} bytes while it was read", mapped_size_,
                       size_);
  }
  if (guard_->hit()) {
    return "the file could not be read from its device in places; they were taken as zeros";
  }
  return {};
}

void MappedFile::finish() {
  recheck();
  drop_until(mapped_size_);
  fd_ = FileDescriptor();
}

}  // namespace telltale
