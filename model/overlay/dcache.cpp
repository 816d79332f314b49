// SPDX-License-Identifier: Apache-2.0
//
// Dentries live in slots and are found through a hash table by (parent, name), as in the kernel's dcache.
#include "overlay/dcache.hpp"

#include <algorithm>

#include "overlay/readdir.hpp"

namespace ovlsim::overlay {

namespace {

/// Fibonacci hashing: by 2^64 over the golden ratio, of which the upper half is well mixed.
std::size_t home_of(const dentry_hash& h, std::uint32_t parent, name_id name) {
  const std::uint64_t key = std::uint64_t{parent} << 32 | static_cast<std::uint32_t>(name);
  return static_cast<std::size_t>((key * 0x9e3779b97f4a7c15ULL) >> 32) & (h.slots.size() - 1);
}

/// Where the dentry of that name is, or the free slot where it would be put.
std::size_t slot_of(const mounted& o, std::uint32_t parent, name_id name) {
  const dentry_hash& h = o.hashed;
  std::size_t at = home_of(h, parent, name);
  while (h.slots[at] != 0) {
    const dentry& e = o.dentries[h.slots[at] - 1];
    if (e.parent == parent && e.name == name) break;
    at = (at + 1) & (h.slots.size() - 1);
  }
  return at;
}

void hash(mounted& o, std::uint32_t d) {
  dentry_hash& h = o.hashed;
  if ((h.used + 1) * 2 > h.slots.size()) {
    const auto old = h.slots;
    h.slots.assign(old.empty() ? 32 : old.size() * 2, 0);
    for (const std::uint32_t slot : old) {
      if (slot != 0) h.slots[slot_of(o, o.dentries[slot - 1].parent, o.dentries[slot - 1].name)] = slot;
    }
  }
  dentry& e = o.dentries[d];
  h.slots[slot_of(o, e.parent, e.name)] = d + 1;
  ++h.used;
  e.hashed = true;
}

void unhash(mounted& o, std::uint32_t d) {
  dentry& e = o.dentries[d];
  if (!e.hashed) return;
  e.hashed = false;
  dentry_hash& h = o.hashed;
  --h.used;
  // Those behind it move up where a search for them would otherwise stop at the gap.
  const std::size_t mask = h.slots.size() - 1;
  std::size_t gap = slot_of(o, e.parent, e.name);
  for (std::size_t at = (gap + 1) & mask; h.slots[at] != 0; at = (at + 1) & mask) {
    const dentry& behind = o.dentries[h.slots[at] - 1];
    const std::size_t home = home_of(h, behind.parent, behind.name);
    if (((at - home) & mask) < ((at - gap) & mask)) continue;
    h.slots[gap] = h.slots[at];
    gap = at;
  }
  h.slots[gap] = 0;
}

void rehash(mounted& o, std::uint32_t d, std::uint32_t parent, name_id name) {
  dentry& e = o.dentries[d];
  --o.dentries[e.parent].children;
  e.parent = parent;
  e.name = name;
  ++o.dentries[parent].children;
  hash(o, d);
}

void evict(mounted& o, std::uint32_t slot) {
  inode& i = o.inodes[slot];
  if (i.hashed_by.fs != none) o.inode_hash.erase(i.hashed_by);
  drop_impure_cache(o, slot);
  i = inode{};
  o.free_inodes.push_back(slot);
}

bool is_pinned(const dentry& e) { return e.children != 0 || e.opens != 0; }

/// dput() of the last reference.
void free_dentry(mounted& o, std::uint32_t d) {
  unhash(o, d);
  const dentry gone = o.dentries[d];
  o.dentries[d] = dentry{};
  o.free_dentries.push_back(d);
  if (gone.inode != none && --o.inodes[gone.inode].dentries == 0) evict(o, gone.inode);
  if (gone.parent == none) return;  // disconnected
  dentry& parent = o.dentries[gone.parent];
  --parent.children;
  if (gone.parent != root_dentry && !parent.hashed && !is_pinned(parent)) free_dentry(o, gone.parent);
}

std::uint32_t new_slot(mounted& o) {
  std::uint32_t d = 0;
  if (o.free_dentries.empty()) {
    d = static_cast<std::uint32_t>(o.dentries.size());
    o.dentries.emplace_back();
  } else {
    d = o.free_dentries.back();
    o.free_dentries.pop_back();
  }
  o.dentries[d].in_use = true;
  return d;
}

}  // namespace

std::uint32_t cached(const mounted& o, std::uint32_t parent, name_id name) {
  return o.hashed.slots.empty() ? none : o.hashed.slots[slot_of(o, parent, name)] - 1;
}

std::uint32_t add_dentry(mounted& o, std::uint32_t parent, name_id name) {
  const std::uint32_t d = new_slot(o);
  dentry& e = o.dentries[d];
  e.parent = parent;
  e.name = name;
  if (parent == none) {
    e.hashed = true;  // the root, which nobody looks up
  } else {
    ++o.dentries[parent].children;
    hash(o, d);
  }
  return d;
}

std::uint32_t obtain_alias(context& c, mounted& o, std::uint32_t inode_slot) {
  for (std::uint32_t d = 0; d < o.dentries.size(); ++d) {
    if (o.dentries[d].in_use && o.dentries[d].inode == inode_slot) return d;
  }
  const std::uint32_t d = new_slot(o);
  instantiate(o, d, inode_slot);
  drop(c, o, d);
  return d;
}

void instantiate(mounted& o, std::uint32_t d, std::uint32_t inode_slot) {
  o.dentries[d].inode = inode_slot;
  ++o.inodes[inode_slot].dentries;
}

void drop(context& c, mounted& o, std::uint32_t d) {
  unhash(o, d);
  const auto where = std::find_if(c.w.overlays.begin(), c.w.overlays.end(), [&](const auto& m) { return &*m == &o; });
  c.dropped.emplace_back(static_cast<std::uint32_t>(where - c.w.overlays.begin()), d);
}

void rehash(mounted& o) {
  o.hashed = {};
  for (std::uint32_t d = 0; d < o.dentries.size(); ++d) {
    if (o.dentries[d].hashed && o.dentries[d].parent != none) hash(o, d);
  }
}

void invalidate(context& c, mounted& o, std::uint32_t d) {
  if (is_pinned(o.dentries[d])) {
    drop(c, o, d);
  } else {
    free_dentry(o, d);
  }
}

void move(context& c, mounted& o, std::uint32_t d, std::uint32_t target) {
  const std::uint32_t parent = o.dentries[target].parent;
  const name_id name = o.dentries[target].name;
  drop(c, o, target);
  unhash(o, d);
  rehash(o, d, parent, name);
}

void exchange(mounted& o, std::uint32_t a, std::uint32_t b) {
  const dentry was = o.dentries[a];
  const dentry other = o.dentries[b];
  unhash(o, a);
  unhash(o, b);
  rehash(o, a, other.parent, other.name);
  rehash(o, b, was.parent, was.name);
}

void reap(context& c) {
  for (std::size_t n = 0; n < c.dropped.size(); ++n) {
    const auto [where, d] = c.dropped[n];
    if (where >= c.w.overlays.size()) continue;  // unmounted meanwhile
    mounted& o = c.w.overlays[where].change();
    if (!o.dentries[d].in_use || o.dentries[d].hashed) continue;
    // What lies below an unhashed directory can be reached by no lookup: it goes first (shrink_dcache_parent).
    if (o.dentries[d].children != 0) {
      for (std::uint32_t child = 0; child < o.dentries.size(); ++child) {
        if (o.dentries[child].in_use && o.dentries[child].parent == d && !is_pinned(o.dentries[child])) free_dentry(o, child);
      }
    }
    if (o.dentries[d].in_use && !is_pinned(o.dentries[d])) free_dentry(o, d);  // the last child may have taken it along
  }
  c.dropped.clear();
}

void shrink(mounted& o) {
  bool again = true;
  while (again) {  // a parent goes once its children have
    again = false;
    for (std::uint32_t d = 1; d < o.dentries.size(); ++d) {
      if (o.dentries[d].in_use && !is_pinned(o.dentries[d])) {
        free_dentry(o, d);
        again = true;
      }
    }
  }
}

bool has_other_alias(const mounted& o, std::uint32_t slot, std::uint32_t d) {
  if (o.inodes[slot].dentries < 2) return false;
  for (std::uint32_t other = 0; other < o.dentries.size(); ++other) {
    const dentry& e = o.dentries[other];
    if (other != d && e.in_use && e.hashed && e.inode == slot) return true;
  }
  return false;
}

std::uint32_t new_inode_slot(mounted& o) {
  std::uint32_t slot = 0;
  if (o.free_inodes.empty()) {
    slot = static_cast<std::uint32_t>(o.inodes.size());
    o.inodes.emplace_back();
  } else {
    slot = o.free_inodes.back();
    o.free_inodes.pop_back();
  }
  o.inodes[slot].in_use = true;
  return slot;
}

std::string pd2(const world& w, const mounted& o, std::uint32_t d) {
  if (d == root_dentry || o.dentries[d].parent == none) return "/";
  const dentry& e = o.dentries[d];
  std::string parent = e.parent == root_dentry ? std::string{} : std::string(w.names.text(o.dentries[e.parent].name));
  return parent + "/" + std::string(w.names.text(e.name));
}

}  // namespace ovlsim::overlay
