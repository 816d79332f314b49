// SPDX-License-Identifier: Apache-2.0
//
// What an overlay asks of the objects in its layers. On a backing filesystem the inode answers; where a layer lies on another overlay,
// that overlay answers, by its own lookup, getattr, xattr handlers, readdir and export operations, and keeps dentries and inodes in its
// own caches meanwhile. The upper never lies on an overlay (DCACHE_OP_REAL), so all that changes something is asked of a filesystem.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "backing/traits.hpp"
#include "overlay/dcache.hpp"

namespace ovlsim::overlay {

/// The overlay on which a layer lies, whether it is mounted or detached, and where that is in world::overlays.
std::uint32_t index_of_overlay(const world& w, std::uint32_t fs);
inline const mounted& overlay_at(const world& w, std::uint32_t fs) { return *w.overlays[index_of_overlay(w, fs)]; }
inline mounted& change_overlay(world& w, std::uint32_t fs) { return w.overlays[index_of_overlay(w, fs)].change(); }

/// Slot of the dentry of an overlay that is meant, and the other way round.
inline std::uint32_t dentry_of(const real& r) { return static_cast<std::uint32_t>(r.ino) - 1; }
inline real real_dentry(std::uint32_t fs, std::uint32_t d) { return {fs, ino_t64{d} + 1}; }

// ------------------------------------------------------------------------------------------------------ the filesystem

const uuid& uuid_of(const world& w, std::uint32_t fs);                       ///< s_uuid
backing::handle_class handles_of(const world& w, std::uint32_t fs);          ///< as ovl_can_decode_fh() sees it
std::uint32_t dev_of(const world& w, std::uint32_t fs);                      ///< s_dev
std::uint32_t namelen_of(const world& w, std::uint32_t fs);                  ///< statfs's f_namelen
inline bool has_null_uuid(const world& w, std::uint32_t fs) { return uuid_of(w, fs) == uuid{}; }

// ------------------------------------------------------------------------------------------------------------ the inode

/// By which another overlay's inode hash knows the inode.
real_key key_of(const world& w, const real& r);
inline bool same_inode(const world& w, const real& a, const real& b) { return key_of(w, a) == key_of(w, b); }

// struct inode's own fields, which of an overlay's inode are not what stat says.
ino_t64 i_ino(const world& w, const real& r);
std::uint32_t i_nlink(const world& w, const real& r);
std::uint16_t i_mode(const world& w, const real& r);

/// vfs_getattr(); st_dev is 0 on a backing filesystem.
answer::stat get_attributes(context& c, const real& r);

/// vfs_getxattr(): ENODATA, EOPNOTSUPP, EINVAL... where there is none.
result<std::string_view> get_xattr(const world& w, const real& r, std::string_view name);
/// vfs_listxattr(), in no order.
result<std::vector<std::string>> list_xattrs(const world& w, const real& r);

/// open(O_RDONLY) of a regular file: an overlay may fail to find where the data is.
errc open_data(context& c, const real& r);
/// Opens it and reads all of it.
result<std::string> read_data(context& c, const real& r);
/// The inode of a backing filesystem that holds the content of an opened file.
real data_of(const world& w, real r);
/// The target of a symlink.
std::string_view link_target(const world& w, const real& r);

// ------------------------------------------------------------------------------------------------------- names and paths

/// lookup_one_positive_unlocked() in a directory; the number is 0 where there is nothing, or the name is too long. `id`: the name's, if
/// any file ever had it.
result<real> lookup_in(context& c, const real& dir, std::string_view name, std::optional<name_id> id);
inline result<real> lookup_in(context& c, const real& dir, name_id name) {
  if (is_overlay(dir.fs)) return lookup_in(c, dir, std::string(c.w.names.text(name)), name);  // names may move
  return lookup_in(c, dir, {}, name);
}

/// Of a directory: d_parent; the root of the filesystem or overlay is its own.
real parent_of(const world& w, const real& dir);
/// is_subdir(): `dir` is `ancestor`, or lies below it. A removed directory lies nowhere.
bool is_below(const world& w, const real& dir, const real& ancestor);
/// The name of a directory; nothing where it has none.
std::optional<name_id> name_of(const world& w, const real& dir);

/// An entry that a directory emits.
struct dir_entry {
  name_id name{};        ///< meaningless for `.` and `..`
  bool is_dot = false;   ///< `.` or `..`
  bool is_dotdot = false;
  file_type type{};
  ino_t64 ino = 0;       ///< d_ino
};
using dir_entries = boost::container::small_vector<dir_entry, 16>;
/// iterate_dir() to the end, as another overlay reads it: it stops at the first error. The d_ino of `..` is there only where `dotdot`
/// asks for it.
result<dir_entries> read_dir(context& c, const real& dir, bool dotdot);

// ---------------------------------------------------------------------------------------------------------- file handles

struct fid {
  std::uint8_t type = 0;  ///< 0: the filesystem makes none
  byte_string bytes;
};
/// exportfs_encode_inode_fh(). On an overlay it may copy up a directory, and EIO where that fails.
result<fid> encode_real(context& c, const real& r);

/// exportfs_decode_fh(): the number is 0 for ESTALE. A directory must lie at or below `root` when it must be `connected`
/// (ovl_acceptable).
real decode_real(context& c, const real& root, std::uint8_t type, std::string_view bytes, bool connected);

}  // namespace ovlsim::overlay
