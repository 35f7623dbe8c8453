// Captures that were dropped on the page: a folder each, in which the capture and its keys arrive
// and the audit leaves what came of it. Bounded in number and size; from several threads at once.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace telltale {

class AuditQueue;
struct WebRequest;

class Uploads {
 public:
  static constexpr size_t kMost = 8;

  // What an upload brings is at most `max_bytes`, its capture and keys each. What an earlier run
  // left in `folder` is removed. Throws WebError.
  Uploads(std::string folder, uint64_t max_bytes, AuditQueue& queue);

  struct State {
    std::string id;
    std::string name;   // of the capture, as the browser called it
    std::string state;  // receiving, waiting, running, done, failed, cancelled
    double progress = 0;
    uint64_t bytes = 0;
    uint64_t findings = 0;
    uint64_t alerts = 0;
    std::string problem;
  };

  enum class Part : uint8_t { capture, keys };

  // All throw ApiError.
  std::string create();
  void receive(const std::string& id, Part part, const std::string& name,
               const WebRequest& request);
  void start(const std::string& id);
  State state(const std::string& id);
  std::vector<State> all();
  std::string report(const std::string& id);
  // Cancels what still runs, and removes its files.
  void remove(const std::string& id);

 private:
  struct Upload {
    std::string name;
    bool receiving = false;  // a part is on its way
    bool has_capture = false;
    bool started = false;
    uint64_t bytes = 0;
    uint64_t order = 0;
  };

  std::string folder_of(const std::string& id) const { return folder_ + "/" + id; }
  Upload& find(const std::string& id);
  State state_of(const std::string& id, const Upload& upload) const;

  std::string folder_;
  uint64_t max_bytes_;
  AuditQueue& queue_;
  std::mutex mutex_;
  std::map<std::string, Upload> uploads_;
  uint64_t next_order_ = 0;
};

}  // namespace telltale
