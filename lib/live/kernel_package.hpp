// SPDX-License-Identifier: Apache-2.0
//
// The files of a kernel, wherever they lie: in a Debian package (linux-image-*.deb), which is unpacked in memory, or in a directory
// that one was unpacked into.
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

  /// The paths of the files below `boot/` and `lib/modules/`, sorted; `usr/lib` counts as `lib`.
  [[nodiscard]] std::vector<std::string> files() const;
  /// One of them, as it is in the package.
  [[nodiscard]] std::string read(const std::string& path) const;

 private:
  struct piece {
    std::uint64_t offset = 0, size = 0;
  };
  void read_archive(const std::string& deb);
  void read_directory(const std::string& directory, const std::string& below);

  sys::fd archive_;                                  ///< tar; none for a directory
  std::map<std::string, piece> in_archive_;
  std::map<std::string, std::string> in_directory_;  ///< where each one is
};

}  // namespace ovlsim::live
