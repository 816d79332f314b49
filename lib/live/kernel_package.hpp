// SPDX-License-Identifier: Apache-2.0
//
// The files of a kernel, wherever they lie: in a Debian package (linux-image-*.deb), read into memory as it is, or in a
// directory that one was unpacked into.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "live/syscalls.hpp"

namespace ovlsim::live {

class kernel_package {
 public:
  /// Throws failure() where it cannot be read.
  explicit kernel_package(const std::string& place);

  /// The paths of the files below `boot/` and `lib/modules/`, without a slash before them; `usr/lib` counts as `lib`.
  [[nodiscard]] std::vector<std::string> files() const;
  [[nodiscard]] std::string read(const std::string& path) const;

 private:
  struct piece {
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
  };
  void read_archive(const std::string& deb);
  void read_directory(const std::string& directory, const std::string& below);

  sys::fd archive_;                             ///< the unpacked archive; none for a directory
  std::map<std::string, piece> in_archive_;
  std::map<std::string, std::string> in_directory_;  ///< path -> where it is
};

/// What a tool makes of `bytes`, on its standard output. Throws failure() where it fails.
sys::fd filtered(const std::vector<std::string>& tool, const sys::fd& input);
std::string filtered(const std::vector<std::string>& tool, const std::string& bytes);

}  // namespace ovlsim::live
