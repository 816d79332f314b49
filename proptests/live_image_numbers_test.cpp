// SPDX-License-Identifier: Apache-2.0
//
// The functions of model/backing/image_order.hpp and erofs_layout.hpp against the tools themselves: random trees are
// made on a tmpfs, mksquashfs, mke2fs and mkfs.erofs make images of them, the kernel mounts those, and st_ino of every
// name is compared. All of it happens in a child with a mount namespace of its own, so nothing is left behind.
// OVLSIM_IMAGE_TREES and OVLSIM_IMAGE_SEED ask for more trees, or others.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/loop.h>
#include <sched.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <functional>
#include <random>
#include <set>
#include <sstream>
#include <stdexcept>

#include "backing/erofs_layout.hpp"

namespace {

using namespace ovlsim;
using backing::image_node;
using backing::image_tree;

// ---- random trees -------------------------------------------------------------------------------------------------

class generator {
 public:
  explicit generator(std::uint64_t seed) : random_(seed) {}

  image_tree tree() {
    tree_.assign(1, image_node{.type = file_type::dir});
    dirs_.assign(1, 0);
    taken_.assign(1, {});
    const std::uint64_t shape = below(20);
    count_ = shape == 0 ? 501 : shape < 4 ? 30 + below(120) : below(25);
    wide_ = shape == 0 || below(4) == 0;
    long_names_ = below(4) == 0;
    many_xattrs_ = below(3) == 0;
    while (count_-- > 0) add();
    if (below(3) == 0) tree_[0].xattrs = xattrs(tree_[0].type);
    for (image_node& node : tree_) backing::sort_names(node);
    return tree_;
  }

 private:
  std::uint64_t below(std::uint64_t n) { return std::uniform_int_distribution<std::uint64_t>(0, n - 1)(random_); }

  void add() {
    const std::uint32_t dir = dirs_[below(wide_ ? std::min<std::uint64_t>(dirs_.size(), 3) : dirs_.size())];
    const std::string name = fresh_name(dir);
    if (tree_.size() > 1 && below(8) == 0) {
      const auto other = static_cast<std::uint32_t>(1 + below(tree_.size() - 1));
      if (tree_[other].type != file_type::dir) {
        tree_[dir].children.emplace_back(name, other);
        return;
      }
    }
    tree_[dir].children.emplace_back(name, static_cast<std::uint32_t>(tree_.size()));
    image_node node{.type = type()};
    if (node.type == file_type::file) node.size = file_size();
    if (node.type == file_type::symlink) node.size = 1 + below(below(10) == 0 ? 4095 : 60);
    if (below(many_xattrs_ ? 2 : 8) == 0) node.xattrs = xattrs(node.type);
    if (node.type == file_type::dir) dirs_.push_back(static_cast<std::uint32_t>(tree_.size()));
    taken_.emplace_back();
    tree_.push_back(node);
  }

  file_type type() {
    static constexpr file_type others[] = {file_type::symlink, file_type::fifo, file_type::chr, file_type::socket,
                                           file_type::block};
    const std::uint64_t n = below(20);
    if (n < 10) return file_type::file;
    return n < 15 ? file_type::dir : others[n - 15];
  }

  std::uint64_t file_size() {
    // 4032 is what fits behind a plain inode.
    static constexpr std::uint64_t edges[] = {0, 1, 31, 32, 33, 3900, 4031, 4032, 4033, 4095, 4096, 4097, 8128, 8192};
    switch (below(4)) {
      case 0: return edges[below(std::size(edges))];
      case 1: return 3700 + below(500);
      case 2: return below(20001);
      default: return below(200);
    }
  }

  std::vector<std::pair<std::string, std::string>> xattrs(file_type type) {
    std::vector<std::pair<std::string, std::string>> result;
    const bool user = type == file_type::file || type == file_type::dir;
    if (below(2) == 0) {  // a handle of squashfs: few different ones, so some are shared by more than two names
      std::string origin("\0\xfb\x1d\0\1", 5);
      origin.append(16, '\0').append(1, static_cast<char>(1 + below(many_xattrs_ ? 3 : 90))).append(7, '\0');
      result.emplace_back("trusted.overlay.origin", origin);
    }
    if (type == file_type::dir && below(3) == 0) result.emplace_back("trusted.overlay.opaque", "y");
    if (user && below(3) == 0) result.emplace_back("user.n" + std::to_string(below(5)), std::string(below(9), 'v'));
    if (below(6) == 0) result.emplace_back("security.x", std::string(below(4), 's'));
    if (user && below(12) == 0) result.emplace_back("user.big", std::string(below(2500), 'b'));
    return result;
  }

  std::string fresh_name(std::uint32_t dir) {
    std::string name;
    do {
      switch (below(6)) {
        case 0: {  // names that sort around "." and each other
          static constexpr const char* odd[] = {"a", "a.b", "a-b", "aa",  "-",
                                                "!", ".a",  "..b", ".-a", "lost+foundling", "\xc3\xa4"};
          name = odd[below(std::size(odd))];
          break;
        }
        case 1: name = "f" + std::to_string(below(1000)); break;
        default:
          name.clear();
          for (std::uint64_t n = 1 + below(long_names_ ? 254 : 12); n > 0; --n) name += letter();
      }
    } while (name == "." || name == ".." || !taken_[dir].insert(name).second);
    return name;
  }

  char letter() {
    static constexpr char usual[] = "abcXYZ019_-.~ +\xff\x80";
    return usual[below(std::size(usual) - 1)];
  }

  std::mt19937_64 random_;
  image_tree tree_;
  std::vector<std::uint32_t> dirs_;
  std::vector<std::set<std::string>> taken_;
  std::uint64_t count_ = 0;
  bool wide_ = false, long_names_ = false, many_xattrs_ = false;
};

// ---- the real thing -----------------------------------------------------------------------------------------------

[[noreturn]] void fail(const std::string& what) { throw std::runtime_error(what + ": " + std::strerror(errno)); }
void check(long result, const std::string& what) {
  if (result < 0) fail(what);
}

/// Not a finding: this machine does not let us try.
struct cannot_run : std::runtime_error {
  using std::runtime_error::runtime_error;
};
void need(long result, const std::string& what) {
  if (result < 0) throw cannot_run(what + ": " + std::strerror(errno));
}

/// Makes `node` under the name `at`, or links the name to where it was made before.
void make(const image_tree& tree, std::uint32_t node, const std::string& at, std::vector<std::string>& made) {
  const image_node& n = tree[node];
  if (!made[node].empty()) return check(link(made[node].c_str(), at.c_str()), "link " + at);
  made[node] = at;
  const auto special = [&](mode_t type) { check(mknod(at.c_str(), type | 0644, makedev(0, 0)), "mknod " + at); };
  switch (n.type) {
    case file_type::dir: check(mkdir(at.c_str(), 0755), "mkdir " + at); break;
    case file_type::symlink: check(symlink(std::string(n.size, 't').c_str(), at.c_str()), "symlink " + at); break;
    case file_type::fifo: special(S_IFIFO); break;
    case file_type::chr: special(S_IFCHR); break;
    case file_type::block: special(S_IFBLK); break;
    case file_type::socket: special(S_IFSOCK); break;
    case file_type::file:
      special(S_IFREG);
      check(truncate(at.c_str(), static_cast<off_t>(n.size)), "truncate " + at);
  }
  for (const auto& [name, value] : n.xattrs) {
    check(lsetxattr(at.c_str(), name.c_str(), value.data(), value.size(), 0), "setxattr " + at + " " + name);
  }
  for (const auto& [name, child] : n.children) make(tree, child, at + "/" + name, made);
}

bool run(std::vector<std::string> words) {
  std::vector<char*> args;
  for (std::string& w : words) args.push_back(w.data());
  args.push_back(nullptr);
  posix_spawn_file_actions_t quiet;
  posix_spawn_file_actions_init(&quiet);
  posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&quiet, 2, "/dev/null", O_WRONLY, 0);
  pid_t pid = 0;
  const bool started = posix_spawnp(&pid, args[0], &quiet, nullptr, args.data(), environ) == 0;
  posix_spawn_file_actions_destroy(&quiet);
  int status = 0;
  return started && waitpid(pid, &status, 0) == pid && status == 0;
}

/// An image mounted at /mnt/on; the loop device goes with the mount.
class mounted {
 public:
  explicit mounted(const char* type) {
    const int control = open("/dev/loop-control", O_RDWR | O_CLOEXEC);
    check(control, "/dev/loop-control");
    loop_config config{};
    const int image = open("/mnt/image", O_RDONLY | O_CLOEXEC);
    check(image, "/mnt/image");
    config.fd = static_cast<std::uint32_t>(image);
    config.info.lo_flags = LO_FLAGS_AUTOCLEAR | LO_FLAGS_READ_ONLY;
    std::string name;
    int device = -1;
    for (int tries = 0; tries < 20; ++tries) {  // somebody else may take the free one first
      name = "/dev/loop" + std::to_string(ioctl(control, LOOP_CTL_GET_FREE));
      device = open(name.c_str(), O_RDONLY | O_CLOEXEC);
      check(device, name);
      if (ioctl(device, LOOP_CONFIGURE, &config) == 0) break;
      if (errno != EBUSY) fail(name);
      close(device);
      device = -1;
    }
    const int result = ::mount(name.c_str(), "/mnt/on", type, MS_RDONLY, nullptr);
    const int error = errno;
    close(control);
    close(image);
    close(device);
    errno = error;
    if (errno == ENODEV) need(result, std::string("mount ") + type);
    check(result, std::string("mount ") + type);
  }
  ~mounted() { umount2("/mnt/on", MNT_DETACH); }
  mounted(const mounted&) = delete;
  mounted& operator=(const mounted&) = delete;
};

struct tool {
  const char* fs_type;
  std::vector<std::string> command;
  std::function<std::vector<std::uint64_t>(const image_tree&)> numbers;
  std::string left_out{};  // names that begin with this are not in the image
};

/// Every name whose number is not the expected one, a line each.
void compare(const image_tree& tree, const std::vector<std::uint64_t>& expected, const std::string& left_out,
             std::uint32_t node, const std::string& at, std::ostringstream& differences) {
  struct stat st{};
  const std::uint64_t found = lstat(at.c_str(), &st) == 0 ? st.st_ino : 0;
  if (found != expected[node]) differences << at << ": " << found << ", not " << expected[node] << '\n';
  for (const auto& [name, child] : tree[node].children) {
    if (!left_out.empty() && name.compare(0, left_out.size(), left_out) == 0) {
      if (lstat((at + "/" + name).c_str(), &st) == 0) differences << at << "/" << name << ": is in the image\n";
    } else {
      compare(tree, expected, left_out, child, at + "/" + name, differences);
    }
  }
}

std::string differences(const tool& tool, std::uint64_t seed) {
  image_tree tree = generator(seed).tree();
  std::filesystem::create_directory("/mnt/on");
  std::vector<std::string> made(tree.size());
  make(tree, 0, "/mnt/src", made);
  std::ostringstream report;
  if (!run(tool.command)) {
    report << tool.command[0] << " failed\n";
  } else {
    const mounted image(tool.fs_type);
    if (tool.fs_type == std::string("ext4")) backing::symlinks_apart(tree);
    compare(tree, tool.numbers(tree), tool.left_out, 0, "/mnt/on", report);
  }
  std::filesystem::remove_all("/mnt/src");
  std::filesystem::remove("/mnt/image");
  const std::string text = report.str();
  return text.empty() ? text : "seed " + std::to_string(seed) + ":\n" + text;
}

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

constexpr int cannot = 77;

/// Runs in the child: the text is what the parent expects to be empty, the number is the exit code.
std::pair<std::string, int> all_differences(const tool& tool, std::uint64_t trees) {
  try {
    unsetenv("SOURCE_DATE_EPOCH");
    need(unshare(CLONE_NEWNS), "unshare");
    need(mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr), "private mounts");
    // mksquashfs knows a second name by the whole `struct stat`, and reads each symlink between two names: an atime
    // that moves would make two files of one.
    need(mount("image-numbers", "/mnt", "tmpfs", MS_NOATIME, "size=256m"), "tmpfs");
    const std::uint64_t first = from_environment("OVLSIM_IMAGE_SEED", 1);
    std::string all;
    for (std::uint64_t i = 0; i < from_environment("OVLSIM_IMAGE_TREES", trees); ++i) {
      all += differences(tool, first + i);
    }
    return {all, 0};
  } catch (const cannot_run& reason) {
    return {reason.what(), cannot};
  } catch (const std::exception& error) {
    return {error.what(), 0};
  }
}

bool installed(const std::string& program) {
  for (const char* dir : {"/usr/bin/", "/usr/sbin/", "/bin/", "/sbin/"}) {
    if (access((dir + program).c_str(), X_OK) == 0) return true;
  }
  return false;
}

void agree(const tool& tool, std::uint64_t trees) {
  if (geteuid() != 0) GTEST_SKIP() << "only root may mount";
  if (!installed(tool.command[0])) GTEST_SKIP() << tool.command[0] << " is not installed";
  if (access("/dev/loop-control", R_OK | W_OK) != 0) GTEST_SKIP() << "there are no loop devices";
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const auto [text, code] = all_differences(tool, trees);
    const std::string report = text.substr(0, 30000);
    const auto written = write(ends[1], report.data(), report.size());
    _exit(written == static_cast<ssize_t>(report.size()) ? code : 1);
  }
  close(ends[1]);
  std::string report;
  char buffer[4096];
  for (ssize_t n = 0; (n = read(ends[0], buffer, sizeof buffer)) > 0;) {
    report.append(buffer, static_cast<std::size_t>(n));
  }
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (WIFEXITED(status) && WEXITSTATUS(status) == cannot) GTEST_SKIP() << report;
  EXPECT_EQ(status, 0);
  EXPECT_EQ(report, "");
}

TEST(live_image_numbers, squashfs) {
  agree({"squashfs",
         {"mksquashfs", "/mnt/src", "/mnt/image", "-noappend", "-no-progress", "-noD", "-noF", "-processors", "1"},
         backing::squashfs_numbers},
        60);
}

TEST(live_image_numbers, ext4) {
  // -b: an image of this size would have blocks of 1 KiB, too small for long symlinks and xattrs.
  agree({"ext4",
         {"mke2fs", "-q", "-F", "-t", "ext4", "-b", "4096", "-d", "/mnt/src", "/mnt/image", "64M"},
         backing::mke2fs_numbers},
        40);
}

TEST(live_image_numbers, erofs) {
  agree({"erofs", {"mkfs.erofs", "--quiet", "/mnt/image", "/mnt/src"}, backing::erofs_numbers, "lost+found"}, 150);
}

}  // namespace
