// RecordReader: the packets of one capture file, out of a Window.
//
// A reader never gives up at damage: it tells one problem for a damaged place, finds the next sound
// record and goes on. To add a format: a reader of its own and its magic in make_record_reader.
#pragma once

#include <memory>

#include "sensor/base/bytes.h"
#include "sensor/capture/capture_notes.h"
#include "sensor/capture/window.h"

namespace telltale {

class RecordReader {
 public:
  virtual ~RecordReader() = default;
  // The next packet, false at the end. Sets everything but frame.capture. Its bytes are valid until
  // the window moves: until the next call, or as long as a mapped file lives.
  virtual bool next(Packet& packet) = 0;
  // Records so far, whether or not they were sound enough to become packets.
  virtual uint32_t records() const = 0;
  // Can the format hold secrets?
  virtual bool may_carry_secrets() const = 0;
};

// Does a file that starts so look like a capture? Needs 4 bytes.
bool has_capture_magic(Bytes start);

// The reader for what stands in `window`; null, with a problem told, when that is no capture. Both
// borrowed.
std::unique_ptr<RecordReader> make_record_reader(Window& window, CaptureNotes& notes);

}  // namespace telltale
