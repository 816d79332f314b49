// SPDX-License-Identifier: Apache-2.0
//
// New filesystems: empty ones, images of a tree, copies of another's image.
#pragma once

#include <optional>

#include "vfs/source_tree.hpp"

namespace ovlsim::backing {

/// mkfs.
copy_on_write<filesystem> make_empty(world& w, fs_type type, const std::optional<uuid>& id);

/// mksquashfs, mkfs.erofs or mke2fs -d of a tree.
copy_on_write<filesystem> make_squashfs(context& c, const vfs::source_tree& source, bool exports);
copy_on_write<filesystem> make_erofs(context& c, const vfs::source_tree& source, const std::optional<uuid>& id);
copy_on_write<filesystem> make_populated_ext4(context& c, vfs::source_tree&& source, const std::optional<uuid>& id);

/// A byte for byte copy of an image, mounted as `name`: same inode numbers and generations, and the UUID that settle_uuid() leaves it.
/// EEXIST where the kernel refuses that.
result<copy_on_write<filesystem>> make_clone(context& c, std::string_view name, const copy_on_write<filesystem>& of);

/// The UUID under which a btrfs is mounted as `name`: the one on its disk, unless another btrfs is mounted under that. What is mounted as
/// `name` goes first. EEXIST where the kernel refuses it.
errc settle_uuid(context& c, std::string_view name, filesystem& fs);

/// What the kernel's filesystems of this type can do; to be asked once for a new one.
void give_features(context& c, filesystem& fs);

/// An overlay uses the filesystem, or a file of it is open: it cannot be replaced.
bool is_busy(const world& w, std::uint32_t fs);

/// Puts `made` where the filesystem of that name is (or becomes), mounted under a new st_dev.
/// EBUSY while the old one is busy.
errc install(world& w, std::string_view name, copy_on_write<filesystem>&& made);

/// The index of the filesystem of that name.
std::optional<std::uint32_t> index_of(const world& w, std::string_view name);

}  // namespace ovlsim::backing
