// SPDX-License-Identifier: Apache-2.0
//
// Hashes need not look at everything: they only say where to look. Number 0 is that of a part that is not there, one is added to others.
#include "explore/parts.hpp"

#include <algorithm>

namespace ovlsim::explore_parts {

namespace {

std::uint64_t hash_of(std::uint64_t h, const char* bytes, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) h = (h ^ static_cast<unsigned char>(bytes[i])) * 0x100000001b3ULL;
  return mixed(h, size);
}
std::uint64_t hash_of(std::uint64_t h, const std::string& s) { return hash_of(h, s.data(), s.size()); }

}  // namespace

std::uint64_t hash_of(const backing::filesystem& fs) {
  std::uint64_t h = mixed(static_cast<std::uint64_t>(fs.name) << 8 | static_cast<std::uint64_t>(fs.type), fs.next_ino);
  for (const std::uint8_t byte : fs.id) h = h * 31 + byte;
  for (const backing::inode& i : fs.inodes) h = mixed(h, i.ino * 64 + i.nlink * 8 + i.generation + (i.size << 20) + (std::uint64_t{i.mode} << 40));
  for (const backing::dirent& e : fs.entries) h = mixed(h, e.dir * 1024 + e.ino + (static_cast<std::uint64_t>(e.name) << 32) + (std::uint64_t{e.cookie} << 48));
  for (const backing::xattr& x : fs.xattrs) h = mixed(h, x.ino * 1024 + static_cast<std::uint64_t>(x.name));
  for (const byte_string& bytes : fs.slots) h = hash_of(h, bytes.data(), bytes.size());
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
  for (const open_file& f : r.files) h = mixed(h, static_cast<std::uint64_t>(f.handle) << 32 | f.dentry) + f.ino;
  for (const taken_handle& t : r.handles) h = hash_of(mixed(h, static_cast<std::uint64_t>(t.handle)), t.bytes.data(), t.bytes.size());
  for (const auto* list : {&r.past.in_mount, &r.past.over_mounts}) {
    for (const seen_number& s : *list) h = mixed(hash_of(h, s.name), s.ino);
    h = mixed(h, list->size());
  }
  for (const known_content& c : r.past.contents) h = mixed(hash_of(hash_of(hash_of(h, c.name), c.data), c.lower), c.exists * 2U + c.either * 4U + c.link * 8U);
  for (const known_handle& k : r.past.handles) h = hash_of(hash_of(h, k.handle), k.name);
  return h;
}

std::uint64_t memory_of(const backing::filesystem& fs) {
  return sizeof fs + fs.inodes.size() * sizeof(backing::inode) + fs.entries.size() * sizeof(backing::dirent) + fs.xattrs.size() * sizeof(backing::xattr);
}
std::uint64_t memory_of(const overlay::mounted& o) {
  return sizeof o + o.inodes.size() * sizeof(overlay::inode) + o.dentries.size() * sizeof(overlay::dentry) + o.hashed.slots.size() * sizeof(std::uint32_t);
}
std::uint64_t memory_of(const rest& r) {
  return sizeof r + (r.past.in_mount.size() + r.past.over_mounts.size()) * sizeof(seen_number) + r.past.contents.size() * sizeof(known_content);
}

part_store::part_store(const world& like, std::size_t filesystems, std::vector<std::string> overlays)
    : filesystems_(std::max(filesystems, like.filesystems.size())), names_(like.names) {
  for (const std::string& name : overlays) overlays_.push_back(names_.intern(name));
  std::sort(overlays_.begin(), overlays_.end());
  template_.next_dev = like.next_dev;
  template_.next_generation = like.next_generation;
  template_.next_uuid = like.next_uuid;
}

template <class T>
std::uint32_t part_store::number_of(interned<copy_on_write<T>>& all, const copy_on_write<T>& part) {
  const std::size_t before = all.size();
  const std::uint32_t number = all.number_of(part, explore_parts::hash_of(*part)) + 1;
  if (all.size() != before) held_ += memory_of(*part);
  return number;
}

row part_store::numbers_of(const situation& s, const world* from, std::span<const std::uint32_t> known) {
  row numbers(width(), 0);
  for (std::size_t f = 0; f < s.w.filesystems.size(); ++f) {
    const bool shared = from != nullptr && f < from->filesystems.size() && &*from->filesystems[f] == &*s.w.filesystems[f];
    numbers[f] = shared ? known[f] : number_of(backing_, s.w.filesystems[f]);
  }
  for (const copy_on_write<overlay::mounted>& o : s.w.overlays) {
    const auto place = filesystems_ + static_cast<std::size_t>(std::find(overlays_.begin(), overlays_.end(), o->name) - overlays_.begin());
    const bool shared = from != nullptr && std::any_of(from->overlays.begin(), from->overlays.end(), [&](const auto& other) { return &*other == &*o; });
    numbers[place] = shared ? known[place] : number_of(mounted_, o);
  }
  const rest r{s.w.files, s.w.handles, s.w.pipes, s.w.next_slot, s.w.next_temp, s.past};
  const std::size_t before = rests_.size();
  numbers[place_of_rest()] = rests_.number_of(r, explore_parts::hash_of(r));
  if (rests_.size() != before) held_ += memory_of(r);
  return numbers;
}

situation part_store::made_of(std::span<const std::uint32_t> numbers) const {
  situation s{template_, {}};
  s.w.names = names_;
  for (std::size_t f = 0; f < filesystems_ && numbers[f] != 0; ++f) s.w.filesystems.push_back(backing_[numbers[f] - 1]);
  for (std::size_t n = filesystems_; n < place_of_rest(); ++n) {
    if (numbers[n] != 0) s.w.overlays.push_back(mounted_[numbers[n] - 1]);
  }
  const rest& r = rests_[numbers[place_of_rest()]];
  s.w.files = r.files;
  s.w.handles = r.handles;
  s.w.pipes = r.pipes;
  s.w.next_slot = r.next_slot;
  s.w.next_temp = r.next_temp;
  s.past = r.past;
  return s;
}

}  // namespace ovlsim::explore_parts
