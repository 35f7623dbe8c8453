// Outputs: everything the configuration wants told to others while the sensor runs.
//
// A file gets its lines at once. Every other receiver has a spool and a thread of its own: a line
// is put into the spool and the thread delivers in order, again and again while the receiver is
// away, so that nobody waits and each line arrives at least once.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"
#include "sensor/model/event.h"
#include "sensor/output/line_file.h"

namespace telltale {

struct OutputStatus : OutputStats {
  std::string reason;  // why the last one was not delivered; empty: it was
};

class Outputs {
 public:
  // Opens files and spools; threads start with start(). Spools stand in `folder`, or in memory
  // where it is empty. Throws OutputError.
  Outputs(const Config& config, const std::string& folder);
  ~Outputs();
  Outputs(const Outputs&) = delete;

  void start();
  // An event of this type as a JSON line; never waits.
  void take(std::string_view event_type, std::string_view line);
  // Files: what is pending is written. Call once a second, and after what somebody waits for.
  void flush();
  // Files are opened anew.
  void reopen();
  // Lets receivers have what waits, for so long; then ends the threads.
  void finish(std::chrono::seconds patience);

  std::vector<OutputStatus> status() const;
  // What changed for the better or worse since the last call, a line each.
  std::vector<std::string> take_news();

 private:
  class Receiver;
  struct File {
    explicit File(const OutputConfig& config) : file(config.path), events(config.events) {}

    LineFile file;
    std::vector<std::string> events;
    bool was_well = true;
  };

  std::vector<std::unique_ptr<File>> files_;
  std::vector<std::unique_ptr<Receiver>> receivers_;
};

}  // namespace telltale
