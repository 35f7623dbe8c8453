// Who may see the web page: a password (scrypt, RFC 7914) or tokens for programs, kept as hashes in
// one file; sessions of browsers that logged in, in memory.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace telltale {

// A line each: "password scrypt:N:R:P:SALT:HASH" and "token NAME SHA256", bytes in hex.
struct Credentials {
  std::string password;  // as in the file; empty: none is set
  struct Token {
    std::string name;
    std::string sha256;
  };
  std::vector<Token> tokens;

  bool empty() const { return password.empty() && tokens.empty(); }
};

// None where there is no such file. Throws WebError that names file and line.
Credentials load_credentials(const std::string& path);
// Readable by its owner only. Throws WebError.
void save_credentials(const std::string& path, const Credentials& credentials);

// A line of the file for `password`, with a salt of its own.
std::string hash_password(std::string_view password);
bool is_password(std::string_view password, const std::string& line);
// A new token, and what is kept of it.
std::string make_token();
std::string hash_token(std::string_view token);

class Access {
 public:
  using Clock = std::chrono::steady_clock;

  // `credentials` empty: nobody has to log in.
  explicit Access(Credentials credentials);

  bool wants_login() const { return !credentials_.empty(); }

  // What a browser holds after it has logged in.
  struct Session {
    std::string id;    // its cookie
    std::string csrf;  // what it must send with all that changes something
  };
  struct Attempt {
    std::optional<Session> session;
    std::chrono::seconds wait{0};  // too many have failed from there: not tried at all
  };
  Attempt log_in(std::string_view password, const std::string& client, Clock::time_point now);
  void log_out(const std::string& id);

  // The session of a cookie; where nobody has to log in, one that all share.
  std::optional<Session> session(const std::string& id, Clock::time_point now);
  bool is_token(std::string_view token) const;

 private:
  struct Open {
    std::string csrf;
    Clock::time_point begun;
    Clock::time_point used;
  };
  struct Failures {
    int count = 0;
    Clock::time_point until;
  };

  Credentials credentials_;
  std::string shared_csrf_;
  std::mutex mutex_;                          // guards what follows
  std::mutex hashing_;                        // one at a time: each takes 32 MiB
  std::map<std::string, Open> sessions_;      // by the SHA-256 of their id
  std::map<std::string, Failures> failures_;  // by client
};

}  // namespace telltale
