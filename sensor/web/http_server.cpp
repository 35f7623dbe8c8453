#include "sensor/web/http_server.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <mutex>
#include <thread>

#include <fmt/format.h>
#include <httplib.h>
#include <sys/socket.h>

#include "sensor/base/encoding.h"
#include "sensor/base/hash.h"
#include "sensor/base/json_text.h"
#include "sensor/web/connection.h"
#include "sensor/web/server_certificate.h"

namespace telltale {
namespace {

constexpr size_t kMaxPath = 1024;
constexpr std::chrono::milliseconds kIdle{15'000};  // between two requests of a connection
constexpr size_t kMostRequests = 1000;              // of one connection
constexpr std::string_view kBusy =
    "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 5\r\n"
    "Content-Length: 0\r\n\r\n";

// What keeps a page from being framed, from running what traffic put into it, and from telling
// others of itself.
constexpr std::pair<const char*, const char*> kHeaders[] = {
    {"Content-Security-Policy",
     "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src "
     "'self'; font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Permissions-Policy", "geolocation=(), camera=(), microphone=()"}};

// Set while a task of too many is run only to be turned away.
thread_local bool g_turn_away = false;
// Set when the rest of a request stays unread, so that nothing can follow it.
thread_local bool g_is_last = false;

// Threads that serve connections; of more than `max_waiting` connections none is kept waiting.
class Workers final : public httplib::TaskQueue {
 public:
  Workers(size_t threads, size_t max_waiting) : max_waiting_(max_waiting) {
    for (size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { work(); });
  }

  void enqueue(std::function<void()> task) override {
    {
      const std::lock_guard lock(mutex_);
      if (tasks_.size() < max_waiting_) {
        tasks_.push_back(std::move(task));
        wake_.notify_one();
        return;
      }
    }
    g_turn_away = true;
    task();
    g_turn_away = false;
  }

  void shutdown() override {
    {
      const std::lock_guard lock(mutex_);
      over_ = true;
    }
    wake_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

 private:
  void work() {
    for (;;) {
      std::function<void()> task;
      {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [this] { return over_ || !tasks_.empty(); });
        if (tasks_.empty()) return;
        task = std::move(tasks_.front());
        tasks_.pop_front();
      }
      task();
    }
  }

  size_t max_waiting_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> tasks_;
  bool over_ = false;
  std::vector<std::thread> threads_;
};

std::string entity_tag(const std::string& body) { return fmt::format("\"{:016x}\"", hash64(body)); }

}  // namespace

WebReply error_reply(int status, std::string_view message) {
  JsonText out;
  out.begin_object();
  out.begin_object("error");
  out.integer("status", static_cast<uint64_t>(status));
  out.string("message", message);
  out.end_object();
  out.end_object();
  WebReply reply;
  reply.status = status;
  reply.body = out.take();
  return reply;
}

bool is_own_host(std::string_view host, const std::vector<std::string>& names) {
  if (host.starts_with('[')) {
    const size_t end = host.find(']');
    return end != std::string_view::npos && IpAddress::parse(host.substr(1, end - 1)).has_value();
  }
  const std::string name = ascii_lower(host.substr(0, host.find(':')));
  return IpAddress::parse(name).has_value() || name == "localhost" ||
         std::find(names.begin(), names.end(), name) != names.end();
}

class HttpServer::Impl final : private httplib::Server {
 public:
  Impl(HttpServerOptions options, HttpApplication& application)
      : options_(std::move(options)), application_(application) {
    if (!options_.certificate.empty()) {
      tls_ = server_context(options_.certificate, options_.key);
    }
    new_task_queue = [this] {
      return new Workers(options_.threads, options_.max_connections - options_.threads);
    };
    set_tcp_nodelay(true);
    set_socket_options([](socket_t socket) {
      const int yes = 1;
      setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    });
    set_pre_routing_handler([this](const httplib::Request& asked, httplib::Response& answer) {
      return before_body(asked, answer);
    });
    const auto with_body = [this](const httplib::Request& asked, httplib::Response& answer,
                                  const httplib::ContentReader& reader) {
      serve(asked, answer, &reader);
    };
    Post(".*", with_body);
    Put(".*", with_body);
    Patch(".*", with_body);
    set_error_handler([](const httplib::Request&, httplib::Response& answer) {
      if (!answer.body.empty()) return;
      const WebReply reply = error_reply(answer.status, "this request cannot be understood");
      answer.set_content(reply.body, reply.type);
      answer.set_header("Cache-Control", "no-store");
    });
    listen_on();
  }
  ~Impl() override { stop(); }

  uint16_t port() const { return port_; }

  void start() {
    thread_ = std::thread([this] { listen_after_bind(); });
    while (!is_running() && !stopping_) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }

  void stop() {
    stopping_ = true;
    httplib::Server::stop();
    if (thread_.joinable()) thread_.join();
  }

 private:
  using Handling = httplib::Server::HandlerResponse;

  void listen_on() {
    const std::string host = options_.address.to_string();
    const std::string where = options_.address.is_v4()
                                  ? fmt::format("{}:{}", host, options_.port)
                                  : fmt::format("[{}]:{}", host, options_.port);
    const int port = options_.port == 0                  ? bind_to_any_port(host)
                     : bind_to_port(host, options_.port) ? options_.port
                                                         : -1;
    if (port <= 0) {
      throw WebError(
          fmt::format("web.listen: {} cannot be listened on ({}); name a free port of an address "
                      "of this machine",
                      where, std::strerror(errno)));
    }
    port_ = static_cast<uint16_t>(port);
  }

  // cpp-httplib's own would read without bounds.
  bool process_and_close_socket(socket_t socket) override {
    Connection connection(socket, tls_.get(), {});
    if (g_turn_away) {
      if (tls_ == nullptr) connection.send_last(kBusy);
      return true;
    }
    if (!connection.open()) return false;
    for (size_t count = kMostRequests; count > 0 && !stopping_; --count) {
      if (!wait_for_request(connection)) break;
      connection.begin_request();
      bool closed = false;
      g_is_last = false;
      if (!process_request(connection, count == 1, closed, nullptr) || closed) break;
      if (g_is_last || !connection.is_in_step()) break;
    }
    return true;
  }

  bool wait_for_request(Connection& connection) const {
    constexpr std::chrono::milliseconds kLook{250};  // whether it is time to stop
    for (auto waited = kLook * 0; waited < kIdle && !stopping_; waited += kLook) {
      if (connection.wait_for_request(kLook)) return true;
    }
    return false;
  }

  // All that can be said without reading a body: what has none is answered here.
  Handling before_body(const httplib::Request& asked, httplib::Response& answer) {
    const std::string length = asked.get_header_value("Content-Length");
    const bool has_body =
        asked.has_header("Transfer-Encoding") || (!length.empty() && length != "0");
    const bool wants_body =
        asked.method == "POST" || asked.method == "PUT" || asked.method == "PATCH";
    WebReply reply;
    if (asked.path.size() > kMaxPath) {
      reply = error_reply(414, "the path is too long");
    } else if (!is_own_host(asked.get_header_value("Host"), options_.hosts)) {
      reply = error_reply(421,
                          "this name is not known here; use the machine's address, or name it "
                          "under web.hosts");
    } else if (!asked.ranges.empty()) {
      reply = error_reply(416, "parts of a page cannot be had");
    } else if (has_body && !wants_body) {
      reply = error_reply(400, "this request may not have a body");
    } else if (asked.has_header("Content-Encoding")) {
      reply = error_reply(415, "bodies must not be compressed");
    } else if (wants_body) {
      return Handling::Unhandled;
    } else {
      serve(asked, answer, nullptr);
      return Handling::Handled;
    }
    g_is_last = true;  // a body that nobody wants may follow
    put(std::move(reply), asked, answer);
    return Handling::Handled;
  }

  void serve(const httplib::Request& asked, httplib::Response& answer,
             const httplib::ContentReader* reader) {
    WebRequest request;
    request.method = asked.method == "HEAD" ? "GET" : asked.method;
    request.path = asked.path;
    request.parameters = asked.params;
    request.client = asked.remote_addr;
    request.is_secure = tls_ != nullptr;
    request.header = [&asked](const char* name) { return asked.get_header_value(name); };
    g_is_last = reader != nullptr;  // until its body was read
    request.read_body = [reader](const WebRequest::Take& take) {
      const bool whole = reader != nullptr && (*reader)([&take](const char* data, size_t size) {
                           return take(std::string_view(data, size));
                         });
      g_is_last = !whole;
      return whole;
    };
    put(application_.answer(request), asked, answer);
  }

  void put(WebReply reply, const httplib::Request& asked, httplib::Response& answer) {
    bool has_policy = false;
    for (const auto& [name, value] : reply.headers) {
      answer.set_header(name, value);
      has_policy |= name == "Content-Security-Policy";
    }
    for (const auto& [name, value] : kHeaders) {
      if (!has_policy || std::strcmp(name, "Content-Security-Policy") != 0) {
        answer.set_header(name, value);
      }
    }
    if (g_is_last) answer.set_header("Connection", "close");
    if (!answer.has_header("Cache-Control")) answer.set_header("Cache-Control", "no-cache");
    answer.status = reply.status;
    if (reply.more) {
      answer.set_chunked_content_provider(
          reply.type, [this, more = std::move(reply.more)](size_t, httplib::DataSink& sink) {
            std::optional<std::string> piece;
            do {
              piece = stopping_ ? std::nullopt : more();
            } while (piece && piece->empty());  // which would be the end of the body
            if (!piece) {
              sink.done();
              return true;
            }
            return sink.write(piece->data(), piece->size());
          });
      return;
    }
    if (reply.status == 200 && asked.method != "POST") {
      const std::string tag = entity_tag(reply.body);
      answer.set_header("ETag", tag);
      if (asked.get_header_value("If-None-Match").find(tag) != std::string::npos) {
        answer.status = 304;
        return;
      }
    }
    if (reply.status != 204) answer.set_content(reply.body, reply.type);
  }

  HttpServerOptions options_;
  HttpApplication& application_;
  TlsContext tls_;
  uint16_t port_ = 0;
  std::atomic<bool> stopping_{false};
  std::thread thread_;
};

HttpServer::HttpServer(HttpServerOptions options, HttpApplication& application)
    : impl_(std::make_unique<Impl>(std::move(options), application)) {}
HttpServer::~HttpServer() = default;

uint16_t HttpServer::port() const { return impl_->port(); }
void HttpServer::start() { impl_->start(); }
void HttpServer::stop() { impl_->stop(); }

}  // namespace telltale
