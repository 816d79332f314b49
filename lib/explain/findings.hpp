// SPDX-License-Identifier: Apache-2.0
//
// What is to be explained in a run, and the proofs.
#pragma once

#include "explain/events.hpp"
#include "ovlsim/explain.hpp"

namespace ovlsim::explaining {

/// Everything found, in the order of the story; what has the same cause as an earlier finding is left out. `steps` are told up to their
/// facts and failed expectations.
std::vector<explained_finding> findings_of(const recording& run, const history& past, const std::vector<explained_step>& steps,
                                           const scenario& s);

/// Premises and conclusion for a name that got the inode of another file, or none.
void prove_identity(const recording& run, const history& past, std::size_t step, const identity_event& e, explained_finding& out);

/// What is known of a path after a step: its inode with upper, lower and key, and where the upper came from.
std::vector<std::string> evidence(const recording& run, const history& past, const path& p, std::size_t step);

/// `Line 11 copied up low:/A, ...`: the copy-up and what it stored, as it looks after `step`.
std::string copy_up_in_words(const recording& run, const history& past, const copy_up& c, std::size_t step);

}  // namespace ovlsim::explaining
