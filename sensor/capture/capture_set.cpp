// See capture_set.h.
#include "sensor/capture/capture_set.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace telltale {

CaptureSet::CaptureSet(std::vector<std::string> paths, const CaptureOptions& options)
    : notes_(options.limits) {
  if (!options.bpf.empty()) filter_ = std::make_unique<BpfFilter>(options.bpf);
  for (std::string& path : paths) {
    const CapturePeek peek = peek_capture(path);
    keeps_bytes_ = keeps_bytes_ && peek.plain_file;
    bytes_total_ += peek.size;
    captures_.emplace_back().path = std::move(path);
  }
}

CaptureSet::~CaptureSet() = default;

bool CaptureSet::next(Packet& packet) {
  for (;;) {
    if (!current_.reader && !open_next()) return false;
    CaptureInfo& info = captures_[opened_ - 1];
    while (current_.reader->next(packet)) {
      packet.frame.capture = static_cast<uint32_t>(opened_ - 1);
      if (info.packets == 0) info.first_ts = info.last_ts = packet.ts;
      info.first_ts = std::min(info.first_ts, packet.ts);
      info.last_ts = std::max(info.last_ts, packet.ts);
      info.packets = packet.frame.number;
      if (filter_ && !is_wanted(packet)) continue;
      return true;
    }
    close();
  }
}

// Opens the next file that is a capture. False when there is none left.
bool CaptureSet::open_next() {
  while (opened_ < captures_.size()) {
    const std::string& path = captures_[opened_++].path;
    notes_.begin(path);
    current_ = open_capture(path, notes_);
    if (current_.reader && keeps_bytes_ && !current_.mapped) {
      notes_.problem(std::nullopt, [] {
        return "was a plain file when reading began and is none now; left out";
      });
      current_.reader.reset();
    }
    if (current_.reader) return true;
    close();
  }
  return false;
}

void CaptureSet::close() {
  CaptureInfo& info = captures_[opened_ - 1];
  if (current_.reader) info.packets = current_.reader->records();
  current_.reader.reset();
  if (current_.window) {
    current_.window->finish();
    info.bytes = current_.window->offset();
    bytes_finished_ += current_.window->input_used();
    if (const std::string failure = current_.window->failure(); !failure.empty()) {
      notes_.problem(info.bytes, [&] { return failure; });
    }
    if (keeps_bytes_) kept_.push_back(std::move(current_.window));
    current_.window.reset();
  }
  told_link_types_.clear();
  notes_.end();
}

bool CaptureSet::is_wanted(const Packet& packet) {
  const BpfFilter::Answer answer = filter_->matches(packet);
  if (answer != BpfFilter::Answer::not_applicable) return answer == BpfFilter::Answer::yes;
  notes_.weird.count(Weird::capture_packet_filter_not_applicable);
  if (std::find(told_link_types_.begin(), told_link_types_.end(), packet.link_type) !=
      told_link_types_.end()) {
    return false;
  }
  told_link_types_.push_back(packet.link_type);
  notes_.problem(std::nullopt, [&] {
    return fmt::format("the filter does not apply to link type {} ({}); its packets are left out",
                       packet.link_type, filter_->why(packet.link_type));
  });
  return false;
}

uint64_t CaptureSet::bytes_read() const {
  return bytes_finished_ + (current_.window ? current_.window->input_used() : 0);
}

}  // namespace telltale
