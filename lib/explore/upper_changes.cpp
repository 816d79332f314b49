// SPDX-License-Identifier: Apache-2.0
#include "explore/upper_changes.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

namespace ovlsim::explore_parts {

namespace {

class writer {
 public:
  explicit writer(byte_string& out) : out_(out) {}
  template <class T>
  void number(T n) {
    const auto wide = static_cast<std::uint64_t>(n);
    const char* const at = reinterpret_cast<const char*>(&wide);
    out_.insert(out_.end(), at, at + sizeof wide);
  }
  void bytes(const byte_string& b) {
    number(b.size());
    out_.insert(out_.end(), b.begin(), b.end());
  }

 private:
  byte_string& out_;
};

class reader {
 public:
  explicit reader(const byte_string& from) : from_(from) {}
  std::uint64_t number() {
    std::uint64_t n = 0;
    std::memcpy(&n, from_.data() + at_, sizeof n);
    at_ += sizeof n;
    return n;
  }
  byte_string bytes() {
    const std::uint64_t size = number();
    const auto begin = from_.begin() + static_cast<std::ptrdiff_t>(at_);
    at_ += size;
    return {begin, begin + static_cast<std::ptrdiff_t>(size)};
  }
  bool is_at_end() const { return at_ == from_.size(); }

 private:
  const byte_string& from_;
  std::size_t at_ = 0;
};

const byte_string& content_of(const backing::filesystem& fs, std::uint32_t slot) {
  static const byte_string nothing;
  return slot == backing::no_slot ? nothing : fs.slots[slot];
}

struct own_xattrs {
  table<backing::xattr, 6>::const_iterator at;
  table<backing::xattr, 6>::const_iterator end;
  ino_t64 ino;
  bool more() const { return !(at == end) && at->ino == ino; }
};
own_xattrs xattrs_of(const backing::filesystem& fs, ino_t64 ino) {
  return {fs.xattrs.lower_bound(backing::xattr_key{ino, name_id{0}}), fs.xattrs.end(), ino};
}

/// An inode without its number and content, and without its generation: in canonical form that says whether there is one.
void put_inode(writer& out, const backing::filesystem& fs, const backing::inode& i) {
  const auto kind = static_cast<std::uint64_t>(i.type) << 2 | (i.sparse ? 2U : 0U) | (i.generation != 0 ? 1U : 0U);
  out.number(kind << 48 | std::uint64_t{i.mode} << 32 | i.nlink);
  out.number(std::uint64_t{i.uid} << 32 | i.gid);
  for (own_xattrs x = xattrs_of(fs, i.ino); x.more(); ++x.at) {
    out.number(x.at->name);
    out.bytes(fs.slots[x.at->value]);
  }
}
void put_content(writer& out, const backing::filesystem& fs, const backing::inode& i) {
  out.number(i.size);
  out.bytes(content_of(fs, i.content));
}

bool same_content(const backing::filesystem& a, const backing::inode& i, const backing::filesystem& b, const backing::inode& j) {
  return i.size == j.size && content_of(a, i.content) == content_of(b, j.content);
}
/// But for their content.
bool same_inode(const backing::filesystem& a, const backing::inode& i, const backing::filesystem& b, const backing::inode& j) {
  backing::inode like_j = i;
  like_j.content = j.content;
  like_j.size = j.size;
  if (!(like_j == j)) return false;
  own_xattrs x = xattrs_of(a, i.ino);
  own_xattrs y = xattrs_of(b, j.ino);
  for (; x.more() && y.more(); ++x.at, ++y.at) {
    if (x.at->name != y.at->name || a.slots[x.at->value] != b.slots[y.at->value]) return false;
  }
  return !x.more() && !y.more();
}

/// What is gone from the tree, and held.
void put_held(writer& out, const backing::filesystem& fs) {
  out.number(fs.orphans.size());
  for (const ino_t64 n : fs.orphans) out.number(n);
  out.number(fs.unhashed.size());
  for (const backing::dirent& e : fs.unhashed) {
    out.number(e.dir);
    out.number(e.name);
    out.number(e.ino);
  }
}
bool same_held(const backing::filesystem& a, const backing::filesystem& b) {
  const auto same = [](const backing::dirent& x, const backing::dirent& y) { return x.dir == y.dir && x.name == y.name && x.ino == y.ino; };
  return a.orphans == b.orphans && std::equal(a.unhashed.begin(), a.unhashed.end(), b.unhashed.begin(), b.unhashed.end(), same);
}

/// The two sorted tables side by side: calls `both(row, row)`, with null for what one has not.
template <class Table, class F>
void side_by_side(const Table& a, const Table& b, const F& both) {
  auto i = a.begin();
  auto j = b.begin();
  while (!(i == a.end()) || !(j == b.end())) {
    const bool only_a = j == b.end() || (!(i == a.end()) && i->key() < j->key());
    const bool only_b = !only_a && (i == a.end() || j->key() < i->key());
    both(only_b ? nullptr : &*i, only_a ? nullptr : &*j);
    if (!only_b) ++i;
    if (!only_a) ++j;
  }
}

bool same_but_for_files(const backing::filesystem& a, const backing::filesystem& b) {
  return a.name == b.name && a.type == b.type && a.exports == b.exports && a.user_xattrs == b.user_xattrs && a.oldest_first == b.oldest_first &&
         a.ino64_handles == b.ino64_handles && a.id == b.id && a.disk_id == b.disk_id && a.dev == b.dev && a.root == b.root &&
         a.first_ino == b.first_ino && a.free_inos.empty() && b.free_inos.empty();
}

/// Of an inode in a change.
constexpr std::uint64_t is_there = 1;
constexpr std::uint64_t has_content = 2;
constexpr std::uint64_t has_inode = 4;

std::uint32_t new_slot(backing::filesystem& fs, byte_string bytes) {
  fs.slots.push_back(std::move(bytes));
  return static_cast<std::uint32_t>(fs.slots.size() - 1);
}

void remove_xattrs(backing::filesystem& fs, ino_t64 ino) {
  std::vector<backing::xattr_key> gone;
  for (own_xattrs x = xattrs_of(fs, ino); x.more(); ++x.at) gone.push_back(x.at->key());
  for (const backing::xattr_key& x : gone) fs.xattrs.erase(x);
}

/// What put_inode() has written.
void get_inode(reader& from, backing::filesystem& fs, ino_t64 ino) {
  const std::uint64_t kind = from.number();
  const std::uint64_t owner = from.number();
  backing::inode& i = *fs.inodes.find(ino);
  i.nlink = static_cast<std::uint32_t>(kind);
  i.mode = static_cast<std::uint16_t>(kind >> 32);
  i.generation = kind >> 48 & 1;
  i.sparse = (kind >> 49 & 1) != 0;
  i.type = static_cast<file_type>(kind >> 50);
  i.uid = static_cast<std::uint32_t>(owner >> 32);
  i.gid = static_cast<std::uint32_t>(owner);
  remove_xattrs(fs, ino);
  while (!from.is_at_end()) {
    const auto name = static_cast<name_id>(from.number());
    fs.xattrs.insert({ino, name, new_slot(fs, from.bytes())});
  }
}

}  // namespace

byte_string value_in(const backing::filesystem& fs, const piece& p) {
  byte_string value;
  writer out(value);
  switch (p.what) {
    case piece::kind::inode:
      if (const backing::inode* const i = fs.inodes.find(p.ino)) put_inode(out, fs, *i);
      break;
    case piece::kind::content:
      if (const backing::inode* const i = fs.inodes.find(p.ino)) put_content(out, fs, *i);
      break;
    case piece::kind::parent: {
      const auto names_it = [&p](const backing::dirent& e) { return e.ino == p.ino; };
      const auto e = std::find_if(fs.entries.begin(), fs.entries.end(), names_it);
      out.number(e == fs.entries.end() ? 0 : e->dir);
      break;
    }
    case piece::kind::entry: {
      const backing::dirent* const e = fs.entries.find(backing::dirent_key{p.ino, p.name});
      out.number(e == nullptr ? 0 : e->ino);
      break;
    }
    case piece::kind::listing: {
      std::vector<backing::dirent> names;
      const auto end = fs.entries.end();
      for (auto e = fs.entries.lower_bound(backing::dirent_key{p.ino, name_id{0}}); !(e == end) && e->dir == p.ino; ++e) names.push_back(*e);
      std::sort(names.begin(), names.end(), [](const auto& a, const auto& b) { return a.cookie < b.cookie; });
      for (const backing::dirent& e : names) {
        out.number(e.name);
        out.number(e.ino);
      }
      break;
    }
    case piece::kind::count:
      out.number(fs.next_ino);
      break;
    case piece::kind::all:  // what is no piece, and always read
      for (const std::uint64_t n : {static_cast<std::uint64_t>(fs.name), static_cast<std::uint64_t>(fs.type), std::uint64_t{fs.exports},
                                    std::uint64_t{fs.user_xattrs}, std::uint64_t{fs.oldest_first}, std::uint64_t{fs.ino64_handles}, fs.root,
                                    fs.first_ino}) {
        out.number(n);
      }
      put_held(out, fs);
      value.insert(value.end(), fs.id.begin(), fs.id.end());
      value.insert(value.end(), fs.disk_id.begin(), fs.disk_id.end());
      break;
  }
  return value;
}

std::optional<byte_string> change_between(const backing::filesystem& before, const backing::filesystem& after) {
  byte_string change;
  if (&before == &after) return change;
  const bool was_replaced = after.inodes.owner() != before.inodes.owner() || after.entries.owner() != before.entries.owner() ||
                            after.xattrs.owner() != before.xattrs.owner();
  if (was_replaced || !same_but_for_files(before, after)) return std::nullopt;
  writer out(change);
  bool tellable = true;
  side_by_side(before.inodes, after.inodes, [&](const backing::inode* was, const backing::inode* is) {
    const bool stays = was != nullptr && is != nullptr;
    const bool inode_stays = stays && same_inode(before, *was, after, *is);
    const bool content_stays = stays && same_content(before, *was, after, *is);
    if (inode_stays && content_stays) return;
    out.number(was != nullptr ? was->ino : is->ino);
    out.number(is == nullptr ? 0 : is_there | (content_stays ? 0 : has_content) | (inode_stays ? 0 : has_inode));
    byte_string value;
    writer inner(value);
    if (is != nullptr && !content_stays) put_content(inner, after, *is);
    if (is != nullptr && !inode_stays) put_inode(inner, after, *is);
    out.bytes(value);
    // With another generation it is another inode under its number.
    if (stays && was->generation != is->generation) tellable = false;
  });
  const bool others_held = !same_held(before, after);
  bool is_change = !change.empty() || others_held;
  out.number(0);
  out.number(others_held);
  if (others_held) put_held(out, after);
  side_by_side(before.entries, after.entries, [&](const backing::dirent* was, const backing::dirent* is) {
    const bool keeps_place = was != nullptr && is != nullptr && was->cookie == is->cookie;
    if (keeps_place && was->ino == is->ino) return;
    is_change = true;
    const backing::dirent& e = was != nullptr ? *was : *is;
    out.number(e.dir);
    out.number(e.name);
    out.number(is != nullptr ? is->ino : 0);
    if (is == nullptr) return;
    // A name comes behind all others, or stays where it is.
    if (!keeps_place && is->cookie < before.next_cookie) tellable = false;
    out.number(keeps_place ? 0 : is->cookie - before.next_cookie + 1);
  });
  if (!tellable) return std::nullopt;
  if (!is_change) change.clear();
  return change;
}

backing::filesystem changed(const backing::filesystem& before, const byte_string& change) {
  backing::filesystem fs = before;
  reader in(change);
  if (in.is_at_end()) return fs;
  while (const ino_t64 ino = in.number()) {
    const std::uint64_t what = in.number();
    const byte_string value = in.bytes();
    if ((what & is_there) == 0) {
      remove_xattrs(fs, ino);
      fs.inodes.erase(ino);
      continue;
    }
    if (fs.inodes.find(ino) == nullptr) fs.inodes.insert({.ino = ino});
    fs.next_ino = std::max(fs.next_ino, ino + 1);
    reader from(value);
    if ((what & has_content) != 0) {
      backing::inode& i = *fs.inodes.find(ino);
      i.size = from.number();
      i.content = new_slot(fs, from.bytes());
    }
    if ((what & has_inode) != 0) get_inode(from, fs, ino);
  }
  if (in.number() != 0) {
    fs.orphans.clear();
    for (std::uint64_t left = in.number(); left > 0; --left) fs.orphans.push_back(in.number());
    fs.unhashed.clear();
    for (std::uint64_t left = in.number(); left > 0; --left) {
      backing::dirent& e = fs.unhashed.emplace_back();
      e.dir = in.number();
      e.name = static_cast<name_id>(in.number());
      e.ino = in.number();
      e.dentry = fs.next_dentry++;
    }
  }
  while (!in.is_at_end()) {
    const auto dir = in.number();
    const backing::dirent_key key{dir, static_cast<name_id>(in.number())};
    const ino_t64 ino = in.number();
    const backing::dirent* const was = fs.entries.find(key);
    const std::uint32_t place = was == nullptr ? 0 : was->cookie;
    if (was != nullptr) fs.entries.erase(key);
    if (ino == 0) continue;
    const auto cookie = static_cast<std::uint32_t>(in.number());
    fs.entries.insert({key.dir, ino, key.name, cookie == 0 ? place : before.next_cookie + cookie - 1, fs.next_dentry++});
    fs.next_cookie = std::max(fs.next_cookie, before.next_cookie + cookie);
  }
  return fs;
}

}  // namespace ovlsim::explore_parts
