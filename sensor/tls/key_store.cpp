#include "sensor/tls/key_store.h"

#include <algorithm>
#include <mutex>
#include <optional>

#include "sensor/base/encoding.h"
#include "sensor/tls/crypto.h"

namespace telltale {
namespace {

constexpr size_t kMaxProblems = 20;
constexpr size_t kMasterSize = 48;
constexpr char kPremasterKey = 'R';
constexpr char kLabelKey = 'A';  // + label

struct LabelName {
  std::string_view name;
  SecretLabel label;
};

constexpr LabelName kLabels[] = {
    {"CLIENT_RANDOM", SecretLabel::master},
    {"CLIENT_EARLY_TRAFFIC_SECRET", SecretLabel::client_early},
    {"CLIENT_HANDSHAKE_TRAFFIC_SECRET", SecretLabel::client_handshake},
    {"SERVER_HANDSHAKE_TRAFFIC_SECRET", SecretLabel::server_handshake},
    {"CLIENT_TRAFFIC_SECRET_0", SecretLabel::client_application},
    {"SERVER_TRAFFIC_SECRET_0", SecretLabel::server_application},
};

// Secrets after a KeyUpdate follow from those before it (OpenSSL calls them .._SECRET_N).
constexpr std::string_view kIgnored[] = {"EXPORTER_SECRET",
                                         "EARLY_EXPORTER_SECRET",
                                         "EARLY_EXPORTER_MASTER_SECRET",
                                         "ECH_SECRET",
                                         "ECH_CONFIG",
                                         "PMS_CLIENT_RANDOM",
                                         "CLIENT_TRAFFIC_SECRET_N",
                                         "SERVER_TRAFFIC_SECRET_N"};

std::string_view next_word(std::string_view& line) {
  line = trim(line);
  const size_t end = std::min(line.find_first_of(" \t"), line.size());
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(end);
  return word;
}

TlsSecret secret_of(const std::string& bytes) { return {bytes.begin(), bytes.end()}; }

std::string key_of(SecretLabel label, std::string_view random) {
  return static_cast<char>(kLabelKey + static_cast<char>(label)) + std::string(random);
}

// A ticket may be long: its hash stands for it.
std::string session_key(Bytes id) {
  if (id.size() <= 32) return std::string(as_text(id));
  return std::string(as_text(hash_of(Digest::sha256, id)));
}

}  // namespace

bool KeyStore::Table::add(const std::string& key, TlsSecret secret, size_t capacity) {
  std::vector<TlsSecret>& known = secrets_[key];
  if (std::find(known.begin(), known.end(), secret) != known.end()) return false;
  if (known.size() == kMaxCandidates) return false;
  known.push_back(std::move(secret));
  order_.push_back(key);
  if (order_.size() > capacity) {
    const auto oldest = secrets_.find(order_.front());
    oldest->second.erase(oldest->second.begin());
    if (oldest->second.empty()) secrets_.erase(oldest);
    order_.pop_front();
  }
  return true;
}

std::vector<TlsSecret> KeyStore::Table::find(const std::string& key) const {
  const auto found = secrets_.find(key);
  return found == secrets_.end() ? std::vector<TlsSecret>{} : found->second;
}

KeyStore::KeyStore(const Limits& limits) : capacity_(std::max<size_t>(limits.max_tls_secrets, 1)) {}

size_t KeyStore::size() const {
  const std::shared_lock lock(mutex_);
  return table_.size();
}

KeyLogResult KeyStore::load(std::string_view text, std::string_view source, uint64_t first_line) {
  KeyLogResult result;
  for (uint64_t number = first_line; !text.empty(); ++number) {
    const size_t end = text.find('\n');
    const std::string_view line = trim(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.empty() || line.front() == '#') continue;
    std::string what;
    switch (load_line(line, what)) {
      case Line::added:
        ++result.secrets;
        break;
      case Line::repeated:
        ++result.repeated;
        break;
      case Line::ignored:
        ++result.ignored;
        break;
      case Line::bad:
        ++result.bad_lines;
        if (result.problems.size() < kMaxProblems) {
          result.problems.push_back({std::string(source), number, std::move(what)});
        }
        break;
    }
  }
  return result;
}

KeyStore::Line KeyStore::load_line(std::string_view line, std::string& what) {
  const std::string_view label = next_word(line);
  const auto id = from_hex(next_word(line));
  const auto secret = from_hex(next_word(line));
  const auto is_label = [&](std::string_view name) { return iequals(name, label); };
  if (std::any_of(std::begin(kIgnored), std::end(kIgnored), is_label)) return Line::ignored;
  const bool is_premaster = is_label("RSA");
  const auto known = std::find_if(std::begin(kLabels), std::end(kLabels),
                                  [&](const LabelName& row) { return is_label(row.name); });
  if (!is_premaster && known == std::end(kLabels)) {
    what =
        "unknown label; expected CLIENT_RANDOM, CLIENT_TRAFFIC_SECRET_0 or another NSS key log "
        "label";
    return Line::bad;
  }
  const size_t id_size = is_premaster ? 8 : TlsRandom{}.size();
  if (!id || id->size() != id_size) {
    what = "the second field must be " + std::to_string(id_size) + " bytes in hex";
    return Line::bad;
  }
  const bool is_master = is_premaster || known->label == SecretLabel::master;
  if (!secret || !trim(line).empty() ||
      (secret->size() != kMasterSize && (is_master || secret->size() != 32))) {
    what = is_master ? "the third and last field must be 48 bytes in hex"
                     : "the third and last field must be 32 or 48 bytes in hex";
    return Line::bad;
  }
  if (is_premaster) has_premasters_ = true;
  return add(is_premaster ? kPremasterKey + *id : key_of(known->label, *id), secret_of(*secret));
}

KeyStore::Line KeyStore::add(const std::string& key, TlsSecret secret) {
  const std::unique_lock lock(mutex_);
  if (!table_.add(key, std::move(secret), capacity_)) return Line::repeated;
  version_.fetch_add(1, std::memory_order_release);
  return Line::added;
}

std::vector<TlsSecret> KeyStore::find(SecretLabel label, const TlsRandom& client_random) const {
  const std::shared_lock lock(mutex_);
  return table_.find(key_of(label, as_text(client_random)));
}

std::vector<TlsSecret> KeyStore::find_premaster(Bytes encrypted_premaster) const {
  if (encrypted_premaster.size() < 8) return {};
  const std::shared_lock lock(mutex_);
  return table_.find(kPremasterKey + std::string(as_text(encrypted_premaster.first(8))));
}

void KeyStore::remember_session(Bytes id, const TlsSecret& master) const {
  if (id.empty() || master.empty()) return;
  const std::unique_lock lock(mutex_);
  sessions_.add(session_key(id), master, capacity_);
}

std::vector<TlsSecret> KeyStore::find_session(Bytes id) const {
  if (id.empty()) return {};
  const std::shared_lock lock(mutex_);
  return sessions_.find(session_key(id));
}

}  // namespace telltale
