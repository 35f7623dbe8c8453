// Opening one capture, whatever it is: mapped when it is a plain file, streamed when not.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "sensor/capture/capture_notes.h"
#include "sensor/capture/record_reader.h"
#include "sensor/capture/window.h"

namespace telltale {

struct CaptureFile {
  std::unique_ptr<Window> window;        // null when the file could not be opened
  std::unique_ptr<RecordReader> reader;  // null when it is no capture
  bool mapped = false;                   // bytes stay valid as long as the window lives
};

// What is wrong is told to `notes`, between its begin() and end().
CaptureFile open_capture(const std::string& path, CaptureNotes& notes);

// What can be told of a path before it is read.
struct CapturePeek {
  bool plain_file = false;  // a regular file that is not compressed: open_capture will map it
  uint64_t size = 0;        // 0 when not known
};
CapturePeek peek_capture(const std::string& path);

// The time of the first packet; none when `path` is a capture without packets. `is_capture` tells
// whether it is a capture at all. Throws std::system_error when the file cannot be opened.
struct FirstPacket {
  bool is_capture = false;
  std::optional<Timestamp> ts;
};
FirstPacket first_packet(const std::string& path);

}  // namespace telltale
