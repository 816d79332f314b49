// SPDX-License-Identifier: Apache-2.0
#include "backing/orphans.hpp"

#include <algorithm>

#include "backing/inode_numbers.hpp"
#include "backing/traits.hpp"

namespace ovlsim::backing {

namespace {

/// Whether a mount itself holds the inode (struct ovl_fs, struct ovl_layer), however little is cached; the shared whiteout by its
/// name in the workdir alone.
bool is_used_by_mount(const overlay::mounted& o, std::uint32_t fs, ino_t64 ino, dentry_id dentry) {
  if (o.work_fs == fs && (ino == o.workbasedir || ino == o.workdir || (ino == o.whiteout && dentry == 0))) return true;
  return std::any_of(o.layers.begin(), o.layers.end(), [&](const overlay::layer& l) { return l.fs == fs && l.root == ino; });
}

/// Whether a name that is gone was in directory `dir`: its dentry, as long as it is held, holds that of the directory.
bool had_held_names(const filesystem& fs, ino_t64 dir) {
  return std::any_of(fs.unhashed.begin(), fs.unhashed.end(), [dir](const dirent& e) { return e.dir == dir; });
}

/// Whether an open file or an overlay inode holds an inode by that dentry, or by any with `dentry` 0.
bool is_used(const world& w, std::uint32_t fs, ino_t64 ino, dentry_id dentry) {
  const auto uses = [&](const auto& o) { return is_used_by_mount(*o, fs, ino, dentry); };
  if (std::any_of(w.overlays.begin(), w.overlays.end(), uses)) return true;
  // No file of a whiteout can be open, and to an overlay it is no inode.
  const inode* wanted = find(*w.filesystems[fs], ino);
  if (wanted == nullptr || wanted->type == file_type::chr) return false;
  for (const open_file& f : w.files) {
    if (!f.on_overlay && f.where == fs && f.ino == ino && (dentry == 0 || f.real_dentry == dentry)) return true;
  }
  for (const copy_on_write<overlay::mounted>& m : w.overlays) {
    const overlay::mounted& o = *m;
    const bool upper_here = o.layers[0].fs == fs;
    for (const overlay::inode& i : o.inodes) {
      if (!i.in_use) continue;
      if (upper_here && i.upper == ino && (dentry == 0 || i.upper_dentry == dentry)) return true;
      if (dentry != 0) continue;  // names in lower layers stay what they are while the overlay is mounted
      for (const overlay::lower_path& l : i.lower) {
        if (l.ino == ino && o.layers[l.layer].fs == fs) return true;
      }
    }
  }
  return false;
}

bool is_held(const world& w, std::uint32_t fs, ino_t64 ino) {
  return is_used(w, fs, ino, 0) || had_held_names(*w.filesystems[fs], ino);
}

bool is_held(const world& w, std::uint32_t fs, const dirent& e) {
  return is_used(w, fs, e.ino, e.dentry) || had_held_names(*w.filesystems[fs], e.ino);
}

void free_inode(filesystem& fs, ino_t64 ino) {
  if (find(fs, ino)->nlink != 0) return;  // it was given a name again
  for (const name_id name : xattr_names(fs, ino)) remove_xattr(fs, ino, name);
  inode* i = fs.inodes.find(ino);
  if (i->content != no_slot) {
    fs.slots[i->content].clear();
    fs.free_slots.push_back(i->content);
  }
  fs.inodes.erase(ino);
  free_number(fs, ino);
}

/// Takes away what is not held, in order: a name below a directory was gone before the directory's, and frees it.
template <class T>
void release_unheld(world& w, std::uint32_t f, T filesystem::*member, const auto& let_go) {
  const auto held = [&](const auto& what) { return is_held(w, f, what); };
  const T& all = (*w.filesystems[f]).*member;
  if (std::all_of(all.begin(), all.end(), held)) return;
  filesystem& fs = w.filesystems[f].change();
  T& list = fs.*member;
  for (std::size_t n = 0; n < list.size();) {
    if (held(list[n])) {
      ++n;
      continue;
    }
    let_go(fs, list[n]);
    list.erase(list.begin() + static_cast<std::ptrdiff_t>(n));
  }
}

}  // namespace

void release(world& w, std::uint32_t fs, const dirent& gone) {
  if (gone.ino == 0) return;
  if (is_held(w, fs, gone)) w.filesystems[fs].change().unhashed.push_back(gone);
  release(w, fs, gone.ino);
}

void release(world& w, std::uint32_t fs_index, ino_t64 ino) {
  const inode* i = w.filesystems[fs_index]->inodes.find(ino);
  if (i == nullptr || i->nlink != 0) return;
  filesystem& fs = w.filesystems[fs_index].change();
  if (traits_of(fs).frees_late || is_held(w, fs_index, ino)) {
    if (std::find(fs.orphans.begin(), fs.orphans.end(), ino) == fs.orphans.end()) fs.orphans.push_back(ino);
  } else {
    free_inode(fs, ino);
  }
}

void release_orphans(world& w) {
  for (std::uint32_t f = 0; f < w.filesystems.size(); ++f) {
    if (w.filesystems[f]->unhashed.empty() && w.filesystems[f]->orphans.empty()) continue;  // nearly always
    release_unheld(w, f, &filesystem::unhashed, [](filesystem&, const dirent&) {});
    release_unheld(w, f, &filesystem::orphans, free_inode);
  }
}

}  // namespace ovlsim::backing
