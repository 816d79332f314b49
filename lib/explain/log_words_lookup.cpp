// SPDX-License-Identifier: Apache-2.0
//
// What the lines about lookups, changes, file handles and inode numbers mean, in the order of model/overlay/log.cpp.
#include "explain/log_words.hpp"

namespace ovlsim::explaining {

namespace {

constexpr log_entry lookup_entries[] = {
    {.name = "invalid-origin-bytes",
     .pattern = "invalid origin ({})",
     .means = "An overlay.origin (or overlay.upper) xattr does not hold a file handle as overlayfs writes it. The bytes that "
         "follow are the kernel's padding and the value.",
     .when = "At lookup (ovl_get_fh). The file is treated as one without an origin.",
     .risk = "No. Its inode number is that of the upper.",
     .cure = "Remove the xattr from the upper file while nothing is mounted."},
    {.name = "invalid-origin",
     .pattern = "invalid origin ({}, ftype={}, origin ftype={}).",
     .means = "The stored origin decodes to a lower inode of another type than the upper file: the number was given to something "
         "else since.",
     .when = "At lookup (ovl_check_origin_fh), after a lower image was replaced. Older kernels (5.10) fail the lookup with EIO, "
         "newer ones (5.15) go on without the origin.",
     .risk = "No, but it is a sign that other origins of this upper may point to wrong files of the right type.",
     .cure = "Take a new upper for a new lower, or mount such that origins are not followed (a squashfs without xino=on, "
         "index=on, metacopy=on and redirect_dir=on)."},
    {.name = "invalid-redirect",
     .pattern = "invalid redirect ({})",
     .means = "An overlay.redirect xattr is neither a name nor a path that begins with a slash, or is empty.",
     .when = "At lookup (ovl_get_redirect_xattr). The lookup fails with EINVAL.",
     .risk = "No. Nothing is changed, but the directory cannot be looked up.",
     .cure = "Correct or remove the xattr in the upper while nothing is mounted; without it the lower directory is not merged."},
    {.name = "refusing-metacopy",
     .pattern = "refusing to follow metacopy origin for ({})",
     .means = "The upper file holds metadata only and its data lies below, but the mount has metacopy=off, so it may not be "
         "followed.",
     .when = "At lookup (ovl_lookup). EPERM.",
     .risk = "No. The data is in the lower file.",
     .cure = "Mount with metacopy=on, as it was when the file was copied up. Do not do so for layers that you do not trust."},
    {.name = "refusing-redirect",
     .pattern = "refusing to follow redirect for ({})",
     .means = "The upper directory was renamed with redirect_dir=on and names its lower by a redirect, but the mount has "
         "redirect_dir=nofollow.",
     .when = "At lookup (ovl_lookup). EPERM.",
     .risk = "No. Nothing is changed, but the directory cannot be looked up.",
     .cure = "Mount with redirect_dir=follow or on, as it was when the directory was renamed. Do not do so for layers that you "
         "do not trust."},
    {.name = "metacopy-too-small",
     .pattern = "metacopy file '{}' has too small xattr",
     .means = "An overlay.metacopy xattr is neither empty nor as long as its header.",
     .when = "At lookup (ovl_check_metacopy_xattr), since Linux 6.6. EIO.",
     .risk = "No. The file cannot be opened until the xattr is mended.",
     .cure = "Remove the xattr if the upper file holds its data, or make it empty if it does not, while nothing is mounted."},
    {.name = "lazy-lowerdata-failed",
     .pattern = "lazy lowerdata lookup failed ({}, err={})",
     .means = "A file's data lies in a data-only layer under the path of its redirect, and there is no regular file.",
     .when = "When the data is first needed, at open or copy-up (ovl_maybe_lookup_lowerdata), since Linux 6.5.",
     .risk = "The data is missing, not damaged: the file cannot be read.",
     .cure = "Mount the data-only layer (composefs: the object store) that belongs to the image."},
    {.name = "metacopy-without-data",
     .pattern = "metacopy with no lower data found - abort lookup ({})",
     .means = "The upper file holds metadata only, and no lower layer has the file with its data.",
     .when = "At lookup (ovl_lookup), told since Linux 5.11: a lower was changed or replaced after the metadata was copied up. "
         "EIO.",
     .risk = "Yes: the only copy of the data was in the lower that is gone.",
     .cure = "Mount the lower with which the file was copied up. What is in the upper is owner, mode, times and xattrs."},
    {.name = "overlapping-layers",
     .pattern = "failed lookup in {} ({}, name='{}', err={}): overlapping layers",
     .means = "The directory of this name is the root of one of the layers: the layers overlap, which the mount did not notice.",
     .when = "At lookup (ovl_lookup_single). ELOOP.",
     .risk = "No. The directory cannot be entered.",
     .cure = "Use layers that do not contain each other, or the workdir."},
    {.name = "failed-to-get-inode",
     .pattern = "failed to get inode ({})",
     .means = "-116: two names claim one lower inode. The inode cache has an overlay inode for that lower inode already, with "
         "another upper, so this name is refused.",
     .when = "At lookup (ovl_lookup, ovl_get_inode, ovl_verify_inode): typically after a lower image was replaced under a kept "
         "upper, when a number went to another file; or where a directory of the upper was copied with its xattrs.",
     .risk = "The files are intact, but not safe: in another order of lookups one name may silently show the other's data, and "
         "a write goes there.",
     .cure = "Take a new upper for a new lower image, or mount such that origins are not followed (a squashfs without xino=on, "
         "index=on, metacopy=on and redirect_dir=on). Removing trusted.overlay.origin from the upper files cures a kept "
         "upper."},
    {.name = "failed-to-get-nlink",
     .pattern = "failed to get index nlink ({}, err={})",
     .means = "overlay.nlink of an upper file, by which its link count is kept relative to the upper or lower, is missing (-61) "
         "or cannot be read (-22).",
     .when = "At lookup, for files whose lower has hard links (ovl_get_nlink). The upper's own count is shown.",
     .risk = "No. st_nlink may be wrong.",
     .cure = "Nothing has to be done."},
    {.name = "incompatible-protattr",
     .pattern = "incompatible overlay.protattr format ({}, len={})",
     .means = "overlay.protattr, by which a copied-up file stays immutable or append-only, holds something else than `a` and `i`.",
     .when = "At lookup (ovl_check_protattr), since Linux 5.15.",
     .risk = "No, but the file can be changed.",
     .cure = "Remove the xattr from the upper file while nothing is mounted, and protect the file again through the overlay."},
    {.name = "failed-to-link-whiteout",
     .pattern = "Failed to link whiteout - disabling whiteout inode sharing(nlink={}, err={})",
     .means = "All whiteouts are links of one inode where the filesystem allows it; here no further link could be made. Linux "
         "6.17 and 6.18 print the error as a large unsigned number.",
     .when = "At unlink, rmdir or rename (ovl_whiteout): too many links, or the shared whiteout is no more in the workdir "
         "because two overlays use it.",
     .risk = "No. Each whiteout gets an inode of its own from here on. On 6.17 and 6.18 this one removal can fail with EIO.",
     .cure = "Nothing has to be done, unless two overlays share a workdir: give each its own."},
    {.name = "temp-exists",
     .pattern = "workdir/{} already exists",
     .means = "A temporary name that was just invented is taken: somebody puts files into the workdir.",
     .when = "At any change of the upper (ovl_lookup_temp). EIO.",
     .risk = "No. The change fails, and another try takes another name.",
     .cure = "Nobody but the overlay may touch a workdir while it is mounted."},
    {.name = "failed-to-lock",
     .pattern = "failed to lock workdir+upperdir",
     .means = "The workdir, or the upper's directory, is not where it was: it was moved or removed while the overlay is mounted.",
     .when = "At any change that moves something from the workdir into the upper (ovl_lock_rename_workdir, ovl_parent_lock). "
         "EIO.",
     .risk = "No. The change fails.",
     .cure = "Give each overlay a workdir of its own, and leave it alone while it is mounted. Mount again."},
    {.name = "failed-to-copy-up-on-encode",
     .pattern = "failed to copy up on encode ({}, err={})",
     .means = "A handle of a directory that lies in several lower layers can be decoded later only if it is copied up first, and "
         "that failed.",
     .when = "At name_to_handle_at(2), or when the NFS server makes a handle, with nfs_export=on (ovl_connect_layer).",
     .risk = "No. The caller gets EOVERFLOW, the NFS client an error.",
     .cure = "See that the upper has space and is changed by this overlay alone."},
    {.name = "failed-to-encode",
     .pattern = "failed to encode file handle ({}, err={})",
     .means = "No file handle could be made; the line before may say why. Older kernels name the file by its path, newer ones by "
         "its inode number.",
     .when = "At name_to_handle_at(2), or when the NFS server makes a handle, with nfs_export=on (ovl_dentry_to_fid).",
     .risk = "No. The caller gets EOVERFLOW, the NFS client an error.",
     .cure = "See that the upper has space and is changed by this overlay alone."},
    {.name = "failed-to-decode",
     .pattern = "failed to decode file handle (len={}, type={}, flags={}, err={})",
     .means = "A file handle was presented that this overlay did not make (-22), or whose file is found but cannot be connected "
         "to a path.",
     .when = "At open_by_handle_at(2), or when an NFS client uses a handle (ovl_fh_to_dentry).",
     .risk = "No. The caller gets ESTALE.",
     .cure = "Export the same overlay under the same fsid, or mount it again on the client."},
    {.name = "failed-to-look-up-one-by-real",
     .pattern = "failed to lookup one by real ({}, layer={}, connected={}, err={})",
     .means = "On the way to the directory that a handle means, a name of the layer does not lead to that directory in the "
         "overlay: it was covered, moved or removed.",
     .when = "At open_by_handle_at(2) or NFS, with nfs_export=on (ovl_lookup_real_one).",
     .risk = "No. The caller gets ESTALE.",
     .cure = "Nothing has to be done: the handle is of something that is no more in the overlay. Do not change layers while "
         "they are exported."},
    {.name = "failed-to-look-up-by-real",
     .pattern = "failed to lookup by real ({}, layer={}, connected={}, err={})",
     .means = "The directory that a handle means cannot be reached in the overlay; the line before says at which name the walk "
         "ended.",
     .when = "At open_by_handle_at(2) or NFS, with nfs_export=on (ovl_lookup_real).",
     .risk = "No. The caller gets ESTALE.",
     .cure = "Nothing has to be done: the handle is of something that is no more in the overlay. Do not change layers while "
         "they are exported."},
    {.name = "inode-number-too-big",
     .pattern = "inode number too big ({}, ino={}, xinobits={})",
     .means = "An inode number of a layer uses the high bits in which xino puts the layer's filesystem, so st_ino of this file "
         "cannot be mapped.",
     .when = "At stat with xino=on (ovl_map_dev_ino).",
     .risk = "No, but (st_dev, st_ino) of this file is not constant and may collide.",
     .cure = "Mount with xino=off if programs depend on it. xfs and overlays as layers have such numbers."},
    {.name = "d-ino-too-big",
     .pattern = "d_ino too big ({}, ino={}, xinobits={})",
     .means = "An inode number of a layer uses the high bits in which xino puts the layer's filesystem, so d_ino of this entry "
         "cannot be mapped.",
     .when = "At readdir with xino=on (ovl_remap_lower_ino).",
     .risk = "No, but d_ino of this entry may differ from st_ino.",
     .cure = "Mount with xino=off if programs depend on it. xfs and overlays as layers have such numbers."},
    {.name = "failed-to-look-up-for-ino",
     .pattern = "failed to look up ({}) for ino ({})",
     .means = "An entry of a directory that needs its overlay inode number could not be looked up: -116 where two names claim "
         "one lower inode.",
     .when = "At readdir (ovl_cache_update_ino). Since Linux 5.14 the entry is left out of the listing; before, it stayed with "
         "the number that the layer gives.",
     .risk = "The file is intact, but see \"failed to get inode\".",
     .cure = "As for \"failed to get inode\"."},
};

}  // namespace

std::span<const log_entry> log_words_lookup() noexcept { return lookup_entries; }

}  // namespace ovlsim::explaining
