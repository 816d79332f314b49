// SPDX-License-Identifier: Apache-2.0
//
// A mounted overlay: dentries in the order of a walk from the root, inodes in that of the dentries that lead to them.
#include <algorithm>
#include <span>

#include "canonical/members.hpp"
#include "canonical/parts.hpp"
#include "overlay/dcache.hpp"
#include "overlay/options.hpp"

namespace ovlsim::canonical {

namespace {

using overlay::mounted;
using overlay::none;

/// What tells unhashed dentries of one name apart: the first handle of a file that is open on them.
name_id first_handle(const world& w, std::uint32_t place, std::uint32_t d) {
  name_id first{none};
  for (const open_file& f : w.files) {
    if (f.on_overlay && f.where == place && f.dentry == d) first = std::min(first, f.handle);
  }
  return first;
}

/// The dentries in their new order: the root, then the children of each by name, hashed ones first; last those without a parent.
boost::container::small_vector<std::uint32_t, 16> walk(const world& w, std::uint32_t place) {
  const mounted& o = *w.overlays[place];
  boost::container::small_vector<std::uint32_t, 16> order;
  const auto add_children = [&](std::uint32_t parent) {
    const auto begin = static_cast<std::ptrdiff_t>(order.size());
    for (std::uint32_t d = 0; d < o.dentries.size(); ++d) {
      if (o.dentries[d].in_use && o.dentries[d].parent == parent && d != overlay::root_dentry) order.push_back(d);
    }
    const auto comes_before = [&](std::uint32_t a, std::uint32_t b) {
      const overlay::dentry& x = o.dentries[a];
      const overlay::dentry& y = o.dentries[b];
      if (x.hashed || y.hashed || x.name != y.name) return std::pair(!x.hashed, x.name) < std::pair(!y.hashed, y.name);
      return first_handle(w, place, a) < first_handle(w, place, b);
    };
    // Of a form that little has changed in most are in order, and std::stable_sort() allocates.
    if (!std::is_sorted(order.begin() + begin, order.end(), comes_before)) std::stable_sort(order.begin() + begin, order.end(), comes_before);
  };
  order.push_back(overlay::root_dentry);
  for (std::size_t n = 0; n < order.size(); ++n) add_children(order[n]);
  add_children(none);
  for (std::size_t n = 0; n < order.size(); ++n) {
    if (o.dentries[order[n]].parent == none && order[n] != overlay::root_dentry) add_children(order[n]);
  }
  return order;
}

/// The numbers of directories that are counted up (map_i_ino()): smaller ones in the same order.
class counted_numbers {
 public:
  explicit counted_numbers(const mounted& o) : o_(o) {
    for (const overlay::inode& i : o.inodes) {
      if (i.in_use && is_counted(i)) used_.push_back(i.i_ino & mask());
    }
    std::sort(used_.begin(), used_.end());
    used_.erase(std::unique(used_.begin(), used_.end()), used_.end());
  }
  bool is_counted(const overlay::inode& i) const {
    if (overlay::same_fs(o_)) return false;
    const int bits = overlay::xino_bits(o_);
    if (bits == 0) return i.type == file_type::dir;
    if (!o_.cfg.xino_reserves_bit) return false;  // no number is counted up then
    return (i.i_ino >> (64 - bits) & 1) != 0;  // the range that xino reserves
  }
  ino_t64 renamed(ino_t64 n) const {
    const auto rank = std::lower_bound(used_.begin(), used_.end(), n & mask()) - used_.begin();
    return (n & ~mask()) | (static_cast<ino_t64>(rank) + 2);  // the counter is at 1 when the first is taken
  }
  ino_t64 last() const { return used_.size() + 1; }

 private:
  ino_t64 mask() const { return overlay::xino_bits(o_) == 0 ? ~ino_t64{0} : ~ino_t64{0} >> overlay::xino_bits(o_); }
  const mounted& o_;
  boost::container::small_vector<ino_t64, 8> used_;
};

slot_numbers number_slots(const world& w, std::uint32_t place) {
  const mounted& o = *w.overlays[place];
  slot_numbers slots;
  slots.dentries.resize(o.dentries.size(), none);
  slots.inodes.resize(o.inodes.size(), none);
  std::uint32_t dentries = 0;
  std::uint32_t inodes = 0;
  for (const std::uint32_t d : walk(w, place)) {
    slots.dentries[d] = dentries++;
    const std::uint32_t i = o.dentries[d].inode;
    if (i != none && slots.inodes[i] == none) slots.inodes[i] = inodes++;
  }
  return slots;
}

std::uint32_t moved(const boost::container::small_vector<std::uint32_t, 16>& slots, std::uint32_t old) {
  return old == none ? none : slots[old];
}

/// A listing that is kept counts as long as the directory's version is the one that it was made under.
void settle_versions(mounted& o, const slot_numbers& slots, const renaming& r) {
  if (o.impure_cache.empty()) return;
  table<overlay::impure_entry, 2> kept;
  for (overlay::impure_entry e : o.impure_cache) {
    if (e.version != o.inodes[e.dir].version || slots.inodes[e.dir] == none) continue;
    e.dir = slots.inodes[e.dir];
    e.name = r.name(e.name);
    e.version = 0;
    e.ino = r.ino(e.ino);
    kept.insert(e);
  }
  o.impure_cache = std::move(kept);
}

/// Every slot is in use, and in the order in which slots are numbered.
bool stay(const boost::container::small_vector<std::uint32_t, 16>& slots) {
  for (std::uint32_t n = 0; n < slots.size(); ++n) {
    if (slots[n] != n) return false;
  }
  return true;
}

/// `all` in the order of their new slots, without those that have none.
template <class Slots>
void move_slots(Slots& all, const boost::container::small_vector<std::uint32_t, 16>& slots) {
  if (stay(slots)) return;
  Slots in_order(all.size() - static_cast<std::size_t>(std::count(slots.begin(), slots.end(), none)));
  for (std::uint32_t old = 0; old < all.size(); ++old) {
    if (slots[old] != none) in_order[slots[old]] = std::move(all[old]);
  }
  all = std::move(in_order);
}

void move_inodes(mounted& o, const slot_numbers& slots, const renaming& r, const dentry_numbers& upper) {
  const counted_numbers counted(o);
  move_slots(o.inodes, slots.inodes);
  o.free_inodes.clear();
  for (overlay::inode& i : o.inodes) {
    const ino_t64 number = counted.is_counted(i) ? counted.renamed(i.i_ino) : r.ino(i.i_ino);
    if (!r.keeps_all_numbers()) each_number(i, [&](ino_t64& n) { n = r.ino(n); });
    i.i_ino = number;
    i.version = 0;
    i.upper_dentry = upper[i.upper_dentry];
  }
  o.last_ino = counted.last();
  o.inode_hash.change_each([&](overlay::hashed_inode& h) {
    h.ino = r.ino(h.ino);
    h.inode = moved(slots.inodes, h.inode);
  });
}

void move_dentries(mounted& o, const slot_numbers& slots, const renaming& r) {
  move_slots(o.dentries, slots.dentries);
  o.free_dentries.clear();
  const bool is_hashed_so = stay(slots.dentries) && r.keeps_all_names();
  if (!is_hashed_so || !stay(slots.inodes)) {
    for (overlay::dentry& d : o.dentries) {
      know_all_members(d);
      d.parent = moved(slots.dentries, d.parent);
      d.inode = moved(slots.inodes, d.inode);
      d.name = r.name(d.name);
    }
  }
  // A table that was larger once would say how the overlay came about.
  constexpr std::size_t smallest = 32;
  const bool was_larger = o.hashed.slots.size() > smallest && o.hashed.used * 4 <= o.hashed.slots.size();
  if (!is_hashed_so || was_larger) overlay::rehash(o);
}

/// The devices of an overlay, in an order of their own. A layer's is its filesystem's, the one that the overlay has for that, or one of
/// the layer's own (layer_dev_answer). `before`: what the devices of the filesystems were.
void put_devices_in_form(const world& w, std::uint32_t place, mounted& o, std::span<const std::uint32_t> before) {
  constexpr std::uint32_t devices_of_one = 1000;
  constexpr std::uint32_t devices_of_layers = 500;
  o.dev = devices_of_one * (place + 1);
  for (std::uint32_t n = 0; n < o.layers.size(); ++n) {
    overlay::layer& l = o.layers[n];
    if (l.dev == 0) continue;
    if (l.fsid < o.sbs.size() && l.dev == o.sbs[l.fsid].pseudo_dev) {
      l.dev = o.dev + 1 + l.fsid;
    } else {
      l.dev = l.dev == before[l.fs] ? w.filesystems[l.fs]->dev : o.dev + devices_of_layers + n;
    }
  }
  for (std::uint32_t n = 0; n < o.sbs.size(); ++n) {
    know_all_members(o.sbs[n]);
    o.sbs[n].pseudo_dev = o.dev + 1 + n;
  }
}

}  // namespace

slot_numbers put_overlay_in_form(world& w, std::uint32_t place, const renaming& r, const dentry_numbers& upper,
                                 std::span<const std::uint32_t> devices) {
  const slot_numbers slots = number_slots(w, place);
  mounted& o = w.overlays[place].change();
  settle_versions(o, slots, r);
  move_inodes(o, slots, r, upper);
  move_dentries(o, slots, r);
  if (!r.keeps_all_numbers()) each_own_number(o, [&](ino_t64& n) { n = r.ino(n); });
  o.instance = r.id(o.instance);
  o.s_uuid = r.id(o.s_uuid);
  // Once mounted, only uuid=off is told from the others; what an overlay shows in its options it answered at its mount.
  if (o.cfg.uuid != uuid_option::off) o.cfg.uuid = uuid_option::autom;
  o.id = place;  // no layer lies on an overlay
  // The name in the workdir counts as long as the shared whiteout is there.
  o.whiteout_name = o.whiteout == 0 ? name_id{0} : r.name(o.whiteout_name);
  put_devices_in_form(w, place, o, devices);
  return slots;
}

}  // namespace ovlsim::canonical
