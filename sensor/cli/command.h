// What the commands share: exit statuses and how a command is registered.
#pragma once

#include <functional>
#include <stdexcept>

namespace CLI {
class App;
}

namespace telltale {

inline constexpr int kExitDone = 0;
inline constexpr int kExitFailOn = 1;   // done, and what --fail-on names was found
inline constexpr int kExitUsage = 2;    // bad usage, configuration or policy
inline constexpr int kExitDamaged = 3;  // done, but an input was unreadable, truncated or corrupt

// what() is the whole line that the user sees.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Each adds its subcommand to `app`; when the user chose it, `chosen` runs it and returns the exit status.
#define COMMAND(name) void register_##name(CLI::App& app, std::function<int()>& chosen);
#include "sensor/cli/commands.inc"
#undef COMMAND

}  // namespace telltale
