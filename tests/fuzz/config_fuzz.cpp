// A configuration of any bytes either parses or is a ConfigError of one line that names its place.
#include <cstdlib>

#include "config/config.h"
#include "config/sections.h"
#include "config/yaml.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const telltale::Config kDefaults = telltale::default_config();  // slow to make
  const std::string text(reinterpret_cast<const char*>(data), size);
  // A path in the input must not make the harness read files of the machine.
  if (text.find("packs") != std::string::npos && text.find_first_of("/.") != std::string::npos) {
    return 0;
  }
  try {
    telltale::Config config = kDefaults;
    const telltale::YamlDocument document(text, "fuzz.yaml");
    telltale::read_config(document.root(), "", config);
  } catch (const telltale::ConfigError& error) {
    const std::string line = error.what();
    if (line.rfind("fuzz.yaml:", 0) != 0 || line.find('\n') != std::string::npos) std::abort();
  }
  return 0;
}
