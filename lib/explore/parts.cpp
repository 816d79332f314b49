// SPDX-License-Identifier: Apache-2.0
//
// Hashes need not look at everything: they only say where to look. Number 0 is that of a part that is not there, one is added to others.
#include "explore/parts.hpp"

#include <algorithm>

namespace ovlsim::explore_parts {

namespace {

std::uint64_t hash_of(std::uint64_t h, const std::string& s) { return hash_of_bytes(h, s.data(), s.size()); }

/// What a block on the heap takes beside its bytes.
constexpr std::uint64_t heap_overhead = 16;

/// A part stands in a block of its own, with a count of its owners.
template <class Part>
constexpr std::uint64_t shared_size = sizeof(Part) + 2 * sizeof(std::uint64_t) + heap_overhead;

/// The bytes that a container holds beside itself.
template <class T, std::size_t Inline>
std::uint64_t outside(const boost::container::small_vector<T, Inline>& v) {
  return v.capacity() <= Inline ? 0 : v.capacity() * sizeof(T) + heap_overhead;
}
/// At most: its blocks may have as much room again as they have rows.
template <class Row, std::size_t Inline>
std::uint64_t outside(const table<Row, Inline>& t) {
  const std::size_t rows = t.size();
  return rows <= Inline ? 0 : 2 * rows * sizeof(Row) + heap_overhead;
}
template <class T>
std::uint64_t outside(const std::vector<T>& v) {
  return v.capacity() == 0 ? 0 : v.capacity() * sizeof(T) + heap_overhead;
}
std::uint64_t outside(const std::string& s) {
  static const std::size_t within = std::string().capacity();
  return s.capacity() <= within ? 0 : s.capacity() + 1 + heap_overhead;
}

}  // namespace

std::uint64_t hash_of(const backing::filesystem& fs) {
  std::uint64_t h = mixed(static_cast<std::uint64_t>(fs.name) << 8 | static_cast<std::uint64_t>(fs.type), fs.next_ino);
  for (const std::uint8_t byte : fs.id) h = h * 31 + byte;
  for (const backing::inode& i : fs.inodes) h = mixed(h, i.ino * 64 + i.nlink * 8 + i.generation + (i.size << 20) + (std::uint64_t{i.mode} << 40));
  for (const backing::dirent& e : fs.entries) h = mixed(h, e.dir * 1024 + e.ino + (static_cast<std::uint64_t>(e.name) << 32) + (std::uint64_t{e.cookie} << 48));
  for (const backing::xattr& x : fs.xattrs) h = mixed(h, x.ino * 1024 + static_cast<std::uint64_t>(x.name));
  for (const byte_string& bytes : fs.slots) h = hash_of_bytes(h, bytes.data(), bytes.size());
  return mixed(h, fs.unhashed.size() * 8 + fs.orphans.size());
}

std::uint64_t hash_of(const overlay::mounted& o) {
  std::uint64_t h = mixed(static_cast<std::uint64_t>(o.name), o.whiteout + (o.last_ino << 32));
  for (const overlay::inode& i : o.inodes) {
    h = mixed(h, i.i_ino * 8 + i.dentries);
    h = mixed(h, i.upper * 64 + i.nlink * 8 + i.const_ino * 4 + i.impure * 2 + i.upperdata + (std::uint64_t{i.mode} << 48));
    h = mixed(h, i.hashed_by.ino + (std::uint64_t{i.hashed_by.fs} << 32));
    for (const overlay::lower_path& l : i.lower) h = mixed(h, l.ino * 16 + l.layer);
  }
  for (const overlay::dentry& d : o.dentries) {
    const unsigned flags = d.hashed * 1U + d.upper_alias * 2U + d.opaque * 4U + d.connected * 8U;
    h = mixed(h, static_cast<std::uint64_t>(d.name) << 32 | (d.inode * 256 + d.parent * 16 + flags));
    h = h * 31 + d.opens;
  }
  return h;
}

std::uint64_t hash_of(const rest& r) {
  std::uint64_t h = mixed(r.next_slot, r.next_temp);
  each_parameter([&h](std::string_view, bool on) { h = 2 * h + on; }, r.module);
  for (const open_file& f : r.files) h = mixed(h, static_cast<std::uint64_t>(f.handle) << 32 | f.dentry) + f.ino + f.real_dentry;
  for (const taken_handle& t : r.handles) h = hash_of_bytes(mixed(h, static_cast<std::uint64_t>(t.handle)), t.bytes.data(), t.bytes.size());
  for (const auto* list : {&r.past.in_mount, &r.past.over_mounts}) {
    for (const seen_number& s : *list) h = mixed(hash_of(h, s.name), s.ino);
    h = mixed(h, list->size());
  }
  for (const known_content& c : r.past.contents) {
    h = mixed(hash_of(hash_of(hash_of(h, c.name), c.data), c.lower), c.exists * 2U + c.doubtful * 4U + c.unknown * 8U + c.link * 16U);
  }
  for (const known_handle& k : r.past.handles) h = hash_of(hash_of(h, k.handle), k.name);
  return h;
}

std::uint64_t memory_of(const backing::filesystem& fs) {
  std::uint64_t bytes = shared_size<backing::filesystem> + outside(fs.inodes) + outside(fs.entries) + outside(fs.xattrs) + outside(fs.slots) +
                        outside(fs.free_slots) + outside(fs.free_inos) + outside(fs.orphans) + outside(fs.unhashed);
  for (const byte_string& slot : fs.slots) bytes += outside(slot);
  return bytes;
}
std::uint64_t memory_of(const overlay::mounted& o) {
  std::uint64_t bytes = shared_size<overlay::mounted> + outside(o.sbs) + outside(o.layers) + outside(o.inodes) + outside(o.free_inodes) +
                        outside(o.dentries) + outside(o.free_dentries) + outside(o.inode_hash) + outside(o.hashed.slots) +
                        outside(o.impure_cache);
  for (const overlay::inode& i : o.inodes) bytes += outside(i.lower);
  return bytes;
}
std::uint64_t memory_of(const rest& r) {
  std::uint64_t bytes = outside(r.files) + outside(r.handles) + outside(r.pipes) + outside(r.past.in_mount) + outside(r.past.over_mounts) +
                        outside(r.past.layers) + outside(r.past.contents) + outside(r.past.handles);
  for (const taken_handle& h : r.handles) bytes += outside(h.bytes);
  for (const pipe_buffer& p : r.pipes) bytes += outside(p.bytes);
  for (const auto* list : {&r.past.in_mount, &r.past.over_mounts}) {
    for (const seen_number& n : *list) bytes += outside(n.name);
  }
  for (const known_layers& l : r.past.layers) {
    bytes += outside(l.name) + outside(l.lower);
    for (const path& p : l.lower) bytes += outside(p.fs) + outside(p.rest);
  }
  for (const known_content& c : r.past.contents) bytes += outside(c.name) + outside(c.data) + outside(c.lower) + outside(c.below) + outside(c.index);
  for (const known_handle& h : r.past.handles) bytes += outside(h.handle) + outside(h.name);
  return bytes;
}

namespace {

rest rest_of(const situation& s) { return {s.w.files, s.w.handles, s.w.pipes, s.w.next_slot, s.w.next_temp, s.w.module, s.past}; }

template <class T>
copy_on_write<T> copied(const copy_on_write<T>& part) {
  return part.unshared();
}
rest copied(const rest& r) { return r; }

template <class T>
std::uint64_t held_by(const copy_on_write<T>& part) {
  return memory_of(*part);
}
std::uint64_t held_by(const rest& r) { return memory_of(r); }

}  // namespace

part_store::part_store(const world& like, std::size_t filesystems, std::vector<std::string> overlays)
    : filesystems_(std::max(filesystems, like.filesystems.size())), names_(like.names) {
  for (const std::string& name : overlays) overlays_.push_back(names_.intern(name));
  std::sort(overlays_.begin(), overlays_.end());
  template_.next_dev = like.next_dev;
  template_.next_generation = like.next_generation;
  template_.next_uuid = like.next_uuid;
}

/// A copy of its own is kept: what that takes depends on the value alone, and not on how it came about.
template <class T>
std::uint32_t part_store::number_of(interned<T>& all, const T& part, std::uint64_t hash) {
  const std::uint32_t known = all.look_up(part, hash);
  if (known != no_number) return known;
  const std::uint32_t number = all.add(copied(part), hash);
  held_ += held_by(all[number]);
  return number;
}

const copy_on_write<overlay::mounted>* part_store::overlay_at(std::size_t place, const world& w) const {
  const auto at = std::find_if(w.overlays.begin(), w.overlays.end(), [&](const auto& o) { return o->name == overlays_[place - filesystems_]; });
  return at == w.overlays.end() ? nullptr : &*at;
}

changed_parts part_store::changes(const situation& s, const situation* from) const {
  changed_parts changed;
  const auto add = [&](std::size_t place, std::uint64_t hash, std::uint32_t number) {
    changed.push_back({static_cast<std::uint32_t>(place), hash, number});
  };
  const auto add_part = [&](std::size_t place, const auto& all, const auto& part) {
    const std::uint64_t hash = explore_parts::hash_of(*part);
    const std::uint32_t known = all.look_up(part, hash);
    add(place, hash, known == no_number ? no_number : known + 1);
  };
  for (std::size_t f = 0; f < s.w.filesystems.size(); ++f) {
    const bool shared = from != nullptr && f < from->w.filesystems.size() && &*from->w.filesystems[f] == &*s.w.filesystems[f];
    if (!shared) add_part(f, backing_, s.w.filesystems[f]);
  }
  for (std::size_t place = filesystems_; place < place_of_rest(); ++place) {
    const auto* const now = overlay_at(place, s.w);
    const auto* const before = from == nullptr ? nullptr : overlay_at(place, from->w);
    const bool shared = now == nullptr || before == nullptr ? now == before : &**now == &**before;
    if (shared) continue;
    if (now == nullptr) {
      add(place, 0, 0);
    } else {
      add_part(place, mounted_, *now);
    }
  }
  const auto same_rest = [&](const world& a, const world& b) {
    return a.files == b.files && a.handles == b.handles && a.pipes == b.pipes && a.next_slot == b.next_slot && a.next_temp == b.next_temp &&
           a.module == b.module;
  };
  if (from == nullptr || !same_rest(s.w, from->w) || s.past != from->past) {
    const rest r = rest_of(s);
    const std::uint64_t hash = explore_parts::hash_of(r);
    add(place_of_rest(), hash, rests_.look_up(r, hash));
  }
  return changed;
}

row part_store::numbers_of(const situation& s, const changed_parts& changed, row numbers) {
  for (const changed_part& c : changed) {
    if (c.number != no_number) {
      numbers[c.place] = c.number;
    } else if (c.place < filesystems_) {
      numbers[c.place] = number_of(backing_, s.w.filesystems[c.place], c.hash) + 1;
    } else if (c.place != place_of_rest()) {
      numbers[c.place] = number_of(mounted_, *overlay_at(c.place, s.w), c.hash) + 1;
    } else {
      numbers[c.place] = number_of(rests_, rest_of(s), c.hash);
    }
  }
  return numbers;
}

std::uint32_t part_store::look_up(const copy_on_write<backing::filesystem>& fs) const {
  const std::uint32_t known = backing_.look_up(fs, explore_parts::hash_of(*fs));
  return known == no_number ? no_number : known + 1;
}
std::uint32_t part_store::number_of(const copy_on_write<backing::filesystem>& fs) {
  return number_of(backing_, fs, explore_parts::hash_of(*fs)) + 1;
}

void part_store::forget_smaller() {
  backing_.forget_smaller();
  mounted_.forget_smaller();
  rests_.forget_smaller();
}

situation part_store::made_of(std::span<const std::uint32_t> numbers, own_parts* own) const {
  const auto part = [&](const auto& all, std::uint32_t number) -> const auto& {
    return own == nullptr ? all[number] : own->of(number, all[number]);
  };
  situation s{template_, {}};
  s.w.names = own == nullptr ? names_ : own->names(names_);
  for (std::size_t f = 0; f < filesystems_ && numbers[f] != 0; ++f) s.w.filesystems.push_back(part(backing_, numbers[f] - 1));
  for (std::size_t n = filesystems_; n < place_of_rest(); ++n) {
    if (numbers[n] != 0) s.w.overlays.push_back(part(mounted_, numbers[n] - 1));
  }
  const rest& r = rests_[numbers[place_of_rest()]];
  s.w.files = r.files;
  s.w.handles = r.handles;
  s.w.pipes = r.pipes;
  s.w.next_slot = r.next_slot;
  s.w.next_temp = r.next_temp;
  s.w.module = r.module;
  s.past = r.past;
  return s;
}

}  // namespace ovlsim::explore_parts
