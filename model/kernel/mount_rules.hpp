// SPDX-License-Identifier: Apache-2.0
//
// Mounting: which options there are, how they reach overlayfs, what an upper gets.
#pragma once

#include "ovlsim/kernel.hpp"

namespace ovlsim::rules {

inline constexpr rule<option_question, option_answer> all_options{"all-options",
                                                                  [](const option_question&) { return option_answer::known; }};

/// `datadir+=`, which adds a data-only layer by itself.
inline constexpr rule<option_question, option_answer> no_datadir{
    "no-datadir", [](const option_question& q) { return q.option == option_name::datadir ? option_answer::unknown : option_answer::known; }};

inline constexpr rule<option_question, option_answer> uuid_on_or_off{
    "uuid-on-or-off", [](const option_question& q) {
      const bool other_uuid = q.option == option_name::uuid_mode && q.uuid != uuid_option::on && q.uuid != uuid_option::off;
      return other_uuid ? option_answer::unknown : no_datadir(q);
    }};

inline constexpr rule<option_question, option_answer> no_uuid_no_userxattr{
    "no-uuid-no-userxattr", [](const option_question& q) {
      const bool later = q.option == option_name::uuid_mode || q.option == option_name::userxattr;
      return later ? option_answer::unknown : no_datadir(q);
    }};
inline constexpr rule<option_question, option_answer> no_volatile{
    "no-volatile", [](const option_question& q) {
      return q.option == option_name::is_volatile ? option_answer::unknown : no_uuid_no_userxattr(q);
    }};

/// Each release before the next one's option.
inline constexpr rule<option_question, option_answer> no_metacopy{
    "no-metacopy", [](const option_question& q) { return q.option == option_name::metacopy ? option_answer::unknown : no_volatile(q); }};
inline constexpr rule<option_question, option_answer> no_xino{
    "no-xino", [](const option_question& q) { return q.option == option_name::xino ? option_answer::unknown : no_metacopy(q); }};
inline constexpr rule<option_question, option_answer> no_nfs_export_no_follow{
    "no-nfs-export-no-follow", [](const option_question& q) {
      const bool later = q.redirect == redirect_option::follow || q.redirect == redirect_option::nofollow;
      if (q.option == option_name::redirect_dir && later) return option_answer::unknown;
      return q.option == option_name::nfs_export ? option_answer::unknown : no_xino(q);
    }};
inline constexpr rule<option_question, option_answer> redirect_dir_alone{
    "redirect-dir-alone",
    [](const option_question& q) { return q.option == option_name::index ? option_answer::unknown : no_nfs_export_no_follow(q); }};

inline constexpr rule<conflicts_question, conflicts_answer> conflicts_resolved{
    "conflicts-resolved", [](const conflicts_question&) { return conflicts_answer::resolved; }};
inline constexpr rule<conflicts_question, conflicts_answer> conflicts_late{
    "conflicts-late", [](const conflicts_question&) { return conflicts_answer::late; }};
inline constexpr rule<conflicts_question, conflicts_answer> conflicts_fall_back{
    "conflicts-fall-back", [](const conflicts_question&) { return conflicts_answer::fall_back; }};

inline constexpr rule<layer_traps_question, layer_traps_answer> layers_trapped{
    "layers-trapped", [](const layer_traps_question&) { return layer_traps_answer::set; }};
inline constexpr rule<layer_traps_question, layer_traps_answer> layers_not_trapped{
    "layers-not-trapped", [](const layer_traps_question&) { return layer_traps_answer::none; }};

inline constexpr rule<in_use_question, in_use_answer> in_use_with_index{
    "in-use-with-index", [](const in_use_question& q) { return q.index ? in_use_answer::ebusy : in_use_answer::warn; }};
inline constexpr rule<in_use_question, in_use_answer> in_use_always{
    "in-use-always", [](const in_use_question&) { return in_use_answer::ebusy; }};
inline constexpr rule<in_use_question, in_use_answer> in_use_never{
    "in-use-never", [](const in_use_question&) { return in_use_answer::ignored; }};

inline constexpr rule<workdir_order_question, workdir_order_answer> workdir_before_lowers{
    "workdir-before-lowers", [](const workdir_order_question&) { return workdir_order_answer::before_lowers; }};
inline constexpr rule<workdir_order_question, workdir_order_answer> workdir_after_lowers{
    "workdir-after-lowers", [](const workdir_order_question&) { return workdir_order_answer::after_lowers; }};

inline constexpr rule<index_owner_question, index_owner_answer> index_has_upper_xattr{
    "index-has-upper-xattr", [](const index_owner_question&) { return index_owner_answer::upper; }};
inline constexpr rule<index_owner_question, index_owner_answer> index_has_origin_xattr{
    "index-has-origin-xattr", [](const index_owner_question&) { return index_owner_answer::origin; }};

inline constexpr rule<mount_api_question, mount_api_answer> fs_context{
    "fs-context", [](const mount_api_question&) { return mount_api_answer::fs_context; }};
inline constexpr rule<mount_api_question, mount_api_answer> option_string{
    "option-string", [](const mount_api_question&) { return mount_api_answer::option_string; }};

inline constexpr rule<overlay_uuid_question, overlay_uuid_answer> stored_overlay_uuid{
    "stored-overlay-uuid", [](const overlay_uuid_question&) { return overlay_uuid_answer::stored; }};
inline constexpr rule<overlay_uuid_question, overlay_uuid_answer> no_overlay_uuid{
    "no-overlay-uuid", [](const overlay_uuid_question&) { return overlay_uuid_answer::none; }};

inline constexpr rule<root_origin_log_question, root_origin_log_answer> brief_root_origin{
    "brief-root-origin", [](const root_origin_log_question&) { return root_origin_log_answer::brief; }};
inline constexpr rule<root_origin_log_question, root_origin_log_answer> root_origin_in_full{
    "root-origin-in-full", [](const root_origin_log_question&) { return root_origin_log_answer::in_full; }};

inline constexpr rule<index_upper_question, index_upper_answer> index_upper_anywhere{
    "index-upper-anywhere", [](const index_upper_question&) { return index_upper_answer::anywhere; }};
inline constexpr rule<index_upper_question, index_upper_answer> index_upper_within{
    "index-upper-within", [](const index_upper_question&) { return index_upper_answer::within_upper; }};

inline constexpr rule<layer_errors_question, layer_errors_answer> layer_errors_in_log{
    "layer-errors-in-log", [](const layer_errors_question&) { return layer_errors_answer::kernel_log; }};
inline constexpr rule<layer_errors_question, layer_errors_answer> layer_errors_to_mount{
    "layer-errors-to-mount", [](const layer_errors_question&) { return layer_errors_answer::mount_call; }};

inline constexpr rule<xino_auto_question, xino_auto_answer> xino_auto_falls_back{
    "xino-auto-falls-back", [](const xino_auto_question&) { return xino_auto_answer::falls_back; }};
inline constexpr rule<xino_auto_question, xino_auto_answer> xino_auto_stays{
    "xino-auto-stays", [](const xino_auto_question&) { return xino_auto_answer::stays; }};

inline constexpr rule<upper_in_lower_question, upper_in_lower_answer> upper_in_lower_allowed{
    "upper-in-lower-allowed", [](const upper_in_lower_question&) { return upper_in_lower_answer::allowed; }};
inline constexpr rule<upper_in_lower_question, upper_in_lower_answer> upper_in_lower_overlaps{
    "upper-in-lower-overlaps", [](const upper_in_lower_question&) { return upper_in_lower_answer::eloop; }};

inline constexpr rule<data_layers_question, data_layers_answer> data_layers_alone{
    "data-layers-alone", [](const data_layers_question&) { return data_layers_answer::alone; }};
inline constexpr rule<data_layers_question, data_layers_answer> data_layers_need_metacopy{
    "data-layers-need-metacopy", [](const data_layers_question&) { return data_layers_answer::need_metacopy; }};

inline constexpr rule<data_layers_question, data_layers_answer> data_layers_need_metacopy_first{
    "data-layers-need-metacopy-first", [](const data_layers_question&) { return data_layers_answer::need_metacopy_first; }};
inline constexpr rule<data_layers_question, data_layers_answer> no_data_layers{
    "no-data-layers", [](const data_layers_question&) { return data_layers_answer::unknown; }};

inline constexpr rule<noxattr_log_question, noxattr_log_answer> noxattr_by_feature{
    "noxattr-by-feature", [](const noxattr_log_question&) { return noxattr_log_answer::by_feature; }};
inline constexpr rule<noxattr_log_question, noxattr_log_answer> noxattr_announced{
    "noxattr-announced", [](const noxattr_log_question&) { return noxattr_log_answer::announced; }};

inline constexpr rule<cleanup_error_question, cleanup_error_answer> cleanup_error_returned{
    "cleanup-error-returned", [](const cleanup_error_question&) { return cleanup_error_answer::returned; }};
inline constexpr rule<cleanup_error_question, cleanup_error_answer> cleanup_error_swallowed{
    "cleanup-error-swallowed", [](const cleanup_error_question&) { return cleanup_error_answer::swallowed; }};

inline constexpr rule<tmpfile_probe_question, tmpfile_probe_answer> tmpfile_probe_freed{
    "tmpfile-probe-freed", [](const tmpfile_probe_question&) { return tmpfile_probe_answer::freed; }};
inline constexpr rule<tmpfile_probe_question, tmpfile_probe_answer> tmpfile_probe_held{
    "tmpfile-probe-held", [](const tmpfile_probe_question&) { return tmpfile_probe_answer::held; }};

inline constexpr rule<rename_whiteout_probe_question, rename_whiteout_probe_answer> rename_whiteout_untried{
    "rename-whiteout-untried", [](const rename_whiteout_probe_question&) { return rename_whiteout_probe_answer::untried; }};
inline constexpr rule<rename_whiteout_probe_question, rename_whiteout_probe_answer> rename_whiteout_tried{
    "rename-whiteout-tried", [](const rename_whiteout_probe_question&) { return rename_whiteout_probe_answer::tried; }};

inline constexpr rule<incompat_question, incompat_answer> incompat_refused{
    "incompat-refused", [](const incompat_question&) { return incompat_answer::refused; }};
inline constexpr rule<incompat_question, incompat_answer> incompat_removed{
    "incompat-removed", [](const incompat_question&) { return incompat_answer::removed; }};

}  // namespace ovlsim::rules
