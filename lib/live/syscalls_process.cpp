// SPDX-License-Identifier: Apache-2.0
//
// The system calls about processes, and about what they say to each other.
#include <fcntl.h>
#include <linux/reboot.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "live/syscalls.hpp"

namespace ovlsim::live::sys {
namespace {

errc answered(long answer) noexcept { return answer < 0 ? last_error() : errc::ok; }

std::vector<char*> argv_of(const std::vector<std::string>& arguments) {
  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  return argv;
}

/// In a child: the program, with no locale, no time zone, no SOURCE_DATE_EPOCH of the user: a tool must do the same thing on
/// every machine.
[[noreturn]] void become(char* const* argv) noexcept {
  char search[] = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", locale[] = "LC_ALL=C";
  const std::array<char*, 3> environment{search, locale, nullptr};
  ::execvpe(argv[0], argv, environment.data());
  ::_exit(127);
}

/// In a child: killed with its parent, unless that died before we could ask.
void die_with(int parent) noexcept {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(127);
}

void default_signals() noexcept {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGCHLD, SIGALRM, SIGUSR1, SIGUSR2})
    ::signal(signal, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

}  // namespace

errc send_all(const fd& pipe, std::string_view data) {
  while (!data.empty()) {
    ssize_t put = ::send(pipe.get(), data.data(), data.size(), MSG_NOSIGNAL);
    if (put < 0 && errno == ENOTSOCK) put = ::write(pipe.get(), data.data(), data.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0 && errno == EAGAIN) return errc::eagain;
    if (put <= 0) return errc::ebadf;
    data.remove_prefix(static_cast<std::size_t>(put));
  }
  return errc::ok;
}

errc receive_all(const fd& pipe, std::span<char> data) {
  while (!data.empty()) {
    const ssize_t got = ::read(pipe.get(), data.data(), data.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) return errc::eagain;
    if (got <= 0) return errc::ebadf;
    data = data.subspan(static_cast<std::size_t>(got));
  }
  return errc::ok;
}

errc read_some(const fd& file, std::span<char> out, std::size_t& got) {
  ssize_t n = 0;
  do n = ::read(file.get(), out.data(), out.size());
  while (n < 0 && errno == EINTR);
  got = n < 0 ? 0 : static_cast<std::size_t>(n);
  return answered(n);
}

errc give_up_after(const fd& socket, int seconds) {
  const timeval time{seconds, 0};
  if (::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time) < 0) return last_error();
  return answered(::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time));
}

errc wait_for_either(const fd& a, const fd& b, int milliseconds, bool& a_ready, bool& b_ready) {
  // poll() leaves a negative number out.
  std::array<pollfd, 2> both{pollfd{a.get(), POLLIN, 0}, pollfd{b.get(), POLLIN, 0}};
  int ready = 0;
  do ready = ::poll(both.data(), both.size(), milliseconds);
  while (ready < 0 && errno == EINTR);
  if (ready < 0) return last_error();
  a_ready = both[0].revents != 0;
  b_ready = both[1].revents != 0;
  return ready == 0 ? errc::eagain : errc::ok;
}

errc socket_pair(fd& a, fd& b) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) < 0) return last_error();
  a = fd(ends[0]);
  b = fd(ends[1]);
  return errc::ok;
}

int fork_process() noexcept { return ::fork(); }

void kill_and_wait(int process) noexcept {
  ::kill(process, SIGKILL);
  int status = 0;
  while (::waitpid(process, &status, 0) < 0 && errno == EINTR) continue;
}

int this_process() noexcept { return ::getpid(); }
errc last_error() noexcept { return static_cast<errc>(errno); }
void exit_now(int status) noexcept { ::_exit(status); }

errc become_worker(int keep, int parent) {
  die_with(parent);
  ::setpgid(0, 0);  // ^C at the terminal is the parent's to answer
  default_signals();
  const int null = ::open("/dev/null", O_RDWR);
  if (null < 0 || ::dup2(null, 0) < 0 || ::dup2(null, 1) < 0) return last_error();
  const auto kept = static_cast<unsigned>(keep);
  if (kept > 3) ::close_range(3, kept - 1, 0);
  ::close_range(kept + 1, ~0U, 0);
  ::umask(022);
  if (::unshare(CLONE_NEWNS) < 0) return last_error();
  if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) < 0) return last_error();
  return answered(::chdir("/"));
}

void become_keeper(std::span<const int> kept) {
  ::prctl(PR_SET_PDEATHSIG, 0);
  ::setsid();
  sigset_t all;
  sigfillset(&all);
  ::sigprocmask(SIG_SETMASK, &all, nullptr);
  std::vector<unsigned> numbers(kept.begin(), kept.end());
  std::sort(numbers.begin(), numbers.end());
  unsigned next = 0;
  for (const unsigned number : numbers) {
    if (number > next) ::close_range(next, number - 1, 0);
    next = number + 1;
  }
  ::close_range(next, ~0U, 0);
}

errc run(const std::vector<std::string>& arguments, int seconds, int& exit_status, std::string& errors, const fd& input,
         const fd& output) {
  fd complaints;
  if (const errc e = memory_file("ovlsim-errors", complaints); e != errc::ok) return e;
  const std::vector<char*> argv = argv_of(arguments);
  const int parent = ::getpid();
  const int child = ::fork();
  if (child < 0) return last_error();
  if (child == 0) {
    die_with(parent);
    const bool connected = ::dup2(complaints.get(), 2) >= 0 && (!input || ::dup2(input.get(), 0) >= 0) &&
                           (!output || ::dup2(output.get(), 1) >= 0);
    if (!connected) ::_exit(127);
    become(argv.data());
  }
  const fd process(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
  pollfd ended{process.get(), POLLIN, 0};
  int ready = 0;
  do ready = ::poll(&ended, 1, seconds * 1000);
  while (ready < 0 && errno == EINTR);
  if (ready <= 0) {
    kill_and_wait(child);
    return errc::eagain;
  }
  int answer = 0;
  while (::waitpid(child, &answer, 0) < 0 && errno == EINTR) continue;
  exit_status = WIFEXITED(answer) ? WEXITSTATUS(answer) : 128 + WTERMSIG(answer);
  return pread_all(complaints, errors);
}

int start(const std::vector<std::string>& arguments, const fd& output, const std::vector<int>& kept) {
  const std::vector<char*> argv = argv_of(arguments);
  const int parent = ::getpid();
  const int child = ::fork();
  if (child != 0) return child;
  die_with(parent);
  ::setpgid(0, 0);  // ^C at the terminal is the parent's to answer
  default_signals();
  const int null = ::open("/dev/null", O_RDWR);
  if (null < 0 || ::dup2(null, 0) < 0 || ::dup2(output.get(), 1) < 0 || ::dup2(output.get(), 2) < 0) ::_exit(127);
  ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
  for (const int number : kept)
    if (::fcntl(number, F_SETFD, 0) < 0) ::_exit(127);
  become(argv.data());
}

errc load_module(const fd& file) { return answered(::syscall(SYS_finit_module, file.get(), "", 0)); }

int wait_for_child(int& status) noexcept {
  int answer = 0, child = 0;
  do child = ::waitpid(-1, &answer, 0);
  while (child < 0 && errno == EINTR);
  status = WIFEXITED(answer) ? WEXITSTATUS(answer) : 128 + WTERMSIG(answer);
  return child;
}

void reset_machine() noexcept {
  ::reboot(LINUX_REBOOT_CMD_RESTART);
  for (;;) ::pause();
}

}  // namespace ovlsim::live::sys
