// SPDX-License-Identifier: Apache-2.0
//
// Bytes: what files hold, where symlinks point, what xattrs say. All lie in the filesystem's slots; a freed slot is used again.
#include <algorithm>

#include "backing/tree.hpp"

namespace ovlsim::backing {

namespace {

std::uint32_t take_slot(filesystem& fs) {
  if (!fs.free_slots.empty()) {
    const std::uint32_t slot = fs.free_slots.back();
    fs.free_slots.pop_back();
    return slot;
  }
  fs.slots.emplace_back();
  return static_cast<std::uint32_t>(fs.slots.size() - 1);
}

byte_string& content_of(filesystem& fs, inode& i) {
  if (i.content == no_slot) i.content = take_slot(fs);
  return fs.slots[i.content];
}

}  // namespace

std::string read_all(const filesystem& fs, const inode& i) {
  note_content(fs, i);
  std::string data;
  if (i.content != no_slot) data = view(fs.slots[i.content]);
  data.resize(i.size, '\0');
  return data;
}

std::uint64_t allocated(const filesystem& fs, const inode& i) {
  constexpr std::uint64_t page = 4096;
  note_content(fs, i);
  return i.content == no_slot ? 0 : (fs.slots[i.content].size() + page - 1) / page * page;
}

std::string_view target(const filesystem& fs, const inode& i) {
  note_content(fs, i);
  if (i.content == no_slot) return {};
  return view(fs.slots[i.content]);
}

void write_at(filesystem& fs, inode& i, std::uint64_t offset, std::string_view data) {
  if (data.empty()) return;
  note_content(fs, i);
  byte_string& bytes = content_of(fs, i);
  if (bytes.size() < offset) bytes.resize(offset, '\0');
  const std::size_t overlap = std::min<std::size_t>(bytes.size() - offset, data.size());
  std::copy_n(data.begin(), overlap, bytes.begin() + static_cast<std::ptrdiff_t>(offset));
  bytes.insert(bytes.end(), data.begin() + static_cast<std::ptrdiff_t>(overlap), data.end());
  i.size = std::max<std::uint64_t>(i.size, offset + data.size());
}

void set_size(filesystem& fs, inode& i, std::uint64_t size) {
  note_content(fs, i);
  i.size = size;
  if (i.content != no_slot && fs.slots[i.content].size() > size) fs.slots[i.content].resize(size);
}

void copy_content(const filesystem& from, const inode& source, filesystem& to, inode& destination) {
  note_content(from, source);
  note_content(to, destination);
  if (source.content != no_slot && !from.slots[source.content].empty()) {
    const byte_string bytes = from.slots[source.content];  // `from` may be `to`, whose slots may move
    content_of(to, destination) = bytes;
  }
  destination.size = source.size;
}

std::optional<std::string_view> get_xattr(const filesystem& fs, ino_t64 ino, name_id name) {
  const xattr* x = fs.xattrs.find(xattr_key{ino, name});
  if (x == nullptr) return std::nullopt;
  return view(fs.slots[x->value]);
}

std::optional<std::string_view> get_xattr(const world& w, const filesystem& fs, ino_t64 ino, std::string_view name) {
  for (auto at = fs.xattrs.lower_bound(xattr_key{ino, name_id{0}}); at != fs.xattrs.end() && at->ino == ino; ++at) {
    if (w.names.text(at->name) == name) return view(fs.slots[at->value]);
  }
  return std::nullopt;
}

void set_xattr(filesystem& fs, ino_t64 ino, name_id name, std::string_view value) {
  const byte_string bytes(value.begin(), value.end());  // `value` may lie in a slot
  const xattr* x = fs.xattrs.find(xattr_key{ino, name});
  if (x == nullptr) x = &fs.xattrs.insert({ino, name, take_slot(fs)});
  fs.slots[x->value] = bytes;
}

bool remove_xattr(filesystem& fs, ino_t64 ino, name_id name) {
  const xattr* x = fs.xattrs.find(xattr_key{ino, name});
  if (x == nullptr) return false;
  fs.slots[x->value].clear();
  fs.free_slots.push_back(x->value);
  fs.xattrs.erase(xattr_key{ino, name});
  return true;
}

xattr_ids xattr_names(const filesystem& fs, ino_t64 ino) {
  xattr_ids names;
  for (auto at = fs.xattrs.lower_bound(xattr_key{ino, name_id{0}}); at != fs.xattrs.end() && at->ino == ino; ++at) {
    names.push_back(at->name);
  }
  return names;
}

}  // namespace ovlsim::backing
