// SPDX-License-Identifier: Apache-2.0
//
// Decisions: the places where kernels, or the designs that people propose for them, differ. Each has a question (all that it may look
// at) and a set of answers. Which answer a kernel gives is its rule (kernel.hpp).
//
// Mount options (what the administrator asked), rules (what the code does) and filesystem traits (what the world is) stay apart.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <variant>

#include "ovlsim/command.hpp"
#include "ovlsim/outcome.hpp"

namespace ovlsim {

/// The mount options in force at the time of the question.
struct options_in_force {
  bool index = false;
  bool nfs_export = false;
  bool metacopy = false;
  redirect_option redirect = redirect_option::follow;
  xino_option xino = xino_option::off;
};

/// ovl_lower_uuid_ok(): may handles of this lower filesystem be told apart from others' by its UUID? Asked once for each new
/// filesystem among the merged lower layers, from the top down, with the options as degraded so far.
struct uuid_question {
  options_in_force opts;
  bool has_upper = false;
  bool null_uuid = false;
  bool same_as_earlier_lower = false;  ///< an earlier lower filesystem has the same UUID (null equals null)
  bool same_as_upper_alone = false;    ///< ... but none besides the upper's own filesystem, on which a lower layer lies, too
};
/// `no_index`: index=on and nfs_export=on are given up, stored origins are followed all the same.
enum class uuid_answer : std::uint8_t { ok, bad, no_index };

/// ovl_check_origin_fh(): shall a stored origin handle be decoded in this lower layer?
struct follow_question {
  options_in_force opts;
  bool on_upper_fs = false;     ///< the layer lies on the upper's own filesystem (fsid 0)
  bool bad_uuid = false;        ///< what uuid_answer::bad made of the layer's filesystem
  bool null_uuid = false;       ///< the layer's filesystem has none
  bool stored_null_uuid = false;
  bool same_uuid = false;       ///< the UUID in the handle is the layer's
  bool other_instance = false;  ///< the upper does not bear the mark that stored_instance_answer gives origins in this overlay
  bool one_fs = false;          ///< all layers lie on one filesystem
  bool first_layer = false;     ///< the layer is the topmost of the lower ones
};
enum class follow_answer : std::uint8_t { decode, skip };

/// ovl_check_origin_fh(): the origin decodes to an inode of another type than the upper's.
struct origin_type_question {
  file_type upper_type{};
  file_type origin_type{};
};
enum class origin_type_answer : std::uint8_t { no_origin, eio };

/// ovl_hash_bylower(): which real inode is the overlay inode hashed by?
struct inode_key_question {
  options_in_force opts;
  bool overlay_has_upper = false;
  bool is_dir = false;
  bool upper = false;           ///< the name has an upper
  bool lower = false;           ///< it has a lower (found by path, or the followed origin)
  bool indexed = false;         ///< an index entry was found
  bool lower_is_dir = false;
  std::uint32_t lower_nlink = 0;
};
enum class inode_key_answer : std::uint8_t { by_upper, by_lower, unhashed };

/// ovl_verify_inode(): is the cached inode that the key found the one that was looked for?
struct verify_question {
  bool is_dir = false;
  bool strict = true;           ///< from a lookup; false from the decoding of a file handle
  bool lower = false;           ///< what was looked up has a lower
  bool upper = false;           ///< ... has an upper
  bool inode_lower = false;     ///< the cached inode has a lower
  bool inode_upper = false;     ///< ... has an upper
  bool same_lower = false;      ///< both have one, and it is the same inode
  bool same_upper = false;
};
enum class verify_answer : std::uint8_t { same, stale };

/// ovl_do_copy_up(), ovl_get_origin_fh(): what does copy-up store as trusted.overlay.origin?
struct store_origin_question {
  options_in_force opts;
  bool is_dir = false;
  bool to_index = false;        ///< copied up into the index
  std::uint32_t lower_nlink = 0;
  bool can_decode = false;      ///< what can_decode_answer says of the lower filesystem
  bool null_uuid = false;
  bool bad_origin = false;      ///< overlay::mounted::bad_origin
};
enum class store_origin_answer : std::uint8_t { nothing, empty, handle };

/// ovl_create_upper(): is a new directory that covers nothing marked opaque?
struct mkdir_opaque_question {
  options_in_force opts;
  bool parent_merged = false;
};
enum class mkdir_opaque_answer : std::uint8_t { plain, opaque };

/// ovl_get_layers(): how many high bits of st_ino hold the fsid.
struct xino_bits_question {
  options_in_force opts;
  std::uint32_t filesystems = 0;  ///< numfs: distinct ones, the upper's slot counted with or without an upper
  bool has_upper = false;
  bool all_ino32 = false;         ///< every layer encodes inode numbers in 32 bits (FILEID_INO32_GEN)
};
/// -1: off; 0: all layers lie on one filesystem; else the number of bits.
using xino_bits_answer = int;

/// ovl_get_nlink(): does the overlay's link count come from trusted.overlay.nlink?
struct nlink_question {
  bool indexed = false;
  std::uint32_t lower_nlink = 0;
};
enum class nlink_answer : std::uint8_t { real, from_xattr };

/// ovl_lookup(): a redirect or metacopy that the mount does not follow: when is it refused?
enum class refuse_point : std::uint8_t {
  before_layer,  ///< before the next lower layer is looked at
  found,         ///< something was found in it
  taken,         ///< ... and has become part of the lower stack
  after_layers,
  resolved,      ///< the data of all metacopies that were met are found
  in_index,      ///< the xattrs are those of an index entry that stands in for the missing upper
};
struct refuse_question {
  refuse_point point{};
  bool redirect = false;        ///< a redirect xattr was met and redirects are not followed
  bool metacopy = false;        ///< a metacopy xattr was met and metacopy is off
};
enum class refuse_answer : std::uint8_t { go_on, refuse_metacopy, refuse_redirect };

/// ovl_parse_param() or ovl_parse_opt(): does the mount know this option with this value? Module parameters came with their options.
enum class option_name : std::uint8_t { index, nfs_export, metacopy, redirect_dir, xino, uuid_mode, userxattr, is_volatile, datadir };
struct option_question {
  option_name option{};
  redirect_option redirect{};   ///< the value of redirect_dir=
  uuid_option uuid{};           ///< the value of uuid=
};
enum class option_answer : std::uint8_t { known, unknown };

/// How mount options reach overlayfs. As one string they are parsed first, and each directory is looked for when it is needed; through
/// the new mount API directories are looked for as their options are parsed, before the options are held against each other.
struct mount_api_question {};
enum class mount_api_answer : std::uint8_t { option_string, fs_context };

/// ovl_init_uuid_xattr(): has an overlay a UUID of its own, stored in overlay.uuid of its upper?
struct overlay_uuid_question {};
enum class overlay_uuid_answer : std::uint8_t { none, stored };

/// ovl_own_xattr_get(): what trusted.overlay.* is through the mount.
struct own_xattrs_question {};
enum class own_xattrs_answer : std::uint8_t { refused, escaped };

/// ovl_path_check_xwhiteout_xattr(): is an empty file with the xattr overlay.whiteout a whiteout?
struct whiteout_xattr_question {};
enum class whiteout_xattr_answer : std::uint8_t { ignored, honoured };

/// ovl_check_metacopy_xattr(): does the value of a metacopy xattr count, or is the lookup EIO? (What is in it only verity asks.) `ignored`
/// where there are no metacopies.
struct metacopy_value_question {
  std::size_t size = 0;
};
enum class metacopy_value_answer : std::uint8_t { ok, too_small, ignored };

/// ovl_get_indexdir(): does the log tell which origin the upper root has, beside that it is the wrong one?
struct root_origin_log_question {};
enum class root_origin_log_answer : std::uint8_t { brief, in_full };

/// ovl_copy_up_workdir(): the name under which the copy is to appear was taken since it was looked up.
struct taken_name_question {};
enum class taken_name_answer : std::uint8_t { eexist, replace };

/// ovl_copy_up_tmpfile(): which dentry the overlay inode keeps: the O_TMPFILE's own or that of the name it was linked to.
struct tmpfile_dentry_question {};
enum class tmpfile_dentry_answer : std::uint8_t { temporary, linked };

/// ovl_verify_index(): must the directory that an entry stands for lie within the upper?
struct index_upper_question {};
enum class index_upper_answer : std::uint8_t { within_upper, anywhere };

/// Has a filesystem of this type user.* xattrs?
struct user_xattrs_question {
  fs_type type{};
};
enum class user_xattrs_answer : std::uint8_t { no, yes };

/// erofs_encode_fh(): are the file handles of erofs the kernel's default ones, or of its own with 64-bit numbers?
struct erofs_handle_question {};
enum class erofs_handle_answer : std::uint8_t { none, ino32, ino64 };

/// btrfs: s_uuid of a byte copy of a filesystem whose original is mounted, or of a new one under its UUID. `refused` is EEXIST for the
/// second mount.
struct clone_uuid_question {};
enum class clone_uuid_answer : std::uint8_t { refused, same, own };

/// ovl_mount_dir_noesc(), ovl_mount_dir_check(): where does it say that a layer cannot be one: in the kernel log, or to the mount call?
struct layer_errors_question {};
enum class layer_errors_answer : std::uint8_t { kernel_log, mount_call };

/// shmem_get_offset_ctx(): in which order does tmpfs list a directory?
struct tmpfs_order_question {};
enum class tmpfs_order_answer : std::uint8_t { newest_first, oldest_first };

/// ovl_get_fsid(), ovl_lower_dir(): does xino=auto give way to a lower whose handles cannot be followed?
struct xino_auto_question {};
enum class xino_auto_answer : std::uint8_t { falls_back, stays };

/// ovl_lookup(): is a metacopy without data told in the log?
struct lost_metacopy_log_question {};
enum class lost_metacopy_log_answer : std::uint8_t { logged, silent };

/// ovl_cache_update_ino(): an entry of a listing that cannot be looked up for its d_ino.
struct d_ino_failure_question {};
enum class d_ino_failure_answer : std::uint8_t { dropped, kept };

/// ovl_check_layer(): may the upper or work directory lie within a lower layer?
struct upper_in_lower_question {};
enum class upper_in_lower_answer : std::uint8_t { allowed, eloop };

/// ovl_workdir_cleanup_recurse(): work/incompat, left by a mount with a feature that this one may not have.
struct incompat_question {};
enum class incompat_answer : std::uint8_t { refused, removed };

/// ovl_fs_params_verify(): are there data-only layers, do they need metacopy=on (asked before or after what else the options need of each
/// other), or not, so that redirects into them are followed without redirect_dir=, too?
struct data_layers_question {};
enum class data_layers_answer : std::uint8_t { unknown, need_metacopy_first, need_metacopy, alone };

/// ovl_whiteout(): no link to the shared whiteout can be made, or it is no more where it was made.
struct whiteout_link_question {};
enum class whiteout_link_answer : std::uint8_t { shares_no_more, gives_up };

/// ovl_make_workdir(): how the log tells that the upper takes no xattrs.
struct noxattr_log_question {};
enum class noxattr_log_answer : std::uint8_t { by_feature, announced };

/// ovl_dentry_to_fid(): how the log names a file whose handle cannot be made.
struct encode_log_question {};
enum class encode_log_answer : std::uint8_t { by_name, by_number };

/// ovl_can_decode_fh(): are the file handles of a layer's filesystem such that stored ones can be decoded later?
struct can_decode_question {
  bool has_handles = false;     ///< the filesystem encodes and decodes file handles (fh_to_dentry)
  bool null_uuid = false;
};
enum class can_decode_answer : std::uint8_t { no, yes };

/// ovl_check_origin(): which lower has an upper non-directory, what its stored origin means or (for candidate policies) what is at its path:
/// under its name, or where a redirect says? `at_path` takes that if the upper has an origin, `agrees` if its origin means the same.
struct origin_lookup_question {
  options_in_force opts;
  bool bad_origin = false;      ///< overlay::mounted::bad_origin: something seen since the mount says that origins mean other inodes now
  std::uint32_t upper_nlink = 0;
};
enum class origin_lookup_answer : std::uint8_t { read, ignore, at_path, agrees };

/// ovl_get_inode(): is the overlay inode one whose number stays through copy-up (OVL_CONST_INO, before it __OVL_PATH_ORIGIN)?
struct const_ino_question {
  bool by_lower = false;        ///< it is hashed by its lower
  bool lower = false;           ///< it has a lower
};
enum class const_ino_answer : std::uint8_t { no, yes };

/// ovl_lookup_index(): an upper has an origin whose index entry is that of another upper, or is missing.
struct index_mismatch_question {
  bool missing = false;
  std::uint32_t origin_nlink = 0;
};
enum class index_mismatch_answer : std::uint8_t { not_indexed, eio };

/// ovl_getattr(): what does stat of a copied-up object tell of its origin? `device` is st_dev without st_ino.
struct origin_ino_question {
  bool index_all = false;       ///< nfs_export with an index
  bool is_dir = false;
  bool one_fs = false;          ///< all layers lie on one filesystem
  bool indexed = false;
  bool on_upper_fs = false;     ///< the origin lies on the upper's filesystem
  std::uint32_t lower_nlink = 0;
};
enum class origin_ino_answer : std::uint8_t { nothing, number, device };

/// ovl_map_dev_ino(): st_dev of what a layer shows and the overlay cannot number: the filesystem's own, or an anonymous one for each
/// filesystem or for each layer. Asked for each layer when it is mounted.
struct layer_dev_question {
  bool upper = false;           ///< it is the upper layer
  bool on_upper_fs = false;     ///< ... or lies on its filesystem
};
enum class layer_dev_answer : std::uint8_t { for_filesystem, for_layer, real };

/// ovl_map_dev_ino(), ovl_map_ino(): is the lowest of the bits that xino takes kept for numbers that are not persistent?
struct xino_range_question {};
enum class xino_range_answer : std::uint8_t { reserves_bit, whole };

/// ovl_iterate(): is d_ino what stat says (as far as the overlay has one st_dev for all), or the real one?
struct d_ino_question {};
enum class d_ino_answer : std::uint8_t { translated, real };

/// ovl_dir_is_real(): how is a directory listed that was merged once (it has an origin) and is not any more?
struct once_merged_question {};
enum class once_merged_answer : std::uint8_t { merged, real };

/// ovl_copy_xattr(): an xattr that the upper does not take.
struct foreign_xattr_question {};
enum class foreign_xattr_answer : std::uint8_t { left_behind, fails };

/// ovl_whiteout(): do whiteouts share an inode?
struct whiteout_inode_question {};
enum class whiteout_inode_answer : std::uint8_t { shared, own };

/// ovl_fs_params_verify(), before it ovl_parse_opt(): what becomes of options that need or exclude each other? `resolved` looks at which
/// were given; `late` does so for metacopy=on alone, the others fall back as they are needed; `fall_back` lets metacopy=on, too.
struct conflicts_question {};
enum class conflicts_answer : std::uint8_t { resolved, late, fall_back };

/// ovl_setup_trap(), ovl_check_layer(): are layers kept from lying in each other?
struct layer_traps_question {};
enum class layer_traps_answer : std::uint8_t { set, none };

/// ovl_report_in_use(): an upper or work directory that another mount uses.
struct in_use_question {
  bool index = false;
};
enum class in_use_answer : std::uint8_t { warn, ebusy, ignored };

/// ovl_open(): does an open file go on with what has become of it, or with the real file that it was when it was opened?
struct open_file_question {};
enum class open_file_answer : std::uint8_t { stacked, real };

/// ovl_fix_origin(): does an upper directory without an origin get that of the lower it merges with?
struct fix_origin_question {};
enum class fix_origin_answer : std::uint8_t { stored, left };

/// shmem_fill_super(): has a tmpfs a UUID?
struct tmpfs_uuid_question {};
enum class tmpfs_uuid_answer : std::uint8_t { random, null };

/// get_fs_type(): has the kernel a filesystem of this type?
struct filesystem_question {
  fs_type type{};
};
enum class filesystem_answer : std::uint8_t { known, unknown };

/// ovl_get_indexdir(): in which xattr of the index directory is the upper that it belongs to?
struct index_owner_question {};
enum class index_owner_answer : std::uint8_t { upper, origin };

/// ovl_get_inode(): is it told in the log that no overlay inode could be had?
struct inode_failure_log_question {};
enum class inode_failure_log_answer : std::uint8_t { logged, silent };

/// ovl_lookup(): is the absolute redirect of a metacopy followed that is neither the topmost lower nor the last?
struct middle_metacopy_question {};
enum class middle_metacopy_answer : std::uint8_t { followed, passed_over };

/// ovl_fill_super(): is the work directory made before or after the lower layers are looked for?
struct workdir_order_question {};
enum class workdir_order_answer : std::uint8_t { before_lowers, after_lowers };

/// ovl_cleanup(): what could not be removed from the workdir is told in the log; is its caller told, too?
struct cleanup_error_question {};
enum class cleanup_error_answer : std::uint8_t { returned, swallowed };

/// ovl_make_workdir(): does the O_TMPFILE by which a mount tries the upper keep its inode number until mount(2) returns?
struct tmpfile_probe_question {};
enum class tmpfile_probe_answer : std::uint8_t { freed, held };

/// ovl_check_rename_whiteout(): does a mount try whether its upper takes RENAME_WHITEOUT?
struct rename_whiteout_probe_question {};
enum class rename_whiteout_probe_answer : std::uint8_t { untried, tried };

/// ovl_check_protattr(): is overlay.protattr, by which a copied-up file stays immutable or append-only, looked at?
struct protattr_question {};
enum class protattr_answer : std::uint8_t { read, ignored };

// No kernel takes what follows otherwise than by doing nothing: these are the places where candidate policies do something.

/// What is done about the origin of a directory that is merged by path. `distrust` sets overlay::mounted::bad_origin where it is not that
/// of the lower; `compare` tells the log alone.
enum class origin_check_answer : std::uint8_t { none, compare, distrust };

/// ovl_fill_super(): is the origin of the upper root held against the top lower's root, and stored where there is none, without an index
/// (ovl_get_indexdir() does it for that)?
struct root_origin_check_question {
  options_in_force opts;
};

/// ovl_lookup(): is the origin of a merged directory held against the lower, where ovl_verify_lower() does not ask for it?
struct dir_origin_check_question {
  options_in_force opts;
};

/// ovl_get_inode(): the cached inode has another upper than the name that was looked up, or none: two names claim one lower.
struct origin_conflict_question {
  options_in_force opts;
  bool is_dir = false;
  bool followed = false;        ///< the name's lower is what its stored origin means, not what its path leads to
  bool inode_upper = false;     ///< the cached inode has an upper
};
enum class origin_conflict_answer : std::uint8_t {
  estale,
  distrust,  ///< ESTALE, and bad_origin is set
  by_upper,  ///< bad_origin is set, and the name gets an inode of its own, hashed by its upper
};

/// ovl_dentry_revalidate(): is a cached dentry still good? Asked once bad_origin is set.
struct revalidate_question {
  options_in_force opts;
  bool is_dir = false;
  bool upper = false;
  bool lower = false;
};
enum class revalidate_answer : std::uint8_t { valid, invalid };

/// ovl_set_origin(): is an origin marked with the instance of the overlay that stores it (trusted.overlay.instance), and what is one: a
/// mount, or the upper for as long as it exists?
struct stored_instance_question {};
enum class stored_instance_answer : std::uint8_t { none, mount, upper };

/// ovl_inode_update(): is the inode of a non-directory that was hashed by its lower hashed by its upper once it is copied up?
struct copied_up_key_question {
  options_in_force opts;
};
enum class copied_up_key_answer : std::uint8_t { by_lower, by_upper };

/// ovl_rename(), ovl_link(): does a copied-up non-directory remember its lower's path (trusted.overlay.redirect), as a metacopy does?
struct moved_file_question {};
enum class moved_file_answer : std::uint8_t { forgets, redirects };

/// A decision as it was asked and answered.
template <class Question, class Answer>
struct asked {
  Question question;
  Answer answer{};
};

/// One alternative a decision, in the order of decisions().
using decision =
    std::variant<asked<uuid_question, uuid_answer>, asked<follow_question, follow_answer>,
                 asked<origin_type_question, origin_type_answer>, asked<inode_key_question, inode_key_answer>,
                 asked<verify_question, verify_answer>, asked<store_origin_question, store_origin_answer>,
                 asked<mkdir_opaque_question, mkdir_opaque_answer>, asked<xino_bits_question, xino_bits_answer>,
                 asked<nlink_question, nlink_answer>, asked<refuse_question, refuse_answer>, asked<option_question, option_answer>,
                 asked<mount_api_question, mount_api_answer>, asked<overlay_uuid_question, overlay_uuid_answer>,
                 asked<own_xattrs_question, own_xattrs_answer>, asked<whiteout_xattr_question, whiteout_xattr_answer>,
                 asked<metacopy_value_question, metacopy_value_answer>, asked<root_origin_log_question, root_origin_log_answer>,
                 asked<taken_name_question, taken_name_answer>, asked<tmpfile_dentry_question, tmpfile_dentry_answer>,
                 asked<index_upper_question, index_upper_answer>, asked<user_xattrs_question, user_xattrs_answer>,
                 asked<erofs_handle_question, erofs_handle_answer>, asked<clone_uuid_question, clone_uuid_answer>,
                 asked<layer_errors_question, layer_errors_answer>,
                 asked<tmpfs_order_question, tmpfs_order_answer>, asked<xino_auto_question, xino_auto_answer>,
                 asked<lost_metacopy_log_question, lost_metacopy_log_answer>, asked<d_ino_failure_question, d_ino_failure_answer>,
                 asked<upper_in_lower_question, upper_in_lower_answer>, asked<incompat_question, incompat_answer>,
                 asked<data_layers_question, data_layers_answer>, asked<whiteout_link_question, whiteout_link_answer>,
                 asked<noxattr_log_question, noxattr_log_answer>, asked<encode_log_question, encode_log_answer>,
                 asked<can_decode_question, can_decode_answer>, asked<origin_lookup_question, origin_lookup_answer>,
                 asked<root_origin_check_question, origin_check_answer>, asked<dir_origin_check_question, origin_check_answer>,
                 asked<origin_conflict_question, origin_conflict_answer>, asked<revalidate_question, revalidate_answer>,
                 asked<stored_instance_question, stored_instance_answer>, asked<copied_up_key_question, copied_up_key_answer>,
                 asked<moved_file_question, moved_file_answer>, asked<const_ino_question, const_ino_answer>,
                 asked<index_mismatch_question, index_mismatch_answer>, asked<origin_ino_question, origin_ino_answer>,
                 asked<layer_dev_question, layer_dev_answer>, asked<xino_range_question, xino_range_answer>,
                 asked<d_ino_question, d_ino_answer>, asked<once_merged_question, once_merged_answer>,
                 asked<foreign_xattr_question, foreign_xattr_answer>,
                 asked<whiteout_inode_question, whiteout_inode_answer>,
                 asked<conflicts_question, conflicts_answer>,
                 asked<layer_traps_question, layer_traps_answer>,
                 asked<in_use_question, in_use_answer>,
                 asked<open_file_question, open_file_answer>,
                 asked<fix_origin_question, fix_origin_answer>,
                 asked<tmpfs_uuid_question, tmpfs_uuid_answer>,
                 asked<filesystem_question, filesystem_answer>,
                 asked<index_owner_question, index_owner_answer>,
                 asked<inode_failure_log_question, inode_failure_log_answer>,
                 asked<middle_metacopy_question, middle_metacopy_answer>,
                 asked<workdir_order_question, workdir_order_answer>,
                 asked<cleanup_error_question, cleanup_error_answer>, asked<tmpfile_probe_question, tmpfile_probe_answer>,
                 asked<rename_whiteout_probe_question, rename_whiteout_probe_answer>, asked<protattr_question, protattr_answer>>;

/// What a decision is called, where the kernel takes it, and which answers there are.
struct decision_info {
  std::string_view name;   ///< the member of `kernel` that holds its rule
  std::string_view where;  ///< the kernel function
  std::string_view asks;   ///< the question in words
  std::span<const std::string_view> answers;
};
std::span<const decision_info> decisions() noexcept;

/// The place of the answer among `decisions()[d.index()].answers`.
std::size_t answer_index(const decision& d) noexcept;

}  // namespace ovlsim
