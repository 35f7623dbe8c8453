#include "sensor/web/connection.h"

#include <algorithm>
#include <cerrno>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace telltale {
namespace {

constexpr uint32_t kEndOfHead = 0x0d0a0d0a;  // CR LF CR LF

void address_of(const sockaddr_storage& from, std::string& ip, int& port) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (from.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(from);
    inet_ntop(AF_INET, &v4.sin_addr, text.data(), text.size());
    port = ntohs(v4.sin_port);
  } else if (from.ss_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(from);
    inet_ntop(AF_INET6, &v6.sin6_addr, text.data(), text.size());
    port = ntohs(v6.sin6_port);
  }
  ip = text.data();
}

}  // namespace

Connection::Connection(int socket, SSL_CTX* tls, const ConnectionLimits& limits)
    : socket_(socket), limits_(limits) {
  fcntl(socket_, F_SETFL, fcntl(socket_, F_GETFL) | O_NONBLOCK);
  if (tls == nullptr) return;
  ssl_.reset(SSL_new(tls));
  if (ssl_ != nullptr) SSL_set_fd(ssl_.get(), socket_);
}

Connection::~Connection() {
  if (ssl_ != nullptr) SSL_shutdown(ssl_.get());
  ::shutdown(socket_, SHUT_WR);
  if (!failed_) drain();
  close(socket_);
}

// A socket closed on what nobody read would take the answer back from who is still sending.
void Connection::drain() {
  constexpr size_t kMost = 4U << 20;
  const auto end = Clock::now() + std::chrono::seconds(2);
  for (size_t drained = 0; drained < kMost;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now());
    if (left.count() <= 0 || !wait(POLLIN, left)) return;
    const ssize_t got = recv(socket_, buffer_.data(), buffer_.size(), 0);
    if (got <= 0) return;
    drained += static_cast<size_t>(got);
  }
}

bool Connection::wait(short events, std::chrono::milliseconds patience) const {
  const auto end = Clock::now() + patience;
  for (;;) {
    pollfd wanted{socket_, events, 0};
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now());
    const int ready = poll(&wanted, 1, static_cast<int>(std::max<int64_t>(left.count(), 0)));
    if (ready > 0) return true;
    if (ready == 0 || errno != EINTR) return false;
  }
}

short Connection::wanted(int result) const {
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return POLLIN;
    case SSL_ERROR_WANT_WRITE:
      return POLLOUT;
    default:
      return 0;
  }
}

bool Connection::open() {
  if (ssl_ == nullptr) return true;
  const auto end = Clock::now() + limits_.head;
  for (;;) {
    const int result = SSL_accept(ssl_.get());
    if (result == 1) return true;
    const short event = wanted(result);
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now());
    if (event == 0 || left.count() <= 0 || !wait(event, left)) return false;
  }
}

bool Connection::wait_for_request(std::chrono::milliseconds patience) {
  if (begin_ < end_ || (ssl_ != nullptr && SSL_pending(ssl_.get()) > 0)) return true;
  return wait(POLLIN, patience);
}

void Connection::begin_request() {
  head_ = 0;
  last_four_ = 0;
  in_head_ = true;
  body_ = 0;
  failed_ = false;
  since_ = Clock::now();
}

bool Connection::is_readable() const {
  return begin_ < end_ || (ssl_ != nullptr && SSL_pending(ssl_.get()) > 0) ||
         wait(POLLIN, limits_.pause);
}

bool Connection::is_writable() const { return wait(POLLOUT, limits_.pause); }

ssize_t Connection::fill() {
  for (;;) {
    short event = POLLIN;
    ssize_t got = 0;
    if (ssl_ != nullptr) {
      got = SSL_read(ssl_.get(), buffer_.data(), static_cast<int>(buffer_.size()));
      if (got <= 0) event = wanted(static_cast<int>(got));
    } else {
      got = recv(socket_, buffer_.data(), buffer_.size(), 0);
      if (got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)) {
        event = 0;
      }
    }
    if (got > 0) {
      begin_ = 0;
      end_ = static_cast<size_t>(got);
      return got;
    }
    if (event == 0 || !wait(event, limits_.pause)) return -1;
  }
}

// Whether a client may still send, after it has sent so much in so long.
bool Connection::may_take(size_t size) {
  const auto so_long = Clock::now() - since_;
  if (in_head_) {
    head_ += size;
    return head_ <= limits_.max_head && so_long <= limits_.head;
  }
  body_ += size;
  if (so_long <= limits_.head) return true;
  const auto seconds =
      static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(so_long).count());
  return body_ / seconds >= limits_.min_rate;
}

ssize_t Connection::read(char* to, size_t size) {
  if (begin_ == end_ && fill() < 0) {
    failed_ = true;
    return -1;
  }
  size = std::min(size, end_ - begin_);
  if (in_head_) size = std::min<size_t>(size, 1);  // so that its end is seen
  std::copy_n(&buffer_[begin_], size, to);
  begin_ += size;
  if (!may_take(size)) {
    failed_ = true;
    return -1;
  }
  if (in_head_) {
    last_four_ = last_four_ << 8 | static_cast<uint8_t>(*to);
    in_head_ = last_four_ != kEndOfHead;
  }
  return static_cast<ssize_t>(size);
}

ssize_t Connection::write(const char* from, size_t size) {
  size_t sent = 0;
  while (sent < size) {
    short event = POLLOUT;
    ssize_t now = 0;
    if (ssl_ != nullptr) {
      const size_t piece = std::min<size_t>(size - sent, 16 * 1024);
      now = SSL_write(ssl_.get(), from + sent, static_cast<int>(piece));
      if (now <= 0) event = wanted(static_cast<int>(now));
    } else {
      now = send(socket_, from + sent, size - sent, MSG_NOSIGNAL);
      if (now < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) event = 0;
    }
    if (now > 0) {
      sent += static_cast<size_t>(now);
    } else if (event == 0 || !wait(event, limits_.pause)) {
      return -1;
    }
  }
  return static_cast<ssize_t>(sent);
}

void Connection::get_remote_ip_and_port(std::string& ip, int& port) const {
  sockaddr_storage from{};
  socklen_t size = sizeof from;
  if (getpeername(socket_, reinterpret_cast<sockaddr*>(&from), &size) == 0) {
    address_of(from, ip, port);
  }
}

void Connection::get_local_ip_and_port(std::string& ip, int& port) const {
  sockaddr_storage from{};
  socklen_t size = sizeof from;
  if (getsockname(socket_, reinterpret_cast<sockaddr*>(&from), &size) == 0) {
    address_of(from, ip, port);
  }
}

}  // namespace telltale
