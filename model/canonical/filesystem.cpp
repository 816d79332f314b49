// SPDX-License-Identifier: Apache-2.0
//
// A backing filesystem. Where its inode numbers are given again, they are what stories are about and stay; else they close ranks.
#include <algorithm>

#include "backing/traits.hpp"
#include "canonical/members.hpp"
#include "canonical/parts.hpp"

namespace ovlsim::canonical {

namespace {

using backing::filesystem;

bool lists_by_cookie(const filesystem& fs) {
  const backing::listing_order order = backing::listing_order_of(fs);
  return order == backing::listing_order::dots_oldest_first || order == backing::listing_order::dots_newest_first;
}

/// Cookies sort the names of one directory, so each directory counts its own from 1; 0 where nothing is sorted by them.
void renumber_cookies(filesystem& fs) {
  boost::container::small_vector<backing::dirent*, 16> all;
  for (const backing::dirent& e : fs.entries) all.push_back(fs.entries.find(e.key()));
  fs.next_cookie = 1;
  if (lists_by_cookie(fs)) {
    std::sort(all.begin(), all.end(), [](const auto* a, const auto* b) { return std::pair(a->dir, a->cookie) < std::pair(b->dir, b->cookie); });
  }
  std::uint32_t cookie = 0;
  for (std::size_t n = 0; n < all.size(); ++n) {
    cookie = n != 0 && all[n]->dir == all[n - 1]->dir ? cookie + 1 : 1;
    fs.next_cookie = std::max(fs.next_cookie, cookie + 1);
  }
  cookie = 0;
  for (std::size_t n = 0; n < all.size(); ++n) {
    cookie = n != 0 && all[n]->dir == all[n - 1]->dir ? cookie + 1 : 1;
    all[n]->cookie = lists_by_cookie(fs) ? cookie : 0;
  }
  if (!lists_by_cookie(fs)) fs.next_cookie = 1;
}

/// Whether renumber_slots() would leave all as it is.
bool has_slots_in_order(const filesystem& fs) {
  std::uint32_t next = 0;
  for (const backing::inode& i : fs.inodes) {
    if (i.content != backing::no_slot && (i.content != next++ || fs.slots[i.content].empty())) return false;
  }
  for (const backing::xattr& x : fs.xattrs) {
    if (x.value != next++) return false;
  }
  return next == fs.slots.size() && fs.free_slots.empty();
}

/// Contents in the order of the inodes, then xattrs in theirs; no free slot, and no slot for an empty content.
void renumber_slots(filesystem& fs) {
  if (has_slots_in_order(fs)) return;
  boost::container::small_vector<byte_string, 8> slots;
  const auto moved = [&](std::uint32_t old) {
    slots.push_back(std::move(fs.slots[old]));
    return static_cast<std::uint32_t>(slots.size() - 1);
  };
  for (const backing::inode& row : fs.inodes) {
    if (row.content == backing::no_slot) continue;
    backing::inode& i = *fs.inodes.find(row.ino);
    i.content = fs.slots[i.content].empty() ? backing::no_slot : moved(i.content);
  }
  for (const backing::xattr& row : fs.xattrs) {
    backing::xattr& x = *fs.xattrs.find(row.key());
    x.value = moved(x.value);
  }
  fs.slots = std::move(slots);
  fs.free_slots.clear();
}

/// The highest numbers that are free are as good as never given.
void trim_free_numbers(filesystem& fs) {
  while (!fs.free_inos.empty() && fs.free_inos.back() + 1 == fs.next_ino) {
    fs.free_inos.pop_back();
    --fs.next_ino;
  }
}

void rename_bytes(filesystem& fs, const renaming& r, const name_table& names) {
  for (const backing::xattr& x : fs.xattrs) {
    const std::string_view name = names.text(x.name);
    if (!is_own_xattr(name)) continue;
    byte_string& value = fs.slots[x.value];
    if (name.ends_with(".origin") || name.ends_with(".upper")) r.in_stored({value.data(), value.size()});
    if (holds_id(name) && value.size() == sizeof(uuid)) {
      uuid old;
      std::copy_n(value.begin(), old.size(), old.begin());
      const uuid renamed = r.id(old);
      std::copy(renamed.begin(), renamed.end(), value.begin());
    }
  }
}

void rename_numbers(filesystem& fs, const renaming& r) {
  table<backing::inode, 12> inodes;
  for (backing::inode i : fs.inodes) {
    i.generation = r.generation(i.ino, i.generation);
    i.ino = r.ino(i.ino);
    inodes.insert(i);
  }
  fs.inodes = std::move(inodes);
  table<backing::dirent, 12> entries;
  for (backing::dirent e : fs.entries) {
    e.dir = r.ino(e.dir);
    e.ino = r.ino(e.ino);
    e.name = r.name(e.name);
    entries.insert(e);
  }
  fs.entries = std::move(entries);
  table<backing::xattr, 6> xattrs;
  for (backing::xattr x : fs.xattrs) {
    x.ino = r.ino(x.ino);
    xattrs.insert(x);
  }
  fs.xattrs = std::move(xattrs);
  for (backing::dirent& e : fs.unhashed) {
    e.dir = r.ino(e.dir);
    e.ino = r.ino(e.ino);
    e.name = r.name(e.name);
  }
  for (ino_t64& n : fs.orphans) n = r.ino(n);
  fs.next_ino = r.ino(fs.next_ino);
}

}  // namespace

dentry_numbers number_dentries(const filesystem& fs, const renaming& r) {
  boost::container::small_vector<std::pair<backing::dirent_key, std::uint32_t>, 16> by_name;
  for (const backing::dirent& e : fs.entries) by_name.emplace_back(backing::dirent_key{r.ino(e.dir), r.name(e.name)}, e.dentry);
  std::sort(by_name.begin(), by_name.end());
  dentry_numbers all;
  for (const auto& [key, old] : by_name) all.emplace_back(old, static_cast<std::uint32_t>(all.size() + 1));
  for (const backing::dirent& e : fs.unhashed) all.emplace_back(e.dentry, static_cast<std::uint32_t>(all.size() + 1));
  std::sort(all.begin(), all.end());
  return all;
}

dentry_numbers dentries_as_they_are(const filesystem& fs) {
  dentry_numbers all;
  for (std::uint32_t n = 1; n < fs.next_dentry; ++n) all.emplace_back(n, n);
  return all;
}

std::uint32_t renumbered(const dentry_numbers& all, std::uint32_t old) {
  const auto at = std::lower_bound(all.begin(), all.end(), std::pair(old, std::uint32_t{0}));
  return at == all.end() || at->first != old ? 0 : at->second;
}

void put_in_form(filesystem& fs, std::uint32_t index, const renaming& r, const dentry_numbers& dentries, const name_table& names) {
  know_all_members(fs);
  trim_free_numbers(fs);
  if (!r.is_identity()) {
    rename_bytes(fs, r, names);
    rename_numbers(fs, r);
    fs.id = r.id(fs.id);
    fs.disk_id = r.id(fs.disk_id);
  }
  renumber_cookies(fs);
  renumber_slots(fs);
  for (const backing::dirent& row : fs.entries) {
    backing::dirent& e = *fs.entries.find(row.key());
    e.dentry = renumbered(dentries, e.dentry);
  }
  for (backing::dirent& e : fs.unhashed) {
    e.dentry = renumbered(dentries, e.dentry);
    e.cookie = 0;
  }
  fs.next_dentry = static_cast<std::uint32_t>(dentries.size() + 1);
  fs.dev = index + 1;
}

}  // namespace ovlsim::canonical
