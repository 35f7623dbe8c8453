// The TLS secrets that somebody logged for us, in the NSS key log format
// (draft-ietf-tls-keylogfile).
//
// One KeyStore serves all workers: loading and finding may happen at the same time. Where two lines
// contradict each other both secrets are kept, and the records' authentication decides which is
// right.
#pragma once

#include <array>
#include <atomic>
#include <deque>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "config/limits.h"
#include "sensor/tls/client_hello.h"

namespace telltale {

enum class SecretLabel : uint8_t {
  master,  // CLIENT_RANDOM: of TLS 1.2 and older
  client_early,
  client_handshake,
  server_handshake,
  client_application,
  server_application,
};

// A master secret (48 bytes) or a traffic secret (32 or 48 bytes).
using TlsSecret = std::vector<uint8_t>;

struct KeyLogProblem {
  std::string source;
  uint64_t line = 0;
  std::string what;
};

struct KeyLogResult {
  uint64_t secrets = 0;   // new ones
  uint64_t repeated = 0;  // lines that said what was known already
  uint64_t ignored = 0;   // labels that are of no use here, such as EXPORTER_SECRET
  uint64_t bad_lines = 0;
  std::vector<KeyLogProblem> problems;  // the first few bad lines
};

class KeyStore {
 public:
  explicit KeyStore(const Limits& limits);

  // Reads whole lines; `source` and `first_line` are for problems only. Never throws on bad text.
  KeyLogResult load(std::string_view text, std::string_view source, uint64_t first_line = 1);

  // Says whether more secrets may come while traffic is read: streams then hold what they cannot
  // decrypt yet instead of giving it up. Off until set.
  void set_growing(bool growing) { growing_ = growing; }
  bool growing() const { return growing_; }
  // Changes with every new secret.
  uint64_t version() const { return version_.load(std::memory_order_acquire); }
  size_t size() const;

  // All secrets logged for this client random, in the order they came; at most kMaxCandidates.
  std::vector<TlsSecret> find(SecretLabel label, const TlsRandom& client_random) const;
  // Pre-master secrets of RSA key exchange by the first 8 bytes of their encrypted form.
  std::vector<TlsSecret> find_premaster(Bytes encrypted_premaster) const;
  bool has_premasters() const { return has_premasters_; }

  // Sessions whose master secret proved right, by session id or ticket, so that a resumption is
  // readable even when it was not logged. Remembering is part of the streams' work, hence const.
  void remember_session(Bytes id, const TlsSecret& master) const;
  std::vector<TlsSecret> find_session(Bytes id) const;

  static constexpr size_t kMaxCandidates = 8;

 private:
  // Secrets by a key text, the oldest forgotten when there are too many.
  class Table {
   public:
    bool add(const std::string& key, TlsSecret secret, size_t capacity);
    std::vector<TlsSecret> find(const std::string& key) const;
    size_t size() const { return order_.size(); }

   private:
    std::unordered_map<std::string, std::vector<TlsSecret>> secrets_;
    std::deque<std::string> order_;  // of the keys, one entry a secret
  };

  enum class Line : uint8_t { added, repeated, ignored, bad };
  Line load_line(std::string_view line, std::string& what);
  Line add(const std::string& key, TlsSecret secret);

  const size_t capacity_;
  mutable std::shared_mutex mutex_;
  Table table_;
  mutable Table sessions_;
  std::atomic<uint64_t> version_{0};
  std::atomic<bool> growing_{false};
  std::atomic<bool> has_premasters_{false};
};

// A key log file that is read again as it grows. The caller polls; a file that became shorter or
// was replaced is read from its start.
class KeyLogFile {
 public:
  KeyLogFile(std::string path, KeyStore& store);

  // Reads what was appended since the last call; a line without its end waits for the rest, unless
  // `last`. `opened` (may be null) tells whether the file could be read.
  KeyLogResult poll(bool* opened = nullptr, bool last = false);
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  KeyStore& store_;
  uint64_t device_ = 0;
  uint64_t inode_ = 0;
  uint64_t offset_ = 0;
  uint64_t line_ = 1;
  std::string partial_;
};

}  // namespace telltale
