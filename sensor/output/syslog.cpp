// Syslog (RFC 5424): over UDP (RFC 5426), TCP with octet counting (RFC 6587), TLS (RFC 5425), or to
// the local daemon; the message is the event's JSON line, or CEF.
//
// Over UDP nobody tells whether a message arrived. Over TCP a message is done when the receiver's
// machine has acknowledged it.
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <memory>
#include <thread>

#include <curl/curl.h>
#include <fmt/format.h>
#include <linux/sockios.h>
#include <netdb.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "sensor/base/version.h"
#include "sensor/output/delivery.h"
#include "sensor/output/event_text.h"
#include "sensor/output/line_file.h"

namespace telltale {
namespace {

constexpr const char* kLocalDaemon = "unix:///dev/log";
constexpr int kFacility = 16;  // local0
constexpr int kMilliseconds = 5000;
constexpr size_t kLargestDatagram = 60'000;

// RFC 5424 section 6.2.1: critical, warning, notice; informational for what is no alert.
int syslog_severity(int severity) {
  constexpr std::array<int, 4> kSeverities = {6, 2, 4, 5};
  return severity >= 0 && severity < 4 ? kSeverities[static_cast<size_t>(severity)] : 6;
}

std::string host_name() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0 || name[0] == '\0') return "-";
  return name.data();
}

// CEF's header escapes | and \, its extension = and \ (Implementing ArcSight CEF, revision 25).
std::string escaped(std::string_view text, char special) {
  std::string result;
  for (const char c : text) {
    if (c == special || c == '\\') result += '\\';
    result += c == '\n' || c == '\r' ? ' ' : c;
  }
  return result;
}

std::string cef(const EventText& text) {
  const int severity = text.severity == 1 ? 9 : text.severity == 2 ? 6 : 3;
  std::string line =
      fmt::format("CEF:0|telltale|telltale|{}|{}|{}|{}|externalId={}", kVersion,
                  text.signature_id > 0 ? std::to_string(text.signature_id) : text.type,
                  escaped(text.title, '|'), severity, text.id);
  const auto add = [&](const char* key, const std::string& value) {
    if (!value.empty() && value != "0") line += fmt::format(" {}={}", key, escaped(value, '='));
  };
  add("src", text.src_ip);
  add("spt", std::to_string(text.src_port));
  add("shost", text.device);
  add("dst", text.dest_ip);
  add("dpt", std::to_string(text.dest_port));
  add("dhost", text.host);
  add("proto", text.proto);
  add("msg", text.body);
  return line;
}

struct Target {
  std::string scheme;  // udp, tcp, tls, unix
  std::string host;
  std::string port;
};

Target target_of(const OutputConfig& config) {
  const std::string url = config.url.empty() ? kLocalDaemon : config.url;
  const size_t colon = url.find("://");
  Target target{url.substr(0, colon), {}, {}};
  const bool known = target.scheme == "udp" || target.scheme == "tcp" || target.scheme == "tls" ||
                     target.scheme == "unix";
  if (colon == std::string::npos || !known) {
    throw OutputError(
        "syslog: " + url +
        ": expected udp://HOST:PORT, tcp://HOST:PORT, tls://HOST:PORT or unix:///PATH");
  }
  target.host = url.substr(colon + 3);
  if (target.scheme == "unix") return target;
  target.port = target.scheme == "tls" ? "6514" : target.scheme == "tcp" ? "601" : "514";
  const size_t port = target.host.rfind(':');
  if (port != std::string::npos && target.host.find(']', port) == std::string::npos) {
    target.port = target.host.substr(port + 1);
    target.host.resize(port);
  }
  if (target.host.starts_with('[') && target.host.ends_with(']')) {
    target.host = target.host.substr(1, target.host.size() - 2);
  }
  if (target.host.empty()) throw OutputError("syslog: " + url + ": the host is missing");
  return target;
}

class Connection {
 public:
  virtual ~Connection() = default;
  // All of it, within some seconds. False: the connection is of no use any more.
  virtual bool send(std::string_view bytes, std::string& reason) = 0;
};

class SocketConnection final : public Connection {
 public:
  explicit SocketConnection(int descriptor, bool is_stream)
      : socket_(descriptor), is_stream_(is_stream) {}
  ~SocketConnection() override { close(socket_); }
  SocketConnection(const SocketConnection&) = delete;

  bool send(std::string_view bytes, std::string& reason) override {
    if (is_stream_ && has_ended()) {
      reason = "the receiver closed the connection";
      return false;
    }
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent < 0 && errno == EINTR) continue;
      if (sent < 0) {
        reason = std::strerror(errno);
        return false;
      }
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
    return !is_stream_ || is_acknowledged(reason);
  }

 private:
  bool has_ended() const {
    char byte = 0;
    const ssize_t got = recv(socket_, &byte, 1, MSG_DONTWAIT | MSG_PEEK);
    return got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK);
  }
  bool is_acknowledged(std::string& reason) const {
    for (int waited = 0; waited < kMilliseconds; waited += 2) {
      int unsent = 0;
      if (ioctl(socket_, SIOCOUTQ, &unsent) != 0 || unsent == 0) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    reason = "the receiver does not acknowledge";
    return false;
  }

  int socket_;
  bool is_stream_;
};

// libcurl makes the TLS connection and checks the certificate; what goes over it is ours.
class TlsConnection final : public Connection {
 public:
  TlsConnection(const Target& target, const OutputConfig& config, std::string& reason)
      : curl_(curl_easy_init(), curl_easy_cleanup) {
    CURL* curl = curl_.get();
    const bool is_v6 = target.host.find(':') != std::string::npos;
    const std::string host = is_v6 ? "[" + target.host + "]" : target.host;
    curl_easy_setopt(curl, CURLOPT_URL, ("https://" + host + ":" + target.port).c_str());
    curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, long{kMilliseconds});
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_SSL_ENABLE_ALPN, 0L);
    if (!config.ca_file.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, config.ca_file.c_str());
    const CURLcode result = curl_easy_perform(curl);
    connected_ = result == CURLE_OK;
    if (!connected_) reason = curl_easy_strerror(result);
  }
  bool connected() const { return connected_; }

  bool send(std::string_view bytes, std::string& reason) override {
    if (has_ended()) {
      reason = "the receiver closed the connection";
      return false;
    }
    for (int waited = 0; !bytes.empty() && waited < kMilliseconds;) {
      size_t sent = 0;
      const CURLcode result = curl_easy_send(curl_.get(), bytes.data(), bytes.size(), &sent);
      bytes.remove_prefix(sent);
      if (result == CURLE_AGAIN) {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
        waited += 10;
      } else if (result != CURLE_OK) {
        reason = curl_easy_strerror(result);
        return false;
      }
    }
    if (!bytes.empty()) reason = "the receiver takes nothing";
    return bytes.empty();
  }

 private:
  bool has_ended() {
    std::array<char, 64> bytes{};
    size_t got = 0;
    const CURLcode result = curl_easy_recv(curl_.get(), bytes.data(), bytes.size(), &got);
    return result != CURLE_AGAIN && (result != CURLE_OK || got == 0);
  }

  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl_;
  bool connected_ = false;
};

class Syslog final : public Delivery {
 public:
  explicit Syslog(const OutputConfig& config)
      : config_(config), target_(target_of(config)), host_(host_name()) {}

  Delivered deliver(std::string_view line) override {
    const std::string message = message_of(line);
    const bool is_stream = target_.scheme == "tcp" || target_.scheme == "tls";
    if (!is_stream && message.size() > kLargestDatagram) {
      reason_ = "larger than a datagram";
      return Delivered::refused;
    }
    if (connection_ == nullptr) connection_ = connect();
    if (connection_ == nullptr) return Delivered::later;
    const std::string framed = is_stream ? std::to_string(message.size()) + " " + message : message;
    if (connection_->send(framed, reason_)) return Delivered::done;
    connection_.reset();
    return Delivered::later;
  }
  const std::string& reason() const override { return reason_; }

 private:
  std::string message_of(std::string_view line) const {
    const EventText text = text_of(line);
    std::string time = text.timestamp.empty() ? "-" : text.timestamp;
    // RFC 5424 section 6.2.3 wants a colon in the offset.
    if (time.ends_with("+0000")) time.replace(time.size() - 5, 5, "Z");
    return fmt::format("<{}>1 {} {} telltale {} {} - {}",
                       kFacility * 8 + syslog_severity(text.severity), time, host_, getpid(),
                       text.type.empty() ? "-" : text.type,
                       config_.format == "cef" ? cef(text) : std::string(line));
  }

  std::unique_ptr<Connection> connect() {
    if (target_.scheme == "unix") return connect_local();
    if (target_.scheme == "tls") {
      auto connection = std::make_unique<TlsConnection>(target_, config_, reason_);
      return connection->connected() ? std::move(connection) : nullptr;
    }
    const bool is_stream = target_.scheme == "tcp";
    addrinfo hints{};
    hints.ai_socktype = is_stream ? SOCK_STREAM : SOCK_DGRAM;
    addrinfo* found = nullptr;
    if (const int error = getaddrinfo(target_.host.c_str(), target_.port.c_str(), &hints, &found);
        error != 0) {
      reason_ = gai_strerror(error);
      return nullptr;
    }
    const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> addresses(found, freeaddrinfo);
    for (const addrinfo* address = found; address != nullptr; address = address->ai_next) {
      const int descriptor =
          socket(address->ai_family, address->ai_socktype | SOCK_CLOEXEC, address->ai_protocol);
      if (auto connection = connected(descriptor, address->ai_addr, address->ai_addrlen, is_stream))
        return connection;
    }
    return nullptr;
  }

  std::unique_ptr<Connection> connect_local() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    target_.host.copy(address.sun_path, sizeof address.sun_path - 1);
    return connected(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0),
                     reinterpret_cast<const sockaddr*>(&address), sizeof address, false);
  }

  std::unique_ptr<Connection> connected(int descriptor, const sockaddr* address, socklen_t size,
                                        bool is_stream) {
    const timeval limit{kMilliseconds / 1000, 0};
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit,
               sizeof limit);  // bounds connect() as well
    if (descriptor >= 0 && ::connect(descriptor, address, size) == 0) {
      return std::make_unique<SocketConnection>(descriptor, is_stream);
    }
    reason_ = std::strerror(errno);
    if (descriptor >= 0) close(descriptor);
    return nullptr;
  }

  const OutputConfig config_;
  const Target target_;
  const std::string host_;
  std::unique_ptr<Connection> connection_;
  std::string reason_;
};

}  // namespace

std::unique_ptr<Delivery> make_syslog_delivery(const OutputConfig& config, const std::string&) {
  return std::make_unique<Syslog>(config);
}

}  // namespace telltale
