// SPDX-License-Identifier: Apache-2.0
//
// What a scenario has mounted: its filesystems and overlays, by name, each at a directory of that name below one base. Knows
// who uses whom, so that a filesystem under a mounted overlay is left alone, and takes everything down again.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "live/images.hpp"
#include "live/syscalls.hpp"
#include "ovlsim/command.hpp"

namespace ovlsim::live {

class machine {
 public:
  /// `base` is an empty directory on a tmpfs of our own.
  explicit machine(std::string base);

  /// Where the root of this filesystem or mounted overlay is; nothing when it is not mounted.
  [[nodiscard]] std::optional<std::string> directory(const std::string& name) const;
  /// Where it would be.
  [[nodiscard]] std::string place(const std::string& name) const;
  [[nodiscard]] const std::string& base() const { return base_; }

  /// A layer of an overlay that is mounted: it may be read, not changed.
  [[nodiscard]] bool in_use(const std::string& name) const;

  // Each replaces what has the name.
  /// EEXIST where the kernel mounts no second btrfs under one UUID (before 6.7).
  errc make(const std::string& name, fs_type type, const std::optional<uuid>& id);
  void make_from(const std::string& name, fs_type type, sys::fd source, const std::optional<uuid>& id, bool exports);
  /// EINVAL where there is no image, EEXIST where the kernel mounts no byte copy of a mounted btrfs (before 6.7).
  errc make_clone(const std::string& name, const std::string& old);

  errc mount_overlay(const std::string& name, const std::string& options, bool read_only, std::set<std::string> layers);
  [[nodiscard]] bool overlay_mounted(const std::string& name) const { return overlays_.contains(name); }
  /// Its options in /proc/self/mountinfo, without `rw` and the layers; nothing where they cannot be read.
  [[nodiscard]] std::optional<std::string> shown_options(const std::string& name) const;
  errc unmount_overlay(const std::string& name);

  void drop_caches();
  /// xfs frees unlinked inodes some milliseconds later. After this their numbers are free: which number the next file
  /// gets is then no matter of luck.
  void settle();

  /// Unmounts everything.
  void clear();

 private:
  struct backing {
    fs_type type{};
    sys::fd image;           ///< none for tmpfs
    std::optional<uuid> id;  ///< that the scenario gave it
  };

  bool is_other_btrfs(const std::string& name, const uuid& id) const;
  void remove(const std::string& name);
  void take_down(const std::string& name);
  /// Detached overlays of which nothing is a layer any more.
  void release_detached();
  [[nodiscard]] errc try_mount(const sys::fd& image, fs_type type) const;
  void install(const std::string& name, fs_type type, sys::fd image);

  std::string base_;
  image_maker images_;
  int slots_ = 0;
  int detached_ = 0;
  std::map<std::string, backing> backings_;
  /// The mounted ones, with what their layers lie on; and those unmounted that are layers still, under names that begin with a dot.
  std::map<std::string, std::set<std::string>> overlays_;
};

}  // namespace ovlsim::live
