// See capture_file.h.
#include "sensor/capture/capture_file.h"

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sensor/capture/compression.h"
#include "sensor/capture/file_input.h"
#include "sensor/capture/mapped_file.h"
#include "sensor/capture/stream_window.h"

namespace telltale {
namespace {

std::string reason(int error) { return std::generic_category().message(error); }

FileDescriptor open_file(const std::string& path) {
  if (path == "-") return FileDescriptor(fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0));
  return FileDescriptor(open(path.c_str(), O_RDONLY | O_CLOEXEC));
}

bool is_compressed(const FileDescriptor& fd) {
  std::array<uint8_t, kCompressionMagic> start{};
  const ssize_t got = pread(fd.get(), start.data(), start.size(), 0);
  if (got <= 0) return false;
  return compression_of({start.data(), static_cast<size_t>(got)}) != Compression::none;
}

std::unique_ptr<Window> stream_window(FileDescriptor fd, CaptureNotes& notes) {
  return std::make_unique<StreamWindow>(make_stream(std::make_unique<FileInput>(std::move(fd))),
                                        notes);
}

std::unique_ptr<Window> make_window(const std::string& path, FileDescriptor fd, CaptureNotes& notes,
                                    bool& mapped) {
  struct stat status {};
  if (fstat(fd.get(), &status) != 0) return nullptr;
  if (S_ISDIR(status.st_mode)) {
    errno = EISDIR;
    return nullptr;
  }
  mapped = path != "-" && S_ISREG(status.st_mode) && !is_compressed(fd);
  if (!mapped) return stream_window(std::move(fd), notes);
  if (status.st_size == 0) return std::make_unique<MemoryWindow>(Bytes{});
  return MappedFile::map(std::move(fd), static_cast<uint64_t>(status.st_size));
}

}  // namespace

CaptureFile open_capture(const std::string& path, CaptureNotes& notes) {
  CaptureFile file;
  FileDescriptor fd = open_file(path);
  if (fd) file.window = make_window(path, std::move(fd), notes, file.mapped);
  if (!file.window) {
    const int error = errno;
    notes.problem(std::nullopt, [&] { return fmt::format("cannot be read: {}", reason(error)); });
    return file;
  }
  file.reader = make_record_reader(*file.window, notes);
  return file;
}

CapturePeek peek_capture(const std::string& path) {
  struct stat status {};
  if (path == "-" || stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return {};
  const FileDescriptor fd = open_file(path);
  if (!fd) return {true, 0};
  return {!is_compressed(fd), static_cast<uint64_t>(status.st_size)};
}

FirstPacket first_packet(const std::string& path) {
  FileDescriptor fd = open_file(path);
  if (!fd) throw std::system_error(errno, std::generic_category());
  CaptureNotes notes{Limits{}};
  notes.begin(path);
  // Streamed, so that looking at a folder maps nothing and reads only the start of each file.
  const std::unique_ptr<Window> window = stream_window(std::move(fd), notes);
  window->ensure(4);
  if (!has_capture_magic({window->data(), window->left()})) return {};
  const std::unique_ptr<RecordReader> reader = make_record_reader(*window, notes);
  Packet packet;
  if (!reader || !reader->next(packet)) return {true, std::nullopt};
  return {true, packet.ts};
}

}  // namespace telltale
