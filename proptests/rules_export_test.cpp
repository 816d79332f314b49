// SPDX-License-Identifier: Apache-2.0
//
// Rules of nfs_export=on (fs/overlayfs/export.c, and what it asks of lookup and the index). Each story has run on a live kernel.
#include <gtest/gtest.h>

#include <string>

#include "story.hpp"

namespace ovlsim::testing {
namespace {

std::string exported(const std::string& options = "nfs_export=on") {
  return R"ovl(mkfs low ext4
create low:/file "data"
mkdir low:/d
mkdir low:/d/e
create low:/d/e/f "f"
mkfs low2 ext4
mkdir low2:/d
mkdir low2:/d/g
mkdir low2:/d/g/h
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/,low2:/ upperdir=up:/u workdir=up:/w )ovl" + options + "\n";
}

TEST(Export, HandlesOutliveCopyUpAndTheCaches) {  // ovl_check_encode_origin(): the lower, before and after
  run_story(exported() + R"ovl(
fh m:/file file               -> ok
stat m:/file                  -> ino=$file
fhopen m file                 -> ino=$file size=4
append m:/file "!"
fhopen m file                 -> ino=$file size=5
drop-caches
fhopen m file                 -> ino=$file size=5
umount m
mount m lowerdir=low:/,low2:/ upperdir=up:/u workdir=up:/w nfs_export=on
fhopen m file                 -> ino=$file size=5
rename m:/file m:/d/moved
drop-caches
fhopen m file                 -> ino=$file size=5
)ovl");
}

TEST(Export, OfWhatIsGoneIsStale) {  // ovl_upper_fh_to_d(); ovl_cleanup_index() leaves a whiteout
  run_story(exported() + R"ovl(
create m:/new
mkdir m:/newdir
fh m:/new new
fh m:/newdir newdir
fh m:/d/e e
unlink m:/new
rmdir m:/newdir
unlink m:/d/e/f
rmdir m:/d/e                  -> ok
fhopen m new                  -> ESTALE log=none
fhopen m newdir               -> ESTALE log=none
fhopen m e                    -> ESTALE log=none
)ovl");
}

TEST(Export, NeedsTheOption) {  // ovl_export_fid_operations
  run_story(exported("") + R"ovl(
fh m:/file file               -> EOPNOTSUPP
fh low:/file real             -> ok
fhopen m real                 -> ESTALE log=none
umount m
mount m lowerdir=low:/,low2:/ upperdir=up:/u workdir=up:/w nfs_export=on
fhopen m real                 -> ESTALE log~"failed to decode file handle (len=2, type=1, flags=0, err=-22)"
)ovl");
}

TEST(Export, ADirectoryIsCopiedUpWhereItsWayBackWouldBeLost) {  // ovl_connect_layer()
  run_story(exported() + R"ovl(
stat up:/u/d                  -> ENOENT
fh m:/d/g/h h                 -> ok
stat up:/u/d/g                -> type=dir
stat up:/u/d/g/h              -> ENOENT
stat m:/d/g/h                 -> mode=0755
drop-caches
fhopen m h                    -> type=dir mode=0755
rename m:/d/g m:/g            -> EXDEV
chmod m:/d/g/h 0700
drop-caches
fhopen m h                    -> type=dir mode=0700
)ovl");
}

TEST(Export, MovedDirectoriesAreFoundByTheIndex) {  // ovl_lookup_real_inode(): index, then the upper's path
  run_story(exported("nfs_export=on redirect_dir=on") + R"ovl(
fh m:/d/e e                   -> ok
fh m:/d/e/f f                 -> ok
rename m:/d/e m:/moved        -> ok
drop-caches
fhopen m e                    -> type=dir
fhopen m f                    -> type=file size=1
append m:/moved/f "+"
drop-caches
fhopen m f                    -> type=file size=2
)ovl");
}

TEST(Export, MergesOnlyWhatItVerified) {  // ovl_verify_origin() of directories: only with nfs_export
  const std::string replaced = R"ovl(
create m:/d/e/new
umount m
rename low:/d/e low:/old
mkdir low:/d/e
create low:/d/e/other
)ovl";
  const std::string mount = "mount m lowerdir=low:/,low2:/ upperdir=up:/u workdir=up:/w ";
  run_story(exported() + replaced + mount + R"ovl(nfs_export=on
ls m:/d/e                     -> entries=new log~"failed to verify origin (d/e, ino="
stat m:/old                   -> EIO log~"suspected uncovered redirected dir found"
)ovl");
  run_story(exported("index=on") + replaced + mount + R"ovl(index=on
ls m:/d/e                     -> entries=new,other log=none
)ovl");
}

TEST(Export, WhatWasMovedOutOfTheUpperIsStale) {  // ovl_acceptable()
  run_story(exported() + R"ovl(
mkdir m:/p
fh m:/p p
chmod m:/d/e 0700
fh m:/d/e e
umount m
rename up:/u/p up:/p
rename up:/u/d/e up:/e
mount m lowerdir=low:/,low2:/ upperdir=up:/u workdir=up:/w nfs_export=on
fhopen m p                    -> ESTALE log=none
fhopen m e                    -> ESTALE log=none
)ovl");
}

TEST(Export, AnIndexEntryThatIsNotEmptyStaysBehind) {  // ovl_cleanup_and_whiteout(): RENAME_EXCHANGE
  run_story(R"ovl(mkfs build tmpfs
mkdir build:/d
mksquashfs low build:/
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w nfs_export=on
chmod m:/d 0700
umount m
create up:/w/index/00fb1d0001000000000000000000000000000000000100000000000000/junk
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w nfs_export=on
rmdir m:/d                    -> ok log~"failed (-39)"
)ovl");
}

TEST(Export, WithoutAnUpperNeedsNofollow) {  // ovl_fs_params_verify()
  run_story(R"ovl(mkfs low ext4
mkdir low:/d
create low:/d/f "f"
mkfs low2 ext4
mount m lowerdir=low:/,low2:/ nfs_export=on  -> ok log~"NFS export requires \"redirect_dir=nofollow\" on non-upper mount"
fh m:/d/f f                   -> EOPNOTSUPP
umount m
mount m lowerdir=low:/,low2:/ nfs_export=on redirect_dir=nofollow
fh m:/d/f f                   -> ok
drop-caches
fhopen m f                    -> size=1
)ovl");
}

}  // namespace
}  // namespace ovlsim::testing
