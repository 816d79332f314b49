// SPDX-License-Identifier: Apache-2.0
//
// What the tests of candidate policies have in common: kernels with policies, and the collision of the thread.
#pragma once

#include <string>
#include <string_view>

#include "ovlsim/policy.hpp"
#include "story.hpp"

namespace ovlsim::testing {

inline kernel under(std::string_view names, const kernel& base = linux_6_18) {
  const policy_result made = with_policies(base, names);
  EXPECT_TRUE(made.value) << names << ": " << made.error;
  return made.value.value_or(base);
}

/// A squashfs or erofs is replaced under a kept upper, whose two files then have stored the same origin; `options` are those of each
/// mount, `make` makes the image, `last` is the lookup of the second of them.
inline std::string collision(const std::string& make, const std::string& options, const std::string& last) {
  const std::string mount = "mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w" + options + "\n";
  return "mkfs build tmpfs\ncreate build:/A \"A v1\"\n" + make + "\nmkfs up tmpfs\nmkdir up:/u\nmkdir up:/w\n" + mount +
         "append m:/A \"!\"\nrename m:/A m:/ZA\numount m\ncreate build:/B \"B v2\"\nrename build:/A build:/ZA\n" + make + "\n" + mount +
         "append m:/B \"!\" -> ok\numount m\n" + mount + "stat m:/ZA -> ok\nstat m:/B -> " + last + "\n";
}

inline const std::string squashfs = "mksquashfs low build:/";
inline const std::string erofs = "mkerofs low build:/ uuid=6f6f6f6f-1111-4222-8333-444444444444";
inline const std::string stale_lookup = "ESTALE log~\"failed to get inode (-116)\"";

}  // namespace ovlsim::testing
