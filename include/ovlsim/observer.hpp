// SPDX-License-Identifier: Apache-2.0
//
// Who watches apply(): each decision is told as it is taken, with its question, its answer and the name of the rule that gave it;
// and what a lookup that fails leaves no trace of in the world: which inode a name was to have, what a stored origin was taken to mean.
// Narration, coverage of decisions and the difference between two kernels all come from these records. Without an observer
// nothing is recorded and nothing is paid.
#pragma once

#include <string_view>

#include "ovlsim/decisions.hpp"
#include "ovlsim/world.hpp"

namespace ovlsim {

/// ovl_check_origin(): the stored origin of an upper non-directory was looked at.
struct origin_record {
  std::uint32_t overlay = 0;  ///< overlay::mounted::id
  ino_t64 upper = 0;
  std::string_view stored;    ///< the bytes of the xattr, as long as the call lasts
  overlay::lower_path means;  ///< the lower inode that it was taken to mean; number 0: none
};

/// ovl_get_inode(): a name that has been found asks for its overlay inode.
struct inode_record {
  enum class result : std::uint8_t {
    made,   ///< no inode was hashed by the key
    found,  ///< the cached one
    stale,  ///< the cached one is another: ESTALE
    trap,   ///< the key is the root of a layer: ESTALE
  };
  std::uint32_t overlay = 0;             ///< overlay::mounted::id
  std::uint32_t parent = overlay::none;  ///< the directory: a dentry
  std::string_view name;                 ///< as long as the call lasts
  ino_t64 upper = 0;                     ///< what the lookup found in the upper; 0: nothing
  overlay::lower_path lower;             ///< the topmost of the lower stack, or the origin; number 0: none
  bool by_origin = false;                ///< the lower is what the stored origin means: the path led to none
  overlay::real_key key;                 ///< fs == none: not hashed
  result what = result::made;
  ino_t64 cached_upper = 0;              ///< of the cached inode, where one was hashed by the key
  overlay::lower_path cached_lower;
};

class observer {
 public:
  virtual ~observer() = default;

  /// `rule` is the name of the rule that answered. The command is not over: who wants the world copies it after apply().
  virtual void decided(std::string_view rule, const decision& what) = 0;
  virtual void followed(const origin_record&) {}
  virtual void looked_up(const inode_record&) {}
};

}  // namespace ovlsim
