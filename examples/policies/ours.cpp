// SPDX-License-Identifier: Apache-2.0
//
// The command with this directory's three policies: `ours matrix --policy lower-at-path`.
#include "lower-at-path.hpp"
#include "origin-agrees.hpp"

constexpr ovlsim::policy mine[] = {upper_key, origin_agrees, lower_at_path};

int main(int argc, char** argv) { return ovlsim::cli_main(argc, argv, mine); }
