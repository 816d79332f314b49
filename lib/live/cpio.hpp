// SPDX-License-Identifier: Apache-2.0
//
// The archive that Linux unpacks into its first root filesystem: cpio, the format `newc`. No device nodes: devtmpfs has them.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

namespace ovlsim::live {

class cpio_archive {
 public:
  /// Paths are absolute; the directories above are made where they are not there yet. A path that is there stays as it is.
  void directory(std::string_view path);
  void file(std::string_view path, std::string_view bytes, bool executable);
  void symlink(std::string_view path, std::string_view target);

  [[nodiscard]] bool contains(const std::string& path) const { return there_.contains(path); }

  /// The whole archive; nothing can be added to it any more.
  [[nodiscard]] std::string finish() &&;

 private:
  bool parents_and(std::string_view path);
  void entry(std::string_view path, std::uint32_t mode, std::string_view bytes);

  std::string bytes_;
  std::set<std::string> there_;
  std::uint32_t inodes_ = 0;
};

}  // namespace ovlsim::live
