// SPDX-License-Identifier: Apache-2.0
//
// The model of proptests/spin/overlay.inc once more, by hand in C++ with states packed into bits: how fast a search could be that knows
// nothing but this one scope. Names are spoken of by their number, files by their content; what each member stands for, and why equal
// values are equal worlds, is said there.
#pragma once

#include <array>
#include <cstdint>

namespace specialised {

/// `Names`: how many, in the order of their bytes. `Follow`: whether origins are followed without a UUID.
template <unsigned Names, bool Follow>
class world {
 public:
  static constexpr unsigned inodes = 2 * Names;  // a file or a whiteout under each name, and one that lost its name to each
  static constexpr unsigned words = (Names * 39 + inodes * 12 + 63) / 64;
  using packed = std::array<std::uint64_t, words>;

  /// Of the files there at first: content by name, in the directory that images are made from and in the image.
  explicit world(const std::array<std::uint8_t, Names>& data) {
    for (unsigned n = 0; n < Names; ++n) {
      if (data[n] == 0) continue;
      b_[n] = {data[n], ++b_count_, b_count_};
      l_[n] = data[n];
    }
  }
  explicit world(const packed& p) { unpack(p); }

  void stat(unsigned name) { estale_ = !lookup(name); }
  void write(unsigned name, unsigned data);
  void rename(unsigned from, unsigned to);
  void drop_caches();
  void remount();
  void update();
  void create_in_build(unsigned name, unsigned data);
  void rename_in_build(unsigned from, unsigned to);

  /// The last command answered ESTALE.
  bool estale() const { return estale_; }
  packed pack() const;

 private:
  static constexpr std::uint8_t whiteout = 7;
  enum : std::uint8_t { uncached, negative, opaque, positive };
  enum class way : std::uint8_t { plain, swap, leave_whiteout };
  struct source {
    std::uint8_t data = 0, place = 0, rank = 0;
  };
  struct upper_inode {
    std::uint8_t data = 0, origin = 0, nlink = 0, young = 0;  // nlink: 0, or bit 4 for L and the difference
  };
  struct upper_name {
    std::uint8_t inode = 0, place = 0;
  };
  struct dentry {
    std::uint8_t what = uncached;  // positive + n: slot n
    std::uint8_t alias = 0;
  };
  struct inode {
    std::uint8_t upper = 0, lower = 0, nlink = 0, held = 0, gone = 0;
  };

  bool lookup(unsigned name);
  bool copy_up(unsigned name, unsigned data);
  bool rename_upper(unsigned from, unsigned to, way how);
  unsigned image_number(unsigned name) const;
  unsigned files_in_image() const { return image_number_of_all_below(Names); }
  unsigned image_number_of_all_below(unsigned name) const;
  unsigned content_of(unsigned number) const;
  unsigned links(unsigned inode) const;
  void leave_place(unsigned name);
  void last_place(unsigned name);
  unsigned make_inode(unsigned data, unsigned origin);
  void free_inodes();
  void forget(unsigned slot);
  void settle(unsigned slot);
  void forget_all();
  template <class World, class F>
  static void each_field(World& w, const F& f);
  void unpack(const packed& p);

  std::array<source, Names> b_{};
  std::array<std::uint8_t, Names> l_{};
  std::array<upper_inode, inodes + 1> u_{};  // from 1 on
  std::array<upper_name, Names> at_{};
  std::array<dentry, Names> d_{};
  std::array<inode, Names> i_{};
  std::uint8_t b_count_ = 0, u_count_ = 0, places_ = 0, gone_ = 0;
  bool estale_ = false;
};

template <unsigned Names, bool Follow>
unsigned world<Names, Follow>::image_number_of_all_below(unsigned name) const {
  unsigned count = 0;
  for (unsigned n = 0; n < name; ++n) count += l_[n] != 0;
  return count;
}

template <unsigned Names, bool Follow>
unsigned world<Names, Follow>::image_number(unsigned name) const {
  return l_[name] == 0 ? 0 : image_number_of_all_below(name) + 1;
}

template <unsigned Names, bool Follow>
unsigned world<Names, Follow>::content_of(unsigned number) const {
  unsigned name = 0;
  for (; name + 1 < Names; ++name) {
    if (l_[name] != 0 && --number == 0) break;
  }
  return l_[name];
}

template <unsigned Names, bool Follow>
unsigned world<Names, Follow>::links(unsigned inode) const {
  unsigned count = 0;
  for (const upper_name& n : at_) count += n.inode == inode;
  return count;
}

template <unsigned Names, bool Follow>
void world<Names, Follow>::leave_place(unsigned name) {
  if (at_[name].place == 0) return;
  for (upper_name& n : at_) n.place -= n.place > at_[name].place;
  at_[name].place = 0;
  --places_;
}

template <unsigned Names, bool Follow>
void world<Names, Follow>::last_place(unsigned name) {
  leave_place(name);
  at_[name].place = ++places_;
}

template <unsigned Names, bool Follow>
unsigned world<Names, Follow>::make_inode(unsigned data, unsigned origin) {
  u_[++u_count_] = {static_cast<std::uint8_t>(data), static_cast<std::uint8_t>(origin), 0, 1};
  return u_count_;
}

template <unsigned Names, bool Follow>
void world<Names, Follow>::free_inodes() {
  unsigned used = 0;
  for (const upper_name& n : at_) used |= 1U << n.inode;
  for (const inode& i : i_) used |= 1U << i.upper;
  for (unsigned f = u_count_; f != 0; --f) {
    if ((used >> f & 1) != 0) continue;
    for (unsigned n = f; n < u_count_; ++n) u_[n] = u_[n + 1];
    u_[u_count_--] = {};
    for (upper_name& n : at_) n.inode -= n.inode > f;
    for (inode& i : i_) i.upper -= i.upper > f;
  }
}

template <unsigned Names, bool Follow>
void world<Names, Follow>::forget(unsigned slot) {
  if (i_[slot].gone != 0) {
    for (inode& i : i_) {
      if (&i != &i_[slot]) i.gone -= i.gone > i_[slot].gone;
    }
    --gone_;
  }
  i_[slot] = {};
}

template <unsigned Names, bool Follow>
void world<Names, Follow>::settle(unsigned slot) {
  unsigned first = 0;
  while (first < Names && d_[first].what != positive + slot) ++first;
  if (first == Names) return forget(slot);
  if (first == slot) return;
  i_[first] = i_[slot];
  i_[slot] = {};
  for (dentry& d : d_) {
    if (d.what == positive + slot) d.what = static_cast<std::uint8_t>(positive + first);
  }
}

template <unsigned Names, bool Follow>
bool world<Names, Follow>::lookup(unsigned name) {
  dentry& d = d_[name];
  if (d.what != uncached) return true;
  const unsigned upper = at_[name].inode;
  if (upper != 0 && u_[upper].data == whiteout) {
    d.what = opaque;
    return true;
  }
  unsigned lower = 0;
  if (upper == 0) lower = image_number(name);
  if (Follow && upper != 0) lower = u_[upper].origin <= files_in_image() ? u_[upper].origin : 0;
  if (upper == 0 && lower == 0) {
    d.what = negative;
    return true;
  }
  for (unsigned slot = 0; slot < Names; ++slot) {
    const inode& i = i_[slot];
    const bool same = lower != 0 ? i.lower == lower : i.lower == 0 && i.upper == upper;
    if (!same) continue;
    if (upper != 0 && i.upper != upper) return false;
    d = {static_cast<std::uint8_t>(positive + slot), upper != 0};
    settle(slot);
    return true;
  }
  d = {static_cast<std::uint8_t>(positive + name), upper != 0};
  inode& i = i_[name];
  i.upper = static_cast<std::uint8_t>(upper);
  i.lower = static_cast<std::uint8_t>(lower);
  i.held = static_cast<std::uint8_t>(upper != 0 ? name + 1 : 0);
  i.nlink = static_cast<std::uint8_t>(upper != 0 ? links(upper) : 1);
  return true;
}

template <unsigned Names, bool Follow>
bool world<Names, Follow>::copy_up(unsigned name, unsigned data) {
  inode& i = i_[d_[name].what - positive];
  if (i.upper != 0 && d_[name].alias) return true;
  const auto difference = [&](unsigned from) { return static_cast<std::uint8_t>(1 + ((i.nlink - from) & 7)); };
  if (i.upper == 0) {
    i.upper = static_cast<std::uint8_t>(make_inode(data != 0 ? data : content_of(i.lower), i.lower));
    i.held = static_cast<std::uint8_t>(name + 1);
  } else if (const unsigned before = links(i.upper); before == 0) {
    u_[i.upper].nlink = 16 | difference(1);
    return false;
  } else {
    u_[i.upper].nlink = difference(before + 1);
  }
  at_[name].inode = i.upper;
  last_place(name);
  d_[name].alias = 1;
  return true;
}

template <unsigned Names, bool Follow>
void world<Names, Follow>::write(unsigned name, unsigned data) {
  estale_ = !lookup(name);
  if (d_[name].what < positive || !copy_up(name, data)) return;
  u_[i_[d_[name].what - positive].upper].data = static_cast<std::uint8_t>(data);
}

template <unsigned Names, bool Follow>
bool world<Names, Follow>::rename_upper(unsigned from, unsigned to, way how) {
  const unsigned slot = d_[from].what - positive;
  const unsigned old = at_[from].inode;
  const unsigned there = at_[to].inode;
  if (old == 0 || old != i_[slot].upper || old == there) return false;
  const unsigned target = d_[to].what >= positive ? d_[to].what - positive : Names;
  if (target != Names && i_[target].upper != 0 && there != i_[target].upper) return false;
  if (how != way::swap) {
    for (inode& i : i_) {
      if (i.gone == 0 && i.held == to + 1) i.gone = ++gone_;
    }
  }
  for (inode& i : i_) {
    if (i.gone == 0 && i.held == from + 1) i.held = static_cast<std::uint8_t>(to + 1);
  }
  at_[to].inode = static_cast<std::uint8_t>(old);
  last_place(to);
  at_[from].inode = 0;
  if (how == way::swap) at_[from].inode = static_cast<std::uint8_t>(there);
  if (how == way::leave_whiteout) at_[from].inode = static_cast<std::uint8_t>(make_inode(whiteout, 0));
  if (how == way::plain) {
    leave_place(from);
  } else {
    last_place(from);
  }
  if (target != Names) {
    d_[to].what = uncached;
    unsigned others = 0;
    for (const dentry& d : d_) others |= d.what == positive + target;
    if (i_[target].nlink > others) --i_[target].nlink;
    settle(target);
  }
  d_[to] = d_[from];
  d_[from] = {};
  settle(slot);
  free_inodes();
  return true;
}

template <unsigned Names, bool Follow>
void world<Names, Follow>::rename(unsigned from, unsigned to) {
  estale_ = !lookup(from);
  if (d_[from].what < positive) return;
  estale_ = !lookup(to);
  if (estale_ || d_[from].what == d_[to].what) return;
  way how = way::plain;
  if (i_[d_[from].what - positive].upper == 0 || l_[from] != 0) how = d_[to].what == opaque ? way::swap : way::leave_whiteout;
  if (copy_up(from, 0)) estale_ = !rename_upper(from, to, how);
}

template <unsigned Names, bool Follow>
void world<Names, Follow>::forget_all() {
  d_ = {};
  i_ = {};
  gone_ = 0;
  free_inodes();
}

template <unsigned Names, bool Follow>
void world<Names, Follow>::drop_caches() {
  estale_ = false;
  forget_all();
}

template <unsigned Names, bool Follow>
void world<Names, Follow>::remount() {
  drop_caches();
  for (upper_inode& u : u_) u.young = 0;
}

template <unsigned Names, bool Follow>
void world<Names, Follow>::update() {
  for (unsigned n = 0; n < Names; ++n) l_[n] = b_[n].data;
  remount();
}

template <unsigned Names, bool Follow>
void world<Names, Follow>::create_in_build(unsigned name, unsigned data) {
  estale_ = false;
  if (b_[name].data != 0) return;
  ++b_count_;
  b_[name] = {static_cast<std::uint8_t>(data), b_count_, b_count_};
}

template <unsigned Names, bool Follow>
void world<Names, Follow>::rename_in_build(unsigned from, unsigned to) {
  estale_ = false;
  if (b_[from].data == 0) return;
  if (b_[to].data != 0) {
    const source gone = b_[to];
    for (source& s : b_) {
      s.place -= s.place > gone.place;
      s.rank -= s.rank > gone.rank;
    }
    --b_count_;
  }
  const source moved = b_[from];
  b_[from] = {};
  b_[to] = {};
  for (source& s : b_) s.place -= s.place > moved.place;
  b_[to] = {moved.data, b_count_, moved.rank};
}

template <unsigned Names, bool Follow>
template <class World, class F>
void world<Names, Follow>::each_field(World& w, const F& f) {
  for (unsigned n = 0; n < Names; ++n) {
    f(w.b_[n].data, 3);
    f(w.b_[n].place, 3);
    f(w.b_[n].rank, 3);
    f(w.l_[n], 3);
    f(w.at_[n].inode, 4);
    f(w.at_[n].place, 3);
    f(w.d_[n].what, 3);
    f(w.d_[n].alias, 1);
    f(w.i_[n].upper, 4);
    f(w.i_[n].lower, 3);
    f(w.i_[n].nlink, 3);
    f(w.i_[n].held, 3);
    f(w.i_[n].gone, 3);
  }
  for (unsigned n = 1; n <= inodes; ++n) {
    f(w.u_[n].data, 3);
    f(w.u_[n].origin, 3);
    f(w.u_[n].nlink, 5);
    f(w.u_[n].young, 1);
  }
}

template <unsigned Names, bool Follow>
typename world<Names, Follow>::packed world<Names, Follow>::pack() const {
  packed p{};
  unsigned at = 0;
  each_field(*this, [&](std::uint8_t value, unsigned bits) {
    p[at / 64] |= std::uint64_t{value} << (at % 64);
    if (at % 64 + bits > 64) p[at / 64 + 1] |= std::uint64_t{value} >> (64 - at % 64);
    at += bits;
  });
  return p;
}

template <unsigned Names, bool Follow>
void world<Names, Follow>::unpack(const packed& p) {
  unsigned at = 0;
  each_field(*this, [&](std::uint8_t& value, unsigned bits) {
    std::uint64_t word = p[at / 64] >> (at % 64);
    if (at % 64 + bits > 64) word |= p[at / 64 + 1] << (64 - at % 64);
    value = static_cast<std::uint8_t>(word & ((1U << bits) - 1));
    at += bits;
  });
  for (unsigned n = 0; n < Names; ++n) {
    b_count_ = static_cast<std::uint8_t>(b_count_ + (b_[n].data != 0));
    places_ = static_cast<std::uint8_t>(places_ + (at_[n].inode != 0));
    gone_ = static_cast<std::uint8_t>(gone_ + (i_[n].gone != 0));
  }
  while (u_count_ < inodes && u_[u_count_ + 1].data != 0) ++u_count_;
}

}  // namespace specialised
