// SPDX-License-Identifier: Apache-2.0
//
// The two ends of the pipe between a session and its worker. What goes over it: a batch of commands one way; the other way an
// outcome for each as it comes, then the end, or instead of the rest what stopped the run.
#pragma once

#include <string>
#include <vector>

#include "live/console.hpp"
#include "live/syscalls.hpp"
#include "live/wire.hpp"
#include "ovlsim/outcome.hpp"

namespace ovlsim::live {

/// What a forked process does until it is killed: runs batches, each from nothing, in a mount namespace of its own. `prepare` is
/// called before each; it may throw.
[[noreturn]] void work(sys::fd pipe, int parent, void (*prepare)(const wire::batch&) = nullptr) noexcept;

struct batch_result {
  std::vector<outcome> outcomes;
  std::string error;         ///< empty when all commands were answered
  bool worker_gone = false;  ///< then another one is needed
  bool silent = false;       ///< ... since it has not answered for too long
};

/// The other end: sends a batch and waits for its outcomes. With the console of the machine that the worker is in, where that is
/// not this one: what it says is read meanwhile, and the wait has an end.
batch_result run_batch(const sys::fd& pipe, const wire::batch& b, console* its = nullptr);

/// The first message of a worker in another machine: the release of its kernel. EAGAIN: none came.
errc send_hello(const sys::fd& pipe, const std::string& release);
errc receive_hello(const sys::fd& pipe, std::string& release, console& its);

/// A command takes less, even where a machine is imitated instruction by instruction.
inline constexpr int answer_seconds = 120;

}  // namespace ovlsim::live
