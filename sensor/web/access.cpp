#include "sensor/web/access.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <sys/stat.h>

#include "sensor/base/digest.h"
#include "sensor/base/encoding.h"
#include "sensor/base/replace_file.h"
#include "sensor/web/http_server.h"

namespace telltale {
namespace {

// About 80 ms and 32 MiB on a small machine; what the line says counts, so this may rise.
constexpr uint64_t kN = 1 << 15;
constexpr uint64_t kR = 8;
constexpr uint64_t kP = 1;
constexpr uint64_t kMaxMemory = 64ULL << 20;
constexpr size_t kHashBytes = 32;

constexpr std::chrono::hours kIdleEnd{12};
constexpr std::chrono::hours kEnd{7 * 24};
constexpr size_t kMostSessions = 1000;

constexpr int kFreeFailures = 5;  // that cost nothing but their time
constexpr std::chrono::seconds kFirstWait{10};
constexpr std::chrono::seconds kLongestWait{900};
constexpr size_t kMostClients = 10'000;

std::string hex(std::string_view bytes) { return to_hex(as_bytes(bytes)); }

struct Scrypt {
  uint64_t n = kN;
  uint64_t r = kR;
  uint64_t p = kP;
  std::string salt;
  std::string hash;
};

std::string scrypt(std::string_view password, const Scrypt& how) {
  std::string hash(kHashBytes, '\0');
  if (EVP_PBE_scrypt(password.data(), password.size(),
                     reinterpret_cast<const unsigned char*>(how.salt.data()), how.salt.size(),
                     how.n, how.r, how.p, kMaxMemory, reinterpret_cast<unsigned char*>(hash.data()),
                     hash.size()) != 1) {
    throw WebError("a password cannot be hashed: OpenSSL refuses scrypt here");
  }
  return hash;
}

std::optional<Scrypt> parse_scrypt(std::string_view line) {
  std::vector<std::string_view> parts;
  while (parts.size() < 6) {
    const size_t colon = parts.size() == 5 ? line.size() : line.find(':');
    if (colon == std::string_view::npos) return std::nullopt;
    parts.push_back(line.substr(0, colon));
    line.remove_prefix(std::min(line.size(), colon + 1));
  }
  Scrypt how;
  uint64_t* const numbers[] = {&how.n, &how.r, &how.p};
  for (size_t i = 0; i < 3; ++i) {
    const std::string_view text = parts[i + 1];
    const auto [end, error] = std::from_chars(text.begin(), text.end(), *numbers[i]);
    if (error != std::errc() || end != text.end()) return std::nullopt;
  }
  const auto salt = from_hex(parts[4]);
  const auto hash = from_hex(parts[5]);
  if (parts[0] != "scrypt" || !salt || !hash || hash->size() != kHashBytes) return std::nullopt;
  how.salt = *salt;
  how.hash = *hash;
  return how;
}

bool equal(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string random_name() { return hex(random_bytes(32)); }
std::string sha256_hex(std::string_view text) { return hex(digest(DigestKind::sha256, text)); }

// IPv6 clients have whole networks of addresses.
std::string network_of(const std::string& client) {
  const auto address = IpAddress::parse(client);
  if (!address || address->is_v4()) return client;
  return to_hex(Bytes{address->bytes().data(), 8});
}

template <typename Map, typename IsOver>
void forget(Map& map, size_t most, IsOver is_over) {
  std::erase_if(map, [&](const auto& entry) { return is_over(entry.second); });
  while (map.size() >= most) map.erase(map.begin());
}

}  // namespace

Credentials load_credentials(const std::string& path) {
  Credentials credentials;
  struct stat status {};
  if (stat(path.c_str(), &status) != 0 && errno == ENOENT) return credentials;
  std::ifstream file(path);
  if (!file) {
    throw WebError(fmt::format("{}: cannot be read: {}", path, std::strerror(errno)));
  }
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    std::istringstream words(line);
    std::string kind;
    std::string second;
    std::string third;
    words >> kind >> second >> third;
    if (kind.empty() || kind.front() == '#') continue;
    if (kind == "password" && parse_scrypt(second)) {
      credentials.password = second;
    } else if (kind == "token" && third.size() == 2 * kHashBytes && from_hex(third)) {
      credentials.tokens.push_back({second, third});
    } else {
      throw WebError(fmt::format(
          "{}:{}:1: neither a password nor a token; make them with telltale web passwd and "
          "telltale web token",
          path, number));
    }
  }
  return credentials;
}

void save_credentials(const std::string& path, const Credentials& credentials) {
  std::string text = "# Written by telltale web passwd and telltale web token.\n";
  if (!credentials.password.empty()) text += fmt::format("password {}\n", credentials.password);
  for (const Credentials::Token& token : credentials.tokens) {
    text += fmt::format("token {} {}\n", token.name, token.sha256);
  }
  const std::string reason = replace_file(path, text, 0600);
  if (!reason.empty()) throw WebError(fmt::format("{}: cannot be written: {}", path, reason));
}

std::string hash_password(std::string_view password) {
  Scrypt how;
  how.salt = random_bytes(16);
  return fmt::format("scrypt:{}:{}:{}:{}:{}", how.n, how.r, how.p, hex(how.salt),
                     hex(scrypt(password, how)));
}

bool is_password(std::string_view password, const std::string& line) {
  const auto how = parse_scrypt(line);
  return how && equal(scrypt(password, *how), how->hash);
}

std::string make_token() { return "telltale_" + random_name(); }
std::string hash_token(std::string_view token) { return sha256_hex(token); }

Access::Access(Credentials credentials)
    : credentials_(std::move(credentials)), shared_csrf_(random_name()) {}

Access::Attempt Access::log_in(std::string_view password, const std::string& client,
                               Clock::time_point now) {
  const std::string from = network_of(client);
  {
    const std::lock_guard lock(mutex_);
    const auto failed = failures_.find(from);
    if (failed != failures_.end() && failed->second.until > now) {
      return {std::nullopt, std::chrono::ceil<std::chrono::seconds>(failed->second.until - now)};
    }
  }
  bool right = false;
  {
    const std::lock_guard one_at_a_time(hashing_);
    right = !credentials_.password.empty() && is_password(password, credentials_.password);
  }
  const std::lock_guard lock(mutex_);
  if (!right) {
    forget(failures_, kMostClients,
           [&](const Failures& failures) { return failures.until + kLongestWait < now; });
    Failures& failures = failures_[from];
    failures.until = now;
    if (++failures.count > kFreeFailures) {
      const int doublings = std::min(failures.count - kFreeFailures - 1, 10);
      failures.until += std::min(kFirstWait * (1 << doublings), kLongestWait);
    }
    return {};
  }
  failures_.erase(from);
  forget(sessions_, kMostSessions,
         [&](const Open& open) { return open.used + kIdleEnd < now || open.begun + kEnd < now; });
  const Session session{random_name(), random_name()};
  sessions_[sha256_hex(session.id)] = {session.csrf, now, now};
  return {session, {}};
}

void Access::log_out(const std::string& id) {
  const std::lock_guard lock(mutex_);
  sessions_.erase(sha256_hex(id));
}

std::optional<Access::Session> Access::session(const std::string& id, Clock::time_point now) {
  if (!wants_login()) return Session{{}, shared_csrf_};
  if (id.empty()) return std::nullopt;
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(sha256_hex(id));
  if (found == sessions_.end()) return std::nullopt;
  Open& open = found->second;
  if (open.used + kIdleEnd < now || open.begun + kEnd < now) {
    sessions_.erase(found);
    return std::nullopt;
  }
  open.used = now;
  return Session{id, open.csrf};
}

bool Access::is_token(std::string_view token) const {
  const std::string hash = hash_token(token);
  return std::any_of(credentials_.tokens.begin(), credentials_.tokens.end(),
                     [&](const Credentials::Token& known) { return equal(known.sha256, hash); });
}

}  // namespace telltale
