// A feed of any bytes either loads or is a FeedError of one line; what it lists is a sound name or
// network, and never a public suffix or everything.
#include <cstdlib>
#include <string>

#include "sensor/policy/feed.h"
#include "sensor/policy/registrable_domain.h"
#include "sensor/policy/stix_pattern.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  telltale::FeedConfig config;
  config.path = "fuzz";
  telltale::FeedLimits limits;
  limits.max_entries = 1000;
  (void)telltale::stix_destinations(text);
  try {
    const telltale::LoadedFeed loaded = telltale::parse_feed(text, config, limits);
    if (loaded.feed.size() == 0 || loaded.feed.size() > limits.max_entries) std::abort();
    if (loaded.feed.size() != loaded.report.entries) std::abort();
    for (const char* suffix : {"com", "co.uk", "appspot.com"}) {
      if (loaded.feed.has_name(suffix)) std::abort();
    }
    for (const std::string& line : loaded.report.lines()) {
      if (line.find('\n') != std::string::npos) std::abort();
    }
  } catch (const telltale::FeedError& error) {
    const std::string line = error.what();
    if (line.rfind("fuzz:", 0) != 0 || line.find('\n') != std::string::npos) std::abort();
  }
  return 0;
}
