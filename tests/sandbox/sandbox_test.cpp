// Each promise of the sandbox is tried in a child process that gives up its privileges and then
// does what it no longer may.
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/if_packet.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sensor/sandbox/files.h"
#include "sensor/sandbox/privileges.h"
#include "sensor/sandbox/sandbox_error.h"
#include "sensor/sandbox/system_calls.h"

namespace telltale {
namespace {

namespace fs = std::filesystem;

// What `act` returned in a child process; 200 where it threw, 201 where a signal ended it.
int in_child(const std::function<int()>& act) {
  const pid_t child = fork();
  if (child == 0) {
    int result = 200;
    try {
      result = act();
    } catch (const std::exception& error) {
      std::fprintf(stderr, "%s\n", error.what());
    }
    _exit(result);
  }
  int status = 0;
  if (waitpid(child, &status, 0) != child || !WIFEXITED(status)) return 201;
  return WEXITSTATUS(status);
}

class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "telltale-sandbox-XXXXXX").string();
    path_ = mkdtemp(name.data());
    // The account that a child becomes must reach what lies below.
    fs::permissions(path_, fs::perms::all);
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  std::string at(const std::string& name) const { return (path_ / name).string(); }
  std::string path() const { return path_.string(); }

 private:
  fs::path path_;
};

bool can_read(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file >= 0) close(file);
  return file >= 0;
}

bool can_create(const std::string& path) {
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (file >= 0) close(file);
  return file >= 0;
}

bool can_open_socket(int family, int type) {
  const int opened = socket(family, type, 0);
  if (opened >= 0) close(opened);
  return opened >= 0;
}

TEST(Privileges, AnAccountIsFoundByName) {
  const auto root = find_user("root");
  ASSERT_TRUE(root);
  EXPECT_EQ(root->uid, 0U);
  EXPECT_FALSE(find_user("no-such-user-here"));
}

TEST(Privileges, RootBecomesAnAccountWithoutCapabilities) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can change the user";
  const auto nobody = find_user("nobody");
  ASSERT_TRUE(nobody);
  EXPECT_EQ(in_child([&] {
              give_up_privileges(nobody);
              if (geteuid() != nobody->uid || getgroups(0, nullptr) != 0) return 1;
              if (setuid(0) == 0) return 2;
              if (can_open_socket(AF_PACKET, SOCK_RAW)) return 3;
              if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1) return 4;
              return prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0 ? 0 : 5;
            }),
            0);
}

TEST(Privileges, RootWithoutCapabilitiesOpensNoPacketSocket) {
  if (geteuid() != 0) GTEST_SKIP() << "only root has them to begin with";
  EXPECT_EQ(in_child([] {
              if (!can_open_socket(AF_PACKET, SOCK_RAW)) return 0;  // not even allowed before
              give_up_privileges(std::nullopt);
              return can_open_socket(AF_PACKET, SOCK_RAW) ? 1 : 0;
            }),
            0);
}

TEST(Privileges, AreNotGivenUpWhileOtherThreadsWouldKeepThem) {
  EXPECT_EQ(in_child([] {
              std::thread other([] { sleep(5); });
              other.detach();
              try {
                give_up_privileges(std::nullopt);
              } catch (const SandboxError&) {
                return 0;
              }
              return 1;
            }),
            0);
}

TEST(Privileges, WritableIsWhatTheModesOfAFolderSay) {
  Folder folder;
  const Identity stranger{"stranger", 54'321, 54'321};
  EXPECT_TRUE(may_write(stranger, folder.path()));
  fs::permissions(folder.path(), fs::perms::owner_all);
  EXPECT_FALSE(may_write(stranger, folder.path()));
  EXPECT_TRUE(may_write({"owner", geteuid(), getegid()}, folder.path()));
  EXPECT_FALSE(may_write(stranger, folder.at("missing")));
}

TEST(Files, OnlyWhatIsNamedIsSeen) {
  if (landlock_version() == 0) GTEST_SKIP() << "this kernel has no Landlock";
  Folder readable;
  Folder writable;
  Folder other;
  for (const Folder* folder : {&readable, &writable, &other})
    std::ofstream(folder->at("file")) << "text";
  EXPECT_EQ(in_child([&] {
              give_up_privileges(std::nullopt);
              if (!confine_files({{readable.path(), FileUse::read},
                                  {writable.path(), FileUse::write},
                                  {other.at("missing"), FileUse::read}})) {
                return 1;
              }
              if (!can_read(readable.at("file")) || !can_read(writable.at("file"))) return 2;
              if (can_create(readable.at("new")) || !can_create(writable.at("new"))) return 3;
              if (truncate(readable.at("file").c_str(), 0) == 0) return 4;
              if (rename(writable.at("new").c_str(), writable.at("renamed").c_str()) != 0) return 5;
              if (unlink(writable.at("renamed").c_str()) != 0) return 6;
              return can_read(other.at("file")) || can_read("/etc/passwd") ? 7 : 0;
            }),
            0);
}

TEST(Files, ASingleFileMayBeNamed) {
  if (landlock_version() == 0) GTEST_SKIP() << "this kernel has no Landlock";
  Folder folder;
  std::ofstream(folder.at("mine")) << "text";
  std::ofstream(folder.at("other")) << "text";
  EXPECT_EQ(in_child([&] {
              give_up_privileges(std::nullopt);
              confine_files({{folder.at("mine"), FileUse::write}});
              return can_read(folder.at("mine")) && !can_read(folder.at("other")) ? 0 : 1;
            }),
            0);
}

TEST(SystemCalls, OnlyThoseOfASensorAreMade) {
  if (!seccomp_built_in()) GTEST_SKIP() << "built without libseccomp";
  EXPECT_EQ(in_child([] {
              give_up_privileges(std::nullopt);
              confine_system_calls();
              std::thread works([] {});
              works.join();
              if (!can_open_socket(AF_INET, SOCK_STREAM)) return 1;
              if (can_open_socket(AF_PACKET, SOCK_RAW) || errno != EPERM) return 2;
              if (ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) == 0) return 3;
              if (mount("none", "/mnt", "tmpfs", 0, nullptr) == 0 || errno != EPERM) return 4;
              return chroot("/") == 0 ? 5 : 0;
            }),
            0);
}

}  // namespace
}  // namespace telltale
