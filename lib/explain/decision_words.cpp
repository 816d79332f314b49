// SPDX-License-Identifier: Apache-2.0
//
// One function a decision, over its question and its answer; std::visit lets none be missing. The words tell what the question saw, not
// what a particular rule makes of it: rules come and go. A new decision needs an overload of say() of its own, as those at the end.
#include "explain/decision_words.hpp"

#include <array>
#include <utility>

namespace ovlsim::explaining {

namespace {

decision_words quiet(std::string why) { return {std::move(why), false}; }
decision_words notable(std::string why) { return {std::move(why), true}; }

/// For a decision that has two answers and no more to say than that.
decision_words either(bool first, const char* words, const char* otherwise) { return quiet(first ? words : otherwise); }

/// `xino=on, index=on`: the options that decisions about origins look at, as far as they are on.
std::string opted_in(const options_in_force& o) {
  const std::array<std::pair<bool, std::string>, 6> all = {{{o.index, "index=on"},
                                                             {o.nfs_export, "nfs_export=on"},
                                                             {o.metacopy, "metacopy=on"},
                                                             {o.redirect == redirect_option::on, "redirect_dir=on"},
                                                             {o.xino == xino_option::on, "xino=on"},
                                                             {o.xino == xino_option::autom, "xino=auto"}}};
  std::string words;
  for (const auto& [on, word] : all) {
    if (on) words.append(words.empty() ? "" : ", ").append(word);
  }
  return words.empty() ? "none of index, nfs_export, metacopy, redirect_dir and xino is on" : "with " + words;
}

std::string capital_or(const std::string& about, const char* otherwise) { return about.empty() ? otherwise : about; }

std::string count(std::uint64_t n, const std::string& noun) { return std::to_string(n) + " " + noun + (n == 1 ? "" : "s"); }

/// What is done about an origin that is asked for.
std::string origin_check_in_words(const std::string& whose, origin_check_answer a) {
  return whose + (a == origin_check_answer::compare ? " is asked for: the log tells where it is another"
                                                    : " is asked for: where it is another, origins are not trusted from there on");
}

// --------------------------------------------------------------------------------------------------- origins and inodes

decision_words say(const uuid_question& q, uuid_answer a, const std::string& about) {
  const std::string fs = capital_or(about, "the lower filesystem");
  std::string outcome = a == uuid_answer::bad ? "its handles are not decoded (bad_uuid)" : "its handles are decoded";
  if (a == uuid_answer::no_index) outcome += ", but there is no index";
  if (!q.opts.nfs_export && !q.has_upper) return quiet(fs + ": without an upper and without nfs_export no handle will be decoded");
  if (q.same_as_upper_alone) return notable(fs + ": the upper's filesystem, on which a lower lies, too, has the same UUID: " + outcome);
  if (q.same_as_earlier_lower) return notable(fs + ": an earlier lower filesystem has the same UUID: " + outcome);
  if (q.null_uuid) return notable(fs + " has no UUID; " + opted_in(q.opts) + ", " + outcome);
  return quiet(fs + ": no earlier lower filesystem has its UUID: " + outcome);
}

decision_words say(const follow_question& q, follow_answer a, const std::string&) {
  if (a == follow_answer::decode) {
    return quiet(q.stored_null_uuid ? "neither the handle nor the layer has a UUID" : "the handle has the layer's UUID");
  }
  if (q.bad_uuid && !q.on_upper_fs) return quiet("the layer's filesystem is marked bad_uuid since the mount");
  if (!q.same_uuid) return quiet("the handle has another UUID than the layer");
  if (q.other_instance) return notable("another instance of the overlay stored the origin");
  const std::string where = q.one_fs ? "all layers lie on one filesystem; " : "the layers lie on several filesystems; ";
  return notable("the layer's UUID fits, but origins are not followed here; " + where + opted_in(q.opts));
}

decision_words say(const origin_type_question& q, origin_type_answer a, const std::string&) {
  return notable("the origin is a " + std::string(name(q.origin_type)) + ", the upper a " + std::string(name(q.upper_type)) + ": " +
                 (a == origin_type_answer::eio ? "the lookup fails" : "taken for none"));
}

decision_words say(const inode_key_question& q, inode_key_answer a, const std::string&) {
  if (!q.lower) return quiet("there is no lower");
  if (q.indexed) return quiet("an index entry ties the upper to its lower");
  if (!q.overlay_has_upper) return quiet("without an upper layer the lower is what there is");
  if (a == inode_key_answer::by_lower) {
    return quiet(q.upper ? "the lower is the upper's origin: the number is to stay what it was before copy-up"
                         : "the lower's number is to survive copy-up");
  }
  if (q.lower_nlink > 1 && !q.lower_is_dir) {
    return quiet("the lower has " + count(q.lower_nlink, "link") + (q.opts.index ? "" : " and there is no index") +
                 ": a copy-up breaks them, so it is not hashed by the lower");
  }
  if (q.opts.nfs_export && q.upper) return quiet("with nfs_export=on what has an upper is found by it");
  return quiet("not hashed by the lower; " + opted_in(q.opts));
}

decision_words say(const verify_question& q, verify_answer a, const std::string&) {
  if (a == verify_answer::same) return quiet("the cached inode has the lower and the upper that were found");
  if (q.is_dir && q.strict && !q.lower && q.inode_lower) return quiet("the cached directory has a lower, the one looked for has none");
  if (q.is_dir && q.strict && !q.upper && q.inode_upper) return quiet("the cached directory has an upper, the one looked for has none");
  if (q.lower && !q.same_lower) return quiet("the cached lower is another");
  if (q.upper && !q.same_upper) {
    return quiet(q.inode_upper ? "the cached upper is another" : "the cached inode has no upper");
  }
  return quiet("the cached inode is taken for another");
}

decision_words say(const store_origin_question& q, store_origin_answer a, const std::string&) {
  if (a == store_origin_answer::handle) return quiet("the lower's handle, so that the copy keeps its inode number");
  if (a == store_origin_answer::empty) {
    const std::string says = ": an empty origin says copied up, and no more";
    if (!q.can_decode) return notable("the lower has no file handles that can be decoded later" + says);
    return notable((q.bad_origin ? "origins are not trusted any more" : "no handle is stored here; " + opted_in(q.opts)) + says);
  }
  if (!q.is_dir && q.lower_nlink > 1) {
    return notable("the lower has " + count(q.lower_nlink, "link") + " and there is no index: the copy breaks away from them");
  }
  return notable("no origin is stored here; " + opted_in(q.opts));
}

decision_words say(const xino_bits_question& q, xino_bits_answer a, const std::string&) {
  if (a < 0) return quiet("xino is off, and the layers lie on " + count(q.filesystems, "filesystem"));
  if (a == 0) return quiet("all layers lie on one filesystem: st_ino needs no bits to tell them apart");
  return quiet("st_ino has " + count(static_cast<std::uint64_t>(a), "high bit") + " for " + count(q.filesystems, "filesystem") +
               (q.all_ino32 ? ", all of which number in 32 bits" : ""));
}

decision_words say(const nlink_question& q, nlink_answer a, const std::string&) {
  const std::string links = (q.indexed ? "indexed, " : "") + std::string("the lower has ") + count(q.lower_nlink, "link");
  return quiet(links + (a == nlink_answer::real ? ": the real inode's count is right" : ": trusted.overlay.nlink counts"));
}

decision_words say(const can_decode_question& q, can_decode_answer a, const std::string&) {
  if (!q.has_handles) return quiet("the filesystem has no file handles");
  if (!q.null_uuid) return quiet("the filesystem has file handles and a UUID");
  return quiet(a == can_decode_answer::yes ? "the filesystem has file handles: that it has no UUID is no hindrance"
                                           : "the filesystem has file handles, but no UUID");
}

decision_words say(const origin_lookup_question& q, origin_lookup_answer a, const std::string&) {
  const std::string read = "the stored origin, where there is one, is read";
  if (a == origin_lookup_answer::read) return quiet(read + (q.bad_origin ? ", though origins are not trusted any more" : ""));
  if (a == origin_lookup_answer::at_path) return quiet("the lower of what was copied up is what its path leads to");
  if (a == origin_lookup_answer::agrees) return quiet("the stored origin counts if its path leads to the same");
  return notable(q.bad_origin ? "origins are not trusted any more" : "the stored origin is not looked at; " + opted_in(q.opts));
}

decision_words say(const const_ino_question& q, const_ino_answer a, const std::string&) {
  const std::string seen = q.by_lower ? "hashed by the lower" : q.lower ? "it has a lower, but is not hashed by it" : "it has no lower";
  return quiet(seen + (a == const_ino_answer::yes ? ": a copy-up keeps its number" : ": its number is not one that a copy-up keeps"));
}

decision_words say(const index_mismatch_question& q, index_mismatch_answer a, const std::string&) {
  const std::string seen = q.missing ? "the origin has " + count(q.origin_nlink, "link") + " and no index entry"
                                     : std::string("the origin's index entry is another upper's");
  if (a == index_mismatch_answer::eio) return notable(seen + ": the lookup fails");
  return quiet(seen + ": the upper is taken as not indexed");
}

decision_words say(const origin_ino_question& q, origin_ino_answer a, const std::string&) {
  std::string seen = q.on_upper_fs ? "the origin lies on the upper's filesystem" : "the origin lies on another filesystem than the upper";
  if (q.lower_nlink > 1 && !q.is_dir) seen += " and has " + count(q.lower_nlink, "link") + (q.indexed ? ", indexed" : "");
  if (a == origin_ino_answer::number) return quiet(seen + ": st_ino is the origin's");
  if (a == origin_ino_answer::device) return quiet(seen + ": st_dev is the origin's, st_ino the upper's");
  return quiet(seen + ": st_ino and st_dev are the upper's");
}

decision_words say(const origin_conflict_question& q, origin_conflict_answer a, const std::string&) {
  std::string seen = std::string("two names claim one lower, this one by its ") + (q.followed ? "origin: " : "path: ");
  seen += q.inode_upper ? "the cached inode has another upper" : "the cached inode has no upper";
  if (a == origin_conflict_answer::estale) return quiet(std::move(seen));
  seen += "; from here on origins are not trusted";
  return notable(seen + (a == origin_conflict_answer::by_upper ? ", and this name's inode is hashed by its upper" : ""));
}

decision_words say(const stored_instance_question&, stored_instance_answer a, const std::string&) {
  if (a == stored_instance_answer::none) return quiet("origins bear no mark of who stored them");
  return quiet(a == stored_instance_answer::mount ? "origins are marked with the mount that stores them"
                                                  : "origins are marked with the upper that they are stored in");
}

decision_words say(const copied_up_key_question&, copied_up_key_answer a, const std::string&) {
  return either(a == copied_up_key_answer::by_upper, "from here on the inode is hashed by its upper", "the inode stays hashed by its lower");
}

decision_words say(const moved_file_question&, moved_file_answer a, const std::string&) {
  return either(a == moved_file_answer::redirects, "a redirect says where its lower is", "nothing says where its lower was");
}

// ---------------------------------------------------------------------------------------------- directories and lookups

decision_words say(const mkdir_opaque_question& q, mkdir_opaque_answer a, const std::string&) {
  if (!q.parent_merged) return quiet("the parent has no lower: there is nothing to cover");
  return quiet(a == mkdir_opaque_answer::opaque ? "the parent is merged, and nothing may show through later"
                                                : "the layers may be changed offline: what appears below later shall be merged");
}

decision_words say(const refuse_question& q, refuse_answer a, const std::string&) {
  const std::string met = q.metacopy ? "a metacopy xattr was met and metacopy is off"
                                     : "a redirect xattr was met and redirects are not followed";
  if (a == refuse_answer::go_on) return quiet(met + "; here that is not asked yet");
  return notable(met + ": the lookup fails");
}

decision_words say(const metacopy_value_question& q, metacopy_value_answer a, const std::string&) {
  if (a == metacopy_value_answer::ok) return quiet("a metacopy xattr of " + count(q.size, "byte"));
  if (a == metacopy_value_answer::ignored) return notable("this kernel has no metacopies: the xattr means nothing");
  return notable("a metacopy xattr of " + count(q.size, "byte") + ": 4 at least, or none");
}

decision_words say(const d_ino_failure_question&, d_ino_failure_answer a, const std::string&) {
  return notable(a == d_ino_failure_answer::dropped ? "the entry is left out of the listing"
                                                    : "the entry stays in the listing with the number that the layer gives");
}

decision_words say(const lost_metacopy_log_question&, lost_metacopy_log_answer, const std::string&) {
  return notable("a metacopy whose data no lower layer has: the lookup fails with EIO");
}

decision_words say(const whiteout_link_question&, whiteout_link_answer a, const std::string&) {
  return either(a == whiteout_link_answer::shares_no_more, "no link can be made: each whiteout gets an inode of its own from here on",
                "no link can be made: this whiteout fails");
}

decision_words say(const taken_name_question&, taken_name_answer a, const std::string&) {
  return notable(a == taken_name_answer::eexist ? "somebody took the copy's name in the upper: copy-up fails"
                                                : "somebody took the copy's name in the upper: it is replaced");
}

decision_words say(const dir_origin_check_question& q, origin_check_answer a, const std::string&) {
  if (a == origin_check_answer::none) return quiet("the origin of a directory merged by path is not asked for; " + opted_in(q.opts));
  return quiet(origin_check_in_words("a merged directory's origin", a));
}

decision_words say(const revalidate_question& q, revalidate_answer a, const std::string&) {
  const std::string seen = std::string("origins are not trusted any more, and the cached ") + (q.is_dir ? "directory" : "file") +
                           (q.lower && q.upper ? " has an upper and a lower" : q.upper ? " has an upper alone" : " has a lower alone");
  if (a == revalidate_answer::invalid) return notable(seen + ": it is looked up anew");
  return quiet(seen + ": it is taken as it is");
}

decision_words say(const d_ino_question&, d_ino_answer a, const std::string&) {
  return either(a == d_ino_answer::translated, "d_ino is what stat says, where the overlay has one st_dev for all",
                "d_ino is the number that the layer gives");
}

decision_words say(const once_merged_question&, once_merged_answer a, const std::string&) {
  return either(a == once_merged_answer::merged, "the directory has an origin: there may be whiteouts in it, which are not listed",
                "the directory has an origin, but no lower: it is listed as it is in its layer");
}

decision_words say(const foreign_xattr_question&, foreign_xattr_answer a, const std::string&) {
  return notable(a == foreign_xattr_answer::left_behind ? "the upper does not take an xattr: the copy goes without it"
                                                        : "the upper does not take an xattr: copy-up fails");
}

decision_words say(const whiteout_inode_question&, whiteout_inode_answer a, const std::string&) {
  return either(a == whiteout_inode_answer::shared, "whiteouts are links to one inode", "each whiteout has an inode of its own");
}

decision_words say(const open_file_question&, open_file_answer a, const std::string&) {
  return either(a == open_file_answer::stacked, "an open file goes on with the data where they are by then",
                "an open file goes on with the real file that was opened");
}

decision_words say(const fix_origin_question&, fix_origin_answer a, const std::string&) {
  return either(a == fix_origin_answer::stored, "the merged directory has no origin: it gets the lower's handle",
                "the merged directory has no origin, and gets none");
}

decision_words say(const middle_metacopy_question&, middle_metacopy_answer a, const std::string&) {
  return either(a == middle_metacopy_answer::followed, "a metacopy between others has an absolute redirect: it is followed from the root",
                "a metacopy between others has an absolute redirect: it is passed over");
}

decision_words say(const inode_failure_log_question&, inode_failure_log_answer a, const std::string&) {
  return either(a == inode_failure_log_answer::logged, "no overlay inode could be had, and the log tells it",
                "no overlay inode could be had, and the log does not tell it");
}

// ------------------------------------------------------------------------------------------------------------- the mount

decision_words say(const root_origin_check_question& q, origin_check_answer a, const std::string&) {
  if (a == origin_check_answer::none) return quiet("the upper root's origin is asked for with an index alone; " + opted_in(q.opts));
  return quiet(origin_check_in_words("the upper root's origin", a));
}

decision_words say(const layer_dev_question& q, layer_dev_answer a, const std::string&) {
  const std::string layer = q.upper ? "the upper" : q.on_upper_fs ? "a lower on the upper's filesystem" : "a lower on another filesystem";
  if (a == layer_dev_answer::real) return quiet(layer + ": st_dev is the filesystem's own");
  return quiet(layer + ": st_dev is an anonymous one for the " + (a == layer_dev_answer::for_layer ? "layer" : "filesystem"));
}

decision_words say(const conflicts_question&, conflicts_answer a, const std::string&) {
  if (a == conflicts_answer::resolved) {
    return quiet("an option brings along what it needs, and options that exclude each other are an error where both are given");
  }
  return quiet(std::string(a == conflicts_answer::late ? "metacopy=on brings redirect_dir=on along, any other" : "an") +
               " option falls back where what it needs is not on");
}

decision_words say(const in_use_question& q, in_use_answer a, const std::string&) {
  const std::string seen = std::string("another mount uses the directory: with index=") + (q.index ? "on" : "off");
  if (a == in_use_answer::ignored) return notable(seen + " that is not looked for");
  return notable(seen + (a == in_use_answer::ebusy ? " the mount fails" : " the log warns"));
}

decision_words say(const filesystem_question& q, filesystem_answer a, const std::string&) {
  return {std::string(a == filesystem_answer::known ? "this kernel has " : "this kernel has no ") + std::string(name(q.type)),
          a == filesystem_answer::unknown};
}

decision_words say(const option_question&, option_answer a, const std::string&) {
  return {a == option_answer::known ? "this kernel has the option" : "this kernel has no such option", a == option_answer::unknown};
}

decision_words say(const xino_auto_question&, xino_auto_answer a, const std::string&) {
  return either(a == xino_auto_answer::falls_back, "handles of a lower cannot be followed: an xino=auto would become xino=off",
                "handles of a lower cannot be followed, but an xino=auto would stay");
}

decision_words say(const upper_in_lower_question&, upper_in_lower_answer a, const std::string&) {
  return either(a == upper_in_lower_answer::eloop, "an upper or workdir within a lower layer is refused",
                "an upper or workdir within a lower layer is not looked for");
}

decision_words say(const incompat_question&, incompat_answer a, const std::string&) {
  return notable(a == incompat_answer::refused ? "work/incompat says that an unknown feature was in use: the mount is refused"
                                               : "work/incompat is removed like anything else in work");
}

decision_words say(const data_layers_question&, data_layers_answer a, const std::string&) {
  if (a == data_layers_answer::unknown) return quiet("this kernel has no data-only layers");
  return either(a == data_layers_answer::alone, "redirects into data-only layers are followed whatever metacopy= says",
                "data-only layers need metacopy=on");
}

decision_words say(const index_upper_question&, index_upper_answer a, const std::string&) {
  return either(a == index_upper_answer::within_upper, "an index entry's directory has to lie within the upper",
                "an index entry's directory may lie anywhere");
}

// ----------------------------------------------------------------- what a kernel has or has not, whatever it is asked about

decision_words say(const mount_api_question&, mount_api_answer a, const std::string&) {
  return either(a == mount_api_answer::fs_context, "each layer is looked up as its option is parsed", "options come as one string");
}
decision_words say(const overlay_uuid_question&, overlay_uuid_answer a, const std::string&) {
  return either(a == overlay_uuid_answer::stored, "an upper can hold a UUID of the overlay's own", "overlays have no UUID of their own");
}
decision_words say(const own_xattrs_question&, own_xattrs_answer a, const std::string&) {
  return either(a == own_xattrs_answer::escaped, "trusted.overlay.* through the mount is kept escaped", "trusted.overlay.* is refused");
}
decision_words say(const whiteout_xattr_question&, whiteout_xattr_answer a, const std::string&) {
  return either(a == whiteout_xattr_answer::honoured, "a file with overlay.whiteout is a whiteout", "overlay.whiteout means nothing");
}
decision_words say(const root_origin_log_question&, root_origin_log_answer, const std::string&) {
  return notable("the upper root's origin is not the lower root");
}
decision_words say(const tmpfile_dentry_question&, tmpfile_dentry_answer a, const std::string&) {
  return either(a == tmpfile_dentry_answer::linked, "the name that the copy was linked to", "the nameless dentry of the O_TMPFILE");
}
decision_words say(const user_xattrs_question& q, user_xattrs_answer a, const std::string&) {
  return quiet(std::string(name(q.type)) + (a == user_xattrs_answer::yes ? " takes user.* xattrs" : " takes no user.* xattrs"));
}
decision_words say(const erofs_handle_question&, erofs_handle_answer a, const std::string&) {
  return either(a == erofs_handle_answer::none, "erofs has no file handles", "erofs has file handles");
}
decision_words say(const clone_uuid_question&, clone_uuid_answer a, const std::string&) {
  if (a == clone_uuid_answer::refused) return notable("the original is mounted: a copy with the same UUID is refused");
  return either(a == clone_uuid_answer::own, "the copy is mounted under a UUID of its own", "the copy keeps the original's UUID");
}
decision_words say(const layer_errors_question&, layer_errors_answer a, const std::string&) {
  return either(a == layer_errors_answer::kernel_log, "the kernel log says what is wrong with a layer", "the mount call is told");
}
decision_words say(const tmpfs_order_question&, tmpfs_order_answer a, const std::string&) {
  return either(a == tmpfs_order_answer::newest_first, "tmpfs lists the newest entry first", "tmpfs lists the oldest entry first");
}
decision_words say(const noxattr_log_question&, noxattr_log_answer, const std::string&) { return notable("the upper takes no xattrs"); }
decision_words say(const cleanup_error_question&, cleanup_error_answer a, const std::string&) {
  return notable(a == cleanup_error_answer::returned ? "something could not be removed from the workdir: an error of the caller"
                                                     : "something could not be removed from the workdir: it is left there");
}
decision_words say(const tmpfile_probe_question&, tmpfile_probe_answer a, const std::string&) {
  return either(a == tmpfile_probe_answer::held, "the inode number of the tmpfile that was tried is free when the mount returns",
                "the inode number of the tmpfile that was tried is free at once");
}
decision_words say(const rename_whiteout_probe_question&, rename_whiteout_probe_answer a, const std::string&) {
  return either(a == rename_whiteout_probe_answer::tried, "RENAME_WHITEOUT is tried in the workdir", "RENAME_WHITEOUT is not tried");
}
decision_words say(const protattr_question&, protattr_answer a, const std::string&) {
  return notable(a == protattr_answer::read ? "overlay.protattr of the upper is looked at" : "overlay.protattr of the upper means nothing yet");
}
decision_words say(const xino_range_question&, xino_range_answer a, const std::string&) {
  return either(a == xino_range_answer::reserves_bit, "xino keeps one of its bits for numbers that are not persistent",
                "xino uses all its bits for the filesystem");
}
decision_words say(const layer_traps_question&, layer_traps_answer a, const std::string&) {
  return either(a == layer_traps_answer::set, "layers may not lie in each other", "layers may lie in each other");
}
decision_words say(const tmpfs_uuid_question&, tmpfs_uuid_answer a, const std::string&) {
  return either(a == tmpfs_uuid_answer::random, "a tmpfs has a UUID", "a tmpfs has no UUID");
}
decision_words say(const index_owner_question&, index_owner_answer a, const std::string&) {
  return either(a == index_owner_answer::upper, "index/ names its upper in overlay.upper", "index/ names its upper in overlay.origin");
}
decision_words say(const workdir_order_question&, workdir_order_answer a, const std::string&) {
  return either(a == workdir_order_answer::before_lowers, "the work directory is made before the lower layers are looked for",
                "the work directory is made after the lower layers were found");
}
decision_words say(const encode_log_question&, encode_log_answer, const std::string&) { return notable("a handle cannot be made"); }

}  // namespace

decision_words words_of(const decision& d, const std::string& about) {
  return std::visit([&](const auto& a) { return say(a.question, a.answer, about); }, d);
}

}  // namespace ovlsim::explaining
