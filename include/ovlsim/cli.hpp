// SPDX-License-Identifier: Apache-2.0
//
// The command as a function: what a program needs that knows policies of its own (examples/policies). Link ovlsim::cli.
#pragma once

#include <span>

#include "ovlsim/policy.hpp"

namespace ovlsim {

/// `ovlsim` with the policies of `own` beside policies(): `--policy` takes them in every command, `ovlsim policies` lists them. The exit
/// code for main() to return. To be called once, and first: it sets handlers for SIGINT, SIGTERM and SIGPIPE. `own` must outlive it.
int cli_main(int argc, char** argv, std::span<const policy> own = {});

}  // namespace ovlsim
