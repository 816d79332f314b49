// SPDX-License-Identifier: Apache-2.0
//
// What the inodes of a world are called: by a path where they have one, by their number where they do not.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ovlsim/world.hpp"

namespace ovlsim::explaining {

/// The filesystem of that index; null where the index is none, or stands for an overlay on which a layer lies.
const backing::filesystem* filesystem_at(const world& w, std::uint32_t fs) noexcept;

std::string name_of(const world& w, const backing::filesystem& fs);

/// All paths of an inode within its filesystem (`/u/A`), the alphabetically first one first.
std::vector<std::string> paths_within(const world& w, const backing::filesystem& fs, ino_t64 ino);

/// `up:/u/A`; `up:(inode 4, no name)` where nothing leads to it. Entries of an index directory are shortened. Of an overlay on which a
/// layer lies, `ino` is as overlay::lower_path::ino.
std::string path_of(const world& w, std::uint32_t fs, ino_t64 ino);

/// `up:/u/A`, from a directory and a name in it.
std::string path_of(const world& w, std::uint32_t fs, const backing::dirent& entry);

/// `m:/a/b`, by the cached dentries.
std::string path_of(const world& w, const overlay::mounted& o, std::uint32_t dentry);

/// The overlay with that mounted::id, mounted or not; null where there is none.
const overlay::mounted* overlay_with_id(const world& w, std::uint32_t id) noexcept;

/// The overlay on which a layer lies, by its sb::fs; null where `fs` is none.
const overlay::mounted* overlay_at(const world& w, std::uint32_t fs) noexcept;

/// `m`; an overlay that is unmounted and still a layer has no name.
std::string name_of(const world& w, const overlay::mounted& o);

/// The name of a filesystem or an overlay on which a layer lies; empty where there is none.
std::string name_of_layer(const world& w, std::uint32_t fs);

/// The mounted overlay of that name; null where none is.
const overlay::mounted* overlay_named(const world& w, std::string_view name) noexcept;

/// The dentry that a path on `o` leads to, by cached dentries alone.
std::optional<std::uint32_t> cached_dentry(const world& w, const overlay::mounted& o, std::string_view rest);

/// The inode that a path on a backing filesystem leads to, symlinks not followed; 0 where there is none.
ino_t64 inode_at(const world& w, const backing::filesystem& fs, std::string_view rest);

/// The layer's lower inode as a filesystem and a number.
struct real_place {
  std::uint32_t fs = overlay::none;
  ino_t64 ino = 0;
  bool operator==(const real_place&) const = default;
};
real_place real_of(const overlay::mounted& o, const overlay::lower_path& lower) noexcept;

/// The value of an xattr, by its name; nothing where it has none.
std::optional<std::string_view> xattr_of(const world& w, const backing::filesystem& fs, ino_t64 ino, std::string_view name);

}  // namespace ovlsim::explaining
