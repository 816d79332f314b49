// SPDX-License-Identifier: Apache-2.0
//
// One line on standard error, not more often than a reader can follow.
#include "cli/compare_progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

namespace ovlsim::cli {

compare_progress::compare_progress(std::uint64_t total)
    : total_(total), terminal_(::isatty(STDERR_FILENO) == 1), began_(clock::now()), last_(began_) {}

void compare_progress::show(std::uint64_t done, int differences, const std::string& doing) {
  const clock::time_point now = clock::now();
  const auto pause = terminal_ ? std::chrono::milliseconds(200) : std::chrono::milliseconds(5000);
  if (now - last_ < pause) return;
  last_ = now;
  const double seconds = std::chrono::duration<double>(now - began_).count();
  std::string line = fmt::format("{}/{} stories, {:.1f} a second, {} {}", done, total_, static_cast<double>(done) / seconds,
                                 differences, differences == 1 ? "difference" : "differences");
  if (total_ == 0) line.clear();
  if (!doing.empty()) line += (line.empty() ? "" : "; ") + doing;
  // Results that are already written come first where both go to one terminal.
  std::fflush(stdout);
  std::fputs((terminal_ ? "\r\x1b[K" + line : line + "\n").c_str(), stderr);
  std::fflush(stderr);
  shown_ = terminal_;
}

void compare_progress::clear() {
  if (shown_) std::fputs("\r\x1b[K", stderr);
  shown_ = false;
}

}  // namespace ovlsim::cli
