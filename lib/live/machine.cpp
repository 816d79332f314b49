// SPDX-License-Identifier: Apache-2.0
#include "live/machine.hpp"

#include <fcntl.h>
#include <sys/mount.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "live/failure.hpp"
#include "live/ranges.hpp"

namespace ovlsim::live {
namespace {

sys::fd open_root(const std::string& directory) {
  sys::fd root;
  require(sys::open(directory, O_RDONLY | O_DIRECTORY, 0, root), "opening " + directory);
  return root;
}

bool is_writable(fs_type type) { return type != fs_type::squashfs && type != fs_type::erofs; }

}  // namespace

// A name that scenarios cannot use: no `.` begins one.
machine::machine(std::string base) : base_(std::move(base)), images_(base_ + "/.scratch") {
  require(sys::mkdir(base_ + "/.scratch", 0700), "making " + base_ + "/.scratch");
}

std::string machine::place(const std::string& name) const { return base_ + "/" + name; }

std::optional<std::string> machine::directory(const std::string& name) const {
  if (!backings_.contains(name) && !overlays_.contains(name)) return std::nullopt;
  return place(name);
}

bool machine::in_use(const std::string& name) const {
  for (const auto& [overlay, layers] : overlays_)
    if (layers.contains(name)) return true;
  return false;
}

void machine::remove(const std::string& name) {
  const auto found = backings_.find(name);
  if (found == backings_.end()) return;
  require(sys::umount(place(name), 0), "unmounting " + name);
  require(sys::rmdir(place(name)), "removing the mount point of " + name);
  backings_.erase(found);
}

errc machine::try_mount(const sys::fd& image, fs_type type) const {
  const std::string probe = base_ + "/.scratch/probe";
  require(sys::mkdir(probe, 0755), "making " + probe);
  const errc e = mount_image(image, type, probe, true);
  if (e == errc::ok) require(sys::umount(probe, 0), "unmounting " + probe);
  require(sys::rmdir(probe), "removing " + probe);
  if (e != errc::ok && e != errc::eexist) throw failure("mounting a btrfs under the UUID of another failed: " + words(e) + " (the kernel log says why)");
  return e;
}

void machine::install(const std::string& name, fs_type type, sys::fd image) {
  remove(name);
  require(sys::mkdir(place(name), 0755), "making the mount point of " + name);
  const errc e = mount_image(image, type, place(name), !is_writable(type));
  if (e != errc::ok) {
    static_cast<void>(sys::rmdir(place(name)));
    throw failure("mounting " + name + " failed: " + words(e) + " (the kernel log says why)");
  }
  backing& b = backings_[name];
  b.type = type;
  b.image = std::move(image);
}

bool machine::is_other_btrfs(const std::string& name, const uuid& id) const {
  return std::any_of(backings_.begin(), backings_.end(), [&](const auto& b) {
    return b.first != name && b.second.type == fs_type::btrfs && b.second.id == id;
  });
}

errc machine::make(const std::string& name, fs_type type, const std::optional<uuid>& id) {
  const int slot = slots_++;
  if (type != fs_type::tmpfs) {
    sys::fd image = images_.format(type, slot, id);
    if (type == fs_type::btrfs && id && is_other_btrfs(name, *id)) {
      if (const errc e = try_mount(image, type); e != errc::ok) return e;
    }
    install(name, type, std::move(image));
    backings_[name].id = id;
    return errc::ok;
  }
  remove(name);
  require(sys::mkdir(place(name), 0755), "making the mount point of " + name);
  require(sys::mount("tmpfs", place(name), "tmpfs", MS_NOATIME, "inode64"), "mounting a tmpfs");
  backings_[name].type = type;
  count_tmpfs_from(first_number(type, slot), place(name));
  return errc::ok;
}

void machine::make_from(const std::string& name, fs_type type, sys::fd source, const std::optional<uuid>& id,
                        bool exports) {
  sys::fd image;
  if (type == fs_type::squashfs)
    image = images_.squashfs(source, exports);
  else if (type == fs_type::erofs)
    image = images_.erofs(source, id);
  else
    image = images_.ext4(source, id);
  source.reset();  // which may lie on what is replaced now
  install(name, type, std::move(image));
}

errc machine::make_clone(const std::string& name, const std::string& old) {
  const auto found = backings_.find(old);
  if (found == backings_.end()) return errc::enoent;
  const backing& original = found->second;
  if (!original.image) return errc::einval;
  sys::fd image;
  if (is_writable(original.type)) {
    // Frozen for the time of the copy: everything is in the image, the journal is clean, and files may stay open.
    const sys::fd root = open_root(place(old));
    require(sys::freeze(root), "freezing " + old);
    try {
      image = copy(original.image);
    } catch (...) {
      static_cast<void>(sys::thaw(root));
      throw;
    }
    require(sys::thaw(root), "thawing " + old);
  } else {
    image = copy(original.image);
  }
  if (original.type == fs_type::btrfs) {
    if (const errc e = try_mount(image, original.type); e != errc::ok) return e;
  }
  const std::optional<uuid> id = original.id;
  install(name, original.type, std::move(image));
  backings_[name].id = id;
  return errc::ok;
}

errc machine::mount_overlay(const std::string& name, const std::string& options, bool read_only,
                            std::set<std::string> layers) {
  // There is no mount point but while it is mounted: a path on it is ENOENT then, as the language wants, to its own mount too.
  const std::string elsewhere = base_ + "/.scratch/overlay";
  require(sys::mkdir(elsewhere, 0755), "making " + elsewhere);
  const unsigned long flags = read_only ? static_cast<unsigned long>(MS_RDONLY) : 0;
  const errc e = sys::mount("overlay", elsewhere, "overlay", flags, options);
  if (e == errc::ok) {
    require(sys::mkdir(place(name), 0755), "making the mount point of " + name);
    require(sys::mount(elsewhere, place(name), nullptr, MS_MOVE, ""), "moving the mount of " + name + " to its place");
    overlays_[name] = std::move(layers);
  }
  require(sys::rmdir(elsewhere), "removing " + elsewhere);
  return e;
}

std::optional<std::string> machine::shown_options(const std::string& name) const {
  sys::fd file;
  std::string text;
  if (sys::open("/proc/self/mountinfo", 0, 0, file) != errc::ok || sys::read_all(file, text) != errc::ok) return std::nullopt;
  // ID parent major:minor root mountpoint options ... - type source super-options; the last of a mount point is the topmost.
  const std::size_t line = text.rfind(" " + place(name) + " ");
  const std::size_t words = line == std::string::npos ? line : text.find(" - overlay overlay ", line);
  if (words == std::string::npos) return std::nullopt;
  std::string_view options = std::string_view(text).substr(words + std::string_view(" - overlay overlay ").size());
  options = options.substr(0, options.find('\n'));
  constexpr std::array<std::string_view, 5> layers = {"lowerdir=", "lowerdir+=", "datadir+=", "upperdir=", "workdir="};
  std::string shown;
  while (!options.empty()) {
    std::string_view one = options.substr(0, options.find(','));  // a comma in a path is \054
    options.remove_prefix(std::min(one.size() + 1, options.size()));
    const bool layer = std::any_of(layers.begin(), layers.end(), [one](std::string_view name_of_it) { return one.starts_with(name_of_it); });
    if (one == "fsync=volatile") one = "volatile";  // newer kernels spell it so; the language has one spelling
    if (!layer && one != "rw") shown.append(shown.empty() ? "" : ",").append(one);
  }
  return shown;
}

errc machine::unmount_overlay(const std::string& name) {
  if (!overlays_.contains(name)) return errc::einval;
  // As the layer of another overlay it lives on, and its caches are to be dropped by a remount all the same: a bind mount at a place
  // that scenarios cannot name keeps a way to it.
  const bool lives_on = in_use(name);
  const std::string kept = ".detached" + std::to_string(detached_);
  if (lives_on) {
    require(sys::mkdir(place(kept), 0755), "making a mount point for " + name);
    require(sys::mount(place(name), place(kept), "", MS_BIND, ""), "keeping " + name);
  }
  const errc e = sys::umount(place(name), 0);
  if (e != errc::ok) {
    if (lives_on) take_down(kept);
    return e;
  }
  require(sys::rmdir(place(name)), "removing the mount point of " + name);
  auto entry = overlays_.extract(name);
  if (lives_on) {
    ++detached_;
    entry.key() = kept;
    overlays_.insert(std::move(entry));
    for (auto& [other, layers] : overlays_)
      if (layers.erase(name) != 0) layers.insert(kept);
  }
  release_detached();
  return e;
}

void machine::take_down(const std::string& name) {
  require(sys::umount(place(name), 0), "unmounting " + name);
  require(sys::rmdir(place(name)), "removing the mount point of " + name);
}

void machine::release_detached() {
  const auto unused = [&](const auto& one) { return one.first.starts_with('.') && !in_use(one.first); };
  while (true) {
    const auto found = std::find_if(overlays_.begin(), overlays_.end(), unused);
    if (found == overlays_.end()) return;
    take_down(found->first);
    overlays_.erase(found);
  }
}

void machine::drop_caches() {
  // A remount drops what is unused of that one filesystem, completely (shrink_dcache_sb() in reconfigure_super()), whereas
  // /proc/sys/vm/drop_caches is the whole machine's, and leaves what was used lately. Overlayfs ignores the options of a
  // remount. An overlay on an overlay pins the lower one's dentries: once for each storey.
  for (std::size_t storey = 0; storey < overlays_.size(); ++storey)
    for (const auto& [name, layers] : overlays_) {
      bool read_only = false;
      require(sys::mount_is_read_only(place(name), read_only), "looking at " + name);
      const unsigned long flags = MS_REMOUNT | (read_only ? static_cast<unsigned long>(MS_RDONLY) : 0);
      require(sys::mount("overlay", place(name), "overlay", flags, ""), "dropping the caches of " + name);
    }
}

void machine::settle() {
  for (const auto& [name, b] : backings_)
    if (b.type == fs_type::xfs)
      require(sys::xfs_free_unlinked(open_root(place(name))), "freeing unlinked inodes of " + name);
}

void machine::clear() {
  // Overlays first, in any order that works: one may be the layer of another.
  while (!overlays_.empty()) {
    bool progress = false;
    for (auto it = overlays_.begin(); it != overlays_.end();) {
      if (sys::umount(place(it->first), 0) == errc::ok) {
        require(sys::rmdir(place(it->first)), "removing the mount point of " + it->first);
        it = overlays_.erase(it);
        progress = true;
      } else {
        ++it;
      }
    }
    if (!progress) throw failure("unmounting " + overlays_.begin()->first + " failed: something keeps it busy");
  }
  while (!backings_.empty()) {
    const std::string name = backings_.begin()->first;
    remove(name);
  }
  slots_ = 0;
  detached_ = 0;
}

}  // namespace ovlsim::live
