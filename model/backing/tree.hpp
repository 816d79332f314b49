// SPDX-License-Identifier: Apache-2.0
//
// The primitives of a backing filesystem: inodes, directory entries, contents. No permission and no errno is decided here; callers
// (model/vfs for a user's system call, model/overlay for overlayfs's own) have checked what Linux checks.
#pragma once

#include <optional>
#include <string_view>

#include "backing/traits.hpp"
#include "context.hpp"

namespace ovlsim::backing {

inline inode* find(filesystem& fs, ino_t64 ino) { return fs.inodes.find(ino); }
inline const inode* find(const filesystem& fs, ino_t64 ino) { return fs.inodes.find(ino); }

/// What a new inode is made of.
struct new_inode {
  file_type type{};
  std::uint16_t mode = 0;
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
};

/// A new inode with no name yet (nlink 0; 2 for a directory), numbered and with a generation of its own.
ino_t64 make_inode(world& w, filesystem& fs, const new_inode& what);

/// An inode whose number the image's tool chose (mksquashfs, mkfs.erofs, mke2fs -d); generation 0.
inode& make_numbered(filesystem& fs, const new_inode& what, ino_t64 ino);

/// The entry `name` of `dir`, and the inode that it means; null, and 0, where there is none.
inline const dirent* find_entry(const filesystem& fs, ino_t64 dir, name_id name) { return fs.entries.find(dirent_key{dir, name}); }
ino_t64 lookup(const filesystem& fs, ino_t64 dir, name_id name);

/// Gives `ino` a name: links it once more; a directory's `..` counts in `dir`.
void add_entry(filesystem& fs, ino_t64 dir, name_id name, ino_t64 ino);

/// Takes the name away and the link with it, and returns what it was, for release() (orphans.hpp).
dirent remove_entry(filesystem& fs, ino_t64 dir, name_id name);

/// Lets `name` in `dir` mean `ino` instead: what RENAME_EXCHANGE does to each side. Links do not change, but for `..` of directories.
void redirect_entry(filesystem& fs, ino_t64 dir, name_id name, ino_t64 ino);

/// Moves a name without touching link counts, but for `..` of a directory that changes its parent. What had the new name loses a
/// link and is returned, for release(); its inode is 0 when the name was free. RENAME_WHITEOUT gives the old name to `left_behind`.
dirent move_entry(filesystem& fs, ino_t64 dir, name_id name, ino_t64 new_dir, name_id new_name, ino_t64 left_behind = 0);

/// RENAME_EXCHANGE of two names.
void exchange_entries(filesystem& fs, ino_t64 dir, name_id name, ino_t64 new_dir, name_id new_name);

/// False where st_nlink of directories is always 1 (btrfs).
bool counts_subdirs(const world& w, const auto& real) { return traits_of(*w.filesystems[real.fs]).counts_subdirs; }

bool is_empty_dir(const filesystem& fs, ino_t64 dir);

struct listed {
  name_id name{};           ///< meaningless for `.` and `..`
  bool is_dot = false;      ///< `.` or `..`
  ino_t64 ino = 0;          ///< 0 for `..`, which takes a search (parent_of)
  std::uint64_t order = 0;  ///< by which the filesystem sorts its listings; by their names where this is the same
};
using listing = boost::container::small_vector<listed, 16>;  ///< few directories have more
/// The entries of `dir` in the order in which the filesystem lists them, `.` and `..` included.
listing list(const world& w, const filesystem& fs, ino_t64 dir);

/// The directory that holds directory `dir`; the root holds itself. Looks through the whole filesystem: for mounts, moves of
/// directories and file handles, not for lookups.
ino_t64 parent_of(const filesystem& fs, ino_t64 dir);
/// is_subdir(): `dir` is `ancestor`, or lies below it. A removed directory lies nowhere.
bool is_below(const filesystem& fs, ino_t64 dir, ino_t64 ancestor);
/// IS_DEADDIR(): nothing can be made in a removed directory, however long it is held.
inline bool is_removed(const filesystem& fs, ino_t64 dir) { return find(fs, dir)->nlink == 0; }

// ------------------------------------------------------------------------------------------------------------- contents

inline std::string_view view(const byte_string& bytes) { return {bytes.data(), bytes.size()}; }

/// The whole content, holes as zeros.
std::string read_all(const filesystem& fs, const inode& i);
/// What st_blocks counts, in bytes: whole pages up to the end of what was written.
std::uint64_t allocated(const filesystem& fs, const inode& i);
/// The target of a symlink.
std::string_view target(const filesystem& fs, const inode& i);
/// Overwrites from `offset` on, growing the file where needed.
void write_at(filesystem& fs, inode& i, std::uint64_t offset, std::string_view data);
void set_size(filesystem& fs, inode& i, std::uint64_t size);
void copy_content(const filesystem& from, const inode& source, filesystem& to, inode& destination);

// --------------------------------------------------------------------------------------------------------------- xattrs

std::optional<std::string_view> get_xattr(const filesystem& fs, ino_t64 ino, name_id name);
void set_xattr(filesystem& fs, ino_t64 ino, name_id name, std::string_view value);
bool remove_xattr(filesystem& fs, ino_t64 ino, name_id name);
using xattr_ids = boost::container::small_vector<name_id, 4>;  ///< few inodes have more
/// Names of all xattrs of `ino`, in the order of their ids.
xattr_ids xattr_names(const filesystem& fs, ino_t64 ino);

/// The same for a name that the world may not know yet: a lookup must not intern it.
std::optional<std::string_view> get_xattr(const world& w, const filesystem& fs, ino_t64 ino, std::string_view name);

}  // namespace ovlsim::backing
