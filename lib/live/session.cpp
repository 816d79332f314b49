// SPDX-License-Identifier: Apache-2.0
//
// A session: the process that works, started, asked and ended. Whatever way this process ends, the worker is killed by the
// kernel, and with it goes its mount namespace and all that is in it.
#include <array>
#include <atomic>
#include <cstdint>

#include "live/disk.hpp"
#include "live/failure.hpp"
#include "live/syscalls.hpp"
#include "live/guest.hpp"
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
  std::shared_ptr<const vm_image> image;  ///< none: this machine's kernel
  console log;
  std::string release;

  void boot() {
    running_vm vm = start_vm(*image);
    process = vm.process;
    owner = sys::this_process();
    pipe = std::move(vm.pipe);
    log = std::move(vm.log);
    listed = replace(0, note_of(process, owner));
    const errc e = receive_hello(pipe, release, log);
    if (e == errc::ok) return;
    const std::string why = last_words(e == errc::eagain);
    end();
    throw failure(why);
  }

  std::string last_words(bool silent) {
    log.drain();
    return std::string(silent ? "the virtual machine did not answer for too long" : "the virtual machine ended") +
           "; the last of its console:\n" + log.tail();
  }

  void start() {
    if (image != nullptr) return boot();
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
    // Off the list already: end_all() has seen it go, and its number may be somebody else's by now.
    if (!listed || replace(note_of(process, owner), 0)) sys::kill_and_wait(process);
    if (image == nullptr) try {
      // A loop device goes with the last user of its image; some milliseconds may pass until the kernel has done so.
      const std::string its_image = image_name(process);
      for (int wait = 0; wait < 500 && sys::loop_device_holds(its_image); ++wait) sys::sleep_ms(4);
    } catch (...) {  // no memory for a name: then nobody waits
    }
    process = -1;
  }

  ~worker() { end(); }
};

vm_kernel::vm_kernel(const std::string& place, const std::string& program) {
  try {
    image_ = std::make_shared<const vm_image>(make_vm_image(place, program.empty() ? "/proc/" + std::to_string(sys::this_process()) + "/exe" : program));
  } catch (const failure& f) {
    error_ = f.what();
  }
}
std::string vm_kernel::missing(const scenario*) const { return error_; }
std::string vm_kernel::release() const { return image_ == nullptr ? "" : image_->release; }

session::session(const vm_kernel& kernel) : worker_(std::make_unique<worker>()) { worker_->image = kernel.image_; }

std::string session::kernel_release() const {
  return worker_->image == nullptr ? sys::kernel_release() : worker_->image->release;
}

session::session() : worker_(std::make_unique<worker>()) {}
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
  batch_result batch = run_batch(worker_->pipe, asked, worker_->image == nullptr ? nullptr : &worker_->log);
  for (std::size_t i = 0; i < batch.outcomes.size() && i < lines.size(); ++i)
    r.answers.push_back({lines[i]->number, std::string(verb(asked.commands[i])), std::move(batch.outcomes[i])});
  if (batch.worker_gone && worker_->image != nullptr) batch.error = worker_->last_words(batch.silent);
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

void serve_as_vm_guest() noexcept { serve_as_guest(); }

std::string kernel_release() { return sys::kernel_release(); }

}  // namespace ovlsim::live
