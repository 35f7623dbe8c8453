#include "sensor/cli/control_socket.h"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "sensor/cli/command.h"

namespace telltale {
namespace {

constexpr time_t kServe = 1;    // seconds a client may take
constexpr time_t kAnswer = 60;  // seconds a reload may take
constexpr size_t kLongest = 64 * 1024;

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    throw UsageError(fmt::format("telltale: {}: too long for a socket; at most {} bytes", path,
                                 sizeof address.sun_path - 1));
  }
  path.copy(address.sun_path, path.size());
  return address;
}

void set_timeout(int descriptor, time_t seconds) {
  const timeval limit{seconds, 0};
  setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

int connect_to(const std::string& path) {
  const sockaddr_un address = address_of(path);
  const int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor >= 0 &&
      connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    return descriptor;
  }
  if (descriptor >= 0) close(descriptor);
  return -1;
}

void send_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t sent = send(descriptor, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    text.remove_prefix(static_cast<size_t>(sent));
  }
}

// Up to `until`, or to the end where that is 0.
std::string receive(int descriptor, char until) {
  std::string text;
  std::array<char, 4096> bytes;
  while (text.size() < kLongest) {
    const ssize_t got = recv(descriptor, bytes.data(), bytes.size(), 0);
    if (got <= 0) break;
    text.append(bytes.data(), static_cast<size_t>(got));
    const size_t end = until == 0 ? std::string::npos : text.find(until);
    if (end != std::string::npos) return text.substr(0, end);
  }
  return text;
}

}  // namespace

std::string default_control_path() {
  if (const char* folder = std::getenv("RUNTIME_DIRECTORY"))
    return std::string(folder) + "/control.sock";
  if (geteuid() == 0) return "/run/telltale/control.sock";
  if (const char* folder = std::getenv("XDG_RUNTIME_DIR"))
    return std::string(folder) + "/telltale.sock";
  return fmt::format("/tmp/telltale-{}.sock", geteuid());
}

ControlSocket::ControlSocket(std::string path) : path_(std::move(path)) {
  const sockaddr_un address = address_of(path_);
  if (const int other = connect_to(path_); other >= 0) {
    close(other);
    throw UsageError("telltale: " + path_ +
                     ": another telltale runs and answers there; give this one --control");
  }
  std::error_code ignored;
  std::filesystem::create_directories(std::filesystem::path(path_).parent_path(), ignored);
  if (std::filesystem::is_socket(path_, ignored)) std::filesystem::remove(path_, ignored);
  listener_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const mode_t before = umask(0177);
  const bool bound = listener_ >= 0 && bind(listener_, reinterpret_cast<const sockaddr*>(&address),
                                            sizeof address) == 0;
  umask(before);
  if (!bound || listen(listener_, 4) != 0) {
    const std::string why = std::strerror(errno);
    if (listener_ >= 0) close(listener_);
    throw UsageError("telltale: " + path_ + ": the control socket cannot be made: " + why);
  }
}

ControlSocket::~ControlSocket() {
  close(listener_);
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
}

void ControlSocket::serve(const Handler& handler) {
  const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
  if (client < 0) return;
  set_timeout(client, kServe);
  const std::string command = receive(client, '\n');
  if (!command.empty()) {
    const Answer answer = handler(command);
    send_all(client, (answer.done ? "ok\n" : "failed\n") + answer.text + "\n");
  }
  close(client);
}

ControlSocket::Answer ask_daemon(const std::string& path, const std::string& command) {
  const int daemon = connect_to(path);
  if (daemon < 0) {
    throw UsageError(
        fmt::format("telltale: {}: no telltale answers there ({}); is `telltale run` running?",
                    path, std::strerror(errno)));
  }
  set_timeout(daemon, kAnswer);
  send_all(daemon, command + "\n");
  const std::string text = receive(daemon, 0);
  close(daemon);
  const size_t line = text.find('\n');
  if (line == std::string::npos)
    throw UsageError("telltale: " + path + ": the daemon gave no answer");
  std::string rest = text.substr(line + 1);
  while (rest.ends_with('\n')) rest.pop_back();
  return {text.substr(0, line) == "ok", rest};
}

}  // namespace telltale
