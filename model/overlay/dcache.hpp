// SPDX-License-Identifier: Apache-2.0
//
// The overlay's part of the dentry cache, and the life of overlay inodes, which dentries and open files pin and nothing else does:
// the superblock says generic_delete_inode, so an inode without a dentry is gone.
#pragma once

#include "context.hpp"

namespace ovlsim::overlay {

inline constexpr std::uint32_t root_dentry = 0;

inline inode& inode_of(mounted& o, std::uint32_t d) { return o.inodes[o.dentries[d].inode]; }
inline const inode& inode_of(const mounted& o, std::uint32_t d) { return o.inodes[o.dentries[d].inode]; }

/// An inode in one of the layers, as layer::fs and lower_path::ino tell it.
struct real {
  std::uint32_t fs = none;
  ino_t64 ino = 0;
};
/// The upper if there is one, else the top lower (ovl_inode_real).
inline real real_of(const mounted& o, const inode& i) {
  if (i.upper != 0) return {o.layers[0].fs, i.upper};
  return {o.layers[i.lower[0].layer].fs, i.lower[0].ino};
}
inline real lower_of(const mounted& o, const lower_path& l) { return {o.layers[l.layer].fs, l.ino}; }

/// ovl_has_upperdata(): false where the upper of a regular file holds metadata only. Asked of inodes with an upper.
inline bool has_upperdata(const inode& i) { return i.type != file_type::file || i.lower.empty() || i.upperdata; }
/// Where the content of a regular file is (ovl_inode_realdata, ovl_path_lowerdata): the last of the lower stack where no upper has it.
inline real lowerdata_of(const mounted& o, const inode& i) { return lower_of(o, i.lower.back()); }
inline real realdata_of(const mounted& o, const inode& i) {
  return i.upper != 0 && has_upperdata(i) ? real{o.layers[0].fs, i.upper} : lowerdata_of(o, i);
}
/// ovl_is_metacopy_dentry().
inline bool is_metacopy(const inode& i) {
  if (i.type != file_type::file) return false;
  return i.upper != 0 ? !has_upperdata(i) : i.lower.size() > 1;
}

/// How many of the layers, the upper counted, are no data-only ones.
inline std::size_t merged_layers(const mounted& o) { return o.layers.size() - o.data_layers; }

inline const backing::filesystem& upper_fs(const world& w, const mounted& o) { return *w.filesystems[o.layers[0].fs]; }
inline backing::filesystem& change_upper(world& w, const mounted& o) { return w.filesystems[o.layers[0].fs].change(); }

/// The inode of a backing filesystem from which `r` has its attributes in the end: a lower overlay passes them on.
real backing_of(const world& w, real r);
/// Its type, permission bits and owner; number and link count are another matter where a lower overlay lies between (real.hpp).
inline const backing::inode& attributes(const world& w, const real& r) {
  const real at = is_overlay(r.fs) ? backing_of(w, r) : r;
  return *w.filesystems[at.fs]->inodes.find(at.ino);
}
/// i_size.
inline std::uint64_t size_of(const world& w, const real& r) {
  const real at = is_overlay(r.fs) ? backing_of(w, r) : r;
  const backing::inode& i = *w.filesystems[at.fs]->inodes.find(at.ino);
  backing::note_content(*w.filesystems[at.fs], i);
  return i.size;
}

/// ovl_copyattr(): what the overlay inode shows of its real one is brought up to date. It need not be where that inode was changed
/// through another overlay inode.
void copy_attributes(const world& w, mounted& o, std::uint32_t slot);

/// A hashed dentry of that name; none where the cache has none.
std::uint32_t cached(const mounted& o, std::uint32_t parent, name_id name);

/// A new negative, hashed dentry.
std::uint32_t add_dentry(mounted& o, std::uint32_t parent, name_id name);

/// d_obtain_alias(): a dentry of the inode, whichever is there; else one without a name or a parent, which goes at the end of the
/// command.
std::uint32_t obtain_alias(context& c, mounted& o, std::uint32_t inode_slot);

/// d_instantiate(): a negative dentry gets its inode.
void instantiate(mounted& o, std::uint32_t d, std::uint32_t inode_slot);

/// d_drop(): no lookup finds it any more; it is freed at the end of the command unless an open file or a child holds it.
void drop(context& c, mounted& o, std::uint32_t d);

/// Builds the hash table anew, after the slots have changed.
void rehash(mounted& o);

/// d_invalidate() of what is no directory: no lookup finds it any more, and it is freed at once unless an open file holds it.
void invalidate(context& c, mounted& o, std::uint32_t d);

/// d_move(): `d` gets the place of `target`, which is dropped.
void move(context& c, mounted& o, std::uint32_t d, std::uint32_t target);

/// d_exchange().
void exchange(mounted& o, std::uint32_t a, std::uint32_t b);

/// Frees what was dropped during the command, and the inodes that nothing pins then.
void reap(context& c);

/// What the last reference of an overlay `above` to a nameless dentry of the overlays below it was holding goes at once (dput).
void reap_below(world& w, const mounted& above);
/// The same when an overlay above is gone altogether.
void reap_nameless(world& w);

/// Forgets every dentry and inode that nothing holds (shrink_dcache_sb), from the top of each stack of overlays down.
void shrink_all(world& w);

/// A hashed alias of inode `slot` other than `d`.
bool has_other_alias(const mounted& o, std::uint32_t slot, std::uint32_t d);

/// A slot for a new overlay inode.
std::uint32_t new_inode_slot(mounted& o);

/// `d` and its parent by name, as the kernel prints `%pd2`.
std::string pd2(const world& w, const mounted& o, std::uint32_t d);

}  // namespace ovlsim::overlay
