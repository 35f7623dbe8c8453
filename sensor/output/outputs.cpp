#include "sensor/output/outputs.h"

#include <algorithm>
#include <filesystem>
#include <utility>

namespace telltale {
namespace {

bool is_file(const OutputConfig& output) { return output.type == "eve"; }

// Takes the first of `there` that `fits` out of it.
template <typename T, typename Fits>
std::unique_ptr<T> take_first(std::vector<std::unique_ptr<T>>& there, Fits fits) {
  const auto found =
      std::find_if(there.begin(), there.end(), [&](const auto& one) { return one && fits(*one); });
  return found == there.end() ? nullptr : std::move(*found);
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
  Files files;  // null: one that is there goes on
  Receivers receivers;
  for (const OutputConfig& output : outputs) {
    if (is_file(output)) {
      const bool stays = std::any_of(files_.begin(), files_.end(),
                                     [&](const auto& file) { return file->config == output; });
      files.push_back(stays ? nullptr : std::make_unique<File>(output));
      continue;
    }
    const bool stays = std::any_of(receivers_.begin(), receivers_.end(),
                                   [&](const auto& receiver) { return receiver->is(output); });
    receivers.push_back(stays ? nullptr : std::make_unique<Receiver>(output, sensor_, folder_));
    if (!stays && !spool_in_use(receivers.back()->spool_name())) receivers.back()->open();
  }
  flush();
  size_t file = 0;
  size_t receiver = 0;
  for (const OutputConfig& output : outputs) {
    if (is_file(output)) {
      if (auto& place = files[file++]; !place) {
        place = take_first(files_, [&](const File& there) { return there.config == output; });
      }
    } else if (auto& place = receivers[receiver++]; !place) {
      place = take_first(receivers_, [&](const Receiver& there) { return there.is(output); });
    }
  }
  std::erase(files, nullptr);  // it was named twice
  std::erase(receivers, nullptr);
  std::erase(receivers_, nullptr);
  files_ = std::move(files);
  let_go(std::exchange(receivers_, std::move(receivers)));
}

bool Outputs::spool_in_use(const std::string& name) const {
  const auto uses = [&](const auto& receiver) { return receiver->spool_name() == name; };
  return std::any_of(receivers_.begin(), receivers_.end(), uses) ||
         std::any_of(leaving_.begin(), leaving_.end(), uses);
}

// Their threads end; a successor that reaches the same place gets what waits.
void Outputs::let_go(Receivers receivers) {
  for (auto& receiver : receivers) {
    receiver->end_at(Receiver::Clock::now());
    leaving_.push_back(std::move(receiver));
  }
  for (const auto& heir : receivers_) {
    if (heir->is_open()) continue;
    const auto before = take_first(
        leaving_, [&](const Receiver& one) { return one.spool_name() == heir->spool_name(); });
    std::erase(leaving_, nullptr);
    before->join();
    heir->inherit(*before);
  }
  for (const auto& receiver : receivers_) {
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
