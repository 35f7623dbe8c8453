#include "sensor/output/outputs.h"

#include <algorithm>
#include <filesystem>
#include <utility>

namespace telltale {
namespace {

bool is_file(const OutputConfig& output) { return output.type == "eve"; }

// The first of `there` that `fits`; null where none does.
template <typename T, typename Fits>
std::shared_ptr<T> first_of(const std::vector<std::shared_ptr<T>>& there, Fits fits) {
  const auto found = std::find_if(there.begin(), there.end(), fits);
  return found == there.end() ? nullptr : *found;
}

}  // namespace

Outputs::Outputs(const Config& config, const std::string& folder)
    : sensor_(config.sensor.name), folder_(folder) {
  change(config.outputs);
}

Outputs::~Outputs() = default;

void Outputs::make_spool_folder(const std::vector<OutputConfig>& outputs) const {
  if (folder_.empty() || std::all_of(outputs.begin(), outputs.end(), is_file)) return;
  std::error_code error;
  std::filesystem::create_directories(folder_, error);
  if (error)
    throw OutputError(folder_ + ": the folder of spools cannot be made: " + error.message());
}

void Outputs::start() {
  started_ = true;
  for (const auto& receiver : receivers_) receiver->start();
}

// Whatever can fail is done before anything changes.
void Outputs::change(const std::vector<OutputConfig>& outputs) {
  make_spool_folder(outputs);
  Files files;
  Receivers receivers;
  for (const OutputConfig& output : outputs) {
    if (is_file(output)) {
      auto file = first_of(files_, [&](const auto& there) { return there->config == output; });
      files.push_back(file ? file : std::make_shared<File>(output));
      continue;
    }
    auto receiver = first_of(receivers_, [&](const auto& there) { return there->is(output); });
    if (!receiver) {
      receiver = std::make_shared<Receiver>(output, sensor_, folder_);
      const std::string& spool = receiver->spool_name();
      if (!with_spool(receivers_, spool) && !with_spool(leaving_, spool)) receiver->open();
    }
    receivers.push_back(std::move(receiver));
  }
  flush();
  files_ = std::move(files);
  hand_over(std::exchange(receivers_, std::move(receivers)));
}

std::shared_ptr<Receiver> Outputs::with_spool(const Receivers& receivers, const std::string& name) {
  return first_of(receivers, [&](const auto& one) { return one->spool_name() == name; });
}

// Those of `before` that are no longer wanted end; who reaches the same place gets what waits.
void Outputs::hand_over(const Receivers& before) {
  for (const auto& receiver : before) {
    if (std::count(receivers_.begin(), receivers_.end(), receiver) > 0) continue;
    receiver->end_at(Receiver::Clock::now());
    leaving_.push_back(receiver);
  }
  for (const auto& receiver : receivers_) {
    if (!receiver->is_open()) {
      const auto gone = with_spool(leaving_, receiver->spool_name());
      gone->join();
      receiver->inherit(*gone);
      std::erase(leaving_, gone);
    }
    if (started_ && !receiver->is_started()) receiver->start();
  }
}

void Outputs::take(std::string_view event_type, std::string_view line) {
  for (const auto& file : files_) {
    if (wants(file->config.events, event_type)) file->file.write(line);
  }
  for (const auto& receiver : receivers_) receiver->take(event_type, line);
}

void Outputs::flush() {
  for (const auto& file : files_) file->file.flush();
}

void Outputs::reopen() {
  for (const auto& file : files_) file->file.reopen();
}

void Outputs::finish(std::chrono::seconds patience) {
  flush();
  const auto until = Receiver::Clock::now() + patience;
  for (const auto& receiver : receivers_) receiver->end_at(until);
  for (const auto& receiver : receivers_) receiver->join();
  leaving_.clear();
}

std::vector<OutputStatus> Outputs::status() const {
  std::vector<OutputStatus> all;
  for (const auto& file : files_) {
    all.push_back({{"eve " + file->file.path(), file->file.written(), 0, file->file.dropped(), 0},
                   file->file.reason()});
  }
  for (const auto& receiver : receivers_) all.push_back(receiver->status());
  return all;
}

std::vector<std::string> Outputs::take_news() {
  std::erase_if(leaving_, [](const auto& receiver) { return receiver->has_ended(); });
  std::vector<std::string> news;
  for (const auto& file : files_) {
    const bool is_well = file->file.reason().empty();
    if (is_well != file->was_well) {
      news.push_back(file->file.path() + (is_well ? ": is written again"
                                                  : ": cannot be written: " + file->file.reason()));
    }
    file->was_well = is_well;
  }
  for (const auto& receiver : receivers_) {
    std::string line = receiver->take_news();
    if (!line.empty()) news.push_back(std::move(line));
  }
  return news;
}

}  // namespace telltale
