// SPDX-License-Identifier: Apache-2.0
#include "cli/output_file.hpp"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>

#include "cli/support.hpp"

namespace ovlsim::cli {
namespace {

/// All functions here give the errno of what failed first; 0 where nothing did.
int write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::write(fd, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  return 0;
}

int closed(int fd, int failed) { return ::close(fd) != 0 && failed == 0 ? errno : failed; }

/// Pipes and devices, and regular files that cannot be replaced. Not with O_TRUNC: until there is new text, the old one stays.
int write_in_place(const std::string& file, std::string_view text) {
  const int fd = ::open(file.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY);
  if (fd < 0) return errno;
  int failed = write_all(fd, text);
  struct stat now {};
  if (failed == 0 && ::fstat(fd, &now) == 0 && S_ISREG(now.st_mode) && ::ftruncate(fd, static_cast<off_t>(text.size())) != 0) failed = errno;
  return closed(fd, failed);
}

/// Where a chain of symbolic links ends, whether or not anything is there. Nothing for those of /proc, which lead to open files and not to
/// names.
std::optional<std::filesystem::path> end_of_links(std::filesystem::path file) {
  constexpr int most_links = 40;  // as the kernel follows
  for (int n = 0; n < most_links; ++n) {
    std::error_code none;
    const std::filesystem::path to = std::filesystem::read_symlink(file, none);
    if (none) return file;
    const std::filesystem::path directory = file.parent_path();
    struct statfs in {};
    if (::statfs(directory.empty() ? "." : directory.c_str(), &in) == 0 && in.f_type == PROC_SUPER_MAGIC) return std::nullopt;
    file = directory / to;  // `to` alone where it is absolute
  }
  return file;
}

int keep_permissions(int fd, const struct stat& old, output_kind what) {
  struct stat now {};
  if (::fstat(fd, &now) != 0) return errno;
  // Not everybody may give a file away; then it is the writer's.
  if ((now.st_uid != old.st_uid || now.st_gid != old.st_gid) && ::fchown(fd, old.st_uid, old.st_gid) != 0 && errno != EPERM) return errno;
  const mode_t read = old.st_mode & 0444;
  return ::fchmod(fd, (old.st_mode & 0777) | (what == output_kind::program ? read >> 2 : 0)) == 0 ? 0 : errno;
}

int replace(const std::filesystem::path& file, const struct stat* old, std::string_view text, output_kind what) {
  std::filesystem::path beside;
  int fd = -1;
  for (int n = 0; fd < 0; ++n) {
    beside = file.parent_path() / (".ovlsim-" + std::to_string(::getpid()) + "-" + std::to_string(n));
    fd = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, what == output_kind::program ? 0777 : 0666);
    if (fd < 0 && errno != EEXIST) return errno;
  }
  int failed = write_all(fd, text);
  if (failed == 0 && old != nullptr) failed = keep_permissions(fd, *old, what);
  failed = closed(fd, failed);
  if (failed == 0 && ::rename(beside.c_str(), file.c_str()) != 0) failed = errno;
  if (failed != 0) ::unlink(beside.c_str());
  return failed;
}

/// Of a file that is there: nothing new can be made beside it (ENOENT in /proc and /sys), or put in its place (a mount, another's file).
bool forbids_replacement(int failed) {
  return failed == EACCES || failed == EPERM || failed == EROFS || failed == EBUSY || failed == ENOENT;
}

bool is_standard_output(const struct stat& file) {
  struct stat output {};
  return ::fstat(STDOUT_FILENO, &output) == 0 && output.st_dev == file.st_dev && output.st_ino == file.st_ino;
}

int write_to(const std::string& file, std::string_view text, output_kind what) {
  struct stat old {};
  const bool is_there = ::stat(file.c_str(), &old) == 0;
  if (!is_there && errno != ENOENT) return errno;
  if (is_there && S_ISDIR(old.st_mode)) return EISDIR;
  if (is_there && is_standard_output(old)) {  // `/dev/stdout`, wherever that leads: what is behind it is not for us to replace
    out(text);
    return 0;
  }
  const std::optional<std::filesystem::path> name = end_of_links(file);
  if (!name || (is_there && !S_ISREG(old.st_mode))) return write_in_place(file, text);
  if (is_there && ::faccessat(AT_FDCWD, file.c_str(), W_OK, AT_EACCESS) != 0) return errno;
  const int failed = replace(*name, is_there ? &old : nullptr, text, what);
  return is_there && forbids_replacement(failed) ? write_in_place(file, text) : failed;
}

std::string_view cure_of(int failed) {
  switch (failed) {
    case ENOENT: return "make its directory, or write elsewhere";
    case EISDIR: return "name a file in it";
    case ENOSPC:
    case EDQUOT: return "make room, or write elsewhere";
    default: return "write elsewhere";
  }
}

}  // namespace

bool write_file(const std::string& file, std::string_view text, output_kind what) {
  if (file == "-") {
    out(text);
    return true;
  }
  const int failed = write_to(file, text, what);
  if (failed == 0) return true;
  diagnose("ovlsim: cannot write " + (file.empty() ? "a file without a name" : file) + ": " + std::strerror(failed) + "; " + std::string(cure_of(failed)));
  return false;
}

}  // namespace ovlsim::cli
