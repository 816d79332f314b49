// SPDX-License-Identifier: Apache-2.0
//
// Disk images: made by the tools that everybody uses (mke2fs, mkfs.xfs, mkfs.btrfs, mksquashfs, mkfs.erofs), kept in memory
// files, mounted through loop devices that go with their last user. Empty filesystems are formatted once and copied then.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "live/disk.hpp"
#include "live/syscalls.hpp"
#include "ovlsim/command.hpp"

namespace ovlsim::live {

/// Mounts an image at a directory. xfs may share its UUID with another that is mounted (`nouuid`).
errc mount_image(const sys::fd& image, fs_type type, const std::string& directory, bool read_only);

class image_maker {
 public:
  /// `scratch` is an empty directory, to mount filesystems at while they are made.
  explicit image_maker(std::string scratch) : scratch_(std::move(scratch)) {}

  /// ext4, xfs or btrfs, empty, with the inode numbers of `slot`.
  sys::fd format(fs_type type, int slot, const std::optional<uuid>& id);

  /// Images of the tree at `source`, an open directory.
  sys::fd squashfs(const sys::fd& source, bool exports);
  sys::fd erofs(const sys::fd& source, const std::optional<uuid>& id);
  sys::fd ext4(const sys::fd& source, const std::optional<uuid>& id);

 private:
  const disk& base(fs_type type);

  std::string scratch_;
  std::map<fs_type, disk> bases_;
  std::map<std::pair<fs_type, int>, disk> slots_;
};

/// A path by which a child process finds what this one has open.
std::string path_of(const sys::fd& file);

/// Runs a tool to its end, a minute at most; its exit status.
int run_tool_for_status(const std::vector<std::string>& arguments, std::string& errors);
/// The same, and throws failure() with what it said when it fails.
void run_tool(const std::vector<std::string>& arguments);

}  // namespace ovlsim::live
