// SPDX-License-Identifier: Apache-2.0
//
// A session: the process that works, started, asked and ended. Whatever way this process ends, the worker is killed by the
// kernel, and with it goes its mount namespace and all that is in it.
#include <array>
#include <atomic>

#include "live/disk.hpp"
#include "live/failure.hpp"
#include "live/syscalls.hpp"
#include "live/worker.hpp"
#include "ovlsim/live.hpp"

namespace ovlsim::live {
namespace {

/// The workers that there are, for a signal handler to read: 0 is a free place.
std::array<std::atomic<int>, 64> workers;
static_assert(std::atomic<int>::is_always_lock_free);

void note(int process) {
  for (auto& place : workers) {
    int free = 0;
    if (place.compare_exchange_strong(free, process)) return;
  }
}
void forget(int process) {
  for (auto& place : workers) {
    int mine = process;
    if (place.compare_exchange_strong(mine, 0)) return;
  }
}

}  // namespace

struct session::worker {
  int process = -1;
  sys::fd pipe;

  void start() {
    sys::fd ours, theirs;
    require(sys::socket_pair(ours, theirs), "making a pipe to a worker process");
    const int parent = sys::this_process();
    const int child = sys::fork_process();
    if (child == 0) work(std::move(theirs), parent);
    if (child < 0) throw failure("starting a worker process failed: " + words(sys::last_error()));
    process = child;
    pipe = std::move(ours);
    note(process);
  }

  void end() noexcept {
    if (process < 0) return;
    pipe.reset();
    forget(process);
    sys::kill_and_wait(process);
    try {
      // A loop device goes with the last user of its image; some milliseconds may pass until the kernel has done so.
      const std::string image = image_name(process);
      for (int wait = 0; wait < 500 && sys::loop_device_holds(image); ++wait) sys::sleep_ms(4);
    } catch (...) {  // no memory for a name: then nobody waits
    }
    process = -1;
  }

  ~worker() { end(); }
};

session::session() : worker_(std::make_unique<worker>()) {}
session::~session() = default;
session::session(session&&) noexcept = default;
session& session::operator=(session&&) noexcept = default;

result session::run(const scenario& s) {
  result r;
  std::vector<command> commands;
  std::vector<const scenario_line*> lines;
  for (const scenario_line& line : s.lines) {
    if (!line.has_command) continue;
    commands.push_back(line.what);
    lines.push_back(&line);
  }
  try {
    if (worker_->process < 0) worker_->start();
  } catch (const failure& f) {
    r.error = f.what();
    return r;
  }
  batch_result batch = run_batch(worker_->pipe, commands);
  for (std::size_t i = 0; i < batch.outcomes.size() && i < lines.size(); ++i)
    r.answers.push_back({lines[i]->number, std::string(verb(commands[i])), std::move(batch.outcomes[i])});
  if (batch.worker_gone) worker_->end();
  if (batch.error.empty()) return r;
  const std::size_t at = r.answers.size();
  r.error = s.file + ":";
  if (at < lines.size()) r.error += std::to_string(lines[at]->number) + ": " + std::string(verb(commands[at])) + ":";
  r.error += " " + batch.error;
  return r;
}

void end_all() noexcept {
  for (const auto& place : workers)
    if (const int process = place.load(); process > 0) sys::kill_and_wait(process);
}

std::string kernel_release() { return sys::kernel_release(); }

}  // namespace ovlsim::live
