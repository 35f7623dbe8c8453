// How `telltale reload` reaches the daemon: a Unix socket that only the daemon's user and root may
// open. One line asks, one or more lines answer; the first is "ok" or "failed".
#pragma once

#include <functional>
#include <string>

namespace telltale {

// In $RUNTIME_DIRECTORY (set by systemd), else /run/telltale for root, else the user's own runtime
// folder.
std::string default_control_path();

class ControlSocket {
 public:
  // Does a command and says how it went, a line.
  struct Answer {
    bool done = false;
    std::string text;
  };
  using Handler = std::function<Answer(const std::string& command)>;

  // Throws UsageError where the socket cannot be made or another daemon answers there.
  explicit ControlSocket(std::string path);
  ~ControlSocket();
  ControlSocket(const ControlSocket&) = delete;

  // Serves whoever asks now; never waits for long.
  void serve(const Handler& handler);

 private:
  std::string path_;
  int listener_ = -1;
};

// Asks the daemon at `path`. Throws UsageError where none answers.
ControlSocket::Answer ask_daemon(const std::string& path, const std::string& command);

}  // namespace telltale
