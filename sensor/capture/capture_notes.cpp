// See capture_notes.h.
#include "sensor/capture/capture_notes.h"

#include <fmt/format.h>

#include "sensor/base/encoding.h"

namespace telltale {
namespace {

constexpr size_t kMaxName = 255;

}  // namespace

void CaptureNotes::begin(std::string path) {
  path_ = std::move(path);
  problems_here_ = 0;
  interfaces_.emplace_back();
}

void CaptureNotes::end() {
  if (problems_here_ <= limits_.max_capture_problems) return;
  const size_t untold = problems_here_ - limits_.max_capture_problems;
  problems_.push_back(
      {path_, std::nullopt, fmt::format("{} more problems are not listed", untold)});
}

void CaptureNotes::secrets(uint32_t type, Bytes bytes) {
  if (bytes.size() > limits_.max_capture_secrets - secret_bytes_) {
    weird.count(Weird::capture_secrets_beyond_cap);
    return;
  }
  secret_bytes_ += bytes.size();
  secrets_.push_back({type, std::string(as_text(bytes))});
}

void CaptureNotes::name(const IpAddress& address, std::string_view name) {
  if (name.empty() || name.size() > kMaxName) return;
  if (names_kept_ >= limits_.max_capture_names) {
    weird.count(Weird::capture_name_beyond_cap);
    return;
  }
  ++names_kept_;
  names_.push_back({address, to_valid_utf8(name)});
}

bool CaptureNotes::interface(std::string_view name) {
  if (interfaces_.back().size() >= limits_.max_capture_interfaces) {
    weird.count(Weird::capture_interface_beyond_cap);
    return false;
  }
  interfaces_.back().push_back(to_valid_utf8(name.substr(0, kMaxName)));
  return true;
}

std::string CaptureNotes::interface_name(size_t capture, size_t interface) const {
  if (capture >= interfaces_.size() || interface >= interfaces_[capture].size()) return {};
  return interfaces_[capture][interface];
}

}  // namespace telltale
