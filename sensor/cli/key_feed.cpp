#include "sensor/cli/key_feed.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include <sys/stat.h>

#include "sensor/base/readable.h"
#include "sensor/cli/command.h"
#include "sensor/cli/terminal.h"

namespace telltale {
namespace {

constexpr uint32_t kTlsKeyLog = 0x544c534b;  // pcapng section 4.7, "TLSK"

// Can it be read only once, as it comes?
bool is_stream(const std::string& path) {
  struct stat status {};
  if (path == "-") return true;
  return ::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode);
}

void tell_bad_lines(std::string_view source, const KeyLogResult& result) {
  std::fprintf(stderr, "telltale: %s: %s lines are not secrets and were left out",
               printable(std::string(source), 400).c_str(), grouped(result.bad_lines).c_str());
  if (!result.problems.empty()) {
    std::fprintf(stderr, "; the first is line %llu: %s",
                 static_cast<unsigned long long>(result.problems.front().line),
                 printable(result.problems.front().what, 200).c_str());
  }
  std::fputc('\n', stderr);
}

}  // namespace

KeyFeed::KeyFeed(const Config& config, const std::vector<std::string>& paths, KeyStore& keys)
    : keys_(keys), follows_(std::any_of(paths.begin(), paths.end(), is_stream)) {
  open_logs(config);
  // Secrets inside a file may stand after the packets they serve, so they are fetched first.
  for (const std::string& path : paths) {
    for (const CaptureSecrets& secrets : scan_secrets(path)) load(secrets, path);
  }
  keys_.set_growing(follows_);
}

KeyFeed::KeyFeed(const Config& config, KeyStore& keys) : keys_(keys), follows_(true) {
  open_logs(config);
  keys_.set_growing(!logs_.empty());
}

void KeyFeed::open_logs(const Config& config) {
  for (const std::string& path : config.tls.keylog) logs_.push_back({KeyLogFile(path, keys_)});
  for (Log& log : logs_) {
    if (!poll(log, !follows_)) {
      throw UsageError("telltale: " + log.file.path() + ": this key log cannot be read");
    }
  }
}

bool KeyFeed::poll(Log& log, bool last) {
  bool opened = false;
  const KeyLogResult result = log.file.poll(&opened, last);
  if (result.bad_lines > 0 && !log.told) {
    log.told = true;
    tell_bad_lines(log.file.path(), result);
  }
  return opened;
}

void KeyFeed::load(const CaptureSecrets& secrets, std::string_view source) {
  if (secrets.type != kTlsKeyLog) return;
  const KeyLogResult result = keys_.load(secrets.bytes, source);
  if (result.bad_lines > 0) tell_bad_lines(source, result);
}

void KeyFeed::take_keys(bool last) {
  if (last) wants_keys();
  for (const CaptureSecrets& secrets : std::exchange(met_, {})) load(secrets, "the capture");
  if (!follows_) return;
  for (Log& log : logs_) poll(log, last);
}

}  // namespace telltale
