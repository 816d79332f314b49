// SPDX-License-Identifier: Apache-2.0
//
// Every system call of the live runner, and nothing else: thin wrappers that return the errno as a status. What is called
// in which order is the business of the files beside this one; what Linux is asked is read here.
#pragma once

#include <sys/stat.h>
#include <sys/types.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ovlsim/errc.hpp"
#include "ovlsim/outcome.hpp"

namespace ovlsim::live::sys {

/// A file descriptor that is closed when it goes.
class fd {
 public:
  fd() = default;
  explicit fd(int number) : number_(number) {}
  fd(fd&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  fd& operator=(fd&& other) noexcept;
  fd(const fd&) = delete;
  fd& operator=(const fd&) = delete;
  ~fd() { reset(); }

  void reset() noexcept;
  [[nodiscard]] int get() const noexcept { return number_; }
  explicit operator bool() const noexcept { return number_ >= 0; }

 private:
  int number_ = -1;
};

// --- Files. A path is what Linux takes it for: relative to the working directory, absolute from the root of the process.

errc open(const std::string& path, int flags, mode_t mode, fd& out);
errc read_all(const fd& file, std::string& out);             ///< from where the file stands to its end
errc pread_all(const fd& file, std::string& out);            ///< from 0 to the end
errc write_all(const fd& file, std::string_view data);
errc pwrite_all(const fd& file, std::string_view data, std::uint64_t offset);
errc pread_some(const fd& file, std::span<char> out, std::uint64_t offset);  ///< EIO where the file is shorter
/// The next stretch of a sparse file that holds data, from `begin` on: [begin, end). false when there is none.
bool next_data(const fd& file, std::uint64_t& begin, std::uint64_t& end);
errc truncate(const std::string& path, std::uint64_t size);
errc resize(const fd& file, std::uint64_t size);
errc allocate(const fd& file, std::uint64_t size);           ///< posix_fallocate from 0
errc chmod(const std::string& path, mode_t mode);
errc lchown(const std::string& path, uid_t uid, gid_t gid);
errc touch(const std::string& path);
errc mkdir(const std::string& path, mode_t mode);
errc rmdir(const std::string& path);
errc unlink(const std::string& path);
errc mkfifo(const std::string& path, mode_t mode);
errc symlink(const std::string& target, const std::string& path);
errc readlink(const std::string& path, std::string& out);
errc lstat(const std::string& path, struct ::stat& out);
errc fstat(const fd& file, struct ::stat& out);
bool executable(const std::string& path);
errc writable(const std::string& path);                      ///< faccessat W_OK: EROFS where nothing can be written
errc list(const fd& directory, std::vector<answer::entry>& out);  ///< in the order of getdents64, `.` and `..` left out

/// Two paths, each from a directory of its own (AT_FDCWD for the working directory).
errc rename(int from_dir, const std::string& from, int to_dir, const std::string& to, unsigned flags);
errc link(int from_dir, const std::string& from, int to_dir, const std::string& to);

errc lsetxattr(const std::string& path, const std::string& name, const std::string& value);
errc lgetxattr(const std::string& path, const std::string& name, std::string& out);
errc lremovexattr(const std::string& path, const std::string& name);
errc llistxattr(const std::string& path, std::vector<std::string>& out);

/// A file handle, as open_by_handle_at takes it back.
struct handle {
  int type = 0;
  std::string bytes;
};
errc name_to_handle(const std::string& path, handle& out);
errc open_by_handle(const fd& mount, const handle& h, int flags, fd& out);

// --- Where paths start.

/// While it lives, `directory` is the root of this process, so that `/x`, `..` and an absolute symlink mean what they mean
/// to a program that sees that filesystem alone. The process must have one thread.
class root_scope {
 public:
  explicit root_scope(const std::string& directory);
  ~root_scope();
  root_scope(const root_scope&) = delete;
  root_scope& operator=(const root_scope&) = delete;
  [[nodiscard]] errc status() const noexcept { return status_; }

 private:
  fd outside_;
  errc status_ = errc::ok;
};

// --- Mounts and images.

errc mount(const std::string& source, const std::string& target, const char* type, unsigned long flags,
           const std::string& options);
errc umount(const std::string& target, int flags);
errc mount_is_read_only(const std::string& path, bool& out);
errc freeze(const fd& root);                 ///< everything to the image, and nothing more until thaw()
errc thaw(const fd& root);
errc sync_filesystem(const fd& root);
errc xfs_free_unlinked(const fd& root);      ///< waits until xfs has freed the inodes that nothing names any more

void random_bytes(std::span<std::uint8_t> out);
errc memory_file(const std::string& name, fd& out);
bool loop_device_holds(const std::string& memory_file_name);
/// A free loop device over `image`, which goes with its last user. `node` is its name, `device` keeps it until it is mounted.
errc attach_loop(const fd& image, bool read_only, fd& device, std::string& node);

// --- Processes.

/// Runs a program with the standard error in `errors` and its exit status in `status` (128 + signal when it was killed).
/// ETIMEDOUT's number is not an errc of ours: a program that takes longer is killed and answers EAGAIN.
/// `input` and `output` are its standard input and output; those of this process where they are none.
errc run(const std::vector<std::string>& arguments, int seconds, int& status, std::string& errors, const fd& input = fd(),
         const fd& output = fd());
/// Starts a program that is killed with this process. Its output and errors go to `output`, it has `kept` open under the same
/// numbers, and nothing else. Its number, negative with errno set.
int start(const std::vector<std::string>& arguments, const fd& output, const std::vector<int>& kept);

/// This process alone: mounts of its own, nobody's files open but `keep` and standard error, umask 022, killed with its parent.
errc become_worker(int keep, int parent);
/// This process alone: no signal but SIGKILL reaches it, and nobody's files are open but those of `kept`.
void become_keeper(std::span<const int> kept);
errc socket_pair(fd& a, fd& b);
/// Sends or receives all of it, over a socket or a character device; EPIPE-like ends are EBADF (the other side is gone), EAGAIN
/// where give_up_after() was told how long to wait.
errc send_all(const fd& pipe, std::string_view data);
errc receive_all(const fd& pipe, std::span<char> data);
errc read_some(const fd& file, std::span<char> out, std::size_t& got);  ///< what there is; 0 at the end
errc give_up_after(const fd& socket, int seconds);
/// Waits until one of the two can be read or has ended; which they are. EAGAIN after that time.
errc wait_for_either(const fd& a, const fd& b, int milliseconds, bool& a_ready, bool& b_ready);
/// The child's number in the parent, 0 in the child, negative with errno set.
int fork_process() noexcept;
/// Async-signal-safe: kills and waits until it is gone.
void kill_and_wait(int process) noexcept;
int this_process() noexcept;
errc last_error() noexcept;
[[noreturn]] void exit_now(int status) noexcept;  ///< without the parent's atexit handlers

/// An exclusive lock that others who open the same file feel; EAGAIN when somebody has it and `wait` is false.
errc lock(const fd& file, bool wait);
errc unlock(const fd& file);
/// One record of the kernel log. EAGAIN: there are no more. `lost`: some were overwritten before they were read.
errc read_record(const fd& log, std::string& record, bool& lost);
errc seek_begin(const fd& log);
errc seek_end(const fd& log);

// --- What the first process of a virtual machine does.

errc load_module(const fd& file);
/// Waits for any child; its number and how it ended (the exit status, or 128 + signal).
int wait_for_child(int& status) noexcept;
[[noreturn]] void reset_machine() noexcept;

void sleep_ms(int milliseconds) noexcept;
std::string kernel_release();
bool may_mount();  ///< root with CAP_SYS_ADMIN, in the namespace that owns the kernel's

}  // namespace ovlsim::live::sys
