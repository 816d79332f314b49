// SPDX-License-Identifier: Apache-2.0
//
// The world: everything there is, as one plain value. Backing filesystems with their inodes, mounted overlays with their caches,
// open files. Structs of numbers without pointers between them; filesystems and overlays are shared by copies until one changes
// them (copy_on_write.hpp), so that a copy costs nothing to speak of, and two worlds compare with `==`. The functions on them are
// the model (model/); nothing here decides anything.
#pragma once

#include <boost/container/small_vector.hpp>

#include <cstdint>

#include "ovlsim/command.hpp"
#include "ovlsim/copy_on_write.hpp"
#include "ovlsim/names.hpp"
#include "ovlsim/outcome.hpp"
#include "ovlsim/table.hpp"

namespace ovlsim {

using ino_t64 = std::uint64_t;  ///< an inode number; 0 is none

/// File contents, symlink targets, xattr values. The inline room holds any file handle that overlayfs stores.
using byte_string = boost::container::small_vector<char, 48>;

// ---------------------------------------------------------------------------------------------------- backing filesystems

namespace backing {

inline constexpr std::uint32_t no_slot = 0xffffffffU;

/// Tells a dentry of a backing filesystem; 0 is none. In canonical worlds it is made of the place of its name.
using dentry_id = std::uint64_t;

struct inode {
  ino_t64 ino = 0;
  std::uint64_t size = 0;         ///< of a regular file; what its content does not cover is a hole
  std::uint32_t generation = 0;   ///< i_generation: tells two users of one number apart, where the filesystem has it
  std::uint32_t nlink = 0;
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::uint32_t content = no_slot;  ///< slot of the file's bytes or the symlink's target
  std::uint16_t mode = 0;         ///< permission bits, setuid, setgid, sticky
  file_type type{};               ///< `chr` is always device 0/0, a whiteout: no verb makes any other
  bool sparse = false;            ///< in a squashfs: a file with a block of nothing but hole, which makes its inode an extended one
  bool operator==(const inode&) const = default;
  ino_t64 key() const { return ino; }
  static piece piece_at(ino_t64 ino) { return {.what = piece::kind::inode, .ino = ino}; }
  static piece pieces_from(ino_t64) { return {.what = piece::kind::all}; }
};

struct dirent_key {
  ino_t64 dir = 0;
  name_id name{};
  bool operator==(const dirent_key&) const = default;
  bool operator<(const dirent_key& k) const { return (dir < k.dir) | ((dir == k.dir) & (name < k.name)); }  // no branch
};

struct dirent {
  ino_t64 dir = 0;
  ino_t64 ino = 0;
  name_id name{};
  std::uint32_t cookie = 0;  ///< by which filesystems sort that list in order of creation: see move_entry() for what counts as such
  dentry_id dentry = 0;      ///< tells the name's dentry: it moves along with the name, and no other is ever the same
  bool operator==(const dirent&) const = default;
  dirent_key key() const { return {dir, name}; }
  static piece piece_at(const dirent_key& k) { return {.what = piece::kind::entry, .name = k.name, .ino = k.dir}; }
  static piece pieces_from(const dirent_key& k) { return {.what = piece::kind::listing, .ino = k.dir}; }  // for the names in a directory
};

struct xattr_key {
  ino_t64 ino = 0;
  name_id name{};
  bool operator==(const xattr_key&) const = default;
  bool operator<(const xattr_key& k) const { return (ino < k.ino) | ((ino == k.ino) & (name < k.name)); }
};

struct xattr {
  ino_t64 ino = 0;
  name_id name{};
  std::uint32_t value = no_slot;
  bool operator==(const xattr&) const = default;
  xattr_key key() const { return {ino, name}; }
  static piece piece_at(const xattr_key& k) { return {.what = piece::kind::inode, .ino = k.ino}; }
  static piece pieces_from(const xattr_key& k) { return {.what = piece::kind::inode, .ino = k.ino}; }
};

/// One mounted filesystem instance. Made anew (and numbered anew) by every mkfs, mksquashfs, mkerofs, mke2fs and clone.
struct filesystem {
  name_id name{};
  fs_type type{};
  bool exports = true;          ///< has an export table: file handles can be made and decoded
  bool user_xattrs = true;      ///< takes user.* xattrs
  bool oldest_first = false;    ///< a tmpfs: lists a directory in order of creation
  bool ino64_handles = true;    ///< an erofs: its file handles hold 64-bit numbers
  ovlsim::uuid id{};            ///< s_uuid; all zero where the filesystem has none
  ovlsim::uuid disk_id{};       ///< a btrfs: the UUID in the superblock on disk; s_uuid is another where that one was taken at mount
  std::uint32_t dev = 0;        ///< st_dev
  std::uint32_t next_cookie = 1;
  dentry_id next_dentry = 1;
  ino_t64 root = 0;
  ino_t64 first_ino = 0;        ///< numbers that inode_numbers.cpp gives begin here
  ino_t64 next_ino = 0;         ///< the lowest number that was never given
  table<inode, 12> inodes;
  table<dirent, 12> entries;
  table<xattr, 6> xattrs;
  boost::container::small_vector<byte_string, 8> slots;        ///< contents and xattr values
  boost::container::small_vector<std::uint32_t, 4> free_slots;
  boost::container::small_vector<ino_t64, 4> free_inos;        ///< below next_ino and not in use, ascending
  boost::container::small_vector<ino_t64, 2> orphans;          ///< nlink 0 but held: see backing/orphans.hpp
  boost::container::small_vector<dirent, 1> unhashed;          ///< names that are gone while their dentries are held
  bool operator==(const filesystem&) const = default;
};

/// Whoever looks at the size or the bytes of an inode says so (reads.hpp), and whoever changes them.
inline void note_content(const filesystem& fs, const inode& i) { fs.inodes.note({.what = piece::kind::content, .ino = i.ino}); }

}  // namespace backing

// ------------------------------------------------------------------------------------------------------------- overlays

namespace overlay {

inline constexpr std::uint32_t none = 0xffffffffU;

/// What a layer lies on is one number: an index into world::filesystems, or this plus the mounted::id of another overlay.
inline constexpr std::uint32_t on_overlay = 0x80000000U;
constexpr bool is_overlay(std::uint32_t fs) { return fs >= on_overlay && fs != none; }

/// struct ovl_config after all fallbacks: what is in force.
struct config {
  bool index = false;
  bool nfs_export = false;
  bool metacopy = false;
  bool userxattr = false;
  bool is_volatile = false;
  bool escapes_xattrs = true;   ///< trusted.overlay.X of the mount is trusted.overlay.overlay.X of the layers
  bool whiteout_xattr = true;   ///< overlay.whiteout makes a whiteout
  bool xino_reserves_bit = true;  ///< the lowest of the bits that xino takes is for numbers that are not persistent
  redirect_option redirect = redirect_option::follow;  ///< never `off`: that is `follow` or `nofollow`, as redirect_always_follow says
  xino_option xino = xino_option::off;
  uuid_option uuid = uuid_option::autom;
  bool operator==(const config&) const = default;
};

/// struct ovl_sb: one superblock among the layers. [0] is the upper's, even without an upper.
struct sb {
  std::uint32_t fs = none;        ///< index into world::filesystems, or on_overlay and an id
  std::uint32_t pseudo_dev = 0;   ///< an anonymous st_dev of its own
  bool bad_uuid = false;          ///< file handles of this filesystem are never decoded for origin (ovl_get_fsid)
  bool is_lower = false;
  bool operator==(const sb&) const = default;
};

/// struct ovl_layer. [0] is the upper (fs == none without one), the lowers follow from the top down.
struct layer {
  std::uint32_t fs = none;   ///< as sb::fs
  std::uint32_t fsid = 0;    ///< index into mounted::sbs
  ino_t64 root = 0;          ///< as lower_path::ino
  std::uint32_t dev = 0;     ///< st_dev of non-directories that cannot be mapped otherwise
  bool operator==(const layer&) const = default;
};

/// struct ovl_path: an inode in a lower layer; in one that lies on an overlay, a dentry of that, which is held.
struct lower_path {
  std::uint32_t layer = 0;  ///< index into mounted::layers
  ino_t64 ino = 0;          ///< number of the inode, or slot of the dentry plus 1
  bool operator==(const lower_path&) const = default;
};

/// What an overlay inode is hashed by: a real inode (ovl_iget5's key). Layer roots are there too, as traps.
struct real_key {
  std::uint32_t fs = none;
  ino_t64 ino = 0;          ///< number of the inode; slot plus 1 of another overlay's, which is held
  bool operator==(const real_key&) const = default;
  bool operator<(const real_key& k) const { return (fs < k.fs) | ((fs == k.fs) & (ino < k.ino)); }
};

/// struct ovl_inode and the overlay's struct inode.
struct inode {
  ino_t64 i_ino = 0;
  ino_t64 upper = 0;                                         ///< __upperdentry's inode, 0 without
  boost::container::small_vector<lower_path, 1> lower;       ///< oe: the lower stack, top first
  real_key hashed_by;                                        ///< fs == none: not hashed
  std::uint32_t nlink = 0;                                   ///< i_nlink; only an indexed inode shows it, but overlay.nlink records it
  std::uint32_t version = 0;                                 ///< of a directory's content, for the readdir cache
  std::uint32_t dentries = 0;                                ///< how many dentries (hashed or not) point here: they pin the inode
  backing::dentry_id upper_dentry = 0;                       ///< __upperdentry itself: the upper's name by which it was found first
  name_id redirect{};                                        ///< oi->redirect, when has_redirect
  name_id lowerdata_redirect{};                              ///< where the data is, while the last of `lower` has number 0
  std::uint16_t mode = 0;                                    ///< i_mode as ovl_copyattr() last saw the real one's permission bits
  file_type type{};
  bool in_use = false;                                       ///< false: a free slot
  bool const_ino = false;                                    ///< OVL_CONST_INO: hashed by lower
  bool indexed = false;                                      ///< OVL_INDEX: an index entry leads to the upper
  bool impure = false;                                       ///< OVL_IMPURE
  bool whiteouts = false;                                    ///< OVL_WHITEOUTS
  bool upperdata = false;                                    ///< OVL_UPPERDATA
  bool has_redirect = false;
  bool operator==(const inode&) const = default;
};

/// A dentry of the overlay with its overlay flags (struct ovl_entry's flags before 6.5, d_fsdata since). Slots; the root is slot 0.
struct dentry {
  std::uint32_t parent = none;
  name_id name{};
  std::uint32_t inode = none;     ///< none: negative
  std::uint32_t children = 0;     ///< hashed or not: they pin their parent
  std::uint32_t opens = 0;        ///< open files: they pin it
  bool in_use = false;            ///< false: a free slot
  bool hashed = false;            ///< false after d_drop: no lookup finds it
  bool upper_alias = false;       ///< OVL_E_UPPER_ALIAS: the upper has this very name
  bool opaque = false;            ///< OVL_E_OPAQUE; on a negative dentry: a whiteout
  bool connected = false;         ///< OVL_E_CONNECTED: a lower file handle of it can be decoded to a path
  bool operator==(const dentry&) const = default;
};

/// The dentry hash table: slots of dentries plus 1, 0 where free, open addressing by (parent, name). The dentries say all that is in
/// it, so it has no part in comparisons; what order they were hashed in is seen nowhere else either.
struct dentry_hash {
  boost::container::small_vector<std::uint32_t, 32> slots;
  std::uint32_t used = 0;
  bool operator==(const dentry_hash&) const { return true; }
};

struct hashed_inode {
  std::uint32_t fs = none;
  std::uint32_t inode = none;  ///< slot; none: a trap (ovl_get_trap_inode)
  ino_t64 ino = 0;
  bool operator==(const hashed_inode&) const = default;
  real_key key() const { return {fs, ino}; }
};

/// One entry of a directory's impure cache (ovl_cache_get_impure): a d_ino that differs from the real one.
struct impure_key {
  std::uint32_t dir = none;  ///< slot of the overlay inode
  name_id name{};
  auto operator<=>(const impure_key&) const = default;
};
struct impure_entry {
  std::uint32_t dir = none;
  name_id name{};
  std::uint32_t version = 0;
  ino_t64 ino = 0;
  bool operator==(const impure_entry&) const = default;
  impure_key key() const { return {dir, name}; }
};

/// One mounted overlay: struct ovl_fs, its superblock, its part of the dentry and inode caches.
struct mounted {
  name_id name{};                 ///< meaningless once it is `detached`
  std::uint32_t id = 0;           ///< no other overlay has it at the same time
  std::uint32_t stack_depth = 1;  ///< s_stack_depth: 2 with a layer on another overlay
  bool detached = false;          ///< unmounted, but a layer of an overlay that is mounted
  ovlsim::uuid s_uuid{};          ///< all zero without a UUID of its own
  config cfg;
  bool ro = false;
  bool nofh = false;              ///< some layer has no file handles
  bool noxattr = false;           ///< the upper does not take our xattrs
  bool bad_origin = false;        ///< stored origins may mean other inodes by now; only candidate policies look for that (policies.cpp)
  ovlsim::uuid instance{};        ///< what marks origins as stored by this instance (stored_instance_answer); null: no marks
  bool upperdir_locked = false;   ///< this mount holds I_OVL_INUSE on the upper root
  bool workdir_locked = false;
  int xino_mode = 0;              ///< -1 off, 0 all layers on one fs, 1..32 number of bits
  std::uint32_t dev = 0;          ///< the overlay's own st_dev
  std::uint32_t namelen = 255;
  std::uint32_t data_layers = 0;  ///< how many of `layers`, the last ones, are data-only
  std::uint32_t work_fs = none;   ///< where workdir= points, even when a mount without an upper has no use for it
  ino_t64 workbasedir = 0;
  ino_t64 workdir = 0;            ///< <workdir>/work, or <workdir>/index with an index
  bool no_shared_whiteout = false;  ///< a link to the shared whiteout has failed: each has an inode of its own since
  ino_t64 whiteout = 0;           ///< the shared whiteout inode, 0 until the first (ovl_whiteout)
  name_id whiteout_name{};        ///< its temporary name in workdir
  ino_t64 last_ino = 1;           ///< counter of non-persistent inode numbers
  boost::container::small_vector<sb, 3> sbs;
  boost::container::small_vector<layer, 3> layers;
  boost::container::small_vector<inode, 8> inodes;
  boost::container::small_vector<std::uint32_t, 4> free_inodes;
  boost::container::small_vector<dentry, 12> dentries;
  boost::container::small_vector<std::uint32_t, 4> free_dentries;
  table<hashed_inode, 12> inode_hash;
  dentry_hash hashed;
  table<impure_entry, 2> impure_cache;
  bool operator==(const mounted&) const = default;

  bool has_upper() const { return layers[0].fs != none; }
};

}  // namespace overlay

// ------------------------------------------------------------------------------------------------------------ open files

struct open_file {
  name_id handle{};
  bool on_overlay = false;
  open_mode mode = open_mode::ro;
  std::uint32_t where = 0;   ///< index into world::filesystems or world::overlays
  std::uint32_t dentry = 0;  ///< slot of an overlay's
  backing::dentry_id real_dentry = 0;  ///< of a backing filesystem's file: dirent::dentry
  ino_t64 ino = 0;           ///< of a backing filesystem's file; of an overlay's the real one that it goes on with, 0 where it does not
  std::uint32_t real_fs = 0;  ///< where that is: index into world::filesystems
  bool operator==(const open_file&) const = default;
};

/// What was written to a fifo and not read yet: it lives as long as the fifo is open.
struct pipe_buffer {
  bool on_overlay = false;
  std::uint32_t where = 0;
  std::uint64_t inode = 0;  ///< slot of the overlay inode, or the backing inode's number
  std::uint32_t pages = 0;  ///< of the pipe's ring in use
  std::uint32_t room = 0;   ///< bytes left in the last of them
  byte_string bytes;
  bool operator==(const pipe_buffer&) const = default;
};

/// A file handle that `fh` took (struct file_handle).
struct taken_handle {
  name_id handle{};
  std::uint32_t type = 0;
  byte_string bytes;
  bool operator==(const taken_handle&) const = default;
};

// ----------------------------------------------------------------------------------------------------------------- world

/// The parameters of the module overlay: what a mount takes where its options say nothing else. It reads them once, so a later change
/// is one for later mounts. To begin with they are as a kernel has them that is built as Debian builds it (CONFIG_OVERLAY_FS_*).
struct module_parameters {
  bool redirect_dir = false;           ///< redirect_dir=on, otherwise as for redirect_dir=off
  bool redirect_always_follow = true;  ///< redirect_dir=off means follow, otherwise nofollow
  bool index = false;
  bool nfs_export = false;
  bool xino_auto = false;              ///< xino=auto, otherwise xino=off
  bool metacopy = false;
  bool operator==(const module_parameters&) const = default;
};

struct world {
  name_table names;
  boost::container::small_vector<copy_on_write<backing::filesystem>, 4> filesystems;  ///< never shrinks: an index stays valid
  boost::container::small_vector<copy_on_write<overlay::mounted>, 2> overlays;        ///< those that are mounted, or detached
  boost::container::small_vector<open_file, 2> files;
  boost::container::small_vector<taken_handle, 1> handles;
  boost::container::small_vector<pipe_buffer, 1> pipes;
  std::uint32_t next_dev = 1;         ///< st_dev values, never given twice
  std::uint32_t next_generation = 1;  ///< stands for the kernel's random numbers: never the same twice
  std::uint32_t next_uuid = 1;
  std::uint32_t next_slot = 0;        ///< how many writable filesystems had a range of inode numbers of their own
  std::uint32_t next_temp = 1;        ///< the counter behind "#1" in a workdir (ovl_lookup_temp)
  module_parameters module;
  bool operator==(const world&) const = default;
};

}  // namespace ovlsim
