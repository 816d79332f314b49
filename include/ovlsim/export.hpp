// SPDX-License-Identifier: Apache-2.0
//
// A scenario as a shell script that anybody can run: no ovlsim, no compiler, a POSIX shell and the tools that a story needs.
#pragma once

#include <string>
#include <vector>

#include "ovlsim/scenario.hpp"

namespace ovlsim {

struct exported_script {
  std::string text;                    ///< empty where there is an error
  std::vector<scenario_error> errors;  ///< each line of the scenario that a shell cannot do: place, cause and cure
};

/// The story of `s` as a POSIX shell script. As root on Linux it makes the filesystems on a tmpfs of its own (in a mount namespace of
/// its own, where there is `unshare`), does each command with a tool that makes the system call of the language's table, says PASS or
/// FAIL for each expectation with its line in `s`, and takes down everything that it made, whatever ends it. Its exit code is 0 when all
/// expectations held, 1 when one did not, 77 when the machine cannot run it. Checks of the kernel log are left out, with a word, where
/// the log cannot be read. The conventions are those of the live runner: umask 022, one block group, a range of inode numbers for each
/// writable filesystem (where an expectation looks at inode numbers).
exported_script export_script(const scenario& s);

}  // namespace ovlsim
