// SPDX-License-Identifier: Apache-2.0
//
// The releases as data: the oldest in full, each later one as what changed since the one before it. The one place where versions of
// kernels are spoken of.
#include <array>

#include "kernel/filesystem_rules.hpp"
#include "kernel/inode_rules.hpp"
#include "kernel/lookup_rules.hpp"
#include "kernel/mark_rules.hpp"
#include "kernel/mount_rules.hpp"
#include "kernel/uuid_rules.hpp"

namespace ovlsim {

namespace {

constexpr kernel oldest{
    .name = "6.1",
    .lower_uuid = rules::null_uuid_needs_opt_in,
    .follow_origin = rules::trusted_uuid,
    .origin_type = rules::mismatch_is_no_origin,
    .inode_key = rules::by_lower_unless_broken_link,
    .verify_inode = rules::given_parts_match,
    .store_origin = rules::handle_unless_broken_link,
    .mkdir_opaque = rules::opaque_if_opted_in,
    .xino_bits = rules::bits_that_layers_leave,
    .nlink = rules::xattr_of_lower_hard_links,
    .refuse = rules::where_a_lower_is,
    .option = rules::uuid_on_or_off,
    .mount_api = rules::option_string,
    .overlay_uuid = rules::no_overlay_uuid,
    .own_xattrs = rules::refused_own_xattrs,
    .whiteout_xattr = rules::whiteout_xattr_ignored,
    .metacopy_value = rules::any_metacopy,
    .root_origin_log = rules::root_origin_in_full,
    .taken_name = rules::taken_name_is_replaced,
    .tmpfile_dentry = rules::temporary_dentry,
    .index_upper = rules::index_upper_within,
    .user_xattrs = rules::no_user_xattrs_on_tmpfs,
    .erofs_handle = rules::erofs_ino32,
    .clone_uuid = rules::clone_is_refused,
};

constexpr change to_6_6[] = {
    {"option", [](kernel& k) { k.option = rules::all_options; }, "b0504bfe1b8a",
     "uuid= also takes null and auto"},
    {"mount_api", [](kernel& k) { k.mount_api = rules::fs_context; }, "b36a5780cb44 (6.5)",
     "directories are looked for as their options are parsed, before the options are held against each other"},
    {"overlay_uuid", [](kernel& k) { k.overlay_uuid = rules::stored_overlay_uuid; }, "b0504bfe1b8a",
     "an overlay has a UUID of its own, stored in trusted.overlay.uuid of its upper"},
    {"metacopy_value", [](kernel& k) { k.metacopy_value = rules::metacopy_header; }, "bf07089081f4",
     "a metacopy xattr that is neither empty nor as long as a header is an error"},
    {"user_xattrs", [](kernel& k) { k.user_xattrs = rules::user_xattrs_everywhere; }, "2daf18a7884d",
     "tmpfs takes user.* xattrs"},
};

constexpr change to_6_12[] = {
    {"own_xattrs", [](kernel& k) { k.own_xattrs = rules::escaped_own_xattrs; }, "dad02fad84cb (6.7)",
     "trusted.overlay.X of the mount is stored as trusted.overlay.overlay.X"},
    {"whiteout_xattr", [](kernel& k) { k.whiteout_xattr = rules::whiteout_xattr_honoured; }, "bc8df7a3dc03 (6.7)",
     "an empty file with the xattr overlay.whiteout is a whiteout"},
    {"clone_uuid", [](kernel& k) { k.clone_uuid = rules::clone_has_same_uuid; }, "a5b8a5f9f835 (6.7)",
     "btrfs mounts a byte copy of a mounted filesystem, under the same s_uuid"},
    {"root_origin_log", [](kernel& k) { k.root_origin_log = rules::brief_root_origin; }, "5b02bfc1e7e3 (6.8)",
     "an upper root that came from another lower is told in one line"},
    {"nlink", [](kernel& k) { k.nlink = rules::xattr_of_indexed_too; }, "a fix in 6.12.y",
     "the link count of a file with an index entry comes from trusted.overlay.nlink, whatever the lower's is"},
    {"taken_name", [](kernel& k) { k.taken_name = rules::taken_name_fails; }, "a fix in 6.12.y",
     "copy-up does not replace what has taken its name since the lookup"},
    {"tmpfile_dentry", [](kernel& k) { k.tmpfile_dentry = rules::linked_dentry; }, "a fix in 6.12.y",
     "after the copy-up of a file the overlay inode keeps the dentry of the name"},
    {"index_upper", [](kernel& k) { k.index_upper = rules::index_upper_anywhere; }, "a fix in 6.12.y",
     "the directory of an index entry may lie outside the upper when the entry is verified"},
    {"erofs_handle", [](kernel& k) { k.erofs_handle = rules::erofs_ino64; }, "a fix in 6.12.y",
     "file handles of erofs hold 64-bit numbers"},
};

constexpr change to_6_18[] = {
    {"refuse", [](kernel& k) { k.refuse = rules::before_each_layer; }, "6.16",
     "a redirect or metacopy that is not followed is refused before the next layer is looked at, and in an index entry too"},
    {"nlink", [](kernel& k) { k.nlink = rules::xattr_of_lower_hard_links; }, "without the fix of 6.12.y",
     "the link count of a file whose lower has one link is the real one, index entry or not"},
    {"taken_name", [](kernel& k) { k.taken_name = rules::taken_name_is_replaced; }, "without the fix of 6.12.y",
     "copy-up of anything but a file replaces what has taken its name since the lookup"},
    {"clone_uuid", [](kernel& k) { k.clone_uuid = rules::clone_has_own_uuid; }, "6.13 or later",
     "a byte copy of a mounted btrfs has an s_uuid of its own"},
};

constexpr kernel_series history[] = {
    {"6.1", "6.1.192, as Debian ships it", {}},
    {"6.6", "6.6", to_6_6},
    {"6.12", "6.12.117, as Debian ships it", to_6_12},
    {"6.18", "6.18.44", to_6_18},
};

consteval auto all_kernels() {
  std::array<kernel, std::size(history)> all{};
  kernel k = oldest;
  for (std::size_t i = 0; i < all.size(); ++i) {
    k.name = history[i].name;
    for (const change& c : history[i].changes) c.apply(k);
    all[i] = k;
  }
  return all;
}

constexpr auto kernels = all_kernels();

}  // namespace

constinit const kernel linux_6_18 = kernels.back();

std::span<const kernel_series> kernel_history() noexcept { return history; }

const kernel* kernel_named(std::string_view name) noexcept {
  for (const kernel& k : kernels) {
    if (k.name == name) return &k;
  }
  return nullptr;
}

}  // namespace ovlsim
