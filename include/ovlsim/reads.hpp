// SPDX-License-Identifier: Apache-2.0
//
// What a command reads of a filesystem, as pieces of it: whatever else the filesystem holds, the command does the same. A search asks
// for it (lib/explore/precedents.hpp); to everybody else it costs one comparison with null.
#pragma once

#include <boost/container/small_vector.hpp>

#include <compare>
#include <cstdint>
#include <utility>

#include "ovlsim/names.hpp"

namespace ovlsim {

/// One piece of a filesystem.
struct piece {
  enum class kind : std::uint8_t {
    inode,    ///< the inode of that number and its xattrs, but for what follows; or that there is none
    content,  ///< its size and its bytes
    parent,   ///< which directory holds that one
    entry,    ///< what a name in the directory of that number means
    listing,  ///< all names in that directory, in the order in which it lists them
    count,    ///< which inode number comes next
    all,      ///< any of it
  };
  kind what{};
  std::uint8_t owner = 0;  ///< table::set_owner()
  name_id name{};          ///< of an entry
  std::uint64_t ino = 0;
  auto operator<=>(const piece&) const = default;
};

/// The pieces that one thread has read.
class read_log {
 public:
  void add(const piece& p) {
    if (pieces_.empty() || pieces_.back() != p) pieces_.push_back(p);
  }
  const auto& pieces() const { return pieces_; }

 private:
  boost::container::small_vector<piece, 64> pieces_;
};

/// Where this thread's reads are noted, or null. A hidden channel, on purpose: it tells nothing to the model, and the alternative would
/// be a log that travels through every function that looks something up.
inline thread_local constinit read_log* noted_reads = nullptr;

/// Notes this thread's reads in one log, or in none, as long as it lives.
class noting_reads {
 public:
  explicit noting_reads(read_log* log) : before_(std::exchange(noted_reads, log)) {}
  ~noting_reads() { noted_reads = before_; }
  noting_reads(const noting_reads&) = delete;
  noting_reads& operator=(const noting_reads&) = delete;

 private:
  read_log* before_;
};

}  // namespace ovlsim
