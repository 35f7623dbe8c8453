// telltale reload: has the running daemon read its configuration again; says what came of it.
#include <cstdio>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "sensor/cli/command.h"
#include "sensor/cli/control_socket.h"

namespace telltale {

void register_reload(CLI::App& app, std::function<int()>& chosen) {
  CLI::App* command = app.add_subcommand(
      "reload",
      "Have the running daemon read its configuration again, or say why it keeps the old one");
  auto path = std::make_shared<std::string>(default_control_path());
  command->add_option("--control", *path, "the daemon's control socket")->capture_default_str();
  command->callback([path, &chosen] {
    chosen = [path] {
      const ControlSocket::Answer answer = ask_daemon(*path, "reload");
      std::fprintf(answer.done ? stdout : stderr, "%s\n", answer.text.c_str());
      return answer.done ? kExitDone : kExitUsage;
    };
  });
}

}  // namespace telltale
