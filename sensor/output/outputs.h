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
#include "sensor/output/line_file.h"
#include "sensor/output/receiver.h"

namespace telltale {

class Outputs {
 public:
  // Opens files and spools; threads start with start(). Spools stand in `folder`, or in memory
  // where it is empty. Throws OutputError.
  Outputs(const Config& config, const std::string& folder);
  ~Outputs();
  Outputs(const Outputs&) = delete;

  void start();
  // Takes up other outputs: those that are as before go on, others end or begin; what waits for a
  // receiver that ends stays in its spool. Throws OutputError, and then nothing has changed.
  void change(const std::vector<OutputConfig>& outputs);
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
  struct File {
    explicit File(const OutputConfig& output) : config(output), file(output.path) {}

    OutputConfig config;
    LineFile file;
    bool was_well = true;
  };
  using Files = std::vector<std::shared_ptr<File>>;
  using Receivers = std::vector<std::shared_ptr<Receiver>>;

  void make_spool_folder(const std::vector<OutputConfig>& outputs) const;
  static std::shared_ptr<Receiver> with_spool(const Receivers& receivers, const std::string& name);
  void hand_over(const Receivers& before);

  const std::string sensor_;
  const std::string folder_;
  bool started_ = false;
  Files files_;
  Receivers receivers_;
  Receivers leaving_;  // their last line is under way
};

}  // namespace telltale
