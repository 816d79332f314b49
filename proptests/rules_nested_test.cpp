// SPDX-License-Identifier: Apache-2.0
//
// Rules of an overlay as a layer of another one: what the upper one, `m`, sees of the lower one, `b`, and through which of its
// operations. Each story has run on a live kernel.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "story.hpp"

namespace ovlsim::testing {
namespace {

/// Layers for both, and `b` mounted with these options.
std::string base(const std::string& options = "") {
  return R"ovl(mkfs low ext4
create low:/file "data"
mkdir low:/d
create low:/d/f "f"
create low:/gone "x"
create low:/one "linked"
link low:/one low:/two
mkfs up ext4
mkdir up:/u
mkdir up:/w
mkdir up:/u2
mkdir up:/w2
mkdir up:/u3
mkdir up:/w3
mount b lowerdir=low:/ upperdir=up:/u workdir=up:/w )ovl" + options + "\n";
}

/// The same, and `m` on it.
std::string nested(const std::string& of_b = "", const std::string& of_m = "") {
  return base(of_b) + "mount m lowerdir=b:/ upperdir=up:/u2 workdir=up:/w2 " + of_m + "\n";
}

TEST(Nested, TwoStoreysAreTheLimit) {  // FILESYSTEM_MAX_STACK_DEPTH
  run_story(nested() + R"ovl(
mount n lowerdir=m:/,low:/                               -> EINVAL log~"overlayfs: maximum fs stacking depth exceeded"
mount n lowerdir=m:/ upperdir=up:/u3 workdir=up:/w3      -> EINVAL log~"overlayfs: maximum fs stacking depth exceeded"
mount n lowerdir=low:/,b:/ upperdir=up:/u3 workdir=up:/w3 -> ok log=none
)ovl");
}

TEST(Nested, AnOverlayIsNoUpper) {  // ovl_mount_dir_check(): DCACHE_OP_REAL
  run_story(base() + R"ovl(
mkdir b:/u
mkdir b:/w
mount m lowerdir=low:/ upperdir=b:/u workdir=b:/w        -> EINVAL log=none
mount m lowerdir=low:/ upperdir=up:/u2 workdir=b:/w      -> EINVAL log=none
)ovl");
}

TEST(Nested, StatGoesThroughTheLowerOverlay) {  // ovl_getattr(): vfs_getattr() of the lower, then the mapping of its own
  run_story(nested() + R"ovl(
append b:/file "!"             -> EBUSY
stat b:/file                   -> ino=$file
stat m:/file                   -> ino=$file
append m:/file "!"
stat m:/file                   -> ino=$file size=5
stat b:/file                   -> ino=$file size=4
read b:/file                   -> data="data"
)ovl");
}

TEST(Nested, NumbersThatTheLowerOverlayHasMadeMayBeTooBig) {  // ovl_map_dev_ino(), ovl_remap_lower_ino(), also of `.`
  run_story(nested("xino=on", "xino=on") + R"ovl(
ls m:/d                        -> log=none
umount m
umount b
mkfs low2 tmpfs
mkdir low2:/e
create low2:/e/g ""
mount b lowerdir=low:/,low2:/ upperdir=up:/u workdir=up:/w xino=on
mount m lowerdir=b:/ upperdir=up:/u2 workdir=up:/w2 xino=on
stat m:/e/g                    -> ok log~"inode number too big (e/g, ino="
ls m:/e                        -> ok log~"d_ino too big (., ino="
)ovl");
}

TEST(Nested, MarksAreEscapedOnceForEachOverlay) {  // ovl_own_xattr_get(), ovl_own_xattr_set(), ovl_copy_xattr()
  run_story(base() + R"ovl(
mkdir b:/d/sub
setxattr b:/d trusted.overlay.opaque "y"
setxattr b:/file trusted.overlay.x "1"
mkfs low3 tmpfs
mkdir low3:/d
create low3:/d/below ""
mount m lowerdir=b:/,low3:/ upperdir=up:/u2 workdir=up:/w2
ls m:/d                                        -> entries=f,sub
listxattr b:/d                                 -> names=trusted.overlay.opaque
listxattr m:/d                                 -> names=""
getxattr m:/file trusted.overlay.x             -> ENODATA
chmod m:/file 0600
listxattr up:/u2/file                          -> names=trusted.overlay.origin
listxattr up:/u/file                           -> names=trusted.overlay.origin,trusted.overlay.overlay.x
setxattr m:/file trusted.overlay.z "2"
listxattr up:/u2/file                          -> names=trusted.overlay.origin,trusted.overlay.overlay.z
)ovl");
}

TEST(Nested, WhiteoutsOfTheLowerOverlayAreItsOwnBusiness) {  // ovl_path_check_xwhiteout_xattr() through ovl_own_xattr_get()
  run_story(base() + R"ovl(
unlink b:/gone
create b:/d/w ""
setxattr b:/d/w trusted.overlay.whiteout "y"
setxattr b:/d trusted.overlay.opaque "x"
mkfs low3 tmpfs
mkdir low3:/d
create low3:/d/w "w"
create low3:/gone "g"
mount m lowerdir=b:/,low3:/ upperdir=up:/u2 workdir=up:/w2
read m:/gone                   -> data="g"
read m:/d/w                    -> ENOENT
ls m:/d                        -> entries=f
ls b:/d                        -> entries=f,w
create m:/d/w "new"
unlink m:/d/w                  -> ok
ls m:/d                        -> entries=f
)ovl");
}

TEST(Nested, ADeviceThatTheLowerOverlayListsAndDoesNotShow) {  // ovl_check_whiteouts() finds a negative dentry
  run_story(base() + R"ovl(
unlink b:/gone
umount b
mkdir up:/u3/e
rename up:/u/gone up:/u3/e/gone
mkfs low3 tmpfs
mkdir low3:/e
create low3:/e/gone "g"
mount b lowerdir=up:/u3,low:/
ls b:/e                        -> entries=gone
stat b:/e/gone                 -> ENOENT
mount m lowerdir=b:/,low3:/ upperdir=up:/u2 workdir=up:/w2
ls m:/e                        -> entries=gone
read m:/e/gone                 -> data="g"
)ovl");
}

TEST(Nested, RedirectsAndMetacopiesBelowAreFollowedBelow) {
  run_story(base("metacopy=on redirect_dir=on") + R"ovl(
chmod b:/file 0600
rename b:/file b:/moved
rename b:/d b:/dd
mount m lowerdir=b:/ upperdir=up:/u2 workdir=up:/w2 metacopy=on redirect_dir=on
read m:/moved                                  -> data="data"
read m:/dd/f                                   -> data="f"
chmod m:/moved 0644
getxattr up:/u2/moved trusted.overlay.metacopy -> ok
getxattr up:/u2/moved trusted.overlay.redirect -> ENODATA
rename m:/dd m:/ddd
getxattr up:/u2/ddd trusted.overlay.redirect   -> value=dd
append m:/moved "!"
read m:/moved                                  -> data="data!"
)ovl");
}

TEST(Nested, FileHandlesAreThoseOfNfsExport) {  // ovl_can_decode_fh(): ovl_export_operations, or those without fh_to_dentry
  run_story(nested("", "index=on") + R"ovl(
append m:/one "!"
getxattr up:/u2/one trusted.overlay.origin     -> ENODATA
umount m
mount m lowerdir=b:/ upperdir=up:/u2 workdir=up:/w2 index=on -> log~"fs on 'b:/' does not support file handles, falling back to index=off"
umount m
umount b
mount b lowerdir=low:/ upperdir=up:/u workdir=up:/w nfs_export=on
mount m lowerdir=b:/ upperdir=up:/u3 workdir=up:/w3 index=on -> ok log=none
stat m:/one                                    -> ino=$one nlink=2
append m:/one "!"
read m:/two                                    -> data="linked!"
drop-caches
stat m:/two                                    -> ino=$one nlink=2 size=7
umount m
umount b
mount b lowerdir=low:/ upperdir=up:/u workdir=up:/w nfs_export=on
mount m lowerdir=b:/ upperdir=up:/u3 workdir=up:/w3 index=on -> ok log=none
stat m:/two                                    -> ino=$one nlink=2 size=7
)ovl");
}

TEST(Nested, TheUuidIsTheOneThatTheOverlayHasStored) {  // super_set_uuid() in ovl_init_uuid_xattr()
  run_story(base("nfs_export=on uuid=null") + R"ovl(
mount m lowerdir=b:/,low:/ upperdir=up:/u2 workdir=up:/w2 index=on -> ok
umount m
umount b
mount b lowerdir=low:/ upperdir=up:/u workdir=up:/w nfs_export=on
mount m lowerdir=b:/,low:/ upperdir=up:/u2 workdir=up:/w2 index=on -> ESTALE log~"failed to verify upper root origin"
)ovl");
}

TEST(Nested, ALowerHardLinkOfTheLowerOverlayHasOneLinkToLookup) {  // new_inode(): i_nlink is 1, and st_nlink is not
  run_story(nested() + R"ovl(
stat m:/one                                    -> ino=$one nlink=2
stat m:/two                                    -> ino=$one nlink=2
append m:/one "!"
stat m:/one                                    -> ino!=$one nlink=1
stat m:/two                                    -> ino=$one nlink=2
read m:/two                                    -> data="linked"
getxattr up:/u2/one trusted.overlay.origin     -> ENODATA
)ovl");
}

TEST(Nested, AnUnmountedOverlayLivesOnAsALayer) {  // clone_private_mount() holds the superblock
  run_story(nested() + R"ovl(
stat m:/d                      -> ino=$d
umount b                       -> ok
stat b:/file                   -> ENOENT
read m:/d/f                    -> data="f"
create low:/new ""             -> EBUSY
drop-caches
read m:/d/f                    -> data="f"
mount b lowerdir=low:/ upperdir=up:/u workdir=up:/w index=on -> EBUSY log~"upperdir is in-use"
mount b lowerdir=low:/ upperdir=up:/u workdir=up:/w          -> ok log~"upperdir is in-use"
umount b
umount m
create low:/new ""             -> ok
mount b lowerdir=low:/ upperdir=up:/u workdir=up:/w index=on -> ok log=none
)ovl");
}

TEST(Nested, ALayerCanBeReadButNotChanged) {  // by agreement of the two runners
  run_story(base() + R"ovl(
open b:/file h rw
mount m lowerdir=b:/ upperdir=up:/u2 workdir=up:/w2
create b:/x ""                 -> EBUSY
write b:/file "x"              -> EBUSY
rename b:/file b:/x            -> EBUSY
link b:/file b:/x              -> EBUSY
setxattr b:/file user.x "1"    -> EBUSY
fwrite h "y"                   -> EBUSY
open b:/file h2 rw             -> EBUSY
fread h                        -> data="data"
ls b:/                         -> entries=d,file,gone,one,two
umount b                       -> EBUSY
close h
umount b                       -> ok
)ovl");
}

TEST(Nested, LayersOfOneOverlayMayNotOverlap) {  // ovl_check_layer(), ovl_setup_trap()
  run_story(base() + R"ovl(
mkdir b:/d/e
mount m lowerdir=b:/,b:/d      -> ELOOP log~"overlapping lowerdir path"
mount m lowerdir=b:/d,b:/      -> ELOOP log~"overlapping lowerdir path"
mount m lowerdir=b:/,b:/       -> ELOOP log~"conflicting lowerdir path"
mount m lowerdir=b:/d,low:/ upperdir=up:/u2 workdir=up:/w2 -> ok log=none
ls m:/                         -> entries=d,e,f,file,gone,one,two
umount m
mount m lowerdir=b:/file,low:/ -> EINVAL log=none
mount m lowerdir=b:/none,low:/ -> ENOENT log~"failed to resolve 'b:/none': -2"
umount b
mount m lowerdir=b:/,low:/     -> ENOENT log~"failed to resolve 'b:/': -2"
)ovl");
}

/// The first walk of rmdir(2) cannot look up a; the second one finds it marked in what the first has read.
TEST(Nested, AWalkThatIsMadeOnceMorePassesOverWhatCouldNotBeLookedUp) {  // ovl_cache_update(), fput(), retry_estale()
  const std::string below = R"ovl(mkfs low tmpfs
mkdir low:/b
create low:/b/b
mkfs build tmpfs
create build:/e
mksquashfs low2 build:/
mkfs up tmpfs
mkdir up:/u
mkdir up:/w
mkfs bup tmpfs
mkdir bup:/bu
mkdir bup:/bw
mount b lowerdir=low:/,low2:/ upperdir=bup:/bu workdir=bup:/bw
exchange b:/e b:/b/b
umount b
rename low:/b/b low:/b/d
rename bup:/bu/e bup:/bu/b/a
mount b lowerdir=low:/ upperdir=bup:/bu workdir=bup:/bw xino=on
)ovl";
  run_story(below + "mount m lowerdir=b:/ upperdir=up:/u workdir=up:/w\nrmdir m:/b -> ENOTEMPTY\n");
  // Nobody walks once more for getdents(2), or looks up a again.
  const std::vector<answered> listed = run_story(below + "mount m lowerdir=low:/,b:/\nls m:/b -> ESTALE\n");
  EXPECT_EQ(listed.back().result.log, (std::vector<std::string>{"overlayfs: failed to get inode (-116)",
                                                                "overlayfs: failed to look up (a) for ino (-116)"}));
}

TEST(Nested, DataMayLieOnAnOverlay) {  // ovl_lookup_data_layer()
  run_story(base() + R"ovl(
create b:/content "the content"
umount b
create low:/meta ""
truncate low:/meta 11
setxattr low:/meta trusted.overlay.metacopy ""
setxattr low:/meta trusted.overlay.redirect "/content"
mount b lowerdir=low:/d upperdir=up:/u workdir=up:/w
mount m lowerdir=low:/ datadir=b:/ upperdir=up:/u2 workdir=up:/w2 metacopy=on
read m:/meta                   -> data="the content"
append m:/meta "!"
read m:/meta                   -> data="the content!"
)ovl");
}

TEST(Nested, DataThatTheLowerOverlayDoesNotFind) {  // ovl_open() of the lower file, in open(2) and in copy-up
  run_story(R"ovl(mkfs low ext4
create low:/meta ""
truncate low:/meta 4
setxattr low:/meta trusted.overlay.metacopy ""
setxattr low:/meta trusted.overlay.redirect "/nothing"
mkfs up ext4
mkdir up:/u
mkdir up:/w
mkdir up:/u2
mkdir up:/w2
mkfs dat tmpfs
mount b lowerdir=low:/ datadir=dat:/ upperdir=up:/u workdir=up:/w metacopy=on
mount m lowerdir=b:/ upperdir=up:/u2 workdir=up:/w2
stat m:/meta                   -> size=4
read m:/meta                   -> ENOENT log~"lazy lowerdata lookup failed (/meta, err=-2)"
append m:/meta "!"             -> ENOENT
chmod m:/meta 0600             -> ENOENT
ls up:/u2                      -> entries=""
write m:/meta "new"            -> ok log=none
read m:/meta                   -> data=new
)ovl");
}

TEST(Nested, HandlesOfBothStoreys) {  // ovl_encode_fh() in ovl_encode_fh()
  run_story(nested("nfs_export=on", "nfs_export=on") + R"ovl(
fh m:/file f
fh m:/d d
fh b:/file below
stat m:/file                   -> ino=$file
append m:/file "!"
drop-caches
fhopen m f                     -> ino=$file size=5
fhopen m d                     -> type=dir
fhopen b below                 -> ino=$file size=4
fhopen b f                     -> ESTALE
fhopen m below                 -> ESTALE
rename m:/file m:/d/g
drop-caches
fhopen m f                     -> ino=$file size=5
umount m
umount b
mount b lowerdir=low:/ upperdir=up:/u workdir=up:/w nfs_export=on
mount m lowerdir=b:/ upperdir=up:/u2 workdir=up:/w2 nfs_export=on
fhopen m d                     -> type=dir
fhopen m f                     -> ino=$file size=5
)ovl");
}

TEST(Nested, AnOriginIsFollowedThroughTheLowerOverlay) {  // ovl_decode_real_fh() into ovl_fh_to_dentry()
  run_story(nested("nfs_export=on", "") + R"ovl(
append m:/d/f "!"
stat m:/d/f                    -> ino=$f
umount m
rename b:/d/f b:/elsewhere
mount m lowerdir=b:/ upperdir=up:/u2 workdir=up:/w2
stat m:/d/f                    -> ino=$f size=2
umount m
unlink b:/elsewhere
mount m lowerdir=b:/ upperdir=up:/u2 workdir=up:/w2
stat m:/d/f                    -> ino!=$f size=2
)ovl");
}

TEST(Nested, WhatAnOriginHasFoundInTheLowerOverlayIsHeld) {  // d_obtain_alias() makes a dentry that goes with its last reference
  run_story(base() + R"ovl(
append b:/file "!"
umount b
mount b lowerdir=low:/ upperdir=up:/u workdir=up:/w nfs_export=on
mount m lowerdir=b:/ upperdir=up:/u2 workdir=up:/w2
append m:/file "?"
umount m
rename b:/file b:/moved
drop-caches
mount m lowerdir=b:/ upperdir=up:/u2 workdir=up:/w2
stat m:/file                   -> ok
stat b:/moved                  -> ESTALE
drop-caches
stat b:/moved                  -> ok
drop-caches
stat m:/file                   -> ok
umount m
stat b:/moved                  -> ok
)ovl");
}

TEST(Nested, TheUpperOfTheLowerOverlayIsInUse) {  // I_OVL_INUSE, whatever the storey
  run_story(base() + R"ovl(
mount m lowerdir=b:/ upperdir=up:/u workdir=up:/w index=on -> EBUSY log~"upperdir is in-use"
mount m lowerdir=b:/ upperdir=up:/u workdir=up:/w          -> ok log~"upperdir is in-use"
append m:/file "!"
read b:/file                   -> data="data"
drop-caches
read b:/file                   -> data="data!"
)ovl");
}

}  // namespace
}  // namespace ovlsim::testing
