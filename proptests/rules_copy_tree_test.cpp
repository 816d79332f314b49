// SPDX-License-Identifier: Apache-2.0
//
// Rules of `cp -a`, which is coreutils 9.1: in which order it makes its system calls, what it does with their errors, and what the
// order leaves behind. Each story has run on a live kernel.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "story.hpp"

namespace ovlsim::testing {
namespace {

std::vector<std::uint64_t> all_st_inos(const std::vector<answered>& answers) {
  std::vector<std::uint64_t> found;
  for (const answered& a : answers) {
    if (const auto* s = std::get_if<answer::stat>(&a.result.fields)) found.push_back(s->ino);
  }
  return found;
}

// copy_internal(): mkdir of the copy, then the source's readdir, then lstat of each entry. Directories of an overlay get their
// numbers from a counter when they are first looked up.
TEST(CopyTree, MakesADirectoryBeforeItLooksUpTheEntriesOfTheSource) {
  const std::vector<answered> answers = run_story(R"ovl(mkfs up tmpfs
mkdir up:/u
mkdir up:/w
mkfs build tmpfs
mkdir build:/f
mkdir build:/f/f
mksquashfs low build:/
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
cp -a m:/f m:/d               -> ok
stat m:/f                     -> ok
stat m:/d                     -> ok
stat m:/f/f                   -> ok
stat m:/d/f                   -> ok
)ovl");
  const std::vector<std::uint64_t> numbers = all_st_inos(answers);
  ASSERT_EQ(numbers.size(), 4U);
  for (std::size_t i = 1; i < numbers.size(); ++i) EXPECT_EQ(numbers[i], numbers[i - 1] + 1) << i;
}

// ... so a source that the copy appears in never ends; the longest path does (getname(): ENAMETOOLONG).
TEST(CopyTree, OfAnUpperIntoItsOverlayGoesAsDeepAsPathsDo) {
  const std::string d = "/" + std::string(200, 'd');
  run_story(R"ovl(mkfs up tmpfs
mkdir up:/u
mkdir up:/w
mkfs low tmpfs
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
cp -a up:/u m:)ovl" + d + " -> ENAMETOOLONG\nls m:" + d + d + d + " -> entries=" + d.substr(1) + "\n");
}

// mkdir(2) does not take the set-group-ID bit, and chmod comes when the directory is full: nothing in it inherits the bit.
TEST(CopyTree, EntriesDoNotInheritASetGroupIdThatTheCopyGetsLater) {
  run_story(R"ovl(mkfs fs tmpfs
mkdir fs:/s
mkdir fs:/s/t
create fs:/s/t/x
create fs:/s/y "1" 4755
chown fs:/s 5:7
chmod fs:/s 2755
cp -a fs:/s fs:/d             -> ok
stat fs:/d                    -> mode=2755
stat fs:/d/t                  -> mode=0755
stat fs:/d/y                  -> mode=4755
mkdir fs:/g
chmod fs:/g 2777
cp -a fs:/s/t fs:/g/d         -> ok
stat fs:/g/d                  -> mode=2755
)ovl");
}

// Without an origin, a lower directory that holds whiteouts is listed as it is, and lookup finds nothing under their names.
TEST(CopyTree, AnEntryThatCannotBeFoundIsAnErrorAndTheRestIsCopied) {
  run_story(R"ovl(mkfs up tmpfs
mkdir up:/u
mkdir up:/w
mkfs build tmpfs
mkdir build:/f
create build:/f/a
mount m lowerdir=build:/ upperdir=up:/u workdir=up:/w
unlink m:/f/a
create m:/f/c
umount m
removexattr up:/u/f trusted.overlay.origin
mkfs up2 tmpfs
mkdir up2:/u
mkdir up2:/w
mount m lowerdir=up:/u upperdir=up2:/u workdir=up2:/w
ls m:/f                       -> entries=a,c
cp -a m:/f m:/d               -> ENOENT
ls m:/d                       -> entries=c
cp -a up:/u/f m:/e            -> EPERM
ls m:/e                       -> entries=c
)ovl");
}

// The report's collision, twice in one directory: getdents(2) goes on behind the first name that cannot be looked up, and fails at
// the second. savedir() then forgets what it has read.
TEST(CopyTree, OfADirectoryWhoseReadingFailsIsEmpty) {
  run_story(R"ovl(mkfs build tmpfs
mkdir build:/t
create build:/t/A "A v1"
create build:/t/C "C v1"
mksquashfs low build:/
mkfs up tmpfs
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w xino=on
append m:/t/A "!"
rename m:/t/A m:/t/ZA
append m:/t/C "!"
rename m:/t/C m:/t/ZC
umount m
create build:/t/B "B v2"
create build:/t/D "D v2"
rename build:/t/A build:/t/ZA
rename build:/t/C build:/t/ZC
mksquashfs low build:/
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w xino=on
append m:/t/B "!"
append m:/t/D "!"
umount m
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w xino=on
ls m:/t                       -> entries=B,D
cp -a m:/t build:/x           -> ESTALE
ls build:/x                   -> entries=""
cp -a m:/ build:/y            -> ESTALE
ls build:/y                   -> entries=t
cp -a m:/t/ZA build:/z        -> ESTALE
cp -a m:/t/B build:/z         -> ok
unlink m:/t/D
cp -a m:/t m:/t2              -> ok
ls m:/t2                      -> entries=B,ZC
)ovl");
}

TEST(CopyTree, LeavesOutAnXattrThatTheCopyCannotHave) {  // copy_attr() with reduce_diagnostics, ovl_xattr_escape_name()
  const std::string name = "trusted.overlay." + std::string(235, 'x');
  run_story("mkfs fs tmpfs\ncreate fs:/f\nsetxattr fs:/f " + name + R"ovl( "v"
setxattr fs:/f trusted.z "v"
mkfs up tmpfs
mkdir up:/u
mkdir up:/w
mkfs low tmpfs
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
cp -a fs:/f m:/f              -> ok
listxattr m:/f                -> names=trusted.z
)ovl");
}

TEST(CopyTree, ToAReadOnlyFilesystemIsErofsEvenIntoItself) {
  run_story(R"ovl(mkfs build tmpfs
mkdir build:/u
mkdir build:/u/f
mksquashfs low build:/
cp -a low:/u low:/u/x         -> EROFS
cp -a low:/u low:/f           -> EROFS
cp -a low:/u low:/u           -> EEXIST
mount m lowerdir=low:/,build:/
cp -a m:/ m:/x                -> EROFS
umount m
cp -a build:/u build:/u/x     -> EINVAL
ls build:/u                   -> entries=f
)ovl");
}

// The same of the tools that make images: mksquashfs leaves out what it cannot find, mkfs.erofs and mke2fs give up.
TEST(ImageOfATree, InWhichAnEntryCannotBeFound) {
  run_story(R"ovl(mkfs up tmpfs
mkdir up:/u
mkdir up:/w
mkfs build tmpfs
mkdir build:/f
create build:/f/a
create build:/f/b
mount m lowerdir=build:/ upperdir=up:/u workdir=up:/w
unlink m:/f/a
chmod m:/f/b 0600
umount m
removexattr up:/u/f trusted.overlay.origin
mkfs up2 tmpfs
mkdir up2:/u
mkdir up2:/w
mount m lowerdir=up:/u upperdir=up2:/u workdir=up2:/w
ls m:/f                       -> entries=a,b
mksquashfs image m:/          -> ok
ls image:/f                   -> entries=b
mkerofs image m:/             -> EINVAL
mke2fs image m:/              -> EINVAL
ls image:/f                   -> entries=b
)ovl");
}

}  // namespace
}  // namespace ovlsim::testing
