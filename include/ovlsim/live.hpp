// SPDX-License-Identifier: Apache-2.0
//
// The same scenarios on this machine's real kernel. All work is done by a child process in a mount namespace of its own, on
// images in a tmpfs that only that namespace sees: when the child is gone, so is everything that it made. Or on another real
// kernel, in a virtual machine that is gone with all that it made in the same way.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ovlsim/run.hpp"
#include "ovlsim/scenario.hpp"

namespace ovlsim::live {

/// Why scenarios cannot run on a live kernel here (not root, no overlayfs, a tool that is not installed), one line that says
/// what is missing and what to do; empty when they can. `s` narrows it to what that scenario needs.
std::string missing(const scenario* s = nullptr);

/// `uname -r` of the running kernel.
std::string kernel_release();

struct vm_image;

/// A kernel that virtual machines boot (QEMU, without KVM, without root).
class vm_kernel {
 public:
  /// `image` is a package, linux-image-*.deb, or a directory that one was unpacked into: read now, in a second or two. `program` runs in
  /// the machine as its first process and calls serve_as_vm_guest(); this program where it is empty.
  explicit vm_kernel(const std::string& image, const std::string& program = {});

  /// As live::missing(): why scenarios cannot run on this kernel here.
  std::string missing(const scenario* s = nullptr) const;
  /// `uname -r` of it.
  std::string release() const;

 private:
  friend class session;
  std::shared_ptr<const vm_image> image_;
  std::string error_;
};

/// For main() to call where its first argument is `vm-guest`: does not return inside of a virtual machine, and does nothing outside.
void serve_as_vm_guest() noexcept;

struct result {
  std::vector<answered> answers;
  std::string error;  ///< not empty when the run could not be completed: what failed, where, and what to do
};

/// Ends the workers of all sessions of this process and waits until they are gone. Async-signal-safe: for the handler of
/// SIGINT and SIGTERM, which then ends this process too. (Without it they go a moment after this process: the kernel kills them.)
void end_all() noexcept;

/// A worker in its own mount namespace; one is enough for any number of scenarios, run one after the other, each from nothing.
class session {
 public:
  session();
  explicit session(const vm_kernel& kernel);  ///< in a virtual machine, which boots with the first scenario
  ~session();  ///< ends the worker and waits until all that it made is gone
  session(session&&) noexcept;
  session& operator=(session&&) noexcept;
  session(const session&) = delete;
  session& operator=(const session&) = delete;

  /// Not from several threads at once, and not after the thread that called run() first has ended: the worker goes with it.
  result run(const scenario& s);

 private:
  struct worker;
  std::unique_ptr<worker> worker_;
};

}  // namespace ovlsim::live
