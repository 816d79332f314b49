// SPDX-License-Identifier: Apache-2.0
#include "backing/images.hpp"

#include <algorithm>

#include "backing/erofs_layout.hpp"
#include "backing/image_order.hpp"
#include "backing/inode_numbers.hpp"
#include "backing/traits.hpp"
#include "backing/tree.hpp"
#include "overlay/mount.hpp"

namespace ovlsim::backing {

namespace {

constexpr std::uint16_t default_dir_mode = 0755;
constexpr ino_t64 ext4_first_ino = 11;  // EXT4_GOOD_OLD_FIRST_INO, lost+found's until it is removed

uuid new_uuid(world& w) {
  uuid id{};
  const std::uint32_t n = w.next_uuid++;
  for (std::size_t i = 0; i < 4; ++i) id[i] = static_cast<std::uint8_t>(n >> (8 * i));
  id[6] = 0x40;  // version 4, variant 1: looks like the random one that it stands for
  id[8] = 0x80;
  return id;
}

/// Fills an image with a tree whose nodes have these numbers; 0 leaves a node out.
void populate(context& c, filesystem& fs, const vfs::source_tree& source, const std::vector<std::uint64_t>& numbers) {
  for (std::size_t n = 0; n < numbers.size(); ++n) {
    if (numbers[n] == 0) continue;
    const vfs::source_attributes& a = source.attributes[n];
    inode& made = make_numbered(fs, {source.shape[n].type, a.mode, a.uid, a.gid}, numbers[n]);
    write_at(fs, made, 0, a.data);
    made.size = source.shape[n].type == file_type::dir ? 0 : a.data.size();
    for (const auto& [name, value] : source.shape[n].xattrs) {
      if (!name.starts_with("system.")) set_xattr(fs, numbers[n], c.w.names.intern(name), value);
    }
  }
  for (std::size_t n = 0; n < numbers.size(); ++n) {
    if (numbers[n] == 0) continue;
    for (const auto& [name, child] : source.shape[n].children) {
      if (numbers[child] != 0) add_entry(fs, numbers[n], c.w.names.intern(name), numbers[child]);
    }
  }
  fs.root = numbers[0];
  fs.next_ino = *std::max_element(numbers.begin(), numbers.end()) + 1;
}

/// mksquashfs looks for blocks of zeros only in files that have fewer blocks than their size takes; one such block
/// makes the inode an extended one. Seen on mksquashfs 4.5.1.
bool is_sparse(const vfs::source_attributes& a) {
  constexpr std::size_t block = 128 << 10;
  if (a.blocks >= a.data.size()) return false;
  for (std::size_t at = 0; at < a.data.size(); at += block) {
    if (std::string_view(a.data).substr(at, block).find_first_not_of('\0') == std::string_view::npos) return true;
  }
  return false;
}

/// Removes an inode that no name leads to.
void discard_orphan(filesystem& fs, ino_t64 ino) {
  for (const name_id name : xattr_names(fs, ino)) remove_xattr(fs, ino, name);
  fs.inodes.erase(ino);
  free_number(fs, ino);
}

}  // namespace

copy_on_write<filesystem> make_empty(world& w, fs_type type, const std::optional<uuid>& id) {
  copy_on_write<filesystem> made;
  filesystem& fs = made.change();
  fs.type = type;
  fs.id = id ? *id : new_uuid(w);
  start_range(w, fs);
  fs.root = root_number(type);
  // A tmpfs is mounted with mode 1777 unless told otherwise.
  const std::uint16_t mode = type == fs_type::tmpfs ? 01777 : default_dir_mode;
  make_numbered(fs, {file_type::dir, mode, 0, 0}, fs.root);
  return made;
}

copy_on_write<filesystem> make_squashfs(context& c, const vfs::source_tree& source, bool exports) {
  copy_on_write<filesystem> made;
  filesystem& fs = made.change();
  fs.type = fs_type::squashfs;
  fs.exports = exports;
  const std::vector<std::uint64_t> numbers = squashfs_numbers(source.shape);
  populate(c, fs, source, numbers);
  for (std::size_t n = 0; n < numbers.size(); ++n) {
    if (numbers[n] != 0 && source.shape[n].type == file_type::file) find(fs, numbers[n])->sparse = is_sparse(source.attributes[n]);
  }
  return made;
}

copy_on_write<filesystem> make_erofs(context& c, const vfs::source_tree& source, const std::optional<uuid>& id) {
  copy_on_write<filesystem> made;
  filesystem& fs = made.change();
  fs.type = fs_type::erofs;
  fs.id = id ? *id : new_uuid(c.w);
  populate(c, fs, source, erofs_numbers(source.shape));
  return made;
}

copy_on_write<filesystem> make_populated_ext4(context& c, vfs::source_tree&& source, const std::optional<uuid>& id) {
  for (const std::uint32_t like : symlinks_apart(source.shape)) {
    source.attributes.push_back(vfs::source_attributes(source.attributes[like]));
  }
  copy_on_write<filesystem> made;
  filesystem& fs = made.change();
  fs.type = fs_type::ext4;
  fs.id = id ? *id : new_uuid(c.w);
  populate(c, fs, source, mke2fs_numbers(source.shape));
  inode& root = *find(fs, fs.root);  // mke2fs keeps its own root: of the source's only the xattrs are copied
  root.mode = default_dir_mode;
  root.uid = root.gid = 0;
  fs.first_ino = ext4_first_ino;
  fs.next_ino = std::max(fs.next_ino, ext4_first_ino + 1);
  fs.free_inos.push_back(ext4_first_ino);
  return made;
}

void give_features(context& c, filesystem& fs) {
  fs.user_xattrs = decide(c, c.k.user_xattrs, {fs.type}) == user_xattrs_answer::yes;
  if (fs.type == fs_type::tmpfs) {
    fs.oldest_first = decide(c, c.k.tmpfs_order, {}) == tmpfs_order_answer::oldest_first;
    if (decide(c, c.k.tmpfs_uuid, {}) == tmpfs_uuid_answer::null) fs.id = {};
  }
  if (fs.type == fs_type::erofs) {
    const erofs_handle_answer handles = decide(c, c.k.erofs_handle, {});
    fs.exports = handles != erofs_handle_answer::none;
    fs.ino64_handles = handles == erofs_handle_answer::ino64;
  }
}

result<copy_on_write<filesystem>> make_clone(context& c, std::string_view name, const copy_on_write<filesystem>& of) {
  copy_on_write<filesystem> made = of;
  filesystem& fs = made.change();
  fs.orphans.clear();
  fs.unhashed.clear();
  for (const ino_t64 ino : of->orphans) discard_orphan(fs, ino);  // as the mount does
  if (fs.type != fs_type::btrfs) return made;
  // The original is unmounted, if at all, when its copy has been mounted once: device_list_add().
  if (decide(c, c.k.clone_uuid, {}) == clone_uuid_answer::refused) return errc::eexist;
  if (const errc e = settle_uuid(c, name, fs); e != errc::ok) return e;
  // btrfs_init_root_free_objectid(): a mount goes on behind the highest number that it finds
  fs.next_ino = fs.first_ino;
  for (const inode& i : fs.inodes) fs.next_ino = std::max(fs.next_ino, i.ino + 1);
  return made;
}

errc settle_uuid(context& c, std::string_view name, filesystem& fs) {
  if (fs.type != fs_type::btrfs) return errc::ok;
  if (fs.disk_id == uuid{}) fs.disk_id = fs.id;
  fs.id = fs.disk_id;
  const bool is_taken = std::any_of(c.w.filesystems.begin(), c.w.filesystems.end(), [&](const copy_on_write<filesystem>& other) {
    return other->type == fs_type::btrfs && other->id == fs.disk_id && c.w.names.text(other->name) != name;
  });
  if (!is_taken) return errc::ok;
  const clone_uuid_answer id = decide(c, c.k.clone_uuid, {});
  if (id == clone_uuid_answer::own) fs.id = new_uuid(c.w);
  return id == clone_uuid_answer::refused ? errc::eexist : errc::ok;
}

bool is_busy(const world& w, std::uint32_t fs) {
  if (overlay::uses(w, fs)) return true;
  return std::any_of(w.files.begin(), w.files.end(), [fs](const open_file& f) { return !f.on_overlay && f.where == fs; });
}

errc install(world& w, std::string_view name, copy_on_write<filesystem>&& made) {
  const name_id id = w.names.intern(name);
  filesystem& fs = made.change();
  fs.name = id;
  for (std::uint32_t n = 0; n < w.filesystems.size(); ++n) {
    if (w.filesystems[n]->name != id) continue;
    if (is_busy(w, n)) return errc::ebusy;
    fs.dev = w.next_dev++;
    w.filesystems[n] = std::move(made);
    return errc::ok;
  }
  fs.dev = w.next_dev++;
  w.filesystems.push_back(std::move(made));
  return errc::ok;
}

std::optional<std::uint32_t> index_of(const world& w, std::string_view name) {
  const std::optional<name_id> id = w.names.find(name);
  if (!id) return std::nullopt;
  for (std::uint32_t n = 0; n < w.filesystems.size(); ++n) {
    if (w.filesystems[n]->name == *id) return n;
  }
  return std::nullopt;
}

}  // namespace ovlsim::backing
