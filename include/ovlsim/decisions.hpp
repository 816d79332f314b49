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
};
enum class uuid_answer : std::uint8_t { ok, bad };

/// ovl_check_origin_fh(): shall a stored origin handle be decoded in this lower layer?
struct follow_question {
  options_in_force opts;
  bool on_upper_fs = false;     ///< the layer lies on the upper's own filesystem (fsid 0)
  bool bad_uuid = false;        ///< what uuid_answer::bad made of the layer's filesystem
  bool stored_null_uuid = false;
  bool same_uuid = false;       ///< the UUID in the handle is the layer's
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
  bool can_decode = false;      ///< the lower filesystem decodes file handles (ovl_can_decode_fh)
  bool null_uuid = false;
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
  in_index,      ///< the xattrs are those of an index entry that stands in for the missing upper
};
struct refuse_question {
  refuse_point point{};
  bool redirect = false;        ///< a redirect xattr was met and redirects are not followed
  bool metacopy = false;        ///< a metacopy xattr was met and metacopy is off
};
enum class refuse_answer : std::uint8_t { go_on, refuse_metacopy, refuse_redirect };

/// ovl_parse_param() or ovl_parse_opt(): does the mount know this option with this value?
enum class option_name : std::uint8_t { index, nfs_export, metacopy, redirect_dir, xino, uuid_mode, userxattr, is_volatile };
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

/// ovl_check_metacopy_xattr(): does the value of a metacopy xattr count, or is the lookup EIO? (What is in it only verity asks.)
struct metacopy_value_question {
  std::size_t size = 0;
};
enum class metacopy_value_answer : std::uint8_t { ok, too_small };

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

/// btrfs: s_uuid of a byte copy of a filesystem whose original is mounted. `refused` is EEXIST for the second mount.
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

/// ovl_cleanup(): what could not be removed from the workdir is told in the log; is its caller told, too?
struct cleanup_error_question {};
enum class cleanup_error_answer : std::uint8_t { returned, swallowed };

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
                 asked<tmpfs_order_question, tmpfs_order_answer>,
                 asked<xino_auto_question, xino_auto_answer>,
                 asked<lost_metacopy_log_question, lost_metacopy_log_answer>,
                 asked<d_ino_failure_question, d_ino_failure_answer>,
                 asked<upper_in_lower_question, upper_in_lower_answer>,
                 asked<incompat_question, incompat_answer>,
                 asked<data_layers_question, data_layers_answer>,
                 asked<whiteout_link_question, whiteout_link_answer>,
                 asked<noxattr_log_question, noxattr_log_answer>,
                 asked<encode_log_question, encode_log_answer>,
                 asked<cleanup_error_question, cleanup_error_answer>>;

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
