// CaptureSet: the packets of any number of capture files, one after another.
//
// A file is opened when its turn comes. What cannot be read is told in problems() and the rest goes
// on. find_captures makes the list of files out of what a user named.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "config/limits.h"
#include "sensor/capture/bpf_filter.h"
#include "sensor/capture/capture_file.h"
#include "sensor/capture/capture_notes.h"
#include "sensor/capture/packet_source.h"

namespace telltale {

struct CaptureOptions {
  std::string bpf;  // empty: every packet
  Limits limits;
};

// Expands folders, with all folders in them, into the captures they hold, ordered by the time of
// their first packet, then by path; captures without a packet come last. Other files in folders are
// left out. What is no folder ("-", a file, a name that does not exist) stays as it is, where it
// stands.
std::vector<std::string> find_captures(const std::vector<std::string>& arguments,
                                       std::vector<CaptureProblem>& problems);

// Secrets of a pcapng, which may stand after the packets they serve. Reads the whole file; empty
// for anything else, for standard input and pipes, and for what cannot be read (CaptureSet will
// tell why).
std::vector<CaptureSecrets> scan_secrets(const std::string& path, const Limits& limits = {});

class CaptureSet : public PacketSource {
 public:
  // Throws std::invalid_argument with libpcap's text when options.bpf is no filter expression.
  CaptureSet(std::vector<std::string> paths, const CaptureOptions& options);
  ~CaptureSet() override;

  bool next(Packet& packet) override;
  // True when every capture is a plain file.
  bool keeps_bytes() const override { return keeps_bytes_; }
  const std::vector<CaptureInfo>& captures() const override { return captures_; }
  const std::vector<CaptureProblem>& problems() const override { return notes_.problems(); }

  // What was met since the last call.
  std::vector<CaptureSecrets> take_secrets() { return notes_.take_secrets(); }
  std::vector<CaptureName> take_names() { return notes_.take_names(); }
  // Of Packet::interface of that capture; empty when the file does not name it.
  std::string interface_name(uint32_t capture, uint32_t interface) const {
    return notes_.interface_name(capture, interface);
  }
  const WeirdCounts& weird() const { return notes_.weird; }

  // For a progress bar, in bytes of the files themselves. bytes_total() counts regular files only:
  // it is 0 when there are none. Call from the thread that calls next().
  uint64_t bytes_read() const;
  uint64_t bytes_total() const { return bytes_total_; }

 private:
  bool open_next();
  void close();
  bool is_wanted(const Packet& packet);

  CaptureNotes notes_;
  std::vector<CaptureInfo> captures_;
  std::unique_ptr<BpfFilter> filter_;      // null: every packet
  std::vector<uint32_t> told_link_types_;  // that the filter does not apply to, in this capture
  bool keeps_bytes_ = true;
  uint64_t bytes_total_ = 0;
  uint64_t bytes_finished_ = 0;
  size_t opened_ = 0;  // captures; the last of them is current_
  CaptureFile current_;
  std::vector<std::unique_ptr<Window>> kept_;  // mapped files whose bytes were handed over
};

}  // namespace telltale
