// SPDX-License-Identifier: Apache-2.0
//
// Rules of the overlay's inode cache: which real inode an overlay inode is hashed by, when two names share one, and
// when the cached inode is refused with ESTALE.
#include <gtest/gtest.h>

#include "ovlsim/kernel.hpp"
#include "story.hpp"

namespace ovlsim::testing {
namespace {

constexpr std::uint32_t one_name = 1;
constexpr std::uint32_t hard_linked = 2;

template <class Check>
void for_every_inode_key_question(Check check) {
  for (const bits b : combinations(8)) {
    inode_key_question q;
    q.opts.index = b[0];
    q.opts.nfs_export = b[1];
    q.overlay_has_upper = b[2];
    q.upper = b[3];
    q.lower = b[4];
    q.indexed = b[5];
    q.lower_is_dir = b[6];
    q.lower_nlink = b[7] ? hard_linked : one_name;
    SCOPED_TRACE(::testing::Message() << "question number " << b.number());
    check(q, linux_6_18.inode_key(q));
  }
}

TEST(InodeCacheKey, WithoutLowerIsTheUpper) {  // ovl_hash_bylower(): "No, if pure upper"
  for_every_inode_key_question([](const inode_key_question& q, inode_key_answer answer) {
    if (!q.lower) {
      EXPECT_EQ(answer, inode_key_answer::by_upper);
    }
  });
}

TEST(InodeCacheKey, IndexedIsTheLowerWhateverElseHolds) {  // ovl_hash_bylower(): "Yes, if already indexed"
  for_every_inode_key_question([](const inode_key_question& q, inode_key_answer answer) {
    if (q.lower && q.indexed) {
      EXPECT_EQ(answer, inode_key_answer::by_lower);
    }
  });
}

TEST(InodeCacheKey, WithoutAnUpperLayerIsTheLower) {  // ovl_hash_bylower(): "Yes, if won't be copied up"
  for_every_inode_key_question([](const inode_key_question& q, inode_key_answer answer) {
    if (q.lower && !q.overlay_has_upper) {
      EXPECT_EQ(answer, inode_key_answer::by_lower);
    }
  });
}

// ovl_hash_bylower(): "No, if lower hardlink is or will be broken on copy up"
TEST(InodeCacheKey, BrokenHardLinkIsNeverTheLower) {
  for_every_inode_key_question([](const inode_key_question& q, inode_key_answer answer) {
    if (!q.lower || q.indexed || !q.overlay_has_upper || q.lower_is_dir || q.lower_nlink == one_name) return;
    if (q.upper) {
      EXPECT_EQ(answer, inode_key_answer::by_upper);
    } else if (!q.opts.index) {
      EXPECT_EQ(answer, inode_key_answer::unhashed);  // ovl_get_inode(): neither an upper nor by lower
    }
  });
}

// ovl_hash_bylower(): "No, if non-indexed upper with NFS export"
TEST(InodeCacheKey, WithNfsExportAnUpperThatIsNotIndexedIsTheUpper) {
  for_every_inode_key_question([](const inode_key_question& q, inode_key_answer answer) {
    if (q.overlay_has_upper && q.opts.nfs_export && q.upper && !q.indexed) {
      EXPECT_EQ(answer, inode_key_answer::by_upper);
    }
  });
}

TEST(InodeCacheKey, OtherwiseIsTheLower) {  // ovl_hash_bylower(): "Otherwise, hash by lower inode for fsnotify"
  for_every_inode_key_question([](const inode_key_question& q, inode_key_answer answer) {
    if (!q.lower || q.opts.nfs_export) return;
    if (q.lower_is_dir || q.lower_nlink == one_name) {
      EXPECT_EQ(answer, inode_key_answer::by_lower);
    }
  });
}

TEST(InodeVerify, WhatIsGivenMustBeWhatIsCached) {  // ovl_verify_inode()
  for (const bits b : combinations(8)) {
    verify_question q{b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7]};
    if ((q.same_lower && !(q.lower && q.inode_lower)) || (q.same_upper && !(q.upper && q.inode_upper))) continue;
    const bool another_lower = q.lower && !q.same_lower;
    const bool another_upper = q.upper && !q.same_upper;
    const bool uncovered_dir = q.is_dir && q.strict && ((q.inode_lower && !q.lower) || (q.inode_upper && !q.upper));
    const bool stale = another_lower || another_upper || uncovered_dir;
    EXPECT_EQ(linux_6_18.verify_inode(q), stale ? verify_answer::stale : verify_answer::same) << b.number();
  }
}

// A file copied up from `a` whose lower is then called `x`: on ext4 the origin still decodes.
constexpr std::string_view renamed_lower = R"ovl(mkfs low ext4
create low:/a "lower"
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
append m:/a "+upper"          -> ok
umount m
rename low:/a low:/x
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
)ovl";

TEST(InodeCacheKey, CopiedUpFileWithFollowedOriginIsHashedByLower) {  // ovl_hash_bylower(), ovl_get_inode()
  run_story(std::string(renamed_lower) + R"ovl(stat m:/a                     -> ok ino=$i size=11
stat m:/x                     -> ok ino=$i size=11 nlink=1
read m:/x                     -> data="lower+upper"
)ovl");
}

TEST(InodeVerify, UpperIsRefusedByACachedPureLower) {  // ovl_verify_inode(): "ovl_inode_upper(inode) != upperdentry"
  run_story(std::string(renamed_lower) + R"ovl(read m:/x                     -> data="lower"
stat m:/a                     -> ESTALE log~"failed to get inode (-116)"
)ovl");
}

TEST(InodeVerify, FailedLookupIsNotCachedAndEvictionLetsTheOtherOrderWin) {  // ovl_lookup(), ovl_get_inode()
  run_story(std::string(renamed_lower) + R"ovl(stat m:/x                     -> ok size=5
read m:/a                     -> ESTALE
drop-caches
read m:/a                     -> data="lower+upper"
read m:/x                     -> data="lower+upper"
)ovl");
}

// generic_delete_inode(): it lives while something pins it
TEST(InodeVerify, OpenFileKeepsTheCachedInodeOverDropCaches) {
  run_story(std::string(renamed_lower) + R"ovl(open m:/x h                   -> ok
drop-caches
stat m:/a                     -> ESTALE
close h
drop-caches
stat m:/a                     -> ok
)ovl");
}

// ovl_copy_up_one(): ovl_link_up() of an inode with an upper
TEST(InodeCacheSilentCollision, WriteToTheAliasLinksTheOtherUpper) {
  run_story(std::string(renamed_lower) + R"ovl(stat m:/a                     -> ok
append m:/x "!"               -> ok
stat up:/u/a                  -> ino=$u nlink=2
stat up:/u/x                  -> ino=$u nlink=2
read up:/u/x                  -> data="lower+upper!"
read low:/x                   -> data="lower"
)ovl");
}

TEST(InodeVerify, SecondOfTwoUppersOfOneOriginIsStale) {  // ovl_verify_inode(); an upper duplicated with its xattrs
  constexpr std::string_view duplicated = R"ovl(mkfs low ext4
create low:/a "one"
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
touch m:/a
umount m
cp -a up:/u/a up:/u/b
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
)ovl";
  run_story(std::string(duplicated) + R"ovl(stat m:/a                     -> ok
stat m:/b                     -> ESTALE log~"failed to get inode (-116)"
)ovl");
  run_story(std::string(duplicated) + R"ovl(stat m:/b                     -> ok
stat m:/a                     -> ESTALE log~"failed to get inode (-116)"
)ovl");
}

TEST(InodeCacheKey, TwoNamesOfALowerHardLinkAreTwoUnhashedInodes) {  // ovl_hash_bylower(), ovl_get_inode(): new_inode()
  run_story(R"ovl(mkfs low ext4
create low:/h1 "v"
link low:/h1 low:/h2
mkfs up ext4
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
stat m:/h1                    -> ino=$i nlink=2
stat m:/h2                    -> ino=$i nlink=2
append m:/h1 "+"              -> ok
stat m:/h1                    -> ino!=$i nlink=1 size=2
stat m:/h2                    -> ino=$i nlink=2 size=1
)ovl");
}

// ovl_verify_inode(): strict, for directories
TEST(InodeVerify, RedirectedDirectoryAndItsUncoveredLowerExcludeEachOther) {
  constexpr std::string_view redirected = R"ovl(mkfs low ext4
mkdir low:/x
mkfs up ext4
mkdir up:/u
mkdir up:/w
mkdir up:/u/d
setxattr up:/u/d trusted.overlay.redirect "x"
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
)ovl";
  run_story(std::string(redirected) + R"ovl(stat m:/d                     -> ok type=dir nlink=1
stat m:/x                     -> ESTALE log~"failed to get inode (-116)"
)ovl");
  run_story(std::string(redirected) + R"ovl(stat m:/x                     -> ok type=dir
stat m:/d                     -> ESTALE log~"failed to get inode (-116)"
)ovl");
}

TEST(InodeTrap, WalkingIntoTheUpperThroughItsLowerIsALoop) {  // ovl_lookup_trap_inode(), ovl_lookup_single()
  run_story(R"ovl(mkfs all ext4
mkdir all:/u
mkdir all:/w
create all:/f
mount m lowerdir=all:/ upperdir=all:/u workdir=all:/w -> ok
stat m:/f                     -> ok
stat m:/u                     -> ELOOP
stat m:/w                     -> ELOOP
)ovl");
}

}  // namespace
}  // namespace ovlsim::testing
