// SPDX-License-Identifier: Apache-2.0
//
// The kernel that scenarios run on, this machine's or one in a virtual machine, and the rules that the model holds against it.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "cli/commands.hpp"
#include "ovlsim/kernel.hpp"
#include "ovlsim/live.hpp"

namespace ovlsim::cli {

/// The series of `uname -r`: 6.1 of `6.1.0-56-cloud-amd64`.
std::string series_of(const std::string& release);

class tested_kernel {
 public:
  /// `--vm`.
  void add_to(CLI::App& command);

  /// Why it cannot run scenarios, or this one; empty when it can. The first question, here or below, has an image read.
  std::string missing(const scenario* s = nullptr) const;
  std::unique_ptr<live::session> new_session() const;
  std::string release() const;

  /// What was given as `--vm`; empty for this machine's kernel.
  const std::string& image() const { return image_; }

 private:
  /// That in the image; null where none was given.
  live::vm_kernel* vm() const;

  std::string image_;
  mutable std::optional<live::vm_kernel> vm_;
};

class model_rules {
 public:
  /// `--kernel` and `--policy`.
  void add_to(CLI::App& command);

  /// Those that were asked for; nothing, with a word on standard error, where this release has none of that name. Without, those of the
  /// series of `release`; where there are none, the newest, with a note. With the policies in place.
  std::optional<kernel> choose(const std::string& release) const;

  /// The options as they were given, for a command line that does the same.
  std::string as_options() const;

 private:
  const kernel* base(const std::string& release) const;

  std::string name_;
  std::string policy_;
};

}  // namespace ovlsim::cli
