// SPDX-License-Identifier: Apache-2.0
//
// Decisions: the places where kernels, or the designs that people propose for them, differ. Each has a question (all that it may
// look at), an enum of answers, and a rule: a name and a plain function from one to the other. A kernel is a struct of rules. The
// model asks through here and nowhere else, so a candidate policy is a copy of a kernel with one rule replaced:
//
//     kernel k = linux_6_18;
//     k.follow_origin = {"never", [](const follow_question&) { return follow_answer::skip; }};
//
// Mount options (what the administrator asked), rules (what the code does) and filesystem traits (what the world is) stay apart.
#pragma once

#include <cstdint>
#include <string_view>

#include "ovlsim/command.hpp"
#include "ovlsim/outcome.hpp"

namespace ovlsim {

template <class Question, class Answer>
struct rule {
  std::string_view name;
  Answer (*decide)(const Question&) = nullptr;

  constexpr Answer operator()(const Question& q) const { return decide(q); }
};

/// The mount options in force at the time of the question.
struct options_in_force {
  bool index = false;
  bool nfs_export = false;
  bool metacopy = false;
  redirect_option redirect = redirect_option::follow;
  xino_option xino = xino_option::off;
};

/// ovl_lower_uuid_ok(): may handles of this lower filesystem be told apart from others' by its UUID? Asked once for each new
/// filesystem among the lower layers, from the top down, with the options as degraded so far.
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
struct refuse_question {
  bool redirect = false;        ///< a redirect xattr was met and redirects are not followed
  bool metacopy = false;        ///< a metacopy xattr was met and metacopy is off
  bool lower_found = false;     ///< a lower was found in this layer
  bool in_index = false;        ///< the xattrs are those of an index entry that stands in for the missing upper
};
enum class refuse_answer : std::uint8_t { go_on, refuse_metacopy, refuse_redirect };

/// Everything that the model asks. Plain, constexpr, copyable.
struct kernel {
  std::string_view name;
  rule<uuid_question, uuid_answer> lower_uuid;
  rule<follow_question, follow_answer> follow_origin;
  rule<origin_type_question, origin_type_answer> origin_type;
  rule<inode_key_question, inode_key_answer> inode_key;
  rule<verify_question, verify_answer> verify_inode;
  rule<store_origin_question, store_origin_answer> store_origin;
  rule<mkdir_opaque_question, mkdir_opaque_answer> mkdir_opaque;
  rule<xino_bits_question, xino_bits_answer> xino_bits;
  rule<nlink_question, nlink_answer> nlink;
  rule<refuse_question, refuse_answer> refuse;
};

/// Linux 6.18, the reference of this release.
extern const kernel linux_6_18;

/// The kernel of that name (`"6.18"`); null where this release has none.
const kernel* kernel_named(std::string_view name) noexcept;

/// The names that kernel_named() knows, oldest first, separated by blanks.
std::string_view kernel_names() noexcept;

}  // namespace ovlsim
