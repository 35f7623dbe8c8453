// Loads the feed that is named and looks names up in it: prints seconds, bytes and nanoseconds. See
// tests/bench/feed.
#include <chrono>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include <sys/resource.h>

#include "sensor/policy/feed_set.h"
#include "sensor/policy/trust.h"

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

long peak_kib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

// Every 10th name of the list as it is, under a subdomain, and one that is not listed.
std::vector<std::string> names_of(const char* path) {
  std::vector<std::string> names;
  std::ifstream file(path);
  std::string line;
  for (size_t i = 0; std::getline(file, line); ++i) {
    if (i % 10 == 0) names.insert(names.end(), {line, "a.b." + line, "x" + line});
  }
  return names;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  using namespace telltale;
  Config config;
  FeedConfig feed;
  feed.path = argv[1];
  feed.name = "bench";
  config.feeds.push_back(feed);
  const long before = peak_kib();
  const auto start = Clock::now();
  const FeedSet feeds(config);
  const double load = seconds_since(start);
  const long grown = peak_kib() - before;
  const auto list = feeds.current();
  std::printf("load     %zu entries in %.2f s; table %.1f MiB, peak memory grew by %.1f MiB\n",
              (*list)[0]->size(), load, static_cast<double>((*list)[0]->bytes()) / 1048576,
              static_cast<double>(grown) / 1024);

  const std::vector<std::string> names = names_of(argv[1]);
  size_t found = 0;
  auto look = Clock::now();
  for (const std::string& name : names) found += (*list)[0]->has_name(name) ? 1 : 0;
  const double exact = seconds_since(look);
  const TrustPolicy trust(config, &feeds);
  Destination destination;
  size_t untrusted = 0;
  look = Clock::now();
  for (const std::string& name : names) {
    destination.hostname = name;
    untrusted += trust.judge(destination).trust == Trust::untrusted ? 1 : 0;
  }
  const double judged = seconds_since(look);
  const auto count = static_cast<double>(names.size());
  std::printf(
      "look-up  %.0f ns for a name (%zu of %zu found), %.0f ns for a whole judgement (%zu "
      "untrusted)\n",
      exact / count * 1e9, found, names.size(), judged / count * 1e9, untrusted);
  return 0;
}
