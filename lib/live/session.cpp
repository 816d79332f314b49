// SPDX-License-Identifier: Apache-2.0
//
// A session: the process that works, started, asked and ended; for a virtual machine this is QEMU, with a worker inside. Whatever
// way this process ends, the worker is killed by the kernel, and with it goes its mount namespace and all that is in it.
#include <array>
#include <atomic>
#include <cstdint>
#include <optional>

#include "live/disk.hpp"
#include "live/failure.hpp"
#include "live/syscalls.hpp"
#include "live/vm.hpp"
#include "live/worker.hpp"
#include "ovlsim/live.hpp"

namespace ovlsim::live {
namespace {

/// The workers that there are, for a signal handler to read, each with the process that started it, in one number: a process
/// that was forked has a copy of the list, and no business with the workers on it. 0 is a free place.
std::array<std::atomic<std::uint64_t>, 64> workers;
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

std::uint64_t note_of(int worker, int owner) {
  return static_cast<std::uint64_t>(owner) << 32U | static_cast<std::uint32_t>(worker);
}
bool replace(std::uint64_t from, std::uint64_t to) {
  for (auto& place : workers)
    if (std::uint64_t expected = from; place.compare_exchange_strong(expected, to)) return true;
  return false;
}

}  // namespace

struct session::worker {
  int process = -1;
  int owner = -1;
  bool listed = false;
  sys::fd pipe;
  std::optional<vm_kernel> kernel;  ///< none: this machine's
  console output;

  void start() {
    if (kernel)
      boot(*kernel);
    else
      fork();
  }

  void boot(const vm_kernel& k) {
    if (k.image_ == nullptr) throw failure(k.error_);
    running_vm vm = start_vm(*k.image_);
    process = vm.process;
    owner = sys::this_process();
    pipe = std::move(vm.pipe);
    output = std::move(vm.output);
    listed = replace(0, note_of(process, owner));
    std::string release;
    const errc e = receive_hello(pipe, release, output);
    if (e == errc::ok && release == k.image_->release) return;
    const std::string why = e != errc::ok ? "starting a virtual machine: " + last_words(e == errc::eagain)
                                          : "the package has the kernel " + release + " and the modules of " + k.image_->release;
    end();
    throw failure(why);
  }

  /// Why a virtual machine does not answer any more.
  std::string last_words(bool silent) {
    output.drain();
    const std::string said = output.last_words();
    const std::string what = silent ? "the virtual machine has not answered for " + std::to_string(answer_seconds) +
                                          " seconds and was stopped (is its kernel stuck?)"
                                    : "the virtual machine ended unexpectedly (did its kernel panic? was it killed?)";
    return what + (said.empty() ? "; its console said nothing" : "; its console:\n" + said.substr(0, said.size() - 1));
  }

  void fork() {
    sys::fd ours, theirs;
    require(sys::socket_pair(ours, theirs), "making a pipe to a worker process");
    const int parent = sys::this_process();
    const int child = sys::fork_process();
    if (child == 0) work(std::move(theirs), parent);
    if (child < 0) throw failure("starting a worker process failed: " + words(sys::last_error()));
    process = child;
    owner = parent;
    pipe = std::move(ours);
    listed = replace(0, note_of(process, owner));
  }

  void end() noexcept {
    if (process < 0 || owner != sys::this_process()) return;
    pipe.reset();
    const int ended = process;
    // Off the list already: end_all() has seen it go, and its number may be somebody else's by now.
    if (!listed || replace(note_of(process, owner), 0)) sys::kill_and_wait(process);
    process = -1;
    if (kernel) return;
    try {
      // A loop device goes with the last user of its image; some milliseconds may pass until the kernel has done so.
      const std::string image = image_name(ended);
      for (int wait = 0; wait < 500 && sys::loop_device_holds(image); ++wait) sys::sleep_ms(4);
    } catch (...) {  // no memory for a name: then nobody waits
    }
  }

  ~worker() { end(); }
};

session::session() : worker_(std::make_unique<worker>()) {}
session::session(const vm_kernel& kernel) : session() { worker_->kernel = kernel; }
session::~session() = default;
session::session(session&&) noexcept = default;
session& session::operator=(session&&) noexcept = default;

result session::run(const scenario& s) {
  result r;
  wire::batch asked;
  std::vector<const scenario_line*> lines;
  for (const scenario_line& line : s.lines) {
    if (!line.has_command) continue;
    asked.commands.push_back(line.what);
    // What `log~` looks for must be there, however many lines of its kind the kernel has printed lately.
    std::string& wanted = asked.wanted_log.emplace_back();
    for (const expectation& e : line.expected)
      if (e.what == expectation::kind::log_has) wanted = e.value;
    lines.push_back(&line);
  }
  try {
    if (worker_->process < 0) worker_->start();
  } catch (const failure& f) {
    r.error = f.what();
    return r;
  }
  batch_result batch = run_batch(worker_->pipe, asked, worker_->kernel ? &worker_->output : nullptr);
  for (std::size_t i = 0; i < batch.outcomes.size() && i < lines.size(); ++i)
    r.answers.push_back({lines[i]->number, std::string(verb(asked.commands[i])), std::move(batch.outcomes[i])});
  if (batch.worker_gone && worker_->kernel) batch.error = worker_->last_words(batch.silent);
  if (batch.worker_gone) worker_->end();
  if (batch.error.empty()) return r;
  const std::size_t at = r.answers.size();
  r.error = s.file + ":";
  if (at < lines.size()) r.error += std::to_string(lines[at]->number) + ": " + std::string(verb(asked.commands[at])) + ":";
  r.error += " " + batch.error;
  return r;
}

void end_all() noexcept {
  const auto owner = static_cast<std::uint64_t>(sys::this_process());
  for (auto& place : workers)
    if (std::uint64_t note = place.load(); note >> 32U == owner && place.compare_exchange_strong(note, 0))
      sys::kill_and_wait(static_cast<int>(note & 0xffffffffU));
}

std::string kernel_release() { return sys::kernel_release(); }

}  // namespace ovlsim::live
