// SPDX-License-Identifier: Apache-2.0
//
// The program `ovlsim`.
#include "ovlsim/cli.hpp"

int main(int argc, char** argv) { return ovlsim::cli_main(argc, argv); }
