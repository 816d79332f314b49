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
    .name = "5.8",
    .lower_uuid = rules::null_uuid_needs_old_opt_in,
    .follow_origin = rules::trusted_uuid,
    .origin_type = rules::mismatch_is_eio,
    .inode_key = rules::by_lower_unless_broken_link,
    .verify_inode = rules::given_parts_match,
    .store_origin = rules::handle_unless_broken_link,
    .mkdir_opaque = rules::opaque_in_merged,
    .xino_bits = rules::bits_that_layers_leave,
    .nlink = rules::xattr_of_lower_hard_links,
    .refuse = rules::where_a_lower_is,
    .option = rules::no_volatile,
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
    .erofs_handle = rules::no_erofs_handles,
    .clone_uuid = rules::clone_is_refused,
    .layer_errors = rules::layer_errors_in_log,
    .tmpfs_order = rules::tmpfs_newest_first,
    .xino_auto = rules::xino_auto_stays,
    .lost_metacopy_log = rules::lost_metacopy_silent,
    .d_ino_failure = rules::unfound_entry_kept,
    .upper_in_lower = rules::upper_in_lower_overlaps,
    .incompat = rules::incompat_removed,
    .data_layers = rules::no_data_layers,
    .whiteout_link = rules::whiteout_gives_up,
    .noxattr_log = rules::noxattr_by_feature,
    .encode_log = rules::encode_log_by_name,
    .cleanup_error = rules::cleanup_error_returned,
};

constexpr change to_5_10[] = {
    {"option", [](kernel& k) { k.option = rules::no_uuid_no_userxattr; }, "c86243b090bc", "volatile"},
    {"incompat", [](kernel& k) { k.incompat = rules::incompat_refused; }, "ovl: check for incompatible features in work dir",
     "a work directory with work/incompat is refused"},
};

constexpr change to_5_15[] = {
    {"option", [](kernel& k) { k.option = rules::uuid_on_or_off; }, "5830fb6b54f7, 2d2f2d7322ff (5.11)", "uuid=on, uuid=off and userxattr"},
    {"lower_uuid", [](kernel& k) { k.lower_uuid = rules::null_uuid_needs_opt_in; },
     "b0e0f69731cde2de09a45c9a7a881378e7dbc4ba (5.13), e4522bc8733dce1cb4443f1d506869781ee9caa8",
     "a null UUID is trusted with redirect_dir=on, too, and not with xino=auto any more"},
    {"xino_auto", [](kernel& k) { k.xino_auto = rules::xino_auto_falls_back; }, "b0e0f69731cde2de09a45c9a7a881378e7dbc4ba (5.13)",
     "xino=auto gives way to a lower whose file handles cannot be followed"},
    {"mkdir_opaque", [](kernel& k) { k.mkdir_opaque = rules::opaque_if_opted_in; }, "1fc31aac96d7060ecee18124be6de18cb2268922",
     "a new directory is marked opaque only where a feature forbids offline changes of the lower"},
    {"origin_type", [](kernel& k) { k.origin_type = rules::mismatch_is_no_origin; }, "ffb24e3c657869b256c3f90792d262fe09f49628",
     "an origin of another type is none, instead of EIO"},
    {"lost_metacopy_log", [](kernel& k) { k.lost_metacopy_log = rules::lost_metacopy_logged; },
     "0a8d0b64dd6acfbc9e9b79022654bbe1ade4a29a (5.11)", "a metacopy without data is told in the log"},
    {"d_ino_failure", [](kernel& k) { k.d_ino_failure = rules::unfound_entry_dropped; },
     "9011c2791e63fc05721b545c41ad025d8073566e (5.14)", "a listing leaves out what cannot be looked up"},
    {"upper_in_lower", [](kernel& k) { k.upper_in_lower = rules::upper_in_lower_allowed; }, "708fa01597fa (5.13)",
     "the upper directory may lie within a lower layer"},
};

constexpr change to_6_1[] = {
    {"noxattr_log", [](kernel& k) { k.noxattr_log = rules::noxattr_announced; }, "b10b85fe5149 (6.0)",
     "an upper that takes no xattrs is told in one line, what it costs in others"},
    {"tmpfile_dentry", [](kernel& k) { k.tmpfile_dentry = rules::linked_dentry; }, "a fix in 6.1.y",
     "after the copy-up of a file the overlay inode keeps the dentry of the name"},
    {"erofs_handle", [](kernel& k) { k.erofs_handle = rules::erofs_ino32; }, "erofs: make filesystem exportable (5.19)",
     "erofs has file handles"},
};

constexpr change to_6_6[] = {
    {"tmpfile_dentry", [](kernel& k) { k.tmpfile_dentry = rules::temporary_dentry; }, "without the fix of 6.1.y",
     "after the copy-up of a file the overlay inode keeps the dentry of the O_TMPFILE"},
    {"data_layers", [](kernel& k) { k.data_layers = rules::data_layers_need_metacopy_first; }, "37ebf056d6cf (6.5)",
     "there are data-only layers, which need metacopy=on"},
    {"index_upper", [](kernel& k) { k.index_upper = rules::index_upper_anywhere; },
     "ovl: do not reconnect upper index records in ovl_indexdir_cleanup() (6.2)",
     "the directory of an index entry may lie outside the upper when the entry is verified"},
    {"tmpfs_order", [](kernel& k) { k.tmpfs_order = rules::tmpfs_oldest_first; }, "a2e459555c5f9", "tmpfs lists the oldest entry first"},
    {"option", [](kernel& k) { k.option = rules::all_options; }, "b0504bfe1b8a",
     "uuid= also takes null and auto"},
    {"mount_api", [](kernel& k) { k.mount_api = rules::fs_context; }, "1784fbc2ed9c, b36a5780cb44 (6.5)",
     "directories are looked for as their options are parsed, before the options are held against each other"},
    {"overlay_uuid", [](kernel& k) { k.overlay_uuid = rules::stored_overlay_uuid; }, "b0504bfe1b8a",
     "an overlay has a UUID of its own, stored in trusted.overlay.uuid of its upper"},
    {"metacopy_value", [](kernel& k) { k.metacopy_value = rules::metacopy_header; },
     "ovl: add versioned header for overlay.metacopy xattr",
     "a metacopy xattr that is neither empty nor as long as a header is an error"},
    {"user_xattrs", [](kernel& k) { k.user_xattrs = rules::user_xattrs_everywhere; }, "2daf18a7884d",
     "tmpfs takes user.* xattrs"},
};

constexpr change to_6_12[] = {
    {"data_layers", [](kernel& k) { k.data_layers = rules::data_layers_need_metacopy; },
     "the check moved behind the others between 6.6 and 6.12",
     "that data-only layers need metacopy=on is asked behind what else the options need"},
    {"encode_log", [](kernel& k) { k.encode_log = rules::encode_log_by_number; }, "c45beebfde34a (6.13, and 6.12.y)",
     "a file whose handle cannot be made is named by its inode number"},
    {"layer_errors", [](kernel& k) { k.layer_errors = rules::layer_errors_to_mount; }, "819829f0319a759e8a6ccb7e4f1113f3f9f07aa3 (6.7)",
     "a layer that is no directory is told to the caller of mount, not to the kernel log"},
    {"tmpfs_order", [](kernel& k) { k.tmpfs_order = rules::tmpfs_newest_first; }, "b9b588f22a0c0 (6.14, and 6.12.y)",
     "tmpfs lists the newest entry first again"},
    {"own_xattrs", [](kernel& k) { k.own_xattrs = rules::escaped_own_xattrs; }, "dad02fad84cb (6.7)",
     "trusted.overlay.X of the mount is stored as trusted.overlay.overlay.X"},
    {"whiteout_xattr", [](kernel& k) { k.whiteout_xattr = rules::whiteout_xattr_honoured; }, "bc8df7a3dc03 (6.7)",
     "an empty file with the xattr overlay.whiteout is a whiteout"},
    {"clone_uuid", [](kernel& k) { k.clone_uuid = rules::clone_has_same_uuid; }, "a5b8a5f9f835 (6.7); measured on 6.12.117",
     "btrfs mounts a byte copy of a mounted filesystem, under the same s_uuid"},
    {"root_origin_log", [](kernel& k) { k.root_origin_log = rules::brief_root_origin; }, "5b02bfc1e7e3811c5bf7f0fa626a0694d0dbbd77 (6.7)",
     "an upper root that came from another lower is told in one line"},
    {"nlink", [](kernel& k) { k.nlink = rules::xattr_of_indexed_too; }, "a fix in 6.12.y",
     "the link count of a file with an index entry comes from trusted.overlay.nlink, whatever the lower's is"},
    {"taken_name", [](kernel& k) { k.taken_name = rules::taken_name_fails; }, "a fix in 6.12.y",
     "copy-up does not replace what has taken its name since the lookup"},
    {"tmpfile_dentry", [](kernel& k) { k.tmpfile_dentry = rules::linked_dentry; }, "a fix in 6.12.y",
     "after the copy-up of a file the overlay inode keeps the dentry of the name"},
    {"erofs_handle", [](kernel& k) { k.erofs_handle = rules::erofs_ino64; }, "a fix in 6.12.y",
     "file handles of erofs hold 64-bit numbers"},
};

constexpr change to_6_18[] = {
    {"cleanup_error", [](kernel& k) { k.cleanup_error = rules::cleanup_error_swallowed; }, "the locking series of 6.17",
     "what cannot be removed from the workdir is told in the log and nowhere else: the mount goes on with what is left"},
    {"whiteout_link", [](kernel& k) { k.whiteout_link = rules::shares_no_more; }, "the locking series of 6.17",
     "a whiteout that cannot be linked ends the sharing of whiteouts, which the log tells; one that has gone from the workdir is EIO"},
    {"data_layers", [](kernel& k) { k.data_layers = rules::data_layers_alone; }, "ovl: don't require metacopy=on for lower -> data redirect (6.16)",
     "data-only layers need neither metacopy=on nor redirect_dir="},
    {"refuse", [](kernel& k) { k.refuse = rules::before_each_layer; }, "ovl: make redirect/metacopy rejection consistent (6.16)",
     "a redirect or metacopy that is not followed is refused before the next layer is looked at, and in an index entry too"},
    {"nlink", [](kernel& k) { k.nlink = rules::xattr_of_lower_hard_links; }, "without the fix of 6.12.y",
     "the link count of a file whose lower has one link is the real one, index entry or not"},
    {"taken_name", [](kernel& k) { k.taken_name = rules::taken_name_is_replaced; }, "without the fix of 6.12.y",
     "copy-up of anything but a file replaces what has taken its name since the lookup"},
    {"clone_uuid", [](kernel& k) { k.clone_uuid = rules::clone_has_own_uuid; }, "after 6.12; measured on 6.18.44",
     "a byte copy of a mounted btrfs has an s_uuid of its own"},
};

constexpr kernel_series history[] = {
    {"5.8", "5.8", {}},
    {"5.10", "5.10", to_5_10},
    {"5.15", "5.15", to_5_15},
    {"6.1", "6.1.192, as Debian ships it", to_6_1},
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

static_assert(kernels.back().name == "6.18");
constinit const kernel linux_6_18 = kernels.back();

std::string_view rule_name(const kernel& k, std::size_t place) noexcept {
  const std::string_view names[] = {
      k.lower_uuid.name,      k.follow_origin.name,  k.origin_type.name,     k.inode_key.name,         k.verify_inode.name,
      k.store_origin.name,    k.mkdir_opaque.name,   k.xino_bits.name,       k.nlink.name,             k.refuse.name,
      k.option.name,          k.mount_api.name,      k.overlay_uuid.name,    k.own_xattrs.name,        k.whiteout_xattr.name,
      k.metacopy_value.name,  k.root_origin_log.name, k.taken_name.name,     k.tmpfile_dentry.name,    k.index_upper.name,
      k.user_xattrs.name,     k.erofs_handle.name,   k.clone_uuid.name,      k.layer_errors.name,      k.tmpfs_order.name,
      k.xino_auto.name,       k.lost_metacopy_log.name, k.d_ino_failure.name, k.upper_in_lower.name,   k.incompat.name,
      k.data_layers.name,     k.whiteout_link.name,  k.noxattr_log.name,     k.encode_log.name,
      k.cleanup_error.name,
  };
  static_assert(std::size(names) == std::variant_size_v<decision>);
  return names[place];
}

std::span<const kernel_series> kernel_history() noexcept { return history; }

const kernel* kernel_named(std::string_view name) noexcept {
  for (const kernel& k : kernels) {
    if (k.name == name) return &k;
  }
  return nullptr;
}

}  // namespace ovlsim
