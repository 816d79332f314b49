// SPDX-License-Identifier: Apache-2.0
#include "cli/interrupt.hpp"

#include <csignal>

#include "ovlsim/live.hpp"

namespace ovlsim::cli {
namespace {

std::atomic<bool> interrupt_seen{false};

}  // namespace

const std::atomic<bool>& interrupted() {
  std::signal(SIGINT, [](int) {
    interrupt_seen.store(true);
    std::signal(SIGINT, SIG_DFL);
    live::end_all();
  });
  return interrupt_seen;
}

}  // namespace ovlsim::cli
