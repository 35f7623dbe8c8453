// What the capture tests share: a scratch folder, and reading all packets of bytes or files.
#pragma once

#include <filesystem>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "sensor/capture/capture_notes.h"
#include "sensor/capture/capture_set.h"
#include "sensor/capture/record_reader.h"
#include "sensor/capture/window.h"
#include "tests/support/pcap_writer.h"

namespace telltale::test {

// 2020-09-13T12:26:40Z; tests count from here.
inline constexpr uint64_t kStart = 1'600'000'000'000'000'000;
inline constexpr uint64_t kSecond = 1'000'000'000;

struct SeenPacket {
  uint64_t ts = 0;
  std::string bytes;
  uint32_t wire = 0;
  uint32_t number = 0;
  uint32_t link_type = 0;
  uint32_t interface = 0;
  friend bool operator==(const SeenPacket&, const SeenPacket&) = default;
  friend std::ostream& operator<<(std::ostream& out, const SeenPacket& packet) {
    return out << packet.number << " at " << packet.ts << ": " << packet.bytes;
  }
};

inline SeenPacket seen(const Packet& packet) {
  return {static_cast<uint64_t>(packet.ts.time_since_epoch().count()),
          std::string(as_text(packet.bytes)),
          packet.wire_size,
          packet.frame.number,
          packet.link_type,
          packet.interface};
}

struct Reading {
  std::vector<SeenPacket> packets;
  std::vector<CaptureProblem> problems;
  std::vector<CaptureSecrets> secrets;
  std::vector<CaptureName> names;
  WeirdCounts weird;

  std::vector<std::string> contents() const {
    std::vector<std::string> all;
    for (const SeenPacket& packet : packets) all.push_back(packet.bytes);
    return all;
  }
  std::string problem_text() const {
    std::string text;
    for (const CaptureProblem& problem : problems) {
      if (problem.offset) text += "@" + std::to_string(*problem.offset) + " ";
      text += problem.what + "\n";
    }
    return text;
  }
};

inline Reading read_window(Window& window, const Limits& limits = {}) {
  Reading reading;
  CaptureNotes notes(limits);
  notes.begin("test");
  if (const auto reader = make_record_reader(window, notes)) {
    Packet packet;
    while (reader->next(packet)) reading.packets.push_back(seen(packet));
  }
  notes.end();
  reading.problems = notes.problems();
  reading.secrets = notes.take_secrets();
  reading.names = notes.take_names();
  reading.weird = notes.weird;
  return reading;
}

inline Reading read_bytes(std::string_view bytes, const Limits& limits = {}) {
  const std::vector<uint8_t> block(bytes.begin(),
                                   bytes.end());  // of its exact size, for sanitizers
  MemoryWindow window(block);
  return read_window(window, limits);
}

inline Reading read_set(CaptureSet& set) {
  Reading reading;
  Packet packet;
  while (set.next(packet)) reading.packets.push_back(seen(packet));
  reading.problems = set.problems();
  reading.secrets = set.take_secrets();
  reading.names = set.take_names();
  reading.weird = set.weird();
  return reading;
}

inline Reading read_files(std::vector<std::string> paths, const CaptureOptions& options = {}) {
  CaptureSet set(std::move(paths), options);
  return read_set(set);
}

// A folder of its own for each test.
class ScratchTest : public testing::Test {
 protected:
  ScratchTest() {
    std::string pattern = testing::TempDir() + "telltale-capture-XXXXXX";
    folder_ = mkdtemp(pattern.data());
  }
  ~ScratchTest() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  std::string path(const std::string& name) const { return folder_ + "/" + name; }
  std::string put(const std::string& name, std::string_view bytes) const {
    std::filesystem::create_directories(std::filesystem::path(path(name)).parent_path());
    write_file(path(name), bytes);
    return path(name);
  }
  std::string folder_;
};

}  // namespace telltale::test
