// SPDX-License-Identifier: Apache-2.0
//
// The words of the scenario language that belong to the values of command.hpp: verbs, filesystem types, option values.
#include "ovlsim/command.hpp"

#include <array>

namespace ovlsim {
namespace {

/// In the order of the alternatives of `command`.
constexpr std::array<std::string_view, std::variant_size_v<command>> verbs = {
    "mkfs",        "mksquashfs", "mkerofs",  "mke2fs",   "clone",    "cp",          "mount",     "umount",
    "drop-caches", "module",     "create",   "write",    "append",   "read",        "truncate",  "chmod",
    "chown",       "touch",      "mkdir",    "rmdir",    "unlink",   "mkfifo",      "rename",    "exchange",
    "link",        "symlink",    "readlink", "stat",     "ls",       "setxattr",    "getxattr",  "removexattr",
    "listxattr",   "open",       "fstat",    "fread",    "fwrite",   "close",       "fh",        "fhopen",
};

}  // namespace

std::string_view verb(const command& c) noexcept {
  return c.index() < verbs.size() ? verbs[c.index()] : "";
}

std::string_view name(fs_type type) noexcept {
  switch (type) {
    case fs_type::ext4: return "ext4";
    case fs_type::xfs: return "xfs";
    case fs_type::btrfs: return "btrfs";
    case fs_type::tmpfs: return "tmpfs";
    case fs_type::squashfs: return "squashfs";
    case fs_type::erofs: return "erofs";
  }
  return "tmpfs";
}

std::string_view name(redirect_option value) noexcept {
  switch (value) {
    case redirect_option::off: return "off";
    case redirect_option::nofollow: return "nofollow";
    case redirect_option::follow: return "follow";
    case redirect_option::on: return "on";
  }
  return "off";
}

std::string_view name(xino_option value) noexcept {
  switch (value) {
    case xino_option::off: return "off";
    case xino_option::autom: return "auto";
    case xino_option::on: return "on";
  }
  return "off";
}

std::string_view name(uuid_option value) noexcept {
  switch (value) {
    case uuid_option::off: return "off";
    case uuid_option::null: return "null";
    case uuid_option::autom: return "auto";
    case uuid_option::on: return "on";
  }
  return "off";
}

}  // namespace ovlsim
