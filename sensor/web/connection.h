// One client of the web page: a socket, TLS around it where wanted, and what a client may take of
// time and memory before it is let go.
#pragma once

#include <array>
#include <chrono>
#include <memory>
#include <string>

#include <httplib.h>
#include <openssl/ssl.h>

namespace telltale {

struct ConnectionLimits {
  size_t max_head = 16 * 1024;              // bytes of a request line with all its headers
  std::chrono::milliseconds head{10'000};   // from its first byte to its last
  std::chrono::milliseconds pause{10'000};  // between two pieces of a body, or of what is sent
  uint64_t min_rate = 1024;                 // bytes a second of a body, on average
};

class Connection final : public httplib::Stream {
 public:
  // Closes `socket` when it goes. `tls` null: plain.
  Connection(int socket, SSL_CTX* tls, const ConnectionLimits& limits);
  ~Connection() override;
  Connection(const Connection&) = delete;

  // The TLS handshake, where there is one to make.
  bool open();
  // Waits for the first byte of another request.
  bool wait_for_request(std::chrono::milliseconds patience);
  void begin_request();
  // False when the last request did not arrive as it should, so that what comes next is none.
  bool is_in_step() const { return !failed_ && !in_head_; }
  // Sends these bytes, whatever the client asks, and waits for nothing more.
  void send_last(std::string_view text) {
    write(text.data(), text.size());
    failed_ = true;
  }

  bool is_readable() const override;
  bool is_writable() const override;
  ssize_t read(char* to, size_t size) override;
  ssize_t write(const char* from, size_t size) override;
  void get_remote_ip_and_port(std::string& ip, int& port) const override;
  void get_local_ip_and_port(std::string& ip, int& port) const override;
  socket_t socket() const override { return socket_; }

 private:
  using Clock = std::chrono::steady_clock;
  struct FreeSsl {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };

  bool wait(short events, std::chrono::milliseconds patience) const;
  // What to wait for when TLS cannot go on; 0: it never will.
  short wanted(int result) const;
  ssize_t fill();
  void drain();
  bool may_take(size_t size);

  int socket_;
  ConnectionLimits limits_;
  std::unique_ptr<SSL, FreeSsl> ssl_;
  std::array<char, 8192> buffer_{};
  size_t begin_ = 0;  // of what is not read yet
  size_t end_ = 0;
  size_t head_ = 0;         // bytes of the request's head so far
  uint32_t last_four_ = 0;  // a head ends with an empty line
  bool in_head_ = true;
  bool failed_ = false;
  uint64_t body_ = 0;
  Clock::time_point since_;
};

}  // namespace telltale
