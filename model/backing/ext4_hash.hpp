// SPDX-License-Identifier: Apache-2.0
//
// The order in which ext4 lists a directory: by a hash of the name (dir_index), "." and ".." among the others.
#pragma once

#include <cstdint>
#include <string_view>

namespace ovlsim::backing {

/// The place of `name`: the half-MD4 hash of the name (ext4fs_dirhash, signed characters) in the upper half, the minor hash in the
/// lower. mke2fs draws a hash seed for every filesystem; here, and in the live runner, it is always
/// 6f766c73-696d-4f56-8c53-494d6f766c73, so that both list in the same order.
std::uint64_t ext4_hash(std::string_view name);

}  // namespace ovlsim::backing
