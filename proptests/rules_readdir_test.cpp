// SPDX-License-Identifier: Apache-2.0
//
// Rules of readdir: what a merged directory lists, which d_ino each entry has, what an entry that cannot be looked up
// does, and when the impure mark goes.
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "backing/tree.hpp"
#include "ovlsim/apply.hpp"
#include "ovlsim/scenario.hpp"
#include "story.hpp"

namespace ovlsim::testing {
namespace {

TEST(ReaddirMerged, EachNameOnceAndNoWhiteouts) {  // ovl_dir_read_merged(), ovl_fill_merge()
  run_story(R"ovl(mkfs low tmpfs
mkdir low:/1
mkdir low:/2
create low:/1/a
create low:/1/b
create low:/2/b
create low:/2/c
create low:/2/d
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/1,low:/2 upperdir=up:/u workdir=up:/w
create m:/e
touch m:/b
unlink m:/c
ls m:/                        -> entries=a,b,d,e
ls low:/2                     -> entries=b,c,d
)ovl");
}

TEST(ReaddirMerged, TheTopmostSaysTheType) {  // ovl_cache_entry_find_link(): the first layer that has the name
  run_story(R"ovl(mkfs low tmpfs
mkdir low:/1
mkdir low:/2
mkdir low:/1/x
create low:/2/x
mount m lowerdir=low:/1,low:/2
stat m:/x                     -> type=dir
ls m:/x                       -> entries=""
umount m
mount m lowerdir=low:/2,low:/1
stat m:/x                     -> type=file
)ovl");
}

TEST(ReaddirMerged, ListingIsRenewedAfterEveryChange) {  // ovl_dir_modified(): the version
  run_story(R"ovl(mkfs low tmpfs
create low:/a
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
ls m:/                        -> entries=a
create m:/b
ls m:/                        -> entries=a,b
unlink m:/a
ls m:/                        -> entries=b
rename m:/b m:/c
ls m:/                        -> entries=c
)ovl");
}

TEST(ReaddirInode, OfACopiedUpFileIsItsStatNumberOnOneFilesystem) {  // ovl_cache_update_ino(): OVL_TYPE_ORIGIN, same_fs
  const std::vector<answered> answers = run_story(R"ovl(mkfs all ext4
mkdir all:/l
mkdir all:/u
mkdir all:/w
create all:/l/f
stat all:/l/f                 -> ino=$l
mount m lowerdir=all:/l upperdir=all:/u workdir=all:/w
touch m:/f
ls m:/                        -> entries=f
stat all:/u/f                 -> ino!=$l
stat m:/f                     -> ino=$l
)ovl");
  EXPECT_EQ(d_ino(answers, "f"), st_ino(answers));
}

TEST(ReaddirInode, WithoutXinoOnTwoFilesystemsIsTheRealUpper) {  // ovl_calc_d_ino(): not asked for without same_dev
  const std::vector<answered> answers = run_story(R"ovl(mkfs low ext4
create low:/f
mkfs up xfs
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
stat m:/f                     -> ino=$l
touch m:/f
ls m:/                        -> entries=f
stat m:/f                     -> ino=$l
stat up:/u/f                  -> ino!=$l
)ovl");
  EXPECT_EQ(d_ino(answers, "f"), st_ino(answers));
}

TEST(ReaddirInode, WithXinoIsTheStatNumberOfEveryEntry) {  // ovl_calc_d_ino(), ovl_map_dev_ino()
  for (const char* name : {"low", "copied", "new"}) {
    SCOPED_TRACE(name);
    const std::vector<answered> answers = run_story(std::string(R"ovl(mkfs b tmpfs
create b:/copied
create b:/low
mksquashfs low b:/
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w xino=on
create m:/new
touch m:/copied
ls m:/                        -> entries=copied,low,new
stat m:/)ovl") + name + " -> ok\n");
    EXPECT_EQ(d_ino(answers, name), st_ino(answers));
  }
}

// B took the number of A's origin, and B was copied up too: with B in the cache, A cannot be looked up.
constexpr std::string_view collision_of_uppers = R"ovl(mkfs b tmpfs
create b:/A
mksquashfs low b:/
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w xino=on
touch m:/A
rename m:/A m:/ZA
umount m
create b:/B
rename b:/A b:/ZA
mksquashfs low b:/
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w xino=on
touch m:/B
umount m
)ovl";

TEST(ReaddirError, EntryThatCannotBeLookedUpIsDroppedAndLogged) {  // ovl_cache_update_ino(): "failed to look up"
  run_story(std::string(collision_of_uppers) + R"ovl(mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w xino=on
stat m:/B                     -> ok
ls m:/                        -> ok entries=B log~"failed to look up (ZA) for ino (-116)"
)ovl");
}

TEST(ReaddirError, WithoutXinoNothingIsLookedUpAndNothingDropped) {  // ovl_cache_update_ino(): only with same_dev
  run_story(R"ovl(mkfs low ext4
create low:/a
mkfs up xfs
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
touch m:/a
umount m
cp -a up:/u/a up:/u/b
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
stat m:/a                     -> ok
stat m:/b                     -> ESTALE
ls m:/                        -> entries=a,b log=none
)ovl");
}

TEST(ReaddirImpure, MarkGoesWithTheLastEntryOfConstantNumber) {  // ovl_cache_get_impure(): removes the xattr
  run_story(R"ovl(mkfs all ext4
mkdir all:/l
mkdir all:/u
mkdir all:/w
create all:/l/f
mount m lowerdir=all:/l upperdir=all:/u workdir=all:/w
mkdir m:/p
rename m:/f m:/p/f
getxattr all:/u/p trusted.overlay.impure -> value="y"
ls m:/p                       -> entries=f
getxattr all:/u/p trusted.overlay.impure -> value="y"
unlink m:/p/f
ls m:/p                       -> entries=""
getxattr all:/u/p trusted.overlay.impure -> ENODATA
)ovl");
}

TEST(ReaddirImpure, MarkStaysWhereNobodyReadsThroughTheImpureCache) {  // ovl_iterate(): two filesystems, no xino
  run_story(R"ovl(mkfs low ext4
create low:/f
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
mkdir m:/p
rename m:/f m:/p/f
unlink m:/p/f
ls m:/p                       -> entries=""
getxattr up:/u/p trusted.overlay.impure -> value="y"
)ovl");
}

// Cut off at the second of two names that cannot be looked up, a listing shows its order: `c` was renamed over, which on tmpfs makes
// it the newest entry (__d_move()), so it comes before `f`.
TEST(ReaddirOrder, ANameRenamedOverIsNewOnTmpfs) {
  run_story(R"ovl(mkfs build tmpfs
create build:/b
create build:/d
mksquashfs low build:/
mkfs low2 tmpfs
create low2:/e
mkfs up tmpfs
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/,low2:/ upperdir=up:/u workdir=up:/w
rename m:/e m:/c
append m:/d ""
append m:/b ""
link m:/c m:/f
umount m
rename up:/u/b up:/u/c
create build:/aa
mksquashfs low build:/
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w xino=on
ls m:/                        -> entries=aa,b
)ovl");
}

/// The names of a directory of the filesystem that was made first, as it lists them when the story is over.
std::string listing(std::string_view story, std::string_view dir) {
  const parsed_scenario parsed = parse_scenario(story, "story");
  EXPECT_TRUE(parsed);
  world w;
  for (const scenario_line& line : parsed.value.lines) {
    if (!line.has_command) continue;
    EXPECT_EQ(apply(w, line.what, linux_6_18).status, errc::ok) << line.number;
  }
  if (w.filesystems.empty() || !w.names.find(dir)) return "no such directory";
  const backing::filesystem& fs = *w.filesystems[0];
  std::string names;
  for (const backing::listed& e : backing::list(w, fs, backing::lookup(fs, fs.root, *w.names.find(dir)))) {
    if (!e.is_dot) names.append(w.names.text(e.name)).append(" ");
  }
  return names;
}

struct order_on {
  const char* type;
  const char* expected;
};

// What `ls -U` shows on each. Over an entry: its place (xfs_dir_replace()), or a new one; exchanged: the new name is listed first.
TEST(ReaddirOrder, OfNamesThatMoved) {
  for (const order_on& o : {order_on{"tmpfs", "d b c "}, order_on{"xfs", "b c d "}, order_on{"btrfs", "c d b "}}) {
    EXPECT_EQ(listing(std::string("mkfs fs ") + o.type + R"ovl(
mkdir fs:/u
create fs:/u/a
create fs:/u/b
create fs:/u/c
create fs:/u/d
rename fs:/u/a fs:/u/c
exchange fs:/u/b fs:/u/d
)ovl", "u"), o.expected) << o.type;
  }
}

constexpr std::string_view whiteouts = R"ovl(
mkfs low tmpfs
create low:/w
create low:/x
mkdir fs:/u
mkdir fs:/work
mount m lowerdir=low:/ upperdir=fs:/u workdir=fs:/work
chmod m:/w 0600
create m:/n
rename m:/w m:/z
)ovl";

// RENAME_WHITEOUT: shmem_whiteout() comes before the move, btrfs_rename() makes it after, xfs_rename() puts it in the old place.
TEST(ReaddirOrder, OfAWhiteoutThatARenameLeaves) {
  for (const order_on& o : {order_on{"tmpfs", "z w n "}, order_on{"xfs", "w n z "}, order_on{"btrfs", "n z w "}}) {
    EXPECT_EQ(listing(std::string("mkfs fs ").append(o.type).append(whiteouts), "u"), o.expected) << o.type;
  }
}

// Whiteouts, and what replaces one, are renamed into place from the workdir: ovl_cleanup_and_whiteout(), ovl_create_over_whiteout().
TEST(ReaddirOrder, OfWhiteoutsAndWhatReplacesThem) {
  const std::string changes = std::string(whiteouts) + "create m:/w\nunlink m:/x\n";
  for (const order_on& o : {order_on{"tmpfs", "x w z n "}, order_on{"xfs", "w n z x "}, order_on{"btrfs", "n z w x "}}) {
    EXPECT_EQ(listing(std::string("mkfs fs ") + o.type + changes, "u"), o.expected) << o.type;
  }
  const std::string removed = changes + "unlink m:/w\n";
  for (const order_on& o : {order_on{"tmpfs", "w x z n "}, order_on{"xfs", "w n z x "}, order_on{"btrfs", "n z x w "}}) {
    EXPECT_EQ(listing(std::string("mkfs fs ") + o.type + removed, "u"), o.expected) << o.type;
    EXPECT_EQ(listing(std::string("mkfs fs ") + o.type + removed + "link m:/z m:/w\n", "u"), o.expected) << o.type;
    EXPECT_EQ(listing(std::string("mkfs fs ") + o.type + removed + "mkdir m:/w\n", "u"), o.expected) << o.type;
  }
}

}  // namespace
}  // namespace ovlsim::testing
