// telltale web: the dashboard of a store without a running sensor; its password and tokens.
#include <csignal>
#include <cstdio>
#include <iostream>
#include <memory>
#include <mutex>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include "geoip/geo_files.h"
#include "sensor/cli/command.h"
#include "sensor/cli/policy_options.h"
#include "sensor/cli/run_sandbox.h"
#include "sensor/cli/store_query.h"
#include "sensor/cli/terminal.h"
#include "sensor/cli/web_service.h"
#include "sensor/policy/file_watch.h"

namespace telltale {
namespace {

constexpr size_t kShortestPassword = 8;

struct WebOptions {
  std::string store;
  std::string listen;
  PolicyOptions policy;
  std::vector<std::string> home;
  std::string token;  // its name
};

Config web_configuration(const WebOptions& options) {
  Config config = load_policy(options.policy);
  set_home_networks(config, options.home);
  if (!options.store.empty()) config.store.path = options.store;
  if (config.store.path.empty()) config.store.path = kDefaultStore;
  if (!options.listen.empty()) config.web.listen = options.listen;
  use_web_files(config);
  return config;
}

// The policy that stored events are judged by, with mutes as they are now.
class StoreHost final : public DashboardHost {
 public:
  explicit StoreHost(const Config& config)
      : config_(config), policy_(config), mutes_(config.mutes.file) {
    std::vector<std::string> ignored;
    geo_ = config.geoip.search ? GeoDatabases::open_good(find_geo_databases(), ignored)
                               : GeoDatabases::open_good(config.geoip.databases, ignored);
  }

  void with_policy(const std::function<void(const PolicyView&)>& use) override {
    const std::lock_guard lock(mutex_);
    if (mutes_.changed()) policy_.rules.use(MuteBook::of(config_));
    use(policy_.view());
  }
  std::vector<GeoFile> geo_files() override { return geo_files_of(geo_, config_.geoip.max_age); }

 private:
  const Config& config_;
  std::mutex mutex_;
  JudgingPolicy policy_;
  FileWatch mutes_;
  GeoDatabases geo_;
};

void wait_for_signal() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  int which = 0;
  sigwait(&signals, &which);
}

void say(const std::string& line) { fmt::print(stderr, "telltale: {}\n", printable(line, 800)); }

int serve(const WebOptions& options) {
  const Config config = web_configuration(options);
  // Before a thread is started, so that all leave them to wait_for_signal().
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  std::signal(SIGPIPE, SIG_IGN);
  RunFiles files{options.policy.policies, {}};
  files.read.push_back(options.policy.config);
  // First of all, so that the helper for uploads has no rights either.
  for (const std::string& line : give_up_root(config, files)) say(line);
  WebService service(
      config,
      {.policy = options.policy, .home = options.home, .read = folders_read(config, files)});
  StoreHost host(config);
  service.open(host);
  for (const std::string& line : confine(config, files)) say(line);
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  service.start();
  for (const std::string& note : service.notes()) say(note);
  fmt::print(stderr, "telltale: {} shows {}; Ctrl-C ends it\n", service.url(),
             printable(config.store.path, 200));
  wait_for_signal();
  service.stop();
  return kExitDone;
}

// A line from the terminal, unseen, or from whatever standard input is.
std::string ask(const char* prompt) {
  const bool is_terminal = isatty(STDIN_FILENO) == 1;
  termios before{};
  if (is_terminal) {
    std::fputs(prompt, stderr);
    tcgetattr(STDIN_FILENO, &before);
    termios quiet = before;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(STDIN_FILENO, TCSANOW, &quiet);
  }
  std::string line;
  std::getline(std::cin, line);
  if (is_terminal) {
    tcsetattr(STDIN_FILENO, TCSANOW, &before);
    std::fputs("\n", stderr);
  }
  return line;
}

int set_password(const WebOptions& options) {
  const std::string path = web_configuration(options).web.access_file;
  Credentials credentials = load_credentials(path);
  const std::string password = ask("New password: ");
  if (password.size() < kShortestPassword) {
    throw UsageError(fmt::format("telltale: a password needs {} letters or more; nothing changed",
                                 kShortestPassword));
  }
  if (isatty(STDIN_FILENO) == 1 && ask("Again: ") != password) {
    throw UsageError("telltale: these are not the same; nothing changed");
  }
  credentials.password = hash_password(password);
  save_credentials(path, credentials);
  fmt::print("The password is set in {}; it holds from the next start of the web page on.\n", path);
  return kExitDone;
}

int make_new_token(const WebOptions& options) {
  const std::string path = web_configuration(options).web.access_file;
  if (options.token.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                      "0123456789._-") != std::string::npos) {
    throw UsageError("telltale: a token's name has letters, digits, '.', '_' and '-'");
  }
  Credentials credentials = load_credentials(path);
  std::erase_if(credentials.tokens, [&](const auto& known) { return known.name == options.token; });
  const std::string token = make_token();
  credentials.tokens.push_back({options.token, hash_token(token)});
  save_credentials(path, credentials);
  fmt::print("{}\n", token);
  fmt::print(
      stderr,
      "telltale: this is shown once. Send it as 'Authorization: Bearer TOKEN'; it holds from "
      "the next start of the web page on.\n");
  return kExitDone;
}

void add_options(CLI::App& command, WebOptions& options) {
  command.add_option(
      "--store", options.store,
      fmt::format("store to show; else the one of the configuration, else {}", kDefaultStore));
  add_policy_options(command, options.policy);
}

}  // namespace

void register_web(CLI::App& app, std::function<int()>& chosen) {
  auto options = std::make_shared<WebOptions>();
  CLI::App* web = app.add_subcommand("web", "Show a store as web pages; set who may see them");
  web->require_subcommand(0, 1);
  add_options(*web, *options);
  add_home_option(*web, options->home);
  web->add_option("--listen", options->listen, "address:port, by default 127.0.0.1:8480");
  web->callback([web, options, &chosen] {
    if (web->get_subcommands().empty()) chosen = [options] { return serve(*options); };
  });
  CLI::App* password = web->add_subcommand("passwd", "Set the password, read from standard input");
  add_options(*password, *options);
  password->callback([options, &chosen] { chosen = [options] { return set_password(*options); }; });
  CLI::App* token = web->add_subcommand("token", "Make a token for a program, and print it");
  token
      ->add_option("NAME", options->token, "of the program; a new token takes the place of its old")
      ->required();
  add_options(*token, *options);
  token->callback([options, &chosen] { chosen = [options] { return make_new_token(*options); }; });
}

}  // namespace telltale
