// SPDX-License-Identifier: Apache-2.0
//
// What this machine must have for a scenario to run on its kernel, and how to get what it has not.
#include <algorithm>
#include <array>
#include <set>
#include <variant>

#include "live/syscalls.hpp"
#include "ovlsim/live.hpp"

namespace ovlsim::live {
namespace {

struct requirement {
  fs_type type;
  const char* tool;
  const char* package;
};
constexpr std::array<requirement, 5> image_types{{{fs_type::ext4, "mke2fs", "e2fsprogs"},
                                                  {fs_type::xfs, "mkfs.xfs", "xfsprogs"},
                                                  {fs_type::btrfs, "mkfs.btrfs", "btrfs-progs"},
                                                  {fs_type::squashfs, "mksquashfs", "squashfs-tools"},
                                                  {fs_type::erofs, "mkfs.erofs", "erofs-utils"}}};

/// The filesystems with an image that the scenario makes; all of them when none is given.
std::set<fs_type> needed(const scenario* s) {
  std::set<fs_type> types;
  if (s == nullptr) {
    for (const requirement& r : image_types) types.insert(r.type);
    return types;
  }
  for (const scenario_line& line : s->lines) {
    if (!line.has_command) continue;
    if (const auto* c = std::get_if<cmd::mkfs>(&line.what)) types.insert(c->type);
    if (std::holds_alternative<cmd::mksquashfs>(line.what)) types.insert(fs_type::squashfs);
    if (std::holds_alternative<cmd::mkerofs>(line.what)) types.insert(fs_type::erofs);
    if (std::holds_alternative<cmd::mke2fs>(line.what)) types.insert(fs_type::ext4);
  }
  types.erase(fs_type::tmpfs);
  return types;
}

bool kernel_has(const std::string& type) {
  const auto listed = [&] {
    sys::fd file;
    std::string text;
    if (sys::open("/proc/filesystems", 0, 0, file) != errc::ok || sys::read_all(file, text) != errc::ok) return false;
    return text.find("\t" + type + "\n") != std::string::npos;
  };
  if (listed()) return true;
  int exit_status = 0;
  std::string errors;
  return sys::run({"modprobe", "-q", type}, 10, exit_status, errors) == errc::ok && listed();
}

bool installed(const std::string& tool) {
  for (const char* directory : {"/usr/local/sbin/", "/usr/local/bin/", "/usr/sbin/", "/usr/bin/", "/sbin/", "/bin/"})
    if (sys::executable(directory + tool)) return true;
  return false;
}

}  // namespace

std::string missing(const scenario* s) {
  if (!sys::may_mount()) return "not root: mounting needs CAP_SYS_ADMIN; run it with sudo";
  if (!kernel_has("overlay")) return "this kernel has no overlayfs: modprobe overlay, or boot one with CONFIG_OVERLAY_FS";
  if (sys::fd log; sys::open("/dev/kmsg", 0, 0, log) != errc::ok)
    return "the kernel log, /dev/kmsg, cannot be read: run it outside of the container";
  const std::set<fs_type> types = needed(s);
  if (sys::fd control; !types.empty() && sys::open("/dev/loop-control", 2, 0, control) != errc::ok)
    return "there are no loop devices, /dev/loop-control: modprobe loop, or run it outside of the container";
  for (const requirement& r : image_types) {
    if (!types.contains(r.type)) continue;
    const std::string type(name(r.type));
    if (!installed(r.tool)) return std::string(r.tool) + " is not installed: apt-get install " + r.package;
    if (!kernel_has(type)) return "this kernel has no " + type + ": modprobe " + type + ", or leave it out of the scenario";
  }
  return {};
}

}  // namespace ovlsim::live
