// SPDX-License-Identifier: Apache-2.0
#include "live/requirements.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <variant>

#include "live/overlay_module.hpp"
#include "live/syscalls.hpp"
#include "live/tools.hpp"
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
  if (s == nullptr)
    for (const requirement& r : image_types) types.insert(r.type);
  else
    for (const scenario_line& line : s->lines)
      if (line.has_command) types.merge(image_types_of(line.what));
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

std::string not_installed(const requirement& r) {
  return find_tool(r.tool).empty() ? std::string(r.tool) + " is not installed: apt-get install " + r.package : std::string();
}

}  // namespace

std::set<fs_type> image_types_of(const command& c) {
  if (const auto* made = std::get_if<cmd::mkfs>(&c); made != nullptr && made->type != fs_type::tmpfs) return {made->type};
  if (std::holds_alternative<cmd::mksquashfs>(c)) return {fs_type::squashfs};
  if (std::holds_alternative<cmd::mkerofs>(c)) return {fs_type::erofs};
  if (std::holds_alternative<cmd::mke2fs>(c)) return {fs_type::ext4};
  return {};
}

std::string missing(const scenario* s) {
  if (!sys::may_mount()) return "not root: mounting needs CAP_SYS_ADMIN; run it with sudo";
  if (!kernel_has("overlay")) return "this kernel has no overlayfs: modprobe overlay, or boot one with CONFIG_OVERLAY_FS";
  if (sys::fd log; sys::open("/dev/kmsg", 0, 0, log) != errc::ok)
    return "the kernel log, /dev/kmsg, cannot be read: run it outside of the container";
  const auto sets_module = [](const scenario_line& line) { return line.has_command && std::holds_alternative<cmd::set_module>(line.what); };
  if (s != nullptr && std::any_of(s->lines.begin(), s->lines.end(), sets_module)) {
    if (const std::string reason = missing_for_parameters(); !reason.empty()) return reason;
  }
  const std::set<fs_type> types = needed(s);
  if (sys::fd control; !types.empty() && sys::open("/dev/loop-control", 2, 0, control) != errc::ok)
    return "there are no loop devices, /dev/loop-control: modprobe loop, or run it outside of the container";
  for (const requirement& r : image_types) {
    if (!types.contains(r.type)) continue;
    const std::string type(name(r.type));
    if (const std::string reason = not_installed(r); !reason.empty()) return reason;
    if (!kernel_has(type)) return "this kernel has no " + type + ": modprobe " + type + ", or leave it out of the scenario";
  }
  return {};
}

std::string missing_for_vm(const std::string& qemu, const scenario* s) {
#ifdef __x86_64__
  constexpr bool known = true;
#else
  constexpr bool known = false;
#endif
  if (!known) return "virtual machines are of x86-64 only: run it on such a machine";
  if (!sys::executable(qemu) && find_tool(qemu).empty()) return qemu + " is not installed: apt-get install qemu-system-x86";
  const std::set<fs_type> types = needed(s);
  for (const requirement& r : image_types)
    if (types.contains(r.type))
      if (const std::string reason = not_installed(r); !reason.empty()) return reason;
  return {};
}

std::string missing_in(const vm_image& image, const scenario* s) {
  for (const fs_type type : needed(s))
    if (image.lacks.contains(type))
      return "Linux " + image.release + " has no " + std::string(name(type)) +
             ": name another kernel, or leave it out of the scenario";
  return {};
}

}  // namespace ovlsim::live
