// SPDX-License-Identifier: Apache-2.0
//
// The order in which ext4 lists a directory: by a hash of the name (dir_index), "." and ".." among the others.
#pragma once

#include <cstdint>
#include <string_view>

namespace ovlsim::backing {

/// The place of `name`: the half-MD4 hash of the name (ext4fs_dirhash, signed characters) in the upper half, the minor hash in the
/// lower. Every ext4 is made with a hash seed of its own; here, and in the live runner, it is zero, which means MD4's own constants.
std::uint64_t ext4_hash(std::string_view name);

}  // namespace ovlsim::backing
