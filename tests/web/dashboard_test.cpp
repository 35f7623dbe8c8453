// The API without a socket: what is asked, what is answered, who may.
#include "sensor/web/dashboard.h"

#include <fstream>
#include <set>

#include <gtest/gtest.h>
#include <simdjson.h>

#include "sensor/base/encoding.h"
#include "sensor/policy/feed_set.h"
#include "tests/store/store_support.h"

namespace telltale {
namespace {

using test::Line;
using test::new_store;
using test::ScratchFolder;

class FixedHost final : public DashboardHost {
 public:
  explicit FixedHost(const Config& config)
      : config_(config),
        feeds_(config),
        trust_(config, &feeds_),
        catalogue_(config),
        rules_(config) {}
  void with_policy(const std::function<void(const PolicyView&)>& use) override {
    use({config_, &feeds_, trust_, catalogue_, rules_});
  }

 private:
  const Config& config_;
  FeedSet feeds_;
  TrustPolicy trust_;
  CatalogueIndex catalogue_;
  RuleSet rules_;
};

class DashboardTest : public testing::Test {
 protected:
  DashboardTest() {
    StoreWriter store = new_store(folder_.file("s.db"));
    store.add(Line{}.finding());
    Line second;
    second.id = "00000000000000b2";
    store.add(second.alert());
    store.commit();
    config_.mutes.file = folder_.file("mutes.yaml");
    config_.devices_file = folder_.file("devices.yaml");
    host_.emplace(config_);
  }

  void open(Credentials credentials = {}) {
    dashboard_.emplace(DashboardOptions{.store = folder_.file("s.db"),
                                        .mutes_file = config_.mutes.file,
                                        .devices_file = config_.devices_file,
                                        .credentials = std::move(credentials)},
                       *host_, nullptr);
  }

  WebReply ask(const std::string& method, const std::string& path, const std::string& body = "",
               std::map<std::string, std::string> headers = {}) {
    WebRequest request;
    request.method = method;
    const size_t question = path.find('?');
    request.path = path.substr(0, question);
    for (size_t at = question; at < path.size();) {
      const size_t end = std::min(path.find('&', at + 1), path.size());
      const size_t equals = path.find('=', at);
      request.parameters.emplace(path.substr(at + 1, equals - at - 1),
                                 path.substr(equals + 1, end - equals - 1));
      at = end;
    }
    request.client = "192.0.2.7";
    request.header = [headers](const char* name) {
      const auto found = headers.find(name);
      return found == headers.end() ? std::string() : found->second;
    };
    request.read_body = [body](const WebRequest::Take& take) { return take(body); };
    return dashboard_->answer(request);
  }

  std::string csrf() {
    const std::string body = ask("GET", "/api/v1/session").body;
    const size_t at = body.find("\"csrf\":\"") + 8;
    return body.substr(at, body.find('"', at) - at);
  }

  WebReply change(const std::string& method, const std::string& path, const std::string& body) {
    return ask(method, path, body, {{"X-Telltale-CSRF", csrf()}});
  }

  ScratchFolder folder_;
  Config config_ = default_config();
  std::optional<FixedHost> host_;
  std::optional<Dashboard> dashboard_;
};

TEST_F(DashboardTest, EveryQuestionIsAnsweredInJson) {
  open();
  for (const char* path :
       {"status", "overview", "overview?since=24h", "devices", "devices?sort=name", "destinations",
        "destinations?by=operator&sort=findings", "findings", "findings?count=1", "alerts",
        "anomalies", "flows", "mutes", "openapi.json", "findings?q=imei&limit=1"}) {
    const WebReply reply = ask("GET", std::string("/api/v1/") + path);
    EXPECT_EQ(reply.status, 200) << path << reply.body;
    simdjson::dom::parser parser;
    EXPECT_EQ(parser.parse(reply.body).error(), simdjson::SUCCESS) << path << reply.body;
  }
}

TEST_F(DashboardTest, WhatIsWrongIsSaid) {
  open();
  const std::pair<const char*, int> cases[] = {{"/api/v1/nothing", 404},
                                               {"/api/v1/devices/nobody", 404},
                                               {"/api/v1/events/ffff", 404},
                                               {"/api/v1/findings?limit=0", 400},
                                               {"/api/v1/findings?limit=1e9", 400},
                                               {"/api/v1/findings?since=yesterday", 400},
                                               {"/api/v1/alerts?severity=9", 400},
                                               {"/api/v1/devices?sort=colour", 400},
                                               {"/api/v1/destinations?by=colour", 400},
                                               {"/nothing.html", 404},
                                               {"/api/v1/uploads", 409}};
  for (const auto& [path, status] : cases) {
    const WebReply reply = ask("GET", path);
    EXPECT_EQ(reply.status, status) << path << reply.body;
    EXPECT_NE(reply.body.find("\"message\":"), std::string::npos) << path;
  }
  for (const char* list : {"findings", "devices", "destinations"}) {
    EXPECT_EQ(ask("GET", std::string("/api/v1/") + list + "?cursor=zzz").status, 400) << list;
  }
  EXPECT_EQ(change("DELETE", "/api/v1/status", "").status, 405);
}

TEST_F(DashboardTest, EveryRouteIsDescribed) {
  open();
  simdjson::dom::parser parser;
  const WebReply reply = ask("GET", "/api/v1/openapi.json");
  simdjson::dom::element description;
  ASSERT_EQ(parser.parse(reply.body).get(description), simdjson::SUCCESS);
  std::set<std::string> described;
  for (const auto [path, methods] : simdjson::dom::object(description["paths"])) {
    for (const auto [method, operation] : simdjson::dom::object(methods)) {
      std::string text(path);
      for (size_t at = text.find("{id}"); at != std::string::npos; at = text.find("{id}")) {
        text.replace(at, 4, "{}");
      }
      described.insert(std::string(method) + " " + text);
    }
  }
  std::set<std::string> routes = {"get /session", "post /session", "delete /session"};
#define ROUTE(method, path, handler) routes.insert(ascii_lower(method) + " " + path);
#include "sensor/web/routes.inc"
#undef ROUTE
  EXPECT_EQ(described, routes);
}

TEST_F(DashboardTest, ChangesNeedTheTokenOfThePage) {
  open();
  const std::string body = R"({"event_id":"00000000000000b2"})";
  EXPECT_EQ(ask("POST", "/api/v1/mutes", body).status, 403);
  EXPECT_EQ(ask("POST", "/api/v1/mutes", body, {{"X-Telltale-CSRF", "guess"}}).status, 403);
  const std::string token = csrf();
  EXPECT_EQ(ask("POST", "/api/v1/mutes", body,
                {{"X-Telltale-CSRF", token}, {"Origin", "https://evil.example"}, {"Host", "a"}})
                .status,
            403);
  EXPECT_EQ(ask("POST", "/api/v1/mutes", body,
                {{"X-Telltale-CSRF", token}, {"Sec-Fetch-Site", "cross-site"}})
                .status,
            403);
  EXPECT_EQ(ask("POST", "/api/v1/mutes", body,
                {{"X-Telltale-CSRF", token}, {"Origin", "http://a"}, {"Host", "a"}})
                .status,
            200);
}

TEST_F(DashboardTest, AMuteIsWrittenShownAndRemoved) {
  open();
  EXPECT_EQ(ask("GET", "/api/v1/alerts").body.find("muted_by"), std::string::npos);
  const std::string preview =
      change("POST", "/api/v1/mutes", R"({"event_id":"00000000000000b2","preview":true})").body;
  EXPECT_NE(preview.find("\"yaml\":\"- {device:"), std::string::npos) << preview;
  EXPECT_EQ(ask("GET", "/api/v1/mutes").body, R"({"items":[],"next":""})");
  const WebReply made = change(
      "POST", "/api/v1/mutes",
      R"({"event_id":"00000000000000b2","scope":{"device":false},"reason":"fine: \"ours\""})");
  ASSERT_EQ(made.status, 200) << made.body;
  EXPECT_NE(ask("GET", "/api/v1/alerts").body.find("muted_by"), std::string::npos);
  const std::string id = made.body.substr(7, 16);
  EXPECT_EQ(change("DELETE", "/api/v1/mutes/" + id, "").status, 204);
  EXPECT_EQ(change("DELETE", "/api/v1/mutes/" + id, "").status, 404);
  EXPECT_EQ(ask("GET", "/api/v1/alerts").body.find("muted_by"), std::string::npos);
}

TEST_F(DashboardTest, AMuteOfEverythingIsRefused) {
  open();
  const char* bodies[] = {
      R"({"event_id":"00000000000000b2","scope":{"device":false,"data":false,"destination":false}})",
      R"({"event_id":"nothing"})",
      R"({"event_id":7})",
      R"({})",
      "[]",
      "{",
      "",
      R"({"event_id":"00000000000000b2","until":"soon"})"};
  for (const char* body : bodies) {
    const int status = change("POST", "/api/v1/mutes", body).status;
    EXPECT_TRUE(status == 400 || status == 404) << body << status;
  }
  EXPECT_EQ(change("POST", "/api/v1/mutes", std::string(70'000, ' ')).status, 413);
}

TEST_F(DashboardTest, ADeviceIsRenamedInTheStoreAndInTheFile) {
  open();
  const std::string path = "/api/v1/devices/02:00:00:00:00:07";
  EXPECT_EQ(change("PATCH", path, R"({"name":"a\nb"})").status, 400);
  EXPECT_EQ(change("PATCH", path, R"({"name":7})").status, 400);
  const WebReply reply = change("PATCH", path, R"({"name":"<b>Ann</b>","group":"kids"})");
  ASSERT_EQ(reply.status, 200) << reply.body;
  EXPECT_NE(reply.body.find(R"("name":"<b>Ann</b>")"), std::string::npos);
  std::ifstream file(config_.devices_file);
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  EXPECT_NE(text.find(R"({mac: "02:00:00:00:00:07", name: "<b>Ann</b>", group: kids})"),
            std::string::npos)
      << text;
}

TEST_F(DashboardTest, WhereAPasswordIsSetNothingIsToldWithoutIt) {
  Credentials credentials;
  credentials.password = hash_password("long enough");
  const std::string token = make_token();
  credentials.tokens.push_back({"siem", hash_token(token)});
  open(credentials);
#define ROUTE(method, path, handler) \
  EXPECT_EQ(ask(method, "/api/v1" path).status, 401) << method << " " << (path);
#include "sensor/web/routes.inc"
#undef ROUTE
  EXPECT_EQ(ask("POST", "/api/v1/session", R"({"password":"wrong"})").status, 403);
  const WebReply in = ask("POST", "/api/v1/session", R"({"password":"long enough"})");
  ASSERT_EQ(in.status, 200);
  std::string cookie;
  for (const auto& [name, value] : in.headers) {
    if (name == "Set-Cookie") cookie = value;
  }
  EXPECT_NE(cookie.find("HttpOnly"), std::string::npos);
  EXPECT_NE(cookie.find("SameSite=Strict"), std::string::npos);
  const std::string sent = cookie.substr(0, cookie.find(';'));
  EXPECT_EQ(ask("GET", "/api/v1/status", "", {{"Cookie", "x=1; " + sent}}).status, 200);
  EXPECT_EQ(ask("GET", "/api/v1/status", "", {{"Cookie", sent + "0"}}).status, 401);
  EXPECT_EQ(ask("GET", "/api/v1/status", "", {{"Authorization", "Bearer " + token}}).status, 200);
  EXPECT_EQ(ask("GET", "/api/v1/status", "", {{"Authorization", "Bearer x"}}).status, 401);
  // A program needs no page.
  EXPECT_EQ(ask("POST", "/api/v1/mutes", R"({"event_id":"00000000000000b2"})",
                {{"Authorization", "Bearer " + token}})
                .status,
            200);
  EXPECT_EQ(ask("DELETE", "/api/v1/session", "", {{"Cookie", sent}}).status, 200);
  EXPECT_EQ(ask("GET", "/api/v1/status", "", {{"Cookie", sent}}).status, 401);
}

}  // namespace
}  // namespace telltale
