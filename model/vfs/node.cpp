// SPDX-License-Identifier: Apache-2.0
//
// Where the two kinds of node meet.
#include "vfs/node.hpp"

#include "backing/traits.hpp"
#include "backing/tree.hpp"
#include "overlay/dcache.hpp"
#include "overlay/namei.hpp"
#include "overlay/real.hpp"

namespace ovlsim::vfs {

result<node> root_of(const context& c, std::string_view name) {
  const std::optional<name_id> id = c.w.names.find(name);
  if (!id) return errc::enoent;
  for (std::uint32_t i = 0; i < c.w.overlays.size(); ++i) {
    const overlay::mounted& o = *c.w.overlays[i];
    if (o.name == *id && !o.detached) return node{.on_overlay = true, .where = i, .dentry = overlay::root_dentry};
  }
  for (std::uint32_t i = 0; i < c.w.filesystems.size(); ++i) {
    if (c.w.filesystems[i]->name == *id) return node{.where = i, .ino = c.w.filesystems[i]->root};
  }
  return errc::enoent;
}

result<node> lookup(context& c, const node& dir, std::string_view name) {
  node found = dir;
  const std::optional<name_id> id = c.w.names.find(name);
  if (dir.on_overlay) {
    if (id) found.dentry = overlay::cached(*c.w.overlays[dir.where], dir.dentry, *id);  // d_lookup()
    if (id && found.dentry != overlay::none) {
      if (overlay::is_valid(c, *c.w.overlays[dir.where], found.dentry)) return found;
      overlay::invalidate(c, c.w.overlays[dir.where].change(), found.dentry);
    }
    const result<std::uint32_t> d = overlay::lookup_slow(c, c.w.overlays[dir.where].change(), dir.dentry, name, id);
    if (!d) return d.error;
    found.dentry = d.value;
    return found;
  }
  const backing::filesystem& fs = *c.w.filesystems[dir.where];
  if (name.size() > backing::traits_of(fs).namelen) return errc::enametoolong;
  const backing::dirent* e = id ? backing::find_entry(fs, dir.ino, *id) : nullptr;
  found.ino = e == nullptr ? 0 : e->ino;
  found.real_dentry = e == nullptr ? 0 : e->dentry;
  return found;
}

bool is_positive(const context& c, const node& n) {
  return n.on_overlay ? c.w.overlays[n.where]->dentries[n.dentry].inode != overlay::none : n.ino != 0;
}

file_type type_of(const context& c, const node& n) {
  if (!n.on_overlay) return backing::find(*c.w.filesystems[n.where], n.ino)->type;
  return overlay::inode_of(*c.w.overlays[n.where], n.dentry).type;
}

bool same_inode(const context& c, const node& a, const node& b) {
  if (!a.same_mount(b)) return false;
  if (!a.on_overlay) return a.ino == b.ino;
  const overlay::mounted& o = *c.w.overlays[a.where];
  return o.dentries[a.dentry].inode == o.dentries[b.dentry].inode;
}

real_inode real_of(const context& c, const node& n) {
  if (!n.on_overlay) return {n.where, n.ino};
  const overlay::mounted& o = *c.w.overlays[n.where];
  const overlay::real r = overlay::backing_of(c.w, overlay::real_of(o, overlay::inode_of(o, n.dentry)));
  return {r.fs, r.ino};
}

real_inode realdata_of(const context& c, const node& n) {
  if (!n.on_overlay) return {n.where, n.ino};
  const overlay::mounted& o = *c.w.overlays[n.where];
  const overlay::real r = overlay::data_of(c.w, overlay::realdata_of(o, overlay::inode_of(o, n.dentry)));
  return {r.fs, r.ino};
}

const backing::inode& attributes(const context& c, const node& n) {
  const real_inode r = real_of(c, n);
  return *backing::find(*c.w.filesystems[r.fs], r.ino);
}

void copy_attributes(context& c, const node& n) {
  if (!n.on_overlay) return;
  overlay::mounted& o = c.w.overlays[n.where].change();
  overlay::copy_attributes(c.w, o, o.dentries[n.dentry].inode);
}

errc want_write(const context& c, const node& n) {
  const bool ro = n.on_overlay ? c.w.overlays[n.where]->ro : backing::traits_of(*c.w.filesystems[n.where]).read_only;
  return ro ? errc::erofs : errc::ok;
}

}  // namespace ovlsim::vfs
