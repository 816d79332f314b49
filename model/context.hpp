// SPDX-License-Identifier: Apache-2.0
//
// What travels through one apply(): the world that changes, the kernel that decides, who watches, and the kernel log that grows.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "ovlsim/kernel.hpp"
#include "ovlsim/observer.hpp"
#include "ovlsim/world.hpp"

namespace ovlsim {

/// A value or the errno why there is none.
template <class T>
struct result {
  errc error = errc::ok;
  T value{};

  result() = default;
  result(errc e) : error(e) {}                       // NOLINT: an errno is a result
  result(T v) : value(std::move(v)) {}               // NOLINT: so is a value
  explicit operator bool() const { return error == errc::ok; }
};

/// An entry of a directory that could not be looked up while the directory was read for an overlay above.
struct stale_entry {
  std::uint32_t overlay = 0;  ///< mounted::id
  std::uint32_t dir = 0;      ///< slot of the overlay inode
  name_id name{};
  bool operator==(const stale_entry&) const = default;
};

struct context {
  world& w;
  const kernel& k;
  observer* seen = nullptr;
  std::vector<std::string>& log;
  /// Overlay dentries that lost their name during this command: freed at its end unless an open file holds them, as the last
  /// dput() of the system call would.
  boost::container::small_vector<std::pair<std::uint32_t, std::uint32_t>, 4> dropped{};
  /// fput() closes what one overlay has read of another at the end of the system call, and what was read lives as long: a walk that is
  /// made once more (retry_estale) finds these marked, and passes over them.
  boost::container::small_vector<stale_entry, 1> stale{};
  /// open(2) is over, and what comes is another system call, which walks no path: whatever it answers, nothing is tried again.
  bool is_opened = false;
};

/// Asks a decision of the kernel and tells the observer.
template <class Question, class Answer>
Answer decide(context& c, const rule<Question, Answer>& r, const Question& q) {
  const Answer a = r(q);
  if (c.seen != nullptr) c.seen->decided(r.name, asked<Question, Answer>{q, a});
  return a;
}

}  // namespace ovlsim
