// KeyFeed: where TLS secrets come from while packets are read: key logs that somebody else writes,
// and the captures themselves (Decryption Secrets Blocks of a pcapng).
//
// Key logs and capture files are read whole before the first packet. An input that can be read only
// once (standard input, a pipe) may bring its secrets at any place, and key logs may grow with it:
// streams then hold what they cannot decrypt yet, and the logs are read again as they grow.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"
#include "sensor/capture/capture_set.h"
#include "sensor/pipeline/engine.h"
#include "sensor/tls/key_store.h"

namespace telltale {

class KeyFeed : public EngineHooks {
 public:
  // Loads the configured key logs and the secrets in `paths`. Throws UsageError when a log cannot
  // be read.
  KeyFeed(const Config& config, const std::vector<std::string>& paths, KeyStore& keys);
  // For live interfaces: the key logs are followed as long as this lives.
  KeyFeed(const Config& config, KeyStore& keys);

  // `captures` must outlive the feed; call before the engine runs.
  void attach(CaptureSet& captures) { captures_ = &captures; }

  bool wants_keys() override {
    if (captures_ == nullptr) return false;
    met_ = captures_->take_secrets();
    return !met_.empty();
  }
  void take_keys(bool last) override;

 private:
  struct Log {
    KeyLogFile file;
    bool told = false;  // that some of its lines are bad
  };
  void open_logs(const Config& config);
  bool poll(Log& log, bool last);
  void load(const CaptureSecrets& secrets, std::string_view source);

  KeyStore& keys_;
  std::vector<Log> logs_;
  CaptureSet* captures_ = nullptr;
  std::vector<CaptureSecrets> met_;  // in the capture, not yet loaded
  bool follows_ = false;
};

}  // namespace telltale
