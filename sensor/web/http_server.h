// The HTTP server of the web page, on cpp-httplib: connections with their limits, TLS, headers that
// keep browsers from doing harm. What is asked and answered is the HttpApplication's.
//
// cpp-httplib bounds neither the headers of a request nor the number of connections; here each
// connection is read through a Connection, and those too many are turned away. Nothing of the
// library but parsing and writing of messages is used.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sensor/base/ip_address.h"

namespace telltale {

// what() is one line: what cannot be, and what would be right.
class WebError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct WebRequest {
  std::string method;
  std::string path;  // decoded, without the query
  std::multimap<std::string, std::string> parameters;
  std::string client;  // its address
  bool is_secure = false;
  std::function<std::string(const char* name)> header;  // empty where there is none
  // Passes the body on in pieces until `take` returns false; false when it was not read to its end.
  using Take = std::function<bool(std::string_view piece)>;
  std::function<bool(const Take& take)> read_body;

  std::string parameter(const std::string& name) const {
    const auto found = parameters.find(name);
    return found == parameters.end() ? std::string() : found->second;
  }
};

struct WebReply {
  int status = 200;
  std::string type = "application/json; charset=utf-8";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;
  // Instead of a body: asked for piece after piece, each sent at once (an empty one is not: it is
  // asked again); nothing ends the reply.
  std::function<std::optional<std::string>()> more;
};

// {"error": {"status": ..., "message": ...}}
WebReply error_reply(int status, std::string_view message);

class HttpApplication {
 public:
  virtual ~HttpApplication() = default;
  // From several threads at once. Throws nothing.
  virtual WebReply answer(const WebRequest& request) = 0;
};

struct HttpServerOptions {
  IpAddress address;
  uint16_t port = 0;        // 0: any that is free
  std::string certificate;  // PEM files; empty: no TLS
  std::string key;
  std::vector<std::string> hosts;  // names a browser may have come by, in lower case
  size_t threads = 24;
  size_t max_connections = 256;
};

class HttpServer {
 public:
  // Takes the address; serves nothing yet. Throws WebError.
  HttpServer(HttpServerOptions options, HttpApplication& application);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;

  uint16_t port() const;
  // In threads of its own, until stop().
  void start();
  void stop();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// Whether a browser that names `host` (as in the header) asks this machine on purpose: by an
// address, as localhost, or by one of `names`. Any other name may be an attacker's that was made to
// point here (DNS rebinding).
bool is_own_host(std::string_view host, const std::vector<std::string>& names);

}  // namespace telltale
