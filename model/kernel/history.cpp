// SPDX-License-Identifier: Apache-2.0
//
// The releases as data: the oldest in full, each later one as what changed since the one before it. The one place where versions of
// kernels are spoken of.
#include <array>

#include "kernel/candidate_rules.hpp"
#include "kernel/filesystem_rules.hpp"
#include "kernel/inode_rules.hpp"
#include "kernel/lookup_rules.hpp"
#include "kernel/mark_rules.hpp"
#include "kernel/mount_rules.hpp"
#include "kernel/stat_rules.hpp"
#include "kernel/uuid_rules.hpp"
#include "ovlsim/policy.hpp"

namespace ovlsim {

namespace {

constexpr kernel oldest{
    .name = "4.12",
    .lower_uuid = rules::uuids_unchecked,
    .follow_origin = rules::first_layer_of_one_filesystem,
    .origin_type = rules::mismatch_is_no_origin,
    .inode_key = rules::upper_files_by_upper,
    .verify_inode = rules::never_verified,
    .store_origin = rules::handle_of_anything,
    .mkdir_opaque = rules::opaque_in_merged,
    .xino_bits = rules::bits_if_asked_for,
    .nlink = rules::xattr_of_lower_hard_links,
    .refuse = rules::once_data_are_found,
    .option = rules::redirect_dir_alone,
    .mount_api = rules::option_string,
    .overlay_uuid = rules::no_overlay_uuid,
    .own_xattrs = rules::refused_own_xattrs,
    .whiteout_xattr = rules::whiteout_xattr_ignored,
    .metacopy_value = rules::no_metacopies,
    .root_origin_log = rules::root_origin_in_full,
    .taken_name = rules::taken_name_is_replaced,
    .tmpfile_dentry = rules::linked_dentry,
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
    .can_decode = rules::handles_need_uuid,
    .origin_lookup = rules::unless_bad_origin,
    .root_origin_check = rules::root_origin_unchecked,
    .dir_origin_check = rules::dir_origin_unchecked,
    .origin_conflict = rules::conflict_is_estale,
    .revalidate = rules::cached_is_valid,
    .stored_instance = rules::no_instance,
    .copied_up_key = rules::stays_by_lower,
    .moved_file = rules::only_metacopies_redirect,
    .const_ino = rules::const_ino_with_lower,
    .index_mismatch = rules::hard_link_needs_its_index,
    .origin_ino = rules::number_on_one_filesystem,
    .layer_dev = rules::device_of_real_file,
    .xino_range = rules::xino_takes_whole_range,
    .d_ino = rules::d_ino_real,
    .once_merged = rules::once_merged_as_real,
    .foreign_xattr = rules::foreign_xattr_fails,
    .whiteout_inode = rules::whiteouts_apart,
    .conflicts = rules::conflicts_fall_back,
    .layer_traps = rules::layers_not_trapped,
    .in_use = rules::in_use_never,
    .open_file = rules::open_files_real,
    .fix_origin = rules::missing_origin_left,
    .tmpfs_uuid = rules::tmpfs_has_no_uuid,
    .filesystem = rules::no_erofs,
    .index_owner = rules::index_has_origin_xattr,
    .inode_failure_log = rules::inode_failure_silent,
    .middle_metacopy = rules::middle_metacopy_passed_over,
    .workdir_order = rules::workdir_after_lowers,
    .cleanup_error = rules::cleanup_error_returned,
    .tmpfile_probe = rules::tmpfile_probe_freed,
    .rename_whiteout_probe = rules::rename_whiteout_untried,
    .protattr = rules::protattr_ignored,
};

constexpr change to_4_13[] = {
    {"option", [](kernel& k) { k.option = rules::no_nfs_export_no_follow; }, "ovl: introduce the inodes index dir feature", "index"},
    {"in_use", [](kernel& k) { k.in_use = rules::in_use_always; }, "2cac0c00a6cd",
     "an upper or work directory that another mount uses is EBUSY"},
    {"store_origin", [](kernel& k) { k.store_origin = rules::handle_unless_broken_link; }, "ovl: don't set origin on broken lower hardlink",
     "a hard link that copy-up breaks gets no origin"},
    {"follow_origin", [](kernel& k) { k.follow_origin = rules::trusted_uuid; }, "ovl: relax same fs constraint for ovl_check_origin()",
     "origins are followed into each layer that has the stored UUID, not on one filesystem alone"},
    {"inode_key", [](kernel& k) { k.inode_key = rules::files_by_origin; }, "ovl: hash overlay non-dir inodes by copy up origin",
     "the inode of a copied-up file is hashed by its origin"},
    {"verify_inode", [](kernel& k) { k.verify_inode = rules::same_lower_or_none; }, "ovl: hash overlay non-dir inodes by copy up origin",
     "a cached inode with another lower or another upper is ESTALE"},
};

constexpr change to_4_16[] = {
    {"option", [](kernel& k) { k.option = rules::no_xino; },
     "ovl: don't follow redirects if redirect_dir=off (4.15), the NFS export series",
     "nfs_export, redirect_dir=follow and nofollow"},
    {"in_use", [](kernel& k) { k.in_use = rules::in_use_with_index; },
     "ovl: fix regression caused by exclusive upper/work dir protection (4.14)",
     "without index=on a directory that another mount uses is a warning"},
    {"inode_key", [](kernel& k) { k.inode_key = rules::by_lower_unless_broken_link; },
     "31747eda41ef3c30c09c5c096b380bf54013746a, 764baba80168ad3adafb521d2ab483ccbc49e344",
     "directories, and files that only a lower has, are hashed by their lower, too; broken hard links by their upper"},
    {"verify_inode", [](kernel& k) { k.verify_inode = rules::given_parts_match; }, "31747eda41ef3c30c09c5c096b380bf54013746a",
     "a lookup that finds no lower takes an inode that has one; directories must agree"},
    {"origin_type", [](kernel& k) { k.origin_type = rules::mismatch_is_eio; }, "the NFS export series",
     "an origin of another type is EIO"},
    {"index_mismatch", [](kernel& k) { k.index_mismatch = rules::mismatch_is_not_indexed; },
     "ovl: fix EIO from lookup of non-indexed upper (4.14)",
     "an upper that the index does not know is not indexed, instead of EIO"},
    {"origin_ino", [](kernel& k) { k.origin_ino = rules::device_of_any_origin; },
     "ovl: relax same fs constraint for constant st_ino (4.15)",
     "st_ino and st_dev of files stay through copy-up on several filesystems, too; st_dev even where st_ino does not"},
    {"layer_dev", [](kernel& k) { k.layer_dev = rules::device_for_lower_layer; }, "ovl: return anonymous st_dev for lower inodes (4.15)",
     "st_dev of files in a lower layer is an anonymous one for that layer"},
    {"d_ino", [](kernel& k) { k.d_ino = rules::d_ino_translated; }, "b5efccbe0a12a9d5c65c1a60b4270837c7fdb900 (4.14)",
     "d_ino is what stat says"},
    {"once_merged", [](kernel& k) { k.once_merged = rules::once_merged_as_merged; },
     "ovl: no direct iteration for dir with origin xattr (4.15)",
     "whiteouts in a directory that was merged once are not shown"},
    {"fix_origin", [](kernel& k) { k.fix_origin = rules::missing_origin_stored; }, "the NFS export series",
     "a merged upper directory without an origin gets one"},
    {"tmpfs_uuid", [](kernel& k) { k.tmpfs_uuid = rules::tmpfs_has_uuid; }, "2b4db79618ad (4.14)", "a tmpfs has a UUID"},
    {"workdir_order", [](kernel& k) { k.workdir_order = rules::workdir_before_lowers; }, "ovl_fill_super() taken apart (4.15)",
     "the work directory is made before the lower layers are looked for"},
    {"index_owner", [](kernel& k) { k.index_owner = rules::index_has_upper_xattr; }, "the NFS export series",
     "an index directory names its upper in trusted.overlay.upper, not in trusted.overlay.origin"},
};

constexpr change to_4_17[] = {
    {"option", [](kernel& k) { k.option = rules::no_metacopy; }, "e487d889b7e3e8ec4091eb83bc4f7e67c7f05e27", "xino"},
    {"origin_ino", [](kernel& k) { k.origin_ino = rules::number_of_own_origin; },
     "ovl: set lower layer st_dev only if setting lower st_ino",
     "a broken hard link has its upper's st_dev, as it has its st_ino"},
    {"layer_dev", [](kernel& k) { k.layer_dev = rules::device_for_other_filesystem; }, "ovl: allocate anon bdev per unique lower fs",
     "st_dev of files in lower layers is an anonymous one for each filesystem, and the real one on that of the upper"},
};

constexpr change to_4_19[] = {
    {"option", [](kernel& k) { k.option = rules::no_volatile; }, "ovl: Enable metadata only feature", "metacopy"},
    {"metacopy_value", [](kernel& k) { k.metacopy_value = rules::any_metacopy; },
     "ovl: Modify ovl_lookup() and friends to lookup metacopy dentry",
     "an upper may hold the metadata of a file alone"},
    {"open_file", [](kernel& k) { k.open_file = rules::open_files_stacked; }, "the stacked file operations",
     "a file that is open for reading sees what is written after its copy-up"},
    {"const_ino", [](kernel& k) { k.const_ino = rules::const_ino_by_lower; },
     "ovl: Add an inode flag OVL_CONST_INO, ovl: Do not set dentry type ORIGIN for broken hardlinks",
     "a broken hard link is nothing that has an origin"},
    {"inode_failure_log", [](kernel& k) { k.inode_failure_log = rules::inode_failure_logged; }, "after 4.17",
     "a lookup that ends without an inode is told in the log"},
};

constexpr change to_5_0[] = {
    {"can_decode", [](kernel& k) { k.can_decode = rules::handles_are_enough; }, "9df085f3c9a2d4658a9fe323d70c200aa00ede93 (4.20)",
     "file handles of a filesystem without a UUID are stored and followed, those of squashfs"},
    {"lower_uuid", [](kernel& k) { k.lower_uuid = rules::same_uuid_has_no_index; }, "9df085f3c9a2d4658a9fe323d70c200aa00ede93 (4.20)",
     "two lower filesystems with one UUID have no index"},
    {"conflicts", [](kernel& k) { k.conflicts = rules::conflicts_late; }, "ovl: automatically enable redirect_dir on metacopy=on (4.20)",
     "metacopy=on brings redirect_dir=on along, instead of falling back without it"},
    {"tmpfile_dentry", [](kernel& k) { k.tmpfile_dentry = rules::temporary_dentry; }, "ovl: untangle copy up call chain (4.20)",
     "after the copy-up of a file the overlay inode keeps the dentry of the O_TMPFILE"},
};

constexpr change to_5_4[] = {
    {"layer_traps", [](kernel& k) { k.layer_traps = rules::layers_trapped; }, "146d62e5a586 (5.2), 0be0bfd2de9d (5.3)",
     "layers that lie in each other are ELOOP"},
    {"filesystem", [](kernel& k) { k.filesystem = rules::all_filesystems; }, "erofs left drivers/staging", "erofs"},
};

constexpr change to_5_5[] = {
    {"lower_uuid", [](kernel& k) { k.lower_uuid = rules::same_uuid_is_bad; }, "7e63c87fc2dcf3be9d3aab82d4a0ea085880bdca",
     "the origins of two lower filesystems with one UUID are not followed"},
    {"origin_ino", [](kernel& k) { k.origin_ino = rules::number_of_origin_elsewhere; }, "ovl: fix corner case of non-unique st_dev;st_ino",
     "what was copied up from a lower layer on the upper's filesystem has the upper's st_ino where other layers lie elsewhere"},
};

constexpr change to_5_8[] = {
    {"lower_uuid", [](kernel& k) { k.lower_uuid = rules::null_uuid_needs_old_opt_in; },
     "a888db310195400f050b89c47673f0f8babfbb41, ovl: fix corner case of conflicting lower layer uuid (5.6)",
     "a null UUID is trusted with index=on, metacopy=on or xino= only; a lower on the upper's filesystem counts among those with one UUID"},
    {"origin_ino", [](kernel& k) { k.origin_ino = rules::number_of_own_origin; },
     "ovl: fix corner case of non-constant st_dev;st_ino (5.6)",
     "what was copied up from a lower layer on the upper's filesystem keeps its st_ino"},
    {"layer_dev", [](kernel& k) { k.layer_dev = rules::device_for_filesystem; }, "ovl: fix corner case of non-constant st_dev;st_ino (5.6)",
     "st_dev of files in the upper is an anonymous one, too"},
    {"xino_range", [](kernel& k) { k.xino_range = rules::xino_reserves_bit; },
     "ovl: avoid possible inode number collisions with xino=on (5.7)",
     "xino keeps its lowest bit for numbers that are not persistent"},
    {"xino_bits", [](kernel& k) { k.xino_bits = rules::bits_that_layers_leave; }, "ovl: enable xino automatically in more cases (5.7)",
     "xino=auto takes bits on filesystems with 64-bit numbers, too"},
    {"foreign_xattr", [](kernel& k) { k.foreign_xattr = rules::foreign_xattr_left_behind; },
     "ovl: ignore failure to copy up unknown xattrs (5.7)",
     "an xattr that the upper does not take does not keep a file from being copied up"},
    {"rename_whiteout_probe", [](kernel& k) { k.rename_whiteout_probe = rules::rename_whiteout_tried; }, "cad218ab3320 (5.7)",
     "a mount tries RENAME_WHITEOUT in its workdir, which takes two inode numbers and two temporary names"},
    {"whiteout_inode", [](kernel& k) { k.whiteout_inode = rules::whiteouts_share; }, "ovl: whiteout inode sharing",
     "whiteouts are links to one inode"},
    {"conflicts", [](kernel& k) { k.conflicts = rules::conflicts_resolved; }, "ovl: resolve more conflicting mount options",
     "nfs_export=on brings index=on along; options that exclude each other are an error where both are given"},
    {"refuse", [](kernel& k) { k.refuse = rules::where_a_lower_is; }, "ovl: use only uppermetacopy state in ovl_lookup()",
     "a metacopy that is not followed is refused where a lower is found, before its data are looked for"},
    {"middle_metacopy", [](kernel& k) { k.middle_metacopy = rules::middle_metacopy_followed; },
     "ovl: fix redirect traversal on metacopy dentries",
     "the absolute redirect of a metacopy between others is followed from the root"},
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
    {"protattr", [](kernel& k) { k.protattr = rules::protattr_read; }, "096a218a588d",
     "overlay.protattr of an upper says that it is immutable or append-only"},
};

constexpr change to_6_1[] = {
    {"noxattr_log", [](kernel& k) { k.noxattr_log = rules::noxattr_announced; }, "b10b85fe5149 (6.0)",
     "an upper that takes no xattrs is told in one line, what it costs in others"},
    {"tmpfile_probe", [](kernel& k) { k.tmpfile_probe = rules::tmpfile_probe_held; }, "ovl: use vfs_tmpfile_open() helper",
     "the O_TMPFILE by which a mount tries its upper keeps its inode number until mount(2) returns"},
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
    {"option", [](kernel& k) { k.option = rules::no_datadir; }, "b0504bfe1b8a",
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
    {"option", [](kernel& k) { k.option = rules::all_options; }, "24e16e385f22 (6.7)",
     "datadir+= gives a data-only layer without a lowerdir= before it"},
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
    {"4.12", "4.12", {}},
    {"4.13", "4.13", to_4_13},
    {"4.16", "4.16", to_4_16},
    {"4.17", "4.17", to_4_17},
    {"4.19", "4.19", to_4_19},
    {"5.0", "5.0", to_5_0},
    {"5.4", "5.4", to_5_4},
    {"5.5", "5.5", to_5_5},
    {"5.8", "5.8", to_5_8},
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

namespace {

/// Each rule of a kernel, in the order of decisions().
template <auto... Rules>
struct rules_by_place {
  static std::string_view name(const kernel& k, std::size_t place) {
    const std::string_view names[] = {(k.*Rules).name...};
    return names[place];
  }
  static bool same(const kernel& a, const kernel& b, std::size_t place) {
    const bool are_same[] = {((a.*Rules).name == (b.*Rules).name && (a.*Rules).decide == (b.*Rules).decide)...};
    return are_same[place];
  }
  static_assert(sizeof...(Rules) == std::variant_size_v<decision>);
};

using by_place = rules_by_place<
    &kernel::lower_uuid, &kernel::follow_origin, &kernel::origin_type, &kernel::inode_key, &kernel::verify_inode, &kernel::store_origin,
    &kernel::mkdir_opaque, &kernel::xino_bits, &kernel::nlink, &kernel::refuse, &kernel::option, &kernel::mount_api,
    &kernel::overlay_uuid, &kernel::own_xattrs, &kernel::whiteout_xattr, &kernel::metacopy_value, &kernel::root_origin_log,
    &kernel::taken_name, &kernel::tmpfile_dentry, &kernel::index_upper, &kernel::user_xattrs, &kernel::erofs_handle,
    &kernel::clone_uuid, &kernel::layer_errors, &kernel::tmpfs_order, &kernel::xino_auto, &kernel::lost_metacopy_log,
    &kernel::d_ino_failure, &kernel::upper_in_lower, &kernel::incompat, &kernel::data_layers, &kernel::whiteout_link,
    &kernel::noxattr_log, &kernel::encode_log, &kernel::can_decode, &kernel::origin_lookup, &kernel::root_origin_check,
    &kernel::dir_origin_check, &kernel::origin_conflict, &kernel::revalidate, &kernel::stored_instance,
    &kernel::copied_up_key, &kernel::moved_file, &kernel::const_ino,
    &kernel::index_mismatch, &kernel::origin_ino, &kernel::layer_dev, &kernel::xino_range, &kernel::d_ino, &kernel::once_merged,
    &kernel::foreign_xattr, &kernel::whiteout_inode, &kernel::conflicts, &kernel::layer_traps, &kernel::in_use, &kernel::open_file,
    &kernel::fix_origin, &kernel::tmpfs_uuid, &kernel::filesystem, &kernel::index_owner, &kernel::inode_failure_log,
    &kernel::middle_metacopy, &kernel::workdir_order, &kernel::cleanup_error, &kernel::tmpfile_probe,
    &kernel::rename_whiteout_probe, &kernel::protattr>;

}  // namespace

std::string_view rule_name(const kernel& k, std::size_t place) noexcept { return by_place::name(k, place); }

bool same_rule(const kernel& a, const kernel& b, std::size_t place) noexcept { return by_place::same(a, b, place); }

std::span<const kernel_series> kernel_history() noexcept { return history; }

const kernel* kernel_named(std::string_view name) noexcept {
  for (const kernel& k : kernels) {
    if (k.name == name) return &k;
  }
  return nullptr;
}

}  // namespace ovlsim
