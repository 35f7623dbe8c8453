// telltale selftest: sends the labelled messages that are built in through the whole sensor, from packets to
// findings, and prints precision and recall for each type of data. --calibration prints how often findings of
// a confidence were right.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "config/config.h"
#include "config/selftest.h"
#include "config/yaml.h"
#include "sensor/cli/command.h"
#include "sensor/cli/selftest_wire.h"
#include "sensor/pipeline/engine.h"
#include "sensor/pipeline/sensor_parts.h"

namespace telltale {
namespace {

// What is claimed; below it the exit status is 1.
constexpr double kClaimedPrecision = 0.98;
constexpr double kClaimedRecall = 0.97;
constexpr double kClaimedOfAType = 0.93;

struct Options {
  bool verbose = false;
  bool calibration = false;
  std::vector<std::string> files;  // empty: the messages that are built in
};

struct Score {
  size_t right = 0;
  size_t wrong = 0;
  size_t missed = 0;
  double precision() const { return right + wrong == 0 ? 1 : double(right) / double(right + wrong); }
  double recall() const { return right + missed == 0 ? 1 : double(right) / double(right + missed); }
};

// The types told of each message, with their confidence.
class Findings final : public EventSink {
 public:
  explicit Findings(size_t messages) : told_(messages) {}
  void on_event(Event&& event) override {
    const auto* found = std::get_if<FindingEvent>(&event.payload);
    if (found == nullptr || !event.flow) return;
    const size_t index = static_cast<size_t>(event.flow->client.port) - SelftestWire::kFirstPort;
    if (index < told_.size()) told_[index].push_back(found->finding);
  }
  const std::vector<Finding>& of(size_t message) const { return told_[message]; }

 private:
  std::vector<std::vector<Finding>> told_;
};

bool has(const std::vector<DataType>& types, DataType type) {
  return std::find(types.begin(), types.end(), type) != types.end();
}

class Report {
 public:
  explicit Report(Options options) : options_(options) {}

  void add(const SelftestMessage& message, const std::vector<Finding>& told) {
    for (const Finding& finding : told) {
      if (has(message.optional, finding.type)) continue;
      const bool right = has(message.expect, finding.type);
      note(finding, right);
      if (!right && options_.verbose) {
        std::printf("spurious %s in \"%s\" at %s (%.2f)\n", std::string(name_of(finding.type)).c_str(),
                    message.name.c_str(), finding.location.c_str(), finding.confidence);
      }
    }
    for (const DataType type : message.expect) {
      const bool found = std::any_of(told.begin(), told.end(),
                                     [&](const Finding& finding) { return finding.type == type; });
      if (found) continue;
      ++scores_[index(type)].missed;
      if (options_.verbose) {
        std::printf("missed %s in \"%s\"\n", std::string(name_of(type)).c_str(), message.name.c_str());
      }
    }
  }

  // Prints the tables; true when what is claimed holds.
  bool print() const {
    Score all;
    bool holds = true;
    std::printf("%-16s %9s %9s %6s %6s %6s\n", "type", "precision", "recall", "right", "wrong", "missed");
    for (size_t i = 0; i < scores_.size(); ++i) {
      const Score& score = scores_[i];
      if (score.right + score.wrong + score.missed == 0) continue;
      print_line(std::string(name_of(static_cast<DataType>(i))), score);
      holds = holds && score.precision() >= kClaimedOfAType && score.recall() >= kClaimedOfAType;
      all.right += score.right;
      all.wrong += score.wrong;
      all.missed += score.missed;
    }
    print_line("all", all);
    if (options_.calibration) print_calibration();
    return holds && all.precision() >= kClaimedPrecision && all.recall() >= kClaimedRecall;
  }

 private:
  static constexpr size_t kBands = 5;  // of confidence: 0.5 to 0.6, ... 0.9 to 1

  static size_t index(DataType type) { return static_cast<size_t>(type); }

  void note(const Finding& finding, bool right) {
    Score& score = scores_[index(finding.type)];
    (right ? score.right : score.wrong) += 1;
    const auto band = static_cast<size_t>(std::clamp((finding.confidence - 0.5) * 10 + 1e-9, 0.0, kBands - 1.0));
    (right ? bands_[band].right : bands_[band].wrong) += 1;
    sum_[band] += finding.confidence;
  }

  static void print_line(const std::string& name, const Score& score) {
    std::printf("%-16s %9.3f %9.3f %6zu %6zu %6zu\n", name.c_str(), score.precision(), score.recall(),
                score.right, score.wrong, score.missed);
  }

  void print_calibration() const {
    std::printf("\n%-16s %9s %9s %6s\n", "confidence", "said", "was right", "count");
    for (size_t i = 0; i < kBands; ++i) {
      const size_t count = bands_[i].right + bands_[i].wrong;
      if (count == 0) continue;
      const double from = 0.5 + 0.1 * static_cast<double>(i);
      std::printf("%.1f to %.1f       %9.3f %9.3f %6zu\n", from, from + 0.1, sum_[i] / double(count),
                  bands_[i].precision(), count);
    }
  }

  Options options_;
  std::array<Score, kDataTypeCount> scores_{};
  std::array<Score, kBands> bands_{};
  std::array<double, kBands> sum_{};
};

std::vector<SelftestMessage> messages_of(const Options& options) {
  if (options.files.empty()) return shipped_selftest();
  std::vector<SelftestMessage> all;
  for (const std::string& path : options.files) {
    for (SelftestMessage& message : read_selftest(read_config_file(path), path)) all.push_back(std::move(message));
  }
  return all;
}

int selftest(const Options& options) {
  const Config config = default_config();
  const std::vector<SelftestMessage> messages = messages_of(options);
  SensorParts parts(config);
  SelftestWire wire(messages);
  Findings findings(messages.size());
  EngineHooks hooks;
  Engine(parts.context(), 1).run(wire, findings, hooks);
  Report report(options);
  for (size_t i = 0; i < messages.size(); ++i) report.add(messages[i], findings.of(i));
  std::printf("%zu messages\n", messages.size());
  const bool holds = report.print();
  if (!holds) {
    std::fprintf(stderr, "telltale: selftest: less than claimed: precision %.2f, recall %.2f, %.2f for each type; "
                 "--verbose names each message\n", kClaimedPrecision, kClaimedRecall, kClaimedOfAType);
  }
  return holds ? kExitDone : kExitFailOn;
}

}  // namespace

void register_selftest(CLI::App& app, std::function<int()>& chosen) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "selftest", "Send the built-in labelled messages through the sensor; print precision and recall");
  command->add_flag("--verbose", options->verbose, "name each message that was judged wrong");
  command->add_flag("--calibration", options->calibration, "print how often findings of a confidence were right");
  command->add_option("--messages", options->files, "send these instead, written as those in config/selftest; repeatable")
      ->option_text("FILE");
  command->callback([options, &chosen] { chosen = [options] { return selftest(*options); }; });
}

}  // namespace telltale
