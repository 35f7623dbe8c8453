#include "sensor/output/secret.h"

#include <cstdlib>
#include <fstream>

#include "sensor/output/line_file.h"

namespace telltale {

std::string secret_of(const OutputConfig& config) {
  if (!config.secret_env.empty()) {
    const char* value = std::getenv(config.secret_env.c_str());
    if (value == nullptr || *value == '\0') {
      throw OutputError(config.type + ": the environment variable " + config.secret_env +
                        " is not set");
    }
    return value;
  }
  if (config.secret_file.empty()) return {};
  std::ifstream file(config.secret_file);
  std::string secret;
  std::getline(file, secret);
  while (!secret.empty() && (secret.back() == '\r' || secret.back() == ' ')) secret.pop_back();
  if (secret.empty()) {
    throw OutputError(config.secret_file +
                      ": cannot be read, or its first line is empty; put the secret there");
  }
  return secret;
}

}  // namespace telltale
