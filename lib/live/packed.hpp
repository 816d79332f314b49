// SPDX-License-Identifier: Apache-2.0
//
// What kernel builds wrap around kernels and modules to make them small, or to sign them, taken off again: a virtual machine that
// is imitated instruction by instruction would do it for seconds.
#pragma once

#include <string>

namespace ovlsim::live {

/// Uncompressed (xz, gzip, zstd, lz4), as it is where it was not compressed. Throws failure() where the tool is missing.
std::string unpacked(std::string bytes);

/// A module, uncompressed, without its signature.
std::string plain_module(std::string bytes);

/// The ELF file inside of a bzImage; the bzImage itself where that cannot be had.
std::string plain_kernel(std::string bytes);

}  // namespace ovlsim::live
