// SPDX-License-Identifier: Apache-2.0
//
// What the console of a virtual machine says, the last of it. Somebody must read it all the time, or the machine waits.
#pragma once

#include <string>
#include <utility>

#include "live/syscalls.hpp"

namespace ovlsim::live {

class console {
 public:
  console() = default;
  explicit console(sys::fd from) : from_(std::move(from)) {}

  /// Reads until there is something to read from `pipe`, or the pipe has ended; EAGAIN when neither came for so long.
  errc wait_for(const sys::fd& pipe, int seconds);
  /// Reads what was said already.
  void drain();
  /// Why it ended, as far as it said: from the line on that begins a panic, else some last lines. Each line ends with a newline.
  [[nodiscard]] std::string last_words() const;

 private:
  void take();

  sys::fd from_;
  std::string text_;
};

}  // namespace ovlsim::live
