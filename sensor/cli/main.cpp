// telltale: one binary, one file a command. To add a command: a file with a register function, its test,
// and a line in commands.inc.
#include <cstdio>

#include <CLI/CLI.hpp>
#include <malloc.h>

#include "sensor/cli/command.h"

namespace {

// Sessions and messages come and go by the thousand. glibc would give the memory of each lull back
// to the kernel and ask for it again, page fault by page fault; and with each large body that is
// freed it would go through all its fast bins, which are anywhere in memory.
void keep_freed_memory() {
#ifdef __GLIBC__
  mallopt(M_TRIM_THRESHOLD, 64 << 20);
  mallopt(M_TOP_PAD, 1 << 20);
  mallopt(M_MMAP_THRESHOLD, 4 << 20);
  mallopt(M_MXFAST, 0);
#endif
}

}  // namespace

int main(int argc, char** argv) {
  keep_freed_memory();
  CLI::App app{"telltale tells which device sends contacts, location or identifiers to servers nobody vouched for"};
  app.require_subcommand(1);
  app.fallthrough(false);
  std::function<int()> chosen;
#define COMMAND(name) telltale::register_##name(app, chosen);
#include "sensor/cli/commands.inc"
#undef COMMAND
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& error) {
    std::fprintf(stderr, "telltale: %s; see telltale --help\n", error.what());
    return telltale::kExitUsage;
  }
  try {
    return chosen();
  } catch (const telltale::UsageError& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return telltale::kExitUsage;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "telltale: %s\n", error.what());
    return telltale::kExitUsage;
  }
}
