#include "sensor/web/dashboard.h"

#include <fmt/format.h>

#include "sensor/base/encoding.h"
#include "sensor/store/database.h"
#include "sensor/web/api.h"
#include "sensor/web/pages.h"

namespace telltale {
namespace {

constexpr std::string_view kApi = "/api/v1";
constexpr const char* kCookie = "telltale_session";

struct Route {
  std::string_view method;
  std::string_view path;
  WebReply (*handler)(const ApiCall&);
};

constexpr Route kRoutes[] = {
#define ROUTE(method, path, handler) {method, path, handler},
#include "sensor/web/routes.inc"
#undef ROUTE
};

// The first part of `path`, which is taken off it.
std::string_view take_part(std::string_view& path) {
  path.remove_prefix(1);
  const size_t slash = std::min(path.find('/'), path.size());
  const std::string_view part = path.substr(0, slash);
  path.remove_prefix(slash);
  return part;
}

// What stands for each {} of `pattern`; nothing where it is another path.
std::optional<std::vector<std::string>> matched(std::string_view pattern, std::string_view path) {
  std::vector<std::string> ids;
  while (pattern.starts_with('/') && path.starts_with('/')) {
    const std::string_view wanted = take_part(pattern);
    const std::string_view given = take_part(path);
    if (wanted != "{}" && wanted != given) return std::nullopt;
    if (wanted == "{}" && given.empty()) return std::nullopt;
    if (wanted == "{}") ids.emplace_back(given);
  }
  if (!pattern.empty() || !path.empty()) return std::nullopt;
  return ids;
}

std::string cookie_of(const WebRequest& request) {
  const std::string all = request.header("Cookie");
  const std::string wanted = fmt::format("{}=", kCookie);
  for (size_t at = 0; at < all.size();) {
    const size_t end = std::min(all.find(';', at), all.size());
    const std::string_view one = trim(std::string_view(all).substr(at, end - at));
    if (one.starts_with(wanted)) return std::string(one.substr(wanted.size()));
    at = end + 1;
  }
  return {};
}

std::string cookie_line(const std::string& value, bool is_secure, bool forget) {
  return fmt::format("{}={}; Path=/; HttpOnly; SameSite=Strict{}{}", kCookie, value,
                     is_secure ? "; Secure" : "", forget ? "; Max-Age=0" : "");
}

// A browser says where a request comes from; other programs need not.
bool is_from_elsewhere(const WebRequest& request) {
  const std::string site = request.header("Sec-Fetch-Site");
  if (!site.empty() && site != "same-origin" && site != "none") return true;
  const std::string origin = request.header("Origin");
  const size_t scheme = origin.find("://");
  return !origin.empty() &&
         (scheme == std::string::npos || origin.substr(scheme + 3) != request.header("Host"));
}

}  // namespace

class Dashboard::Impl {
 public:
  Impl(DashboardOptions options, DashboardHost& host, AuditQueue* queue)
      : options_(std::move(options)),
        access_(options_.credentials),
        uploads_(made_uploads(options_, queue)),
        parts_{options_,
               host,
               Readers(options_.store),
               WrittenFiles(options_.mutes_file, options_.devices_file),
               uploads_.get(),
               0,
               std::chrono::system_clock::now()} {}

  WebReply answer(const WebRequest& request) {
    try {
      if (!request.path.starts_with(kApi)) return page(request);
      return api(request, std::string_view(request.path).substr(kApi.size()));
    } catch (const ApiError& error) {
      return error_reply(error.status(), error.what());
    } catch (const CursorError& error) {
      return error_reply(400, error.what());
    } catch (const std::exception& error) {  // of the store, of a file that cannot be written
      return error_reply(500, error.what());
    }
  }

 private:
  static std::unique_ptr<Uploads> made_uploads(const DashboardOptions& options, AuditQueue* queue) {
    if (queue == nullptr || options.uploads.empty() || options.max_upload == 0) return nullptr;
    return std::make_unique<Uploads>(options.uploads, options.max_upload, *queue);
  }

  WebReply page(const WebRequest& request) {
    if (request.method != "GET") return error_reply(405, "a page can only be looked at");
    const PageFile* found = find_page(request.path);
    if (found == nullptr) return error_reply(404, "there is no such page");
    WebReply reply;
    reply.type = found->type;
    reply.body = found->text;
    if (found->is_immutable) {
      reply.headers.emplace_back("Cache-Control", "public, max-age=31536000, immutable");
    }
    return reply;
  }

  WebReply api(const WebRequest& request, std::string_view path) {
    const bool changes = request.method != "GET";
    const std::string bearer = request.header("Authorization");
    const bool by_token = bearer.starts_with("Bearer ") && access_.is_token(bearer.substr(7));
    if (changes && !by_token && is_from_elsewhere(request)) {
      return error_reply(403, "another site may not change anything here");
    }
    const std::string cookie = cookie_of(request);
    const auto session = access_.session(cookie, Access::Clock::now());
    if (path == "/session") return session_call(request, session, cookie);
    if (!by_token && !session) return error_reply(401, "log in first");
    if (changes && !by_token && request.header("X-Telltale-CSRF") != session->csrf) {
      return error_reply(403, "this page is too old to change anything; load it again");
    }
    return routed(request, path);
  }

  WebReply routed(const WebRequest& request, std::string_view path) {
    bool is_known = false;
    for (const Route& route : kRoutes) {
      auto ids = matched(route.path, path);
      if (!ids) continue;
      is_known = true;
      if (route.method != request.method) continue;
      WebReply reply = route.handler({request, parts_, std::move(*ids)});
      if (reply.headers.empty()) reply.headers.emplace_back("Cache-Control", "no-cache, private");
      return reply;
    }
    return is_known ? error_reply(405, "this cannot be done with it")
                    : error_reply(404, "there is no such thing in the API; see openapi.json");
  }

  WebReply session_call(const WebRequest& request, const std::optional<Access::Session>& session,
                        const std::string& cookie) {
    if (request.method == "GET") return session_reply(session);
    if (request.method == "DELETE") {
      access_.log_out(cookie);
      WebReply reply = session_reply(std::nullopt);
      reply.headers.emplace_back("Set-Cookie", cookie_line("", request.is_secure, true));
      return reply;
    }
    if (request.method != "POST") return error_reply(405, "this cannot be done with it");
    if (!access_.wants_login()) return session_reply(session);
    const JsonBody body(request);
    const Access::Attempt attempt =
        access_.log_in(body.text("/password").value_or(""), request.client, Access::Clock::now());
    if (attempt.wait.count() > 0) {
      WebReply reply = error_reply(
          429, fmt::format("too many wrong passwords; try again in {} s", attempt.wait.count()));
      reply.headers.emplace_back("Retry-After", std::to_string(attempt.wait.count()));
      return reply;
    }
    if (!attempt.session) return error_reply(403, "this is not the password");
    WebReply reply = session_reply(attempt.session);
    reply.headers.emplace_back("Set-Cookie",
                               cookie_line(attempt.session->id, request.is_secure, false));
    return reply;
  }

  WebReply session_reply(const std::optional<Access::Session>& session) const {
    JsonText out;
    out.begin_object();
    out.boolean("login_required", access_.wants_login());
    out.boolean("logged_in", session.has_value());
    out.string("csrf", session ? session->csrf : "");
    out.end_object();
    WebReply reply = json_reply(out);
    reply.headers.emplace_back("Cache-Control", "no-store");
    return reply;
  }

  const DashboardOptions options_;
  Access access_;
  std::unique_ptr<Uploads> uploads_;
  ApiParts parts_;
};

Dashboard::Dashboard(DashboardOptions options, DashboardHost& host, AuditQueue* queue)
    : impl_(std::make_unique<Impl>(std::move(options), host, queue)) {}
Dashboard::~Dashboard() = default;

WebReply Dashboard::answer(const WebRequest& request) { return impl_->answer(request); }

}  // namespace telltale
