// SPDX-License-Identifier: Apache-2.0
//
// Inodes and directory entries.
#include "backing/tree.hpp"

#include <algorithm>
#include <utility>

#include "backing/ext4_hash.hpp"
#include "backing/inode_numbers.hpp"
#include "backing/traits.hpp"

namespace ovlsim::backing {

namespace {

inode& insert(filesystem& fs, const new_inode& what, ino_t64 ino, std::uint32_t generation) {
  inode i;
  i.ino = ino;
  i.generation = generation;
  i.type = what.type;
  i.mode = what.mode;
  i.uid = what.uid;
  i.gid = what.gid;
  i.nlink = what.type == file_type::dir ? 2 : 0;
  return fs.inodes.insert(i);
}

void count_subdir(filesystem& fs, ino_t64 dir, ino_t64 child, int by) {
  const inode* c = fs.inodes.find(child);
  if (c == nullptr || c->type != file_type::dir) return;
  inode* d = fs.inodes.find(dir);
  d->nlink = static_cast<std::uint32_t>(static_cast<int>(d->nlink) + by);
}

/// Lets a name mean another inode, by another dentry.
void redirect(filesystem& fs, ino_t64 dir, name_id name, ino_t64 ino, dentry_id dentry) {
  dirent* e = fs.entries.find(dirent_key{dir, name});
  count_subdir(fs, dir, e->ino, -1);
  e->ino = ino;
  e->dentry = dentry;
  if (!traits_of(fs).keeps_place) e->cookie = fs.next_cookie++;
  count_subdir(fs, dir, ino, 1);
}

}  // namespace

ino_t64 make_inode(world& w, filesystem& fs, const new_inode& what) {
  const ino_t64 ino = take_number(fs);
  insert(fs, what, ino, w.next_generation++);
  return ino;
}

inode& make_numbered(filesystem& fs, const new_inode& what, ino_t64 ino) { return insert(fs, what, ino, 0); }

ino_t64 lookup(const filesystem& fs, ino_t64 dir, name_id name) {
  const dirent* e = find_entry(fs, dir, name);
  return e == nullptr ? 0 : e->ino;
}

void add_entry(filesystem& fs, ino_t64 dir, name_id name, ino_t64 ino) {
  fs.entries.insert({dir, ino, name, fs.next_cookie++, fs.next_dentry++});
  inode* i = fs.inodes.find(ino);
  if (i->type == file_type::dir) {
    count_subdir(fs, dir, ino, 1);
  } else {
    ++i->nlink;
  }
}

dirent remove_entry(filesystem& fs, ino_t64 dir, name_id name) {
  const dirent was = *find_entry(fs, dir, name);
  count_subdir(fs, dir, was.ino, -1);
  fs.entries.erase(dirent_key{dir, name});
  inode* i = fs.inodes.find(was.ino);
  i->nlink = i->type == file_type::dir ? 0 : i->nlink - 1;
  return was;
}

void redirect_entry(filesystem& fs, ino_t64 dir, name_id name, ino_t64 ino) { redirect(fs, dir, name, ino, fs.next_dentry++); }

void exchange_entries(filesystem& fs, ino_t64 dir, name_id name, ino_t64 new_dir, name_id new_name) {
  const dirent old = *find_entry(fs, dir, name);
  const dirent target = *find_entry(fs, new_dir, new_name);
  // Where both get new places, the new name is listed before the old one (__d_move() on tmpfs, btrfs_rename_exchange()).
  const bool newest_first = listing_order_of(fs) == listing_order::dots_newest_first;
  if (newest_first) redirect(fs, dir, name, target.ino, target.dentry);
  redirect(fs, new_dir, new_name, old.ino, old.dentry);
  if (!newest_first) redirect(fs, dir, name, target.ino, target.dentry);
}

dirent move_entry(filesystem& fs, ino_t64 dir, name_id name, ino_t64 new_dir, name_id new_name, ino_t64 left_behind) {
  const dirent was = *fs.entries.find(dirent_key{dir, name});
  if (dir != new_dir) count_subdir(fs, dir, was.ino, -1);
  // What is left behind takes the old place, or is listed behind the name that moved: shmem_whiteout() makes it before,
  // btrfs_rename() after that.
  std::uint32_t cookie = fs.next_cookie++;
  std::uint32_t place = was.cookie;
  if (left_behind != 0) {
    std::uint32_t newest = fs.next_cookie++;
    if (listing_order_of(fs) == listing_order::dots_newest_first) std::swap(cookie, newest);
    if (!traits_of(fs).keeps_place) place = newest;
  }
  dirent replaced;
  if (const dirent* target = fs.entries.find(dirent_key{new_dir, new_name})) {
    if (traits_of(fs).keeps_place) cookie = target->cookie;
    replaced = remove_entry(fs, new_dir, new_name);
  }
  fs.entries.replace(dirent_key{dir, name}, {new_dir, was.ino, new_name, cookie, was.dentry});
  if (dir != new_dir) count_subdir(fs, new_dir, was.ino, 1);
  if (left_behind != 0) {
    fs.entries.insert({dir, left_behind, name, place, fs.next_dentry++});
    ++fs.inodes.find(left_behind)->nlink;
  }
  return replaced;
}

bool is_empty_dir(const filesystem& fs, ino_t64 dir) {
  const auto at = fs.entries.lower_bound(dirent_key{dir, name_id{0}});
  return at == fs.entries.end() || at->dir != dir;
}

listing list(const world& w, const filesystem& fs, ino_t64 dir) {
  const listing_order lists = listing_order_of(fs);
  const auto order_of = [&](const dirent& e) -> std::uint64_t {
    if (lists == listing_order::by_hash) return ext4_hash(w.names.text(e.name));
    if (lists == listing_order::dots_oldest_first) return e.cookie;
    if (lists == listing_order::dots_newest_first) return ~std::uint64_t{e.cookie};
    return 0;
  };
  const auto begin = fs.entries.lower_bound(dirent_key{dir, name_id{0}});
  const auto end = std::find_if(begin, fs.entries.end(), [dir](const dirent& e) { return e.dir != dir; });
  listing out;
  out.reserve(static_cast<std::size_t>(std::distance(begin, end)) + 2);
  static const std::uint64_t dot = ext4_hash(".");
  static const std::uint64_t dotdot = ext4_hash("..");
  const bool hashed = lists == listing_order::by_hash;
  out.push_back({.is_dot = true, .ino = dir, .order = hashed ? dot : 0});
  out.push_back({.is_dot = true, .order = hashed ? dotdot : 1});
  for (auto at = begin; at != end; ++at) out.push_back({at->name, false, at->ino, order_of(*at)});
  const bool dots_first = lists != listing_order::by_name && !hashed;
  const auto text_of = [&](const listed& e) { return e.is_dot ? std::string_view("..", e.order == 0 ? 1 : 2) : w.names.text(e.name); };
  const bool by_text = lists == listing_order::by_name || lists == listing_order::dots_by_name;
  std::sort(out.begin() + (dots_first ? 2 : 0), out.end(), [&](const listed& a, const listed& b) {
    return by_text || a.order == b.order ? text_of(a) < text_of(b) : a.order < b.order;
  });
  return out;
}

ino_t64 parent_of(const filesystem& fs, ino_t64 dir) {
  fs.entries.note({.what = piece::kind::parent, .ino = dir});
  for (auto e = fs.entries.first(); e != fs.entries.end(); ++e) {
    if (e->ino == dir) return e->dir;
  }
  return fs.root;
}

bool is_below(const filesystem& fs, ino_t64 dir, ino_t64 ancestor) {
  if (is_removed(fs, dir)) return false;
  while (dir != ancestor && dir != fs.root) dir = parent_of(fs, dir);
  return dir == ancestor;
}

}  // namespace ovlsim::backing
