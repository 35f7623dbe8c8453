// find_captures and scan_secrets: what is looked at before the packets are read. See capture_set.h.
#include <algorithm>
#include <filesystem>
#include <system_error>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "sensor/capture/capture_set.h"

namespace telltale {
namespace {

namespace fs = std::filesystem;

struct Found {
  Timestamp first = Timestamp::max();
  std::string path;
};

class FolderSearch {
 public:
  FolderSearch(std::vector<Found>& found, std::vector<CaptureProblem>& problems)
      : found_(found), problems_(problems) {}

  void search(const fs::path& top) {
    std::vector<fs::path> folders{top};
    while (!folders.empty()) {
      const fs::path folder = std::move(folders.back());
      folders.pop_back();
      std::error_code error;
      fs::directory_iterator entry(folder, error);
      for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
        look(*entry, folders);
      }
      if (error) problem(folder, fmt::format("cannot be listed: {}", error.message()));
    }
  }

 private:
  // Links to folders are not followed: they may lead back. Pipes and devices are no part of a
  // folder.
  void look(const fs::directory_entry& entry, std::vector<fs::path>& folders) {
    std::error_code error;
    if (entry.is_directory(error) && !entry.is_symlink(error)) {
      folders.push_back(entry.path());
    } else if (entry.is_regular_file(error)) {
      take(entry.path());
    }
  }

  void take(const fs::path& path) {
    try {
      const FirstPacket first = first_packet(path.string());
      if (first.is_capture) found_.push_back({first.ts.value_or(Timestamp::max()), path.string()});
    } catch (const std::system_error& error) {
      problem(path, fmt::format("cannot be read: {}", error.code().message()));
    }
  }

  void problem(const fs::path& path, std::string what) {
    problems_.push_back({path.string(), std::nullopt, std::move(what)});
  }

  std::vector<Found>& found_;
  std::vector<CaptureProblem>& problems_;
};

}  // namespace

std::vector<std::string> find_captures(const std::vector<std::string>& arguments,
                                       std::vector<CaptureProblem>& problems) {
  std::vector<std::string> captures;
  for (const std::string& argument : arguments) {
    std::error_code error;
    if (argument == "-" || !fs::is_directory(argument, error)) {
      captures.push_back(argument);
      continue;
    }
    std::vector<Found> found;
    FolderSearch(found, problems).search(argument);
    if (found.empty()) {
      problems.push_back(
          {argument, std::nullopt, "holds no capture: no pcap or pcapng file in it"});
    }
    std::sort(found.begin(), found.end(), [](const Found& a, const Found& b) {
      return std::tie(a.first, a.path) < std::tie(b.first, b.path);
    });
    for (Found& one : found) captures.push_back(std::move(one.path));
  }
  return captures;
}

std::vector<CaptureSecrets> scan_secrets(const std::string& path, const Limits& limits) {
  if (peek_capture(path).size == 0) return {};
  CaptureNotes notes(limits);
  notes.begin(path);
  const CaptureFile file = open_capture(path, notes);
  if (!file.reader || !file.reader->may_carry_secrets()) return {};
  Packet packet;
  while (file.reader->next(packet)) {
  }
  return notes.take_secrets();
}

}  // namespace telltale
