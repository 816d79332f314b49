// SPDX-License-Identifier: Apache-2.0
//
// Rules of redirects and of metadata-only copies (fs/overlayfs/dir.c: ovl_set_redirect; copy_up.c: ovl_need_meta_copy_up). Each story
// has run on a live kernel.
#include <gtest/gtest.h>

#include <string>

#include "story.hpp"

namespace ovlsim::testing {
namespace {

/// Two directories with something in them, and a mount with these options.
std::string two_dirs(const std::string& options) {
  return R"ovl(mkfs low ext4
mkdir low:/d
create low:/d/f "f"
mkdir low:/d/in
create low:/d/in/g "g"
mkdir low:/e
create low:/e/h "h"
mkdir low:/n
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w )ovl" + options + "\n";
}

TEST(Redirect, SaysWhereTheLowerIs) {  // ovl_get_redirect(): a name in the same parent, else a path from the root
  run_story(two_dirs("redirect_dir=on") + R"ovl(
rename m:/d m:/d2             -> ok
getxattr up:/u/d2 trusted.overlay.redirect    -> value="d"
read m:/d2/f                  -> data="f"
rename m:/d2 m:/d3            -> ok
getxattr up:/u/d3 trusted.overlay.redirect    -> value="d"
rename m:/d3 m:/n/d           -> ok
getxattr up:/u/n/d trusted.overlay.redirect   -> value="/d"
rename m:/n/d/in m:/in        -> ok
getxattr up:/u/in trusted.overlay.redirect    -> value="/d/in"
exchange m:/e m:/in           -> ok
read m:/e/g                   -> data="g"
read m:/in/h                  -> data="h"
getxattr up:/u/in trusted.overlay.redirect    -> value="e"
getxattr up:/u/e trusted.overlay.redirect     -> value="/d/in"
)ovl");
}

TEST(Redirect, IsFollowedOrRefusedAsTheMountSays) {  // ovl_redirect_follow()
  const std::string remounted = "rename m:/d m:/d2\numount m\nmount m lowerdir=low:/ upperdir=up:/u workdir=up:/w redirect_dir=";
  run_story(two_dirs("redirect_dir=on") + remounted + R"ovl(follow
read m:/d2/f                  -> data="f"
rename m:/d2 m:/d             -> EXDEV
rename m:/d2/in m:/in         -> EXDEV
)ovl");
  run_story(two_dirs("redirect_dir=on") + remounted + R"ovl(nofollow
stat m:/d2                    -> EPERM log~"refusing to follow redirect for (/d2)"
)ovl");
}

TEST(Redirect, LongerThanItsLimitLeavesTheMoveToUserSpace) {  // redirect_max
  const std::string name(130, 'n');
  run_story("mkfs low ext4\nmkdir low:/" + name + "\nmkdir low:/" + name + "/" + name + "\nmkfs up ext4\nmkdir up:/u\nmkdir up:/w\n" +
            "mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w redirect_dir=on\n" + "rename m:/" + name + "/" + name + " m:/x -> EXDEV\n" +
            "rename m:/" + name + " m:/y -> ok\n");
}

TEST(Redirect, WithDotsIsNoAccess) {  // lookup_noperm_common()
  for (const char* bad : {"..", ".", "/f/../d"}) {
    SCOPED_TRACE(bad);
    run_story(std::string("mkfs low tmpfs\nmkdir low:/d\nmkdir low:/f\nmkfs up ext4\nmkdir up:/u\nmkdir up:/w\nmkdir up:/u/d\n") +
              "setxattr up:/u/d trusted.overlay.redirect \"" + bad + "\"\n" +
              "mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w\nstat m:/d -> EACCES\n");
  }
}

std::string three_files(const std::string& options) {
  return R"ovl(mkfs low ext4
create low:/f "hello"
create low:/g "world"
link low:/g low:/h
mkfs up xfs
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w )ovl" + options + "\n";
}

TEST(Metacopy, CopiesTheDataWhenSomebodyWrites) {  // ovl_copy_up_meta_inode_data()
  run_story(three_files("metacopy=on") + R"ovl(
chmod m:/f 0600
stat m:/f                     -> mode=0600 size=5
read m:/f                     -> data="hello"
getxattr up:/u/f trusted.overlay.metacopy     -> value=""
stat up:/u/f                  -> size=5 mode=0600
append m:/f "!"
read m:/f                     -> data="hello!"
getxattr up:/u/f trusted.overlay.metacopy     -> ENODATA
read up:/u/f                  -> data="hello!"
open m:/g h rw                -> ok
getxattr up:/u/g trusted.overlay.metacopy     -> ENODATA
)ovl");
}

TEST(Metacopy, RedirectsToWhereTheDataIs) {  // ovl_need_absolute_redirect(), ovl_set_link_redirect()
  run_story(three_files("metacopy=on") + R"ovl(
rename m:/f m:/f2             -> ok
getxattr up:/u/f2 trusted.overlay.redirect    -> value="f"
link m:/f2 m:/f3              -> ok
getxattr up:/u/f2 trusted.overlay.redirect    -> value="/f"
drop-caches
read m:/f3                    -> data="hello"
rename m:/g m:/g2             -> ok
getxattr up:/u/g2 trusted.overlay.redirect    -> value="/g"
read m:/g2                    -> data="world"
)ovl");
}

/// A data-only layer is looked into for an absolute redirect; a directory on the way that has none makes it one no more.
TEST(Metacopy, ADirectoryOnTheWayToTheDataResetsTheRedirect) {  // ovl_check_redirect()
  const std::string layers = R"ovl(mkfs up tmpfs
create up:/e
setxattr up:/e trusted.overlay.metacopy ""
setxattr up:/e trusted.overlay.redirect "/d/c"
mkfs low tmpfs
create low:/x
mkfs data tmpfs
mkdir data:/d
create data:/d/c "data"
)ovl";
  const std::string mount = "mount m lowerdir=up:/,low:/ datadir=data:/ metacopy=on -> ok\n";
  run_story(layers + mount + "stat m:/e -> ok\n");
  run_story(layers + "mkdir low:/d\n" + mount + "stat m:/e -> EIO log~\"metacopy with no lower data found - abort lookup (/e)\"\n");
}

TEST(Metacopy, ShowsItsOwnSizeAndTheDataThatIsThere) {
  run_story(three_files("metacopy=on") + R"ovl(
chmod m:/f 0600
umount m
write low:/f "longer than it was"
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w metacopy=on
stat m:/f                     -> size=5
read m:/f                     -> data="longer than it was"
truncate m:/f 7
read m:/f                     -> data="longer "
umount m
)ovl");
  run_story(three_files("metacopy=on") + R"ovl(
chmod m:/f 0600
umount m
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
stat m:/f                     -> EPERM log~"refusing to follow metacopy origin for (/f)"
umount m
unlink low:/f
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w metacopy=on
stat m:/f                     -> EIO log~"metacopy with no lower data found - abort lookup (/f)"
)ovl");
}

/// Data is looked for through no symlink; one at the end is not followed, and is no regular file.
TEST(DataLayer, ASymlinkAtTheEndIsNoData) {  // ovl_lookup_data_layer(): LOOKUP_NO_SYMLINKS without LOOKUP_FOLLOW, d_is_reg()
  const auto meta = [](const std::string& name, const std::string& redirect) {
    return "create meta:/" + name + "\nsetxattr meta:/" + name + " trusted.overlay.metacopy \"\"\nsetxattr meta:/" + name +
           " trusted.overlay.redirect \"" + redirect + "\"\n";
  };
  run_story(R"ovl(mkfs data tmpfs
mkdir data:/d
create data:/d/f "deep"
create data:/f "data"
symlink "f" data:/to-f
symlink "d" data:/to-d
mkfs meta tmpfs
)ovl" + meta("at-end", "/to-f") + meta("on-the-way", "/to-d/f") + meta("file-on-the-way", "/to-f/f") + meta("plain", "/d/f") + R"ovl(
mount m lowerdir=meta:/ datadir=data:/ metacopy=on
read m:/at-end                -> ENOENT log~"lazy lowerdata lookup failed (/at-end, err=-2)"
read m:/on-the-way            -> ELOOP log~"lazy lowerdata lookup failed (/on-the-way, err=-40)"
read m:/file-on-the-way       -> ELOOP log~"lazy lowerdata lookup failed (/file-on-the-way, err=-40)"
read m:/plain                 -> data="deep" log=none
)ovl");
}

}  // namespace
}  // namespace ovlsim::testing
