// CaptureNotes: what reading captures teaches besides packets: problems, secrets, names,
// interfaces.
//
// One for all captures of a set; begin() and end() bracket each. Everything kept is capped
// (config/limits.h) and what is beyond a cap is counted.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/limits.h"
#include "sensor/base/weird.h"
#include "sensor/capture/packet_source.h"

namespace telltale {

class CaptureNotes {
 public:
  explicit CaptureNotes(const Limits& limits) : limits_(limits) {}

  void begin(std::string path);
  void end();

  // `text` makes the text of the problem; it is called only when there is room for one more.
  template <typename Text>
  void problem(std::optional<uint64_t> offset, Text text) {
    if (problems_here_++ < limits_.max_capture_problems) {
      problems_.push_back({path_, offset, text()});
    } else {
      weird.count(Weird::capture_problem_not_told);
    }
  }
  void secrets(uint32_t type, Bytes bytes);
  void name(const IpAddress& address, std::string_view name);
  // Names the next interface of this capture. False when there are too many.
  bool interface(std::string_view name);

  const Limits& limits() const { return limits_; }
  const std::vector<CaptureProblem>& problems() const { return problems_; }
  std::vector<CaptureSecrets> take_secrets() { return std::exchange(secrets_, {}); }
  std::vector<CaptureName> take_names() { return std::exchange(names_, {}); }
  // The name of interface `interface` of the capture that was the `capture`th to begin, or empty.
  std::string interface_name(size_t capture, size_t interface) const;

  WeirdCounts weird;

 private:
  const Limits limits_;
  std::string path_;
  size_t problems_here_ = 0;
  size_t names_kept_ = 0;
  size_t secret_bytes_ = 0;
  std::vector<CaptureProblem> problems_;
  std::vector<CaptureSecrets> secrets_;
  std::vector<CaptureName> names_;
  std::vector<std::vector<std::string>> interfaces_;  // by capture
};

}  // namespace telltale
