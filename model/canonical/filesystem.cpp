// SPDX-License-Identifier: Apache-2.0
//
// A backing filesystem. Where its inode numbers are given again, they are what stories are about and stay; else they close ranks.
#include <algorithm>
#include <limits>

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
  fs.next_cookie = 1;
  if (!lists_by_cookie(fs)) {
    fs.entries.change_each([](backing::dirent& e) { e.cookie = 0; });
    return;
  }
  boost::container::small_vector<backing::dirent*, 16> all;
  fs.entries.change_each([&](backing::dirent& e) { all.push_back(&e); });
  std::sort(all.begin(), all.end(), [](const auto* a, const auto* b) { return std::pair(a->dir, a->cookie) < std::pair(b->dir, b->cookie); });
  std::uint32_t cookie = 0;
  for (std::size_t n = 0; n < all.size(); ++n) {
    cookie = n != 0 && all[n]->dir == all[n - 1]->dir ? cookie + 1 : 1;
    all[n]->cookie = cookie;
    fs.next_cookie = std::max(fs.next_cookie, cookie + 1);
  }
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
  fs.inodes.change_each([&](backing::inode& i) {
    if (i.content != backing::no_slot) i.content = fs.slots[i.content].empty() ? backing::no_slot : moved(i.content);
  });
  fs.xattrs.change_each([&](backing::xattr& x) { x.value = moved(x.value); });
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
    byte_string& value = fs.slots[x.value];
    r.in_xattr(names.text(x.name), {value.data(), value.size()});
  }
}

/// Numbers keep their order, and the tables theirs with them; names need not.
void rename_numbers(filesystem& fs, const renaming& r) {
  fs.inodes.change_each([&](backing::inode& i) {
    i.generation = r.generation(i.ino, i.generation);
    i.ino = r.ino(i.ino);
  });
  const auto renamed = [&](backing::dirent& e) {
    e.dir = r.ino(e.dir);
    e.ino = r.ino(e.ino);
    e.name = r.name(e.name);
  };
  if (r.keeps_all_names()) {
    fs.entries.change_each(renamed);
  } else {
    table<backing::dirent, 12> entries;
    for (backing::dirent e : fs.entries) {
      renamed(e);
      entries.insert(e);
    }
    fs.entries = std::move(entries);
  }
  fs.xattrs.change_each([&](backing::xattr& x) { x.ino = r.ino(x.ino); });
  for (backing::dirent& e : fs.unhashed) renamed(e);
  for (ino_t64& n : fs.orphans) n = r.ino(n);
  fs.next_ino = r.ino(fs.next_ino);
}

/// A number that says where the name is, above all that are counted up. Inode numbers are below 2^40, and no world knows 2^24 names.
backing::dentry_id id_of_place(const backing::dirent& e) {
  constexpr unsigned name_bits = 24;
  return backing::dentry_id{e.dir} << name_bits | static_cast<std::uint32_t>(e.name);
}

/// By where their names are, so that none changes when others come and go; those without one are counted.
dentry_numbers renumber_dentries(filesystem& fs) {
  dentry_numbers all;
  const auto renumber = [&](backing::dirent& e, backing::dentry_id now) {
    all.add(e.dentry, now);
    e.dentry = now;
  };
  fs.entries.change_each([&](backing::dirent& e) { renumber(e, id_of_place(e)); });
  fs.next_dentry = 1;
  for (backing::dirent& e : fs.unhashed) renumber(e, fs.next_dentry++);
  all.settle();
  return all;
}

}  // namespace

dentry_numbers put_in_form(filesystem& fs, std::uint32_t index, const renaming& r, const name_table& names) {
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
  for (backing::dirent& e : fs.unhashed) e.cookie = 0;
  fs.dev = index + 1;
  const auto owner = static_cast<std::uint8_t>(index < std::numeric_limits<std::uint8_t>::max() ? index + 1 : 0);
  fs.inodes.set_owner(owner);
  fs.entries.set_owner(owner);
  fs.xattrs.set_owner(owner);
  return renumber_dentries(fs);
}

}  // namespace ovlsim::canonical
