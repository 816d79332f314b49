// SPDX-License-Identifier: Apache-2.0
//
// What the lines about the index mean (namei.c, readdir.c, util.c), in the order of model/overlay/log.cpp.
#include "explain/log_words.hpp"

namespace ovlsim::explaining {

namespace {

constexpr log_entry index_entries[] = {
    {.name = "failed-to-verify-upper-root",
     .pattern = "failed to verify upper root origin",
     .means = "The upper root's stored origin is not the topmost lower of this mount: the upper was used over another lower "
         "before. With an index that would let old index entries speak of the wrong files.",
     .when = "At mount with index=on or nfs_export=on (ovl_get_indexdir): the lower image was replaced, the layers were put "
         "into another order, or upper and lower were copied to other inodes.",
     .risk = "No. The mount fails with ESTALE before anything is decoded.",
     .cure = "Mount the lower with which the upper was used. For a new lower: take a new upper, or mount with index=off, "
         "accepting broken hard links and st_ino that change."},
    {.name = "failed-to-verify-indexdir",
     .pattern = "failed to verify index dir '{}' xattr",
     .means = "The index belongs to another upper: its stored handle (overlay.upper, of older kernels overlay.origin) is not "
         "that of this upper root.",
     .when = "At mount with index=on (ovl_get_indexdir), when a workdir was used with another upper, or the upper was copied.",
     .risk = "No. The mount fails with ESTALE.",
     .cure = "Use the workdir with the upper that it was used with. Or remove index/ from the workdir while nothing is mounted: "
         "hard links that were kept become copies."},
    {.name = "failed-to-verify-indexdir-origin",
     .pattern = "failed to verify index dir origin",
     .means = "The index belongs to another upper: the handle in its overlay.origin is not that of this upper root.",
     .when = "At mount with index=on (ovl_get_indexdir), before Linux 4.16; later kernels name the xattr.",
     .risk = "No. The mount fails with ESTALE.",
     .cure = "Use the workdir with the upper that it was used with. Or remove index/ from the workdir while nothing is mounted: "
         "hard links that were kept become copies."},
    {.name = "try-deleting-indexdir",
     .pattern = "try deleting index dir or mounting with '-o index=off' to disable inodes index.",
     .means = "The index cannot be used; the lines before say why.",
     .when = "At mount with index=on (ovl_get_indexdir).",
     .risk = "No, but deleting the index breaks the hard links that it kept.",
     .cure = "See the lines before. Delete index/ only while nothing is mounted."},
    {.name = "failed-indexdir-cleanup",
     .pattern = "failed index dir cleanup ({})",
     .means = "The check of all index entries ended with this error: -22 for a name that is no file handle, -39 for a directory "
         "that cannot be removed, -5 for an entry that contradicts itself.",
     .when = "At mount with index=on (ovl_indexdir_cleanup).",
     .risk = "No. The mount fails so that the index is not made worse.",
     .cure = "See the lines before it for the entry, and look at it while nothing is mounted."},
    {.name = "failed-to-verify",
     .pattern = "failed to verify {} ({}, ino={}, err={})",
     .means = "The file handle that is stored in an xattr (origin or upper) is not that of the inode that is named here; -116 "
         "means that it is another one, -61 that there is none.",
     .when = "With index=on or nfs_export=on, at lookup and at mount (ovl_verify_origin_xattr): layers were changed, copied or "
         "put together otherwise while not mounted.",
     .risk = "The lookup fails or the directory is not merged; nothing is changed.",
     .cure = "Mount the layers that belong together. Files copied into an upper should be copied without trusted.overlay.* "
         "xattrs."},
    {.name = "failed-to-verify-index",
     .pattern = "failed to verify index ({}, ftype={}, err={})",
     .means = "An entry of the index directory cannot be right: -22 for a name that is no file handle or an entry without an "
         "origin, -116 for an origin that is not what the name says, -5 for a contradiction.",
     .when = "At mount with index=on, as all entries are checked (ovl_verify_index).",
     .risk = "No. The mount fails, or the entry is dropped if it is stale.",
     .cure = "Look at the entry while nothing is mounted. Whatever somebody else put there can be removed."},
    {.name = "orphan-index",
     .pattern = "orphan index entry ({}, ftype={}, nlink={})",
     .means = "An index entry whose upper has no other name left: all names of the file were removed, or its directory went "
         "away.",
     .when = "At mount with index=on (ovl_verify_index). The entry is removed, or made a whiteout with nfs_export=on so that "
         "old handles are stale.",
     .risk = "No, unless the upper was changed by hand: then what was removed there is gone.",
     .cure = "Nothing has to be done."},
    {.name = "invalid-index-upper",
     .pattern = "invalid index upper ({}, upper={}).",
     .means = "An index entry of a directory says that its upper is something that is no directory.",
     .when = "At mount or lookup with nfs_export=on (ovl_index_upper).",
     .risk = "The index is damaged; files are not.",
     .cure = "Unmount and delete index/; handles that NFS clients hold become stale."},
    {.name = "bad-index",
     .pattern = "bad index found (index={}, ftype={}, origin ftype={}).",
     .means = "The index entry of a lower file is of another type than the file; ftype=2000 is a whiteout: all names of that "
         "file were removed in the overlay, and now it shows up again.",
     .when = "At lookup with index=on (ovl_lookup_index), when a lower was changed while not mounted.",
     .risk = "The lookup fails with EIO; nothing is changed.",
     .cure = "Undo the change of the lower layer, or delete index/ while nothing is mounted."},
    {.name = "uncovered-redirected-dir",
     .pattern = "suspected uncovered redirected dir found (origin={}, index={}).",
     .means = "A lower directory is found by its path that has been renamed in the overlay: the whiteout that should cover its "
         "old name is gone, and the directory would appear twice.",
     .when = "At lookup with nfs_export=on (ovl_lookup_index).",
     .risk = "The lookup fails with EIO; nothing is changed.",
     .cure = "Put a whiteout (a 0/0 character device) back in its place in the upper, or remove the renamed directory from the "
         "upper, while nothing is mounted."},
    {.name = "no-index-of-hard-link",
     .pattern = "hard link with origin but no index (ino={}).",
     .means = "A copied-up file has a lower origin with several names, but no index entry that ties it to them: it was copied up "
         "without an index, or the index was removed.",
     .when = "At lookup with index=on (ovl_lookup_index), on Linux 4.13 alone; later kernels take the file as not indexed.",
     .risk = "No. The lookup fails with EIO, and the file is intact in the upper.",
     .cure = "Mount with index=off, or take a newer kernel."},
    {.name = "wrong-index",
     .pattern = "wrong index found (index={}, ino={}, upper ino={}).",
     .means = "The index entry of the origin is another file than the upper that has this origin: two uppers were copied up from one "
         "lower, one of them without the index.",
     .when = "At lookup with index=on (ovl_lookup_index), on Linux 4.13 alone; later kernels take the file as not indexed.",
     .risk = "No. The lookup fails with EIO, and both files are intact in the upper.",
     .cure = "Mount with index=off, or take a newer kernel."},
    {.name = "multiply-redirected-dir",
     .pattern = "suspected multiply redirected dir found (upper={}, origin={}, index={}).",
     .means = "Two upper directories claim one lower directory; the index knows the other one.",
     .when = "At lookup with nfs_export=on (ovl_lookup_index), after a directory of the upper was copied with its xattrs.",
     .risk = "The lookup fails with EIO; nothing is changed.",
     .cure = "Remove trusted.overlay.redirect and trusted.overlay.origin from the copy while nothing is mounted."},
    {.name = "cleanup-linked-index",
     .pattern = "cleanup linked index ({}, ino={}, nlink={})",
     .means = "The overlay counted the last name of a file away, but its upper has more links than the index entry alone: "
         "somebody added links while the layers were not mounted. The entry is kept.",
     .when = "At unlink or rename with index=on (ovl_cleanup_index).",
     .risk = "No.",
     .cure = "Nothing has to be done, but do not link files of the layers by hand."},
    {.name = "cleanup-index-failed",
     .pattern = "cleanup index of '{}' failed ({})",
     .means = "The last name of a file went, but its index entry could not be removed; the line before says why.",
     .when = "At unlink, rmdir or rename with index=on (ovl_cleanup_index): somebody changed the workdir of a mounted overlay. "
         "Since Linux 6.17 only the line before is printed.",
     .risk = "No. A stale entry may be left for the next mount to remove.",
     .cure = "Nobody but the overlay may touch a workdir while it is mounted."},
};

}  // namespace

std::span<const log_entry> log_words_index() noexcept { return index_entries; }

}  // namespace ovlsim::explaining
