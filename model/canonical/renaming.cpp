// SPDX-License-Identifier: Apache-2.0
//
// What is in use keeps its order and closes ranks. A number in a file handle is in use, too, be the inode gone or not: a later inode
// that is given the same one would be taken for it.
#include "canonical/renaming.hpp"

#include <algorithm>
#include <charconv>
#include <string>

#include "backing/traits.hpp"
#include "canonical/members.hpp"

namespace ovlsim::canonical {

namespace {

constexpr std::uint64_t low_half = 0xffffffffU;               // below what xino puts on top of an inode number
constexpr std::uint32_t overlay_handle = 0xf8;                // OVL_FILEID_V1
constexpr std::size_t overlay_padding = 3;                    // OVL_FH_WIRE_OFFSET

std::uint32_t temporary_number(std::string_view name) {
  std::uint32_t n = 0;
  std::from_chars(name.data() + 1, name.data() + name.size(), n, 16);
  return n;
}

std::string temporary_name(std::uint32_t n) {
  char digits[8];
  const auto end = std::to_chars(digits, digits + sizeof digits, n, 16).ptr;
  return "#" + std::string(digits, end);
}

std::string from_hex(std::string_view text) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  std::string bytes;
  for (std::size_t at = 0; at + 1 < text.size(); at += 2) bytes += static_cast<char>(digit(text[at]) * 16 + digit(text[at + 1]));
  return bytes;
}

std::string to_hex(std::string_view bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string hex;
  for (const char byte : bytes) {
    hex += digits[static_cast<unsigned char>(byte) >> 4];
    hex += digits[static_cast<unsigned char>(byte) & 15];
  }
  return hex;
}

template <class List>
void sort_out(List& list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

}  // namespace

bool is_own_xattr(std::string_view name) { return name.starts_with("trusted.overlay.") || name.starts_with("user.overlay."); }

bool holds_id(std::string_view name) { return name.ends_with(".uuid") || name.ends_with(".instance"); }

bool has_range(const backing::filesystem& fs) { return fs.first_ino >= range_size; }
bool keeps_numbers(const backing::filesystem& fs) { return backing::traits_of(fs).reuses_numbers || fs.type == fs_type::btrfs; }

bool has_closed_ranks(const backing::filesystem& fs) {
  if (!has_range(fs) || keeps_numbers(fs)) return true;
  std::size_t below = 0;  // the root has a number of its own
  for (auto i = fs.inodes.begin(); i != fs.inodes.end() && i->ino < fs.first_ino; ++i) ++below;
  return fs.inodes.size() - below == fs.next_ino - fs.first_ino && fs.inodes.lower_bound(fs.next_ino) == fs.inodes.end();
}

const renaming::range* renaming::range_of(std::uint64_t n) const {
  const std::uint64_t low = n & low_half;
  for (const range& r : ranges_) {
    if (low >= r.first && low < r.first + range_size) return &r;
  }
  return nullptr;
}
renaming::range* renaming::range_of(std::uint64_t n) { return const_cast<range*>(std::as_const(*this).range_of(n)); }

void renaming::find_ranges() {
  for (const auto& fs : w_.filesystems) {
    if (!has_range(*fs)) continue;
    range* const shared = range_of(fs->first_ino);  // with a clone, which gives numbers of the same range
    if (shared == nullptr) {
      ranges_.push_back({fs->first_ino, fs->next_ino, has_closed_ranks(*fs), {}});
    } else {
      shared->stays = keeps_numbers(*fs);
    }
  }
}

void renaming::use(std::uint64_t n) {
  const std::uint64_t low = n & low_half;
  if (low < range_size) return;
  range* r = range_of(n);
  if (r == nullptr) {  // of a filesystem that is gone; no other gets its range
    ranges_.push_back({low / range_size * range_size, low / range_size * range_size + range_size, false, {}});
    r = &ranges_.back();
  }
  if (!r->stays && low < r->floor) r->used.push_back(low);
}

void renaming::use(ino_t64 n, std::uint32_t generation) {
  use(n);
  if (generation != 0) generations_.push_back({n, generation});
}

void renaming::use_fid(std::uint32_t type, std::span<const char> fid) {
  const handle_layout* const l = layout_of(type, fid.size());
  if (l == nullptr) return;
  use(get_number(fid.data() + l->ino_at, l->ino_size), static_cast<std::uint32_t>(get_number(fid.data() + l->generation_at, 4)));
}

void renaming::use_stored(std::span<const char> bytes, std::uint32_t holder) {
  const stored_handle h = stored_handle_in({const_cast<char*>(bytes.data()), bytes.size()});  // nothing is written to it here
  if (h.id == nullptr) return;
  uuid id;
  std::copy_n(h.id, id.size(), id.begin());
  use_id(id, holder);
  use_fid(h.type, h.fid);
}

void renaming::use_id(const uuid& id, std::uint32_t holder) {
  if (!is_made_up(id)) return;
  if (std::any_of(ids_.begin(), ids_.end(), [&](const auto& known) { return known.first == id; })) return;
  id_counts_.resize(std::max<std::size_t>(id_counts_.size(), holder + 1));
  ids_.emplace_back(id, made_up((holder + 1) * ids_of_a_holder + id_counts_[holder]++));
}

void renaming::collect(const backing::filesystem& fs, std::uint32_t index) {
  for (const backing::inode& i : fs.inodes) use(i.ino, i.generation);
  for (const backing::dirent& e : fs.unhashed) {
    use(e.ino);
    use(e.dir);
  }
  for (const ino_t64 n : fs.orphans) use(n);
  use_id(fs.disk_id, index);
  for (const backing::xattr& x : fs.xattrs) {
    const std::string_view name = w_.names.text(x.name);
    if (!is_own_xattr(name)) continue;
    const auto& value = fs.slots[x.value];
    if (name.ends_with(".origin") || name.ends_with(".upper")) use_stored({value.data(), value.size()}, index);
    if (holds_id(name) && value.size() == sizeof(uuid)) {
      uuid id;
      std::copy_n(value.begin(), id.size(), id.begin());
      use_id(id, index);
    }
  }
}

void renaming::collect(const overlay::mounted& o) {
  if (o.has_upper()) use_id(o.instance, o.layers[0].fs);
  each_own_number(o, [&](ino_t64 n) { use(n); });
  for (const overlay::inode& i : o.inodes) each_number(i, [&](ino_t64 n) { use(n); });
  for (const overlay::hashed_inode& h : o.inode_hash) use(h.ino);
  for (const overlay::impure_entry& e : o.impure_cache) use(e.ino);
}

/// Which names are temporary ones, or hold numbers.
void renaming::collect_names() {
  boost::container::small_vector<std::pair<std::uint32_t, name_id>, 8> temporary;
  const auto look_at = [&](name_id name, std::uint32_t holder) {
    const std::string_view text = w_.names.text(name);
    if (is_temporary(text)) temporary.emplace_back(temporary_number(text), name);
    if (!is_index_name(text)) return;
    const std::string bytes = from_hex(text);
    use_stored(bytes, holder);
    if (std::none_of(names_.begin(), names_.end(), [&](const auto& known) { return known.first == name; })) names_.emplace_back(name, name);
  };
  for (std::uint32_t f = 0; f < w_.filesystems.size(); ++f) {
    for (const backing::dirent& e : w_.filesystems[f]->entries) look_at(e.name, f);
    for (const backing::dirent& e : w_.filesystems[f]->unhashed) look_at(e.name, f);
  }
  for (const auto& o : w_.overlays) {
    if (o->whiteout != 0) look_at(o->whiteout_name, 0);
  }
  sort_out(temporary);
  for (const auto& [n, name] : temporary) {
    if (n == ++temporaries_) continue;
    names_.emplace_back(name, w_.names.intern(temporary_name(temporaries_)));
    names_stay_ = false;
  }
}

void renaming::collect(std::span<const std::uint64_t> remembered) {
  find_ranges();
  for (std::uint32_t f = 0; f < w_.filesystems.size(); ++f) {
    const uuid& id = w_.filesystems[f]->id;
    const bool known = std::any_of(ids_.begin(), ids_.end(), [&](const auto& k) { return k.first == id; });
    if (is_made_up(id) && !known) ids_.emplace_back(id, made_up(f + 1));
  }
  for (std::uint32_t f = 0; f < w_.filesystems.size(); ++f) collect(*w_.filesystems[f], f);
  for (const auto& o : w_.overlays) collect(*o);
  for (const open_file& f : w_.files) use(f.ino);
  for (const pipe_buffer& p : w_.pipes) use(p.inode);
  for (const taken_handle& h : w_.handles) {
    const std::span<const char> bytes(h.bytes.data(), h.bytes.size());
    if (h.type != overlay_handle) {
      use_fid(h.type, bytes);
    } else if (bytes.size() > overlay_padding) {
      use_stored(bytes.subspan(overlay_padding), 0);
    }
  }
  for (const std::uint64_t n : remembered) use(n);
  collect_names();
  settle();
}

void renaming::settle() {
  for (range& r : ranges_) {
    sort_out(r.used);
    const bool is_gone = r.floor == r.first + range_size;
    const ino_t64 end = r.used.empty() ? r.first : r.used.back() + 1;
    if (!r.stays && (is_gone ? end : r.floor) != r.first + r.used.size()) numbers_stay_ = false;
  }
  sort_out(generations_);
  std::uint32_t rank = 0;
  for (std::size_t n = 0; n < generations_.size(); ++n) {
    rank = n != 0 && generations_[n].ino == generations_[n - 1].ino ? rank + 1 : 1;
    if (generations_[n].generation != rank) generations_stay_ = false;
  }
  for (const auto& [old, id] : ids_) {
    if (old != id) ids_stay_ = false;
  }
  if (numbers_stay_ && generations_stay_ && ids_stay_) return;
  for (auto& [old, renamed] : names_) {
    const std::string text(w_.names.text(old));
    if (!is_index_name(text)) continue;
    std::string bytes = from_hex(text);
    in_stored(bytes);
    renamed = w_.names.intern(to_hex(bytes));
    if (renamed != old) names_stay_ = false;
  }
}

bool renaming::may_come(ino_t64 n) const {
  const std::uint64_t low = n & low_half;
  const range* r = range_of(n);
  if (r == nullptr) return low < range_size;
  return r->stays || low >= r->floor || std::binary_search(r->used.begin(), r->used.end(), low);
}

ino_t64 renaming::ino(ino_t64 n) const {
  if (numbers_stay_) return n;
  const range* r = range_of(n);
  if (r == nullptr || r->stays) return n;
  const std::uint64_t low = n & low_half;
  const std::uint64_t end = r->first + r->used.size();
  const auto rank = std::lower_bound(r->used.begin(), r->used.end(), low) - r->used.begin();
  const std::uint64_t renamed = low >= r->floor ? end + (low - r->floor) : r->first + static_cast<std::uint64_t>(rank);
  return (n & ~low_half) | renamed;
}

std::uint32_t renaming::generation(ino_t64 n, std::uint32_t g) const {
  if (g == 0 || generations_stay_) return g;
  const auto first = std::lower_bound(generations_.begin(), generations_.end(), numbered{n, 0});
  const auto at = std::lower_bound(first, generations_.end(), numbered{n, g});
  return static_cast<std::uint32_t>(at - first) + 1;
}

uuid renaming::id(const uuid& old) const {
  if (ids_stay_) return old;
  const auto at = std::find_if(ids_.begin(), ids_.end(), [&](const auto& known) { return known.first == old; });
  return at == ids_.end() ? old : at->second;
}

name_id renaming::name(name_id old) const {
  if (names_stay_) return old;
  const auto at = std::find_if(names_.begin(), names_.end(), [&](const auto& known) { return known.first == old; });
  return at == names_.end() ? old : at->second;
}

bool renaming::concerns(const backing::filesystem& fs) const {
  if (is_identity()) return false;
  if (id(fs.id) != fs.id || id(fs.disk_id) != fs.disk_id || ino(fs.next_ino) != fs.next_ino) return true;
  for (const backing::inode& i : fs.inodes) {
    if (ino(i.ino) != i.ino || generation(i.ino, i.generation) != i.generation) return true;
  }
  const auto is_another = [&](const backing::dirent& e) { return name(e.name) != e.name || ino(e.ino) != e.ino || ino(e.dir) != e.dir; };
  if (!names_stay_ && std::any_of(fs.entries.begin(), fs.entries.end(), is_another)) return true;
  if (std::any_of(fs.unhashed.begin(), fs.unhashed.end(), is_another)) return true;
  if (std::any_of(fs.orphans.begin(), fs.orphans.end(), [&](ino_t64 n) { return ino(n) != n; })) return true;
  return std::any_of(fs.xattrs.begin(), fs.xattrs.end(), [&](const backing::xattr& x) {
    byte_string value = fs.slots[x.value];
    in_xattr(w_.names.text(x.name), {value.data(), value.size()});
    return value != fs.slots[x.value];
  });
}

bool renaming::concerns(const overlay::mounted& o) const {
  return !numbers_stay_ || !names_stay_ || id(o.instance) != o.instance || id(o.s_uuid) != o.s_uuid;
}

void renaming::in_xattr(std::string_view name, std::span<char> value) const {
  if (!is_own_xattr(name)) return;
  if (name.ends_with(".origin") || name.ends_with(".upper")) in_stored(value);
  if (holds_id(name) && value.size() == sizeof(uuid)) {
    uuid old;
    std::copy_n(value.begin(), old.size(), old.begin());
    const uuid renamed = id(old);
    std::copy(renamed.begin(), renamed.end(), value.begin());
  }
}

void renaming::in_fid(std::uint32_t type, std::span<char> fid) const {
  const handle_layout* const l = layout_of(type, fid.size());
  if (l == nullptr) return;
  const ino_t64 n = get_number(fid.data() + l->ino_at, l->ino_size);
  const auto g = static_cast<std::uint32_t>(get_number(fid.data() + l->generation_at, 4));
  put_number(fid.data() + l->ino_at, l->ino_size, ino(n));
  put_number(fid.data() + l->generation_at, 4, generation(n, g));
}

void renaming::in_stored(std::span<char> bytes) const {
  const stored_handle h = stored_handle_in(bytes);
  if (h.id == nullptr) return;
  uuid old;
  std::copy_n(h.id, old.size(), old.begin());
  const uuid renamed = id(old);
  std::copy(renamed.begin(), renamed.end(), h.id);
  in_fid(h.type, h.fid);
}

}  // namespace ovlsim::canonical
