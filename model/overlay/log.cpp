// SPDX-License-Identifier: Apache-2.0
//
// The texts are interface: users grep for them, so they are the kernel's to the letter.
#include "overlay/log.hpp"

#include <algorithm>

#include "overlay/origin.hpp"

namespace ovlsim::overlay::log {

namespace {

std::string minus(errc e) { return "-" + std::to_string(static_cast<int>(e)); }

std::string quoted(std::string_view s) { return "'" + std::string(s) + "'"; }

std::string in_parens(std::string_view s) { return "(" + std::string(s) + ")"; }

}  // namespace

void write(context& c, std::string line) { c.log.push_back("overlayfs: " + std::move(line)); }

std::string ftype(file_type type) {
  switch (type) {
    case file_type::file: return "8000";
    case file_type::dir: return "4000";
    case file_type::symlink: return "a000";
    case file_type::chr: return "2000";
    case file_type::block: return "6000";
    case file_type::fifo: return "1000";
    case file_type::socket: return "c000";
  }
  return "0";
}

void failed_to_resolve(context& c, std::string_view path, errc e) {
  write(c, "failed to resolve " + quoted(path) + ": " + minus(e));
}
void empty_lowerdir(context& c) { write(c, "empty lowerdir"); }
void data_layers_need_metacopy(context& c) { write(c, "lower data-only dirs require metacopy support."); }
void missing_lowerdir(context& c) { write(c, "missing 'lowerdir'"); }
void only_data_layers(context& c) { write(c, "at least one non-data lowerdir is required"); }
void not_a_directory(context& c, std::string_view path) { write(c, quoted(path) + " not a directory"); }
void not_supported_as_upper(context& c, std::string_view path) {
  write(c, "filesystem on " + quoted(path) + " not supported as upperdir");
}
void unrecognized_option(context& c, std::string_view option) {
  write(c, "unrecognized mount option \"" + std::string(option) + "\" or missing value");
}
void useless_workdir(context& c, std::string_view path) {
  write(c, "option \"workdir=" + std::string(path) + "\" is useless in a non-upper mount, ignore");
}
void useless_index(context& c) { write(c, "option \"index=on\" is useless in a non-upper mount, ignore"); }
void meaningless_volatile(context& c) {
  write(c, "option \"volatile\" is meaningless in a non-upper mount, ignoring it.");
}
void uuid_on_needs_upper(context& c) { write(c, "option \"uuid=on\" requires an upper fs, falling back to uuid=null."); }
void conflicting_options(context& c, std::string_view which) { write(c, "conflicting options: " + std::string(which)); }
void conflicting_options(context& c, std::string_view which, redirect_option mode) {
  conflicting_options(c, std::string(which) + ",redirect_dir=" + std::string(ovlsim::name(mode)));
}
void metacopy_needs_redirect_dir(context& c, bool has_upper) {
  write(c, std::string("metadata only copy up requires ") +
               (has_upper ? "\"redirect_dir=on\"" : "\"redirect_dir=follow\" on non-upper mount") + ", falling back to metacopy=off.");
}
void disabling(context& c, std::string_view what, std::string_view because_of) {
  write(c, "disabling " + std::string(what) + " due to " + std::string(because_of));
}
void nfs_export_needs_nofollow(context& c) {
  write(c, "NFS export requires \"redirect_dir=nofollow\" on non-upper mount, falling back to nfs_export=off.");
}
void uuid_off_needs_one_fs(context& c, std::string_view instead) {
  write(c, "The uuid=off requires a single fs for lower and upper, falling back to uuid=" + std::string(instead) + ".");
}
void failed_to_get_uuid(context& c, std::string_view pd2, int error) {
  write(c, "failed to get uuid (" + std::string(pd2) + ", err=" + std::to_string(error) + "); falling back to uuid=null.");
}
void missing_workdir(context& c) { write(c, "missing 'workdir'"); }
void conflicting_path(context& c, std::string_view what) { write(c, "conflicting " + std::string(what) + " path"); }
void in_use(context& c, std::string_view what, bool of_any_mount) {
  write(c, std::string(what) + (of_any_mount ? " is in-use by another mount" : " is in-use as upperdir/workdir of another mount") +
               ", accessing files from both mounts will result in undefined behavior.");
}
void in_use_exclusively(context& c, std::string_view what, bool of_any_mount, bool for_index) {
  if (!for_index) {
    write(c, std::string(what) + " is in-use by another mount");
    return;
  }
  const std::string protection = of_any_mount ? std::string(what) : "upperdir";
  write(c, std::string(what) + (of_any_mount ? " is in-use by another mount" : " is in-use as upperdir/workdir of another mount") +
               ", mount with '-o index=off' to override exclusive " + protection + " protection.");
}
void no_file_handles_on_upper(context& c) { write(c, "upper fs does not support file handles, falling back to index=off."); }
void bad_origin(context& c, std::string_view why) { write(c, std::string(why) + " detected, disabling decoding of non-dir origin."); }
void no_file_handles_no_index(context& c, std::string_view path, bool nfs_export) {
  write(c, "fs on " + quoted(path) + " does not support file handles, falling back to index=off" +
               (nfs_export ? ",nfs_export=off." : "."));
}
void nfs_export_needs_indexdir(context& c) {
  write(c, "NFS export requires an index dir, falling back to nfs_export=off.");
}
void no_nfs_export_with_metacopy(context& c) {
  write(c, "NFS export is not supported with metadata only copy up, falling back to nfs_export=off.");
}
void no_xattrs_on_upper(context& c) { write(c, "failed to set xattr on upper"); }
void no_xattrs_falling_back(context& c, std::string_view to) {
  write(c, "upper fs does not support xattr, falling back to " + std::string(to) + ".");
}
void falling_back(context& c, std::string_view to) { write(c, "...falling back to " + std::string(to) + "."); }
void nfs_export_needs_index(context& c) { write(c, "NFS export requires \"index=on\", falling back to nfs_export=off."); }
void not_same_mount(context& c) { write(c, "workdir and upperdir must reside under the same mount"); }
void not_separate_subtrees(context& c) { write(c, "workdir and upperdir must be separate subtrees"); }
void failed_to_create_directory(context& c, std::string_view workdir, std::string_view name, errc e) {
  write(c, "failed to create directory " + std::string(workdir) + "/" + std::string(name) +
               " (errno: " + std::to_string(static_cast<int>(e)) + "); mounting read-only");
}
void cleanup_failed(context& c, std::string_view pd2, errc e) {
  write(c, "cleanup of " + quoted(pd2) + " failed " + in_parens(minus(e)));
}
void incompat_feature(context& c, std::string_view name) {
  write(c, "overlay with incompat feature " + quoted(name) + " cannot be mounted");
}
void at_least_two_lowers(context& c) { write(c, "at least 2 lowerdir are needed while upperdir nonexistent"); }
void no_file_handles_no_xino(context& c, std::string_view path) {
  write(c, "fs on " + quoted(path) + " does not support file handles, falling back to xino=off.");
}
void bad_uuid(context& c, bool null, std::string_view pd2, std::string_view xino) {
  write(c, std::string(null ? "null" : "conflicting") + " uuid detected in lower fs " + quoted(pd2) +
               ", falling back to " + (xino.empty() ? std::string() : "xino=" + std::string(xino) + ",") + "index=off,nfs_export=off.");
}
void xino_useless(context& c) { write(c, "\"xino=on\" is useless with all layers on same fs, ignore."); }
void xino_bits(context& c, int bits) {
  write(c, "\"xino\" feature enabled using " + std::to_string(bits) + " upper inode bits.");
}
void overlapping_path(context& c, std::string_view what) { write(c, "overlapping " + std::string(what) + " path"); }
void read_only_upper(context& c) { write(c, "upper fs is r/o, try multi-lower layers mount"); }
void stacked_too_deep(context& c) { write(c, "maximum fs stacking depth exceeded"); }

void failed_to_verify_upper_root(context& c) { write(c, "failed to verify upper root origin"); }
void failed_to_verify_indexdir(context& c, std::string_view which) {
  write(c, "failed to verify index dir " + quoted(which) + " xattr");
}
void failed_to_verify_indexdir_origin(context& c) { write(c, "failed to verify index dir origin"); }
void try_deleting_indexdir(context& c) {
  write(c, "try deleting index dir or mounting with '-o index=off' to disable inodes index.");
}
void failed_indexdir_cleanup(context& c, errc e) { write(c, "failed index dir cleanup " + in_parens(minus(e))); }
void failed_to_verify(context& c, std::string_view what, std::string_view pd2, ino_t64 ino, errc e) {
  write(c, "failed to verify " + std::string(what) + " (" + std::string(pd2) + ", ino=" + std::to_string(ino) + ", err=" + minus(e) +
               ")");
}
void failed_to_verify_index(context& c, std::string_view pd2, file_type type, errc e) {
  write(c, "failed to verify index (" + std::string(pd2) + ", ftype=" + ftype(type) + ", err=" + minus(e) + ")");
}
void orphan_index(context& c, std::string_view pd2, file_type type, std::uint32_t nlink) {
  write(c, "orphan index entry (" + std::string(pd2) + ", ftype=" + ftype(type) + ", nlink=" + std::to_string(nlink) + ")");
}
void invalid_index_upper(context& c, std::string_view pd2, std::string_view upper_pd2) {
  write(c, "invalid index upper (" + std::string(pd2) + ", upper=" + std::string(upper_pd2) + ").");
}
void bad_index(context& c, std::string_view pd2, file_type type, file_type origin) {
  write(c, "bad index found (index=" + std::string(pd2) + ", ftype=" + ftype(type) + ", origin ftype=" + ftype(origin) + ").");
}
void uncovered_redirected_dir(context& c, std::string_view origin_pd2, std::string_view index_pd2) {
  write(c, "suspected uncovered redirected dir found (origin=" + std::string(origin_pd2) + ", index=" + std::string(index_pd2) + ").");
}
void no_index_of_hard_link(context& c, ino_t64 origin) {
  write(c, "hard link with origin but no index (ino=" + std::to_string(origin) + ").");
}
void wrong_index(context& c, std::string_view index_pd2, ino_t64 index, ino_t64 upper) {
  write(c, "wrong index found (index=" + std::string(index_pd2) + ", ino=" + std::to_string(index) + ", upper ino=" +
               std::to_string(upper) + ").");
}
void multiply_redirected_dir(context& c, std::string_view upper_pd2, std::string_view origin_pd2, std::string_view index_pd2) {
  write(c, "suspected multiply redirected dir found (upper=" + std::string(upper_pd2) + ", origin=" + std::string(origin_pd2) +
               ", index=" + std::string(index_pd2) + ").");
}
void cleanup_linked_index(context& c, std::string_view upper_pd2, ino_t64 ino, std::uint32_t nlink) {
  write(c, "cleanup linked index (" + std::string(upper_pd2) + ", ino=" + std::to_string(ino) + ", nlink=" + std::to_string(nlink) +
               ")");
}
void cleanup_index_failed(context& c, std::string_view pd2, errc e) {
  write(c, "cleanup index of " + quoted(pd2) + " failed " + in_parens(minus(e)));
}

void invalid_origin_bytes(context& c, std::string_view bytes) {
  constexpr std::size_t padding = 3;  // of struct ovl_fh, which is printed for as many bytes as were read
  constexpr std::size_t longest = 64;  // what %*ph prints at most
  const std::string padded = std::string(padding, '\0') + std::string(bytes);
  write(c, "invalid origin " + in_parens(hex_of(std::string_view(padded).substr(0, std::min(bytes.size(), longest)))));
}
void invalid_origin(context& c, std::string_view pd2, file_type upper, file_type origin) {
  write(c, "invalid origin (" + std::string(pd2) + ", ftype=" + ftype(upper) + ", origin ftype=" + ftype(origin) + ").");
}
void invalid_redirect(context& c, std::string_view redirect) { write(c, "invalid redirect " + in_parens(redirect)); }
void refusing_metacopy(context& c, std::string_view pd2) {
  write(c, "refusing to follow metacopy origin for " + in_parens(pd2));
}
void refusing_redirect(context& c, std::string_view pd2) { write(c, "refusing to follow redirect for " + in_parens(pd2)); }
void metacopy_too_small(context& c, std::string_view name) {
  write(c, "metacopy file " + quoted(name) + " has too small xattr");
}
void lazy_lowerdata_failed(context& c, std::string_view pd2, errc e) {
  write(c, "lazy lowerdata lookup failed (" + std::string(pd2) + ", err=" + minus(e) + ")");
}
void metacopy_without_data(context& c, std::string_view pd2) {
  write(c, "metacopy with no lower data found - abort lookup " + in_parens(pd2));
}
void overlapping_layers(context& c, bool upper, std::string_view base_pd2, std::string_view name, errc e) {
  write(c, std::string("failed lookup in ") + (upper ? "upper" : "lower") + " (" + std::string(base_pd2) + ", name='" +
               std::string(name) + "', err=" + minus(e) + "): overlapping layers");
}
void failed_to_get_inode(context& c, errc e) { write(c, "failed to get inode " + in_parens(minus(e))); }
void failed_to_get_nlink(context& c, std::string_view pd2, int e) {
  write(c, "failed to get index nlink (" + std::string(pd2) + ", err=" + std::to_string(e) + ")");
}
void incompatible_protattr(context& c, std::string_view pd2, std::size_t size) {
  write(c, "incompatible overlay.protattr format (" + std::string(pd2) + ", len=" + std::to_string(size) + ")");
}
void failed_to_link_whiteout(context& c, std::uint32_t nlink, errc e, bool as_number) {
  const std::uint64_t err = static_cast<std::uint64_t>(-static_cast<std::int64_t>(e));
  write(c, "Failed to link whiteout - disabling whiteout inode sharing(nlink=" + std::to_string(nlink) + ", err=" +
               (as_number ? minus(e) : std::to_string(err)) + ")");
}
void temp_exists(context& c, std::string_view name) { write(c, "workdir/" + std::string(name) + " already exists"); }
void failed_to_lock(context& c) { write(c, "failed to lock workdir+upperdir"); }

void failed_to_copy_up_on_encode(context& c, std::string_view pd2, errc e) {
  write(c, "failed to copy up on encode (" + std::string(pd2) + ", err=" + minus(e) + ")");
}
void failed_to_encode(context& c, std::string_view pd2, errc e) {
  write(c, "failed to encode file handle (" + std::string(pd2) + ", err=" + minus(e) + ")");
}
void failed_to_encode(context& c, ino_t64 ino, errc e) {
  write(c, "failed to encode file handle (ino=" + std::to_string(ino) + ", err=" + minus(e) + ")");
}
void failed_to_decode(context& c, std::size_t words, std::uint32_t type, unsigned flags, errc e) {
  write(c, "failed to decode file handle (len=" + std::to_string(words) + ", type=" + std::to_string(type) +
               ", flags=" + std::to_string(flags) + ", err=" + minus(e) + ")");  // no flag is above 9
}
void failed_to_look_up_one_by_real(context& c, std::string_view pd2, std::uint32_t layer, std::string_view connected, errc e) {
  write(c, "failed to lookup one by real (" + std::string(pd2) + ", layer=" + std::to_string(layer) +
               ", connected=" + std::string(connected) + ", err=" + minus(e) + ")");
}
void failed_to_look_up_by_real(context& c, std::string_view pd2, std::uint32_t layer, std::string_view connected, errc e) {
  write(c, "failed to lookup by real (" + std::string(pd2) + ", layer=" + std::to_string(layer) +
               ", connected=" + std::string(connected) + ", err=" + minus(e) + ")");
}

void inode_number_too_big(context& c, std::string_view pd2, ino_t64 ino, int bits) {
  write(c, "inode number too big (" + std::string(pd2) + ", ino=" + std::to_string(ino) +
               ", xinobits=" + std::to_string(bits) + ")");
}
void d_ino_too_big(context& c, std::string_view name, ino_t64 ino, int bits) {
  write(c, "d_ino too big (" + std::string(name) + ", ino=" + std::to_string(ino) + ", xinobits=" + std::to_string(bits) + ")");
}
void failed_to_look_up_for_ino(context& c, std::string_view name, errc e) {
  write(c, "failed to look up " + in_parens(name) + " for ino " + in_parens(minus(e)));
}

}  // namespace ovlsim::overlay::log
