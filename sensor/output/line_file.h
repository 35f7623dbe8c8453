// LineFile: events as JSON lines appended to a file that other programs read and rotate (EVE).
//
// Whole lines go to the kernel in one write to a file opened for appending, so a rotation by
// copying and truncating breaks none, and one by renaming is followed by reopen(). What a power cut
// or a kill tore off is ended with a line break at the next start.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace telltale {

class OutputError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class LineFile {
 public:
  // `path` "-" is standard output. Throws OutputError, one line.
  explicit LineFile(std::string path);
  ~LineFile();
  LineFile(const LineFile&) = delete;

  // Kept until flush() or until there is much.
  void write(std::string_view line);
  // False when something cannot be written now; it is kept, up to a bound, and tried again.
  bool flush();
  // Opens the path anew; the old file stays in use, and false is returned, where that fails.
  bool reopen();

  const std::string& path() const { return path_; }
  uint64_t written() const { return written_; }  // lines
  uint64_t dropped() const { return dropped_; }  // lines, as nothing could be written for long
  const std::string& reason() const { return reason_; }  // of the last failure

 private:
  bool is_standard_output() const { return path_ == "-"; }
  int open_file();

  std::string path_;
  int file_ = -1;
  std::string pending_;
  uint64_t pending_lines_ = 0;
  uint64_t written_ = 0;
  uint64_t dropped_ = 0;
  std::string reason_;
};

}  // namespace telltale
