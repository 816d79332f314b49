// SPDX-License-Identifier: Apache-2.0
//
// The model of proptests/spin/overlay.inc once more, by hand in C++ with states packed into bits: how fast a search could be that knows
// nothing but this one scope. Names are spoken of by their number, files by their content; what each member stands for, and why equal
// values are equal worlds, is said there.
#pragma once

#ifdef __BMI2__
#include <immintrin.h>
#endif

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <utility>

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
      f_.b[n] = {data[n], ++b_count_, b_count_};
      f_.l[n] = data[n];
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
  unsigned links(unsigned number) const;
  void leave_place(unsigned name);
  void last_place(unsigned name);
  unsigned make_inode(unsigned data, unsigned origin);
  void free_inodes();
  void forget(unsigned slot);
  void settle(unsigned slot);
  void forget_all();
  void unpack(const packed& p);

  /// All that a state is: bytes, of which each needs so many bits.
  struct fields {
    std::array<source, Names> b{};
    std::array<std::uint8_t, Names> l{};
    std::array<upper_name, Names> at{};
    std::array<dentry, Names> d{};
    std::array<inode, Names> i{};
    std::array<upper_inode, inodes + 1> u{};  ///< from 1 on
    std::array<std::uint8_t, 8> padding{};
  };
  static constexpr unsigned byte_count = sizeof(fields) - 8;
  static constexpr unsigned byte_words = (byte_count + 7) / 8;
  static constexpr std::array<std::uint64_t, byte_words> bit_widths();
  static constexpr std::array<std::uint64_t, byte_words> widths = bit_widths();

  fields f_;
  std::uint8_t b_count_ = 0, u_count_ = 0, places_ = 0, gone_ = 0;
  bool estale_ = false;
};

/// As pext and pdep do: the bits of `bytes` under the mask side by side, and back.
inline std::uint64_t gather(std::uint64_t bytes, std::uint64_t mask) {
#ifdef __BMI2__
  return _pext_u64(bytes, mask);
#else
  std::uint64_t bits = 0;
  for (unsigned at = 0; mask != 0; mask &= mask - 1, ++at) bits |= (bytes >> std::countr_zero(mask) & 1) << at;
  return bits;
#endif
}
inline std::uint64_t scatter(std::uint64_t bits, std::uint64_t mask) {
#ifdef __BMI2__
  return _pdep_u64(bits, mask);
#else
  std::uint64_t bytes = 0;
  for (; mask != 0; mask &= mask - 1, bits >>= 1) bytes |= (bits & 1) << std::countr_zero(mask);
  return bytes;
#endif
}

/// The rank that is left when `gone` goes.
inline void close_rank(std::uint8_t& rank, unsigned gone) { rank = static_cast<std::uint8_t>(rank - (rank > gone ? 1 : 0)); }

template <unsigned Names, bool Follow>
constexpr std::array<std::uint64_t, world<Names, Follow>::byte_words> world<Names, Follow>::bit_widths() {
  std::array<std::uint64_t, byte_words> masks{};
  unsigned at = 0;
  const auto field = [&](unsigned bits) {
    masks[at / 8] |= ((std::uint64_t{1} << bits) - 1) << (at % 8 * 8);
    ++at;
  };
  const auto each = [&](unsigned count, std::initializer_list<unsigned> bits) {
    for (unsigned n = 0; n < count; ++n) {
      for (const unsigned b : bits) field(b);
    }
  };
  each(Names, {3, 3, 3});
  each(Names, {3});
  each(Names, {4, 3});
  each(Names, {3, 1});
  each(Names, {4, 3, 3, 3, 3});
  each(1, {0, 0, 0, 0});
  each(inodes, {3, 3, 5, 1});
  return masks;
}

template <unsigned Names, bool Follow>
unsigned world<Names, Follow>::image_number_of_all_below(unsigned name) const {
  unsigned count = 0;
  for (unsigned n = 0; n < name; ++n) count += f_.l[n] != 0;
  return count;
}

template <unsigned Names, bool Follow>
unsigned world<Names, Follow>::image_number(unsigned name) const {
  return f_.l[name] == 0 ? 0 : image_number_of_all_below(name) + 1;
}

template <unsigned Names, bool Follow>
unsigned world<Names, Follow>::content_of(unsigned number) const {
  unsigned name = 0;
  for (; name + 1 < Names; ++name) {
    if (f_.l[name] != 0 && --number == 0) break;
  }
  return f_.l[name];
}

template <unsigned Names, bool Follow>
unsigned world<Names, Follow>::links(unsigned number) const {
  unsigned count = 0;
  for (const upper_name& n : f_.at) count += n.inode == number;
  return count;
}

template <unsigned Names, bool Follow>
void world<Names, Follow>::leave_place(unsigned name) {
  if (f_.at[name].place == 0) return;
  const std::uint8_t left = std::exchange(f_.at[name].place, std::uint8_t{0});
  for (upper_name& n : f_.at) close_rank(n.place, left);
  --places_;
}

template <unsigned Names, bool Follow>
void world<Names, Follow>::last_place(unsigned name) {
  leave_place(name);
  f_.at[name].place = ++places_;
}

template <unsigned Names, bool Follow>
unsigned world<Names, Follow>::make_inode(unsigned data, unsigned origin) {
  f_.u[++u_count_] = {static_cast<std::uint8_t>(data), static_cast<std::uint8_t>(origin), 0, 1};
  return u_count_;
}

template <unsigned Names, bool Follow>
void world<Names, Follow>::free_inodes() {
  unsigned used = 0;
  for (const upper_name& n : f_.at) used |= 1U << n.inode;
  for (const inode& i : f_.i) used |= 1U << i.upper;
  for (unsigned f = u_count_; f != 0; --f) {
    if ((used >> f & 1) != 0) continue;
    for (unsigned n = f; n < u_count_; ++n) f_.u[n] = f_.u[n + 1];
    f_.u[u_count_--] = {};
    for (upper_name& n : f_.at) close_rank(n.inode, f);
    for (inode& i : f_.i) close_rank(i.upper, f);
  }
}

template <unsigned Names, bool Follow>
void world<Names, Follow>::forget(unsigned slot) {
  if (f_.i[slot].gone != 0) {
    for (inode& i : f_.i) {
      if (&i != &f_.i[slot]) close_rank(i.gone, f_.i[slot].gone);
    }
    --gone_;
  }
  f_.i[slot] = {};
}

template <unsigned Names, bool Follow>
void world<Names, Follow>::settle(unsigned slot) {
  unsigned first = 0;
  while (first < Names && f_.d[first].what != positive + slot) ++first;
  if (first == Names) return forget(slot);
  if (first == slot) return;
  f_.i[first] = f_.i[slot];
  f_.i[slot] = {};
  for (dentry& d : f_.d) {
    if (d.what == positive + slot) d.what = static_cast<std::uint8_t>(positive + first);
  }
}

template <unsigned Names, bool Follow>
bool world<Names, Follow>::lookup(unsigned name) {
  dentry& d = f_.d[name];
  if (d.what != uncached) return true;
  const unsigned upper = f_.at[name].inode;
  if (upper != 0 && f_.u[upper].data == whiteout) {
    d.what = opaque;
    return true;
  }
  unsigned lower = 0;
  if (upper == 0) lower = image_number(name);
  if (Follow && upper != 0) lower = f_.u[upper].origin <= files_in_image() ? f_.u[upper].origin : 0;
  if (upper == 0 && lower == 0) {
    d.what = negative;
    return true;
  }
  for (unsigned slot = 0; slot < Names; ++slot) {
    const inode& i = f_.i[slot];
    const bool same = lower != 0 ? i.lower == lower : i.lower == 0 && i.upper == upper;
    if (!same) continue;
    if (upper != 0 && i.upper != upper) return false;
    d = {static_cast<std::uint8_t>(positive + slot), upper != 0};
    settle(slot);
    return true;
  }
  d = {static_cast<std::uint8_t>(positive + name), upper != 0};
  inode& i = f_.i[name];
  i.upper = static_cast<std::uint8_t>(upper);
  i.lower = static_cast<std::uint8_t>(lower);
  i.held = static_cast<std::uint8_t>(upper != 0 ? name + 1 : 0);
  i.nlink = static_cast<std::uint8_t>(upper != 0 ? links(upper) : 1);
  return true;
}

template <unsigned Names, bool Follow>
bool world<Names, Follow>::copy_up(unsigned name, unsigned data) {
  inode& i = f_.i[f_.d[name].what - positive];
  if (i.upper != 0 && f_.d[name].alias) return true;
  const auto difference = [&](unsigned from) { return static_cast<std::uint8_t>(1 + ((i.nlink - from) & 7)); };
  if (i.upper == 0) {
    i.upper = static_cast<std::uint8_t>(make_inode(data != 0 ? data : content_of(i.lower), i.lower));
    i.held = static_cast<std::uint8_t>(name + 1);
  } else if (const unsigned before = links(i.upper); before == 0) {
    f_.u[i.upper].nlink = 16 | difference(1);
    return false;
  } else {
    f_.u[i.upper].nlink = difference(before + 1);
  }
  f_.at[name].inode = i.upper;
  last_place(name);
  f_.d[name].alias = 1;
  return true;
}

template <unsigned Names, bool Follow>
void world<Names, Follow>::write(unsigned name, unsigned data) {
  estale_ = !lookup(name);
  if (f_.d[name].what < positive || !copy_up(name, data)) return;
  f_.u[f_.i[f_.d[name].what - positive].upper].data = static_cast<std::uint8_t>(data);
}

template <unsigned Names, bool Follow>
bool world<Names, Follow>::rename_upper(unsigned from, unsigned to, way how) {
  const unsigned slot = f_.d[from].what - positive;
  const unsigned old = f_.at[from].inode;
  const unsigned there = f_.at[to].inode;
  if (old == 0 || old != f_.i[slot].upper || old == there) return false;
  const unsigned target = f_.d[to].what >= positive ? f_.d[to].what - positive : Names;
  if (target != Names && f_.i[target].upper != 0 && there != f_.i[target].upper) return false;
  if (how != way::swap) {
    for (inode& i : f_.i) {
      if (i.gone == 0 && i.held == to + 1) i.gone = ++gone_;
    }
  }
  for (inode& i : f_.i) {
    if (i.gone == 0 && i.held == from + 1) i.held = static_cast<std::uint8_t>(to + 1);
  }
  f_.at[to].inode = static_cast<std::uint8_t>(old);
  last_place(to);
  f_.at[from].inode = 0;
  if (how == way::swap) f_.at[from].inode = static_cast<std::uint8_t>(there);
  if (how == way::leave_whiteout) f_.at[from].inode = static_cast<std::uint8_t>(make_inode(whiteout, 0));
  if (how == way::plain) {
    leave_place(from);
  } else {
    last_place(from);
  }
  if (target != Names) {
    f_.d[to].what = uncached;
    unsigned others = 0;
    for (const dentry& d : f_.d) others |= d.what == positive + target;
    if (f_.i[target].nlink > others) --f_.i[target].nlink;
    settle(target);
  }
  f_.d[to] = f_.d[from];
  f_.d[from] = {};
  settle(slot);
  free_inodes();
  return true;
}

template <unsigned Names, bool Follow>
void world<Names, Follow>::rename(unsigned from, unsigned to) {
  estale_ = !lookup(from);
  if (f_.d[from].what < positive) return;
  estale_ = !lookup(to);
  if (estale_ || f_.d[from].what == f_.d[to].what) return;
  way how = way::plain;
  if (f_.i[f_.d[from].what - positive].upper == 0 || f_.l[from] != 0) how = f_.d[to].what == opaque ? way::swap : way::leave_whiteout;
  if (copy_up(from, 0)) estale_ = !rename_upper(from, to, how);
}

template <unsigned Names, bool Follow>
void world<Names, Follow>::forget_all() {
  f_.d = {};
  f_.i = {};
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
  for (upper_inode& u : f_.u) u.young = 0;
}

template <unsigned Names, bool Follow>
void world<Names, Follow>::update() {
  for (unsigned n = 0; n < Names; ++n) f_.l[n] = f_.b[n].data;
  remount();
}

template <unsigned Names, bool Follow>
void world<Names, Follow>::create_in_build(unsigned name, unsigned data) {
  estale_ = false;
  if (f_.b[name].data != 0) return;
  ++b_count_;
  f_.b[name] = {static_cast<std::uint8_t>(data), b_count_, b_count_};
}

template <unsigned Names, bool Follow>
void world<Names, Follow>::rename_in_build(unsigned from, unsigned to) {
  estale_ = false;
  if (f_.b[from].data == 0) return;
  if (f_.b[to].data != 0) {
    const source gone = f_.b[to];
    for (source& s : f_.b) {
      close_rank(s.place, gone.place);
      close_rank(s.rank, gone.rank);
    }
    --b_count_;
  }
  const source moved = f_.b[from];
  f_.b[from] = {};
  f_.b[to] = {};
  for (source& s : f_.b) close_rank(s.place, moved.place);
  f_.b[to] = {moved.data, b_count_, moved.rank};
}

template <unsigned Names, bool Follow>
typename world<Names, Follow>::packed world<Names, Follow>::pack() const {
  packed p{};
  unsigned at = 0;
  for (unsigned w = 0; w < byte_words; ++w) {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, reinterpret_cast<const unsigned char*>(&f_) + 8 * w, 8);
    const std::uint64_t bits = gather(bytes, widths[w]);
    const auto count = static_cast<unsigned>(std::popcount(widths[w]));
    p[at / 64] |= bits << (at % 64);
    if (at % 64 + count > 64) p[at / 64 + 1] |= bits >> (64 - at % 64);
    at += count;
  }
  return p;
}

template <unsigned Names, bool Follow>
void world<Names, Follow>::unpack(const packed& p) {
  unsigned at = 0;
  for (unsigned w = 0; w < byte_words; ++w) {
    const auto count = static_cast<unsigned>(std::popcount(widths[w]));
    std::uint64_t bits = p[at / 64] >> (at % 64);
    if (at % 64 + count > 64) bits |= p[at / 64 + 1] << (64 - at % 64);
    const std::uint64_t bytes = scatter(bits, widths[w]);
    std::memcpy(reinterpret_cast<unsigned char*>(&f_) + 8 * w, &bytes, 8);
    at += count;
  }
  for (unsigned n = 0; n < Names; ++n) {
    b_count_ = static_cast<std::uint8_t>(b_count_ + (f_.b[n].data != 0));
    places_ = static_cast<std::uint8_t>(places_ + (f_.at[n].inode != 0));
    gone_ = static_cast<std::uint8_t>(gone_ + (f_.i[n].gone != 0));
  }
  while (u_count_ < inodes && f_.u[u_count_ + 1].data != 0) ++u_count_;
}

}  // namespace specialised
