// SPDX-License-Identifier: Apache-2.0
//
// Properties, verb by verb: what each says of a story's steps. A story that keeps what its overlays promise must break none, however its
// names are spelled and whatever verb has changed a file.
#include "ovlsim/property.hpp"

#include <gtest/gtest.h>

#include <array>
#include <set>

#include "ovlsim/policy.hpp"
#include "ovlsim/scenario.hpp"

namespace ovlsim::testing {
namespace {

/// What a property says of each step: the first that breaks it, and how many keep it.
struct judged {
  std::string broken;
  std::size_t kept = 0;
};

/// `behind`: lines of it happen without the property being told.
judged judge(std::string_view name, const std::string& story, const kernel& k = linux_6_18, std::string_view behind = {}) {
  const parsed_scenario parsed = parse_scenario(story, "story");
  for (const scenario_error& e : parsed.errors) ADD_FAILURE() << to_string(e);
  const property& p = *property_named(name);
  std::set<std::string> layers;
  for (const scenario_line& l : parsed.value.lines) {
    const auto* const m = l.has_command ? std::get_if<cmd::mount>(&l.what) : nullptr;
    for (std::size_t n = 0; m != nullptr && n < m->options.lower.size(); ++n) layers.insert(m->options.lower[n].fs);
  }
  const std::vector<std::string> lowers(layers.begin(), layers.end());
  judged j;
  world w;
  memory past;
  for (const scenario_line& l : parsed.value.lines) {
    if (!l.has_command) continue;
    const world before = w;
    const outcome answer = apply(w, l.what, k);
    if (!l.expected.empty() && l.expected[0].value != ovlsim::name(answer.status)) {
      ADD_FAILURE() << print(l.what) << " answers " << ovlsim::name(answer.status);
    }
    if (!behind.empty() && print(l.what) + "\n" == behind) continue;
    const step s{before, l.what, answer, w, past, k};
    const finding f = p.judge(s);
    j.kept += f.what == finding::kind::kept ? 1 : 0;
    if (f.what == finding::kind::broken && j.broken.empty()) j.broken = print(l.what) + ": " + f.why;
    past = remember(s, std::array{p.needs}, lowers);
  }
  return j;
}

const std::string begin =
    "mkfs low ext4\ncreate low:/A \"A v1\"\ncreate low:/B \"B v1\"\nmkdir low:/d\ncreate low:/d/C \"C v1\"\n"
    "mkfs up ext4\nmkdir up:/u\nmkdir up:/w\nmount m lowerdir=low:/ upperdir=up:/u workdir=up:/w\n";
const std::string remount = "umount m -> ok\nmount m lowerdir=low:/ upperdir=up:/u workdir=up:/w -> ok\n";
/// The lower of A changes while nothing is mounted.
const std::string other_lower =
    "umount m -> ok\nunlink low:/A -> ok\ncreate low:/A \"A of another version\" -> ok\n"
    "mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w -> ok\nread m:/A -> ok\n";

struct story_of {
  const char* what;
  std::string commands;
};

/// After each of these a name reads what it should.
TEST(RightData, KnowsEveryVerbThatWrites) {
  const story_of stories[] = {
      {"an open file is written to", "open m:/A h rw -> ok\nfwrite h \"X\" -> ok\nclose h -> ok\nread m:/A -> ok\n"},
      {"opened for writing is copied up", "open m:/A h wo -> ok\nclose h -> ok\n" + other_lower},
      {"written under another name",
       "open m:/A h rw -> ok\nlink m:/A m:/L -> ok\nunlink m:/A -> ok\nfwrite h \"XY\" -> ok\nread m:/L -> ok\nclose h -> ok\nread m:/L -> ok\n"},
      {"removexattr copies up", "setxattr low:/A user.a \"1\" -> EBUSY\numount m\nsetxattr low:/A user.a \"1\" -> ok\n"
       "mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w -> ok\nremovexattr m:/A user.a -> ok\n" + other_lower},
      {"cp of a file into the overlay", "cp -a low:/A m:/new -> ok\nread m:/new -> ok\numount m\ncreate low:/new \"other\" -> ok\n" + remount.substr(remount.find('\n') + 1) + "read m:/new -> ok\n"},
      {"cp of a tree with links", "mkfs o ext4\nmkdir o:/t\ncreate o:/t/x \"x\"\nlink o:/t/x o:/t/y\ncp -a o:/t m:/t -> ok\nappend m:/t/x \"!\" -> ok\nread m:/t/y -> ok\n"},
      {"cp within the overlay", "append m:/A \"!\" -> ok\ncp -a m:/A m:/K -> ok\nread m:/K -> ok\nappend m:/K \"?\" -> ok\nread m:/A -> ok\n"},
      {"rename of two links of one file", "create m:/x \"x\" -> ok\nlink m:/x m:/y -> ok\nrename m:/x m:/y -> ok\nread m:/x -> ok\nread m:/y -> ok\n"},
      {"truncate through a symlink", "symlink \"A\" m:/s -> ok\ntruncate m:/s 1 -> ok\nread m:/A -> ok\n"},
      {"chmod through a symlink", "symlink \"A\" m:/s -> ok\nchmod m:/s 0600 -> ok\n" + other_lower},
      {"exchange", "append m:/A \"!\" -> ok\nexchange m:/A m:/B -> ok\nread m:/A -> ok\nread m:/B -> ok\n"},
      {"append to what an offline command has made", "umount m\ncreate up:/u/O \"offline\" -> ok\n" + remount.substr(remount.find('\n') + 1) + "read m:/O -> ok\nappend m:/O \"!\" -> ok\nread m:/O -> ok\nread m:/B -> ok\n"},
      {"an upper that was changed offline", "append m:/A \"!\" -> ok\numount m -> ok\nwrite up:/u/A \"offline\" -> ok\n" + remount.substr(remount.find('\n') + 1) + "read m:/A -> ok\n"},
      {"removed in the upper offline", "append m:/A \"!\" -> ok\numount m -> ok\nunlink up:/u/A -> ok\n" + remount.substr(remount.find('\n') + 1) + "read m:/A -> ok\n"},
      {"another upper", "append m:/A \"!\" -> ok\numount m -> ok\nmkdir up:/v\nmkdir up:/x\nmount m lowerdir=low:/ upperdir=up:/v workdir=up:/x -> ok\nread m:/A -> ok\n"},
      {"a new filesystem under the upper", "append m:/A \"!\" -> ok\numount m -> ok\nmkfs up ext4\nmkdir up:/u\nmkdir up:/w\nmount m lowerdir=low:/ upperdir=up:/u workdir=up:/w -> ok\nread m:/A -> ok\n"},
      {"what a failed command has copied up", "setxattr m:/A user.toolong \"" + std::string(5000, 'x') + "\"\n" + other_lower},
  };
  for (const story_of& s : stories) {
    const judged j = judge("right-data", begin + s.commands);
    EXPECT_EQ(j.broken, "") << s.what;
    EXPECT_GT(j.kept, 0U) << s.what;
  }
}

/// With an index all names of a lower file are one file: a write to one of them is a write to the others, renamed or linked again.
TEST(RightData, KnowsThatAnIndexKeepsLinksOfLowerFiles) {
  const std::string links =
      "mkfs low ext4\ncreate low:/A \"A v1\"\nlink low:/A low:/B\nmkfs up ext4\nmkdir up:/u\nmkdir up:/w\n"
      "mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w index=on\n";
  for (const char* story : {"link m:/A m:/L -> ok\nwrite m:/B \"B, written\" -> ok\nread m:/L -> ok\n", "rename m:/A m:/Z -> ok\nwrite m:/B \"new\" -> ok\nread m:/Z -> ok\n",
                            "chmod m:/B 0600 -> ok\nlink m:/A m:/L -> ok\nwrite m:/L \"new\" -> ok\nrename m:/B m:/Z -> ok\nread m:/Z -> ok\n"}) {
    EXPECT_EQ(judge("right-data", links + story).broken, "") << story;
    EXPECT_EQ(judge("write-isolated", links + story).broken, "") << story;
  }
}

const std::string linked_lower = "mkfs low ext4\ncreate low:/A \"A v1\"\nlink low:/A low:/B\ncreate low:/C \"C v1\"\nmkfs up ext4\nmkdir up:/u\nmkdir up:/w\n";
const std::string on_linked = "mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w ";

/// It speaks of them: each story keeps it, and would not with what the other mount option answers.
TEST(RightData, SpeaksOfNamesOfALowerHardLink) {
  const auto story = [](const std::string& options, const std::string& commands, const std::string& then = {}) {
    const std::string mount = on_linked + options + " -> ok\n";
    return linked_lower + mount + commands + (then.empty() ? "" : "umount m -> ok\n" + then + mount + "read m:/B -> ok\n");
  };
  for (const auto& [what, text] : {
           std::pair("broken off", story("", "write m:/A \"x\" -> ok\nread m:/B -> ok data=\"A v1\"\nread m:/A -> ok data=\"x\"\n")),
           std::pair("broken off, and the lower has changed", story("", "write m:/A \"x\" -> ok\n", "write low:/B \"v2\" -> ok\n") + "read m:/B -> ok data=\"v2\"\n"),
           std::pair("kept one", story("index=on", "write m:/A \"x\" -> ok\n", "drop-caches -> ok\n") + "read m:/B -> ok data=\"x\"\n"),
           std::pair("kept one, renamed", story("index=on", "write m:/A \"x\" -> ok\nrename m:/A m:/Z -> ok\nwrite m:/B \"y\" -> ok\nread m:/Z -> ok data=\"y\"\n")),
           std::pair("kept one, the other removed", story("index=on", "write m:/A \"x\" -> ok\nunlink m:/A -> ok\n", "create low:/D \"\" -> ok\n") + "read m:/B -> ok data=\"x\"\n"),
           std::pair("kept one, the other removed below", story("index=on", "write m:/A \"x\" -> ok\n", "unlink low:/A -> ok\n") + "read m:/B -> ok data=\"x\"\n"),
           std::pair("linked below since", story("index=on", "write m:/A \"x\" -> ok\n", "link low:/C low:/D -> ok\n") + "write m:/D \"d\" -> ok\nread m:/C -> ok data=\"d\"\n"),
       }) {
    const judged j = judge("right-data", text);
    EXPECT_EQ(j.broken, "") << what;
    EXPECT_GT(j.kept, 1U) << what;
  }
}

/// A rename copies up, and with it the other names of the file are what they were, nothing less.
TEST(RightData, KnowsWhatTheOtherNamesOfARenamedFileHold) {
  const std::string story = linked_lower.substr(0, linked_lower.find("mkfs up")) + "link low:/A low:/K\n" + linked_lower.substr(linked_lower.find("mkfs up")) +
                            on_linked + "index=on nfs_export=on -> ok\nread m:/B -> ok\nfh m:/B f -> ok\n";
  for (const char* moved : {"rename m:/A m:/Z -> ok\n", "exchange m:/A m:/B -> ok\n", "exchange m:/A m:/C -> ok\n"}) {
    const std::string then = story + moved + "read m:/K -> ok data=\"A v1\"\nfhopen m f -> ok\n";
    for (const char* name : {"right-data", "handle-stable"}) EXPECT_EQ(judge(name, then).broken, "") << name << ": " << moved;
  }
}

/// The rename fails, but not before it has given ZA the inode of A, for which the index takes it.
TEST(RightData, KnowsWhatAFailedCommandHasCopiedUp) {
  const std::string mount = on_linked + "index=on nfs_export=on -> ok\n";
  const std::string story = "mkfs build tmpfs\ncreate build:/A \"A v1\"\nmksquashfs low build:/\nmkfs up ext4\nmkdir up:/u\nmkdir up:/w\n" + mount +
                            "write m:/A \"A!\" -> ok\nrename build:/A build:/ZA -> ok\numount m -> ok\nmksquashfs low build:/ -> ok\n" + mount + "rename m:/A m:/ZA -> ESTALE\n";
  const kernel k = *with_policies(linux_6_18, "instance-stamp-mount").value;
  EXPECT_EQ(judge("right-data", story, k).broken, "rename m:/A m:/ZA: m:/ZA should read \"A v1\"");
  EXPECT_NE(judge("unique-ino", story + "drop-caches -> ok\nstat m:/A -> ok\nstat m:/ZA -> ok\n", k).broken, "");
}

/// What it says where a name of a lower hard link does not read what it should. No kernel answers so: the answers are those of a world in
/// which the upper was changed behind the story's back, by a step of which the property is told nothing.
TEST(RightData, SeesALowerHardLinkThatReadsSomethingElse) {
  struct broken_by {
    const char* options;
    const char* story;
    const char* behind;
    const char* why;
  };
  for (const broken_by& b : {broken_by{"", "write m:/A \"x\"\n", "write low:/A \"other\"\n", ""},
                             broken_by{"index=on", "write m:/A \"x\"\n", "write up:/u/A \"other\"\n", "read m:/B: m:/B should read \"x\""},
                             broken_by{"index=on", "write m:/A \"x\"\nrename m:/A m:/Z\n", "write up:/u/Z \"other\"\n", "read m:/B: m:/B should read \"x\""}}) {
    const std::string mount = on_linked + b.options + "\n";
    const std::string text = linked_lower + mount + b.story + "umount m\n" + b.behind + mount + "read m:/B -> ok\n";
    EXPECT_EQ(judge("right-data", text, linux_6_18, b.behind).broken, b.why) << b.story << b.behind;
  }
}

/// Two images with two files of two names each: in the second one the files' inode numbers have changed places, because B has a name that
/// comes first. With an index A and B share the upper's inode, and all three properties say so, in whatever order they are looked up, copied up and written to.
TEST(UniqueIno, SeesACollisionOfTheIndexBetweenHardLinks) {
  const std::string mount = "mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w index=on -> ok\n";
  const std::string make = "mke2fs low build:/ uuid=6f6f6f6f-1111-4222-8333-555555555555 -> ok\n";
  const std::string swapped = "mkfs build tmpfs\ncreate build:/A \"A v1\"\nlink build:/A build:/A2\ncreate build:/B \"B v1\"\nlink build:/B build:/B2\n" + make +
                              "mkfs up ext4\nmkdir up:/u\nmkdir up:/w\n" + mount + "write m:/A \"A!\" -> ok\numount m -> ok\nlink build:/B build:/0 -> ok\n"
                              "write build:/B \"B v2\" -> ok\n" + make + mount;
  EXPECT_NE(judge("unique-ino", swapped + "stat m:/A -> ok\nstat m:/B -> ok\n").broken, "");
  EXPECT_NE(judge("unique-ino", swapped + "write m:/B \"B!\" -> ok\nstat m:/B -> ok\nstat m:/A -> ok\n").broken, "");
  EXPECT_NE(judge("write-isolated", swapped + "stat m:/A -> ok\nwrite m:/B \"B!\" -> ok\n").broken, "");
  EXPECT_NE(judge("write-isolated", swapped + "write m:/B \"B!\" -> ok\nstat m:/A -> ok\nwrite m:/B \"again\" -> ok\n").broken, "");
  EXPECT_EQ(judge("right-data", swapped + "read m:/B -> ok\n").broken, "read m:/B: m:/B should read \"B v2\"");
  // Names that are one file now, or were when the first of them was copied up, are none of it.
  const std::string same = swapped.substr(0, swapped.find("umount m")) + "umount m -> ok\n" + make + mount;
  for (const char* keeps : {"stat m:/A -> ok\nstat m:/A2 -> ok\nwrite m:/A2 \"A!!\" -> ok\nread m:/A -> ok\n", "rename m:/A m:/Z -> ok\nstat m:/A2 -> ok\nwrite m:/Z \"z\" -> ok\n",
                            "stat m:/B -> ok\nstat m:/B2 -> ok\nwrite m:/B \"b\" -> ok\nlink m:/B2 m:/L -> ok\nwrite m:/L \"l\" -> ok\n"}) {
    for (const char* name : {"unique-ino", "write-isolated", "right-data"}) EXPECT_EQ(judge(name, same + keeps).broken, "") << name << ": " << keeps;
  }
}

/// Hard links that the user has made in the upper while nothing was mounted.
TEST(UniqueIno, KnowsLinksThatWereMadeOffline) {
  const std::string mount_again = remount.substr(remount.find('\n') + 1);
  for (const char* links : {"create up:/u/x \"x\" -> ok\nlink up:/u/x up:/u/y -> ok\n", "write up:/u/A \"offline\" -> ok\nlink up:/u/A up:/u/y -> ok\nlink up:/u/y up:/u/x -> ok\n",
                            "link up:/u/A up:/u/x -> ok\nlink up:/u/A up:/u/y -> ok\nrename up:/u/x up:/u/y -> ok\n"}) {
    const std::string story = begin + "append m:/A \"!\" -> ok\numount m -> ok\n" + links + mount_again;
    const std::string used = "stat m:/A -> ok\nstat m:/x -> ok\nstat m:/y -> ok\nwrite m:/x \"1\" -> ok\nwrite m:/y \"2\" -> ok\nread m:/x -> ok\nread m:/A -> ok\n";
    for (const char* name : {"unique-ino", "write-isolated", "right-data"}) EXPECT_EQ(judge(name, story + used).broken, "") << name << ": " << links;
  }
}

/// The same file, however a path leads to it.
TEST(RightData, KnowsANameByWhatItMeans) {
  for (const char* spelling : {"m:/A", "m://A", "m:/./A", "m:/d/../A", "m:/../A", "m:/d/./..//A", "m:/way/../A"}) {
    const judged j = judge("right-data", begin + "symlink \"d\" m:/way -> ok\nappend " + spelling + " \"!\" -> ok\nread m:/A -> ok\nwrite m:/A \"new\" -> ok\nread " +
                                             spelling + " -> ok\nunlink " + spelling + " -> ok\ncreate m:/A \"again\" -> ok\nread " + spelling + " -> ok\n");
    EXPECT_EQ(j.broken, "") << spelling;
    EXPECT_GT(j.kept, 0U) << spelling;
  }
  EXPECT_EQ(judge("right-data", begin + "symlink \"d\" m:/way -> ok\nwrite m:/way/C \"new\" -> ok\nread m:/d/C -> ok\n").broken, "");
}

/// It still sees what is wrong: a write that another name shows, or a name that was removed and reads.
TEST(RightData, SeesTheSilentCollisionHoweverItIsWritten) {
  const std::string story =
      "mkfs build tmpfs\ncreate build:/A \"A v1\"\nmkerofs low build:/ uuid=6f6f6f6f-1111-4222-8333-444444444444\nmkfs up tmpfs\nmkdir up:/u\nmkdir up:/w\n"
      "mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w\nappend m:/A \"!\"\nrename build:/A build:/ZA\numount m\n"
      "mkerofs low build:/ uuid=6f6f6f6f-1111-4222-8333-444444444444\nmount m lowerdir=low:/ upperdir=up:/u workdir=up:/w\n";
  EXPECT_EQ(judge("right-data", story + "rename m:/A m:/ZA -> ok\n").broken, "rename m:/A m:/ZA: m:/A was removed or renamed");
  // Where a lower layer that was not there has the name, it is that layer's file.
  EXPECT_EQ(judge("right-data", "mkfs top ext4\nmkfs base ext4\ncreate base:/A \"A of the base\"\nmkfs up ext4\nmkdir up:/u\nmkdir up:/w\n"
                                "mount m lowerdir=top:/ upperdir=up:/u workdir=up:/w -> ok\ncreate m:/A \"\" -> ok\nrename m:/A m:/C -> ok\numount m -> ok\n"
                                "mount m lowerdir=top:/,base:/ upperdir=up:/u workdir=up:/w -> ok\nread m:/A -> ok\n").broken,
            "");
  EXPECT_NE(judge("unique-ino", story + "stat m:/A -> ok\nstat m:/ZA -> ok\n").broken, "");
  EXPECT_EQ(judge("right-data", story + "rename m:/A m:/ZA -> ok\n", *with_policies(linux_6_18, "nofollow").value).broken, "");
}

/// Of a name that is gone nothing is written any more, so it reads what a lower has there: one that is taken out and put back.
TEST(RightData, OfARemovedNameIsWhatALowerHasThereNow) {
  const std::string story =
      "mkfs top tmpfs\nmkfs base tmpfs\ncreate base:/A \"A v1\"\nmkfs up tmpfs\nmkdir up:/u\nmkdir up:/w\n"
      "mount m lowerdir=top:/,base:/ upperdir=up:/u workdir=up:/w\nwrite m:/A \"A!\"\numount m\n"
      "mount m lowerdir=top:/ upperdir=up:/u workdir=up:/w\nrename m:/A m:/C -> ok\numount m\n"
      "mount m lowerdir=top:/,base:/ upperdir=up:/u workdir=up:/w\n";
  EXPECT_EQ(judge("right-data", story + "read m:/A -> ok data=\"A v1\"\nread m:/C -> ok data=\"A!\"\n", *with_policies(linux_6_18, "nofollow").value).broken, "");
}

/// An index that takes a file of the lower for another is no hard link, whatever st_nlink says.
TEST(UniqueIno, SeesACollisionOfTheIndex) {
  const std::string mount = "mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w index=on -> ok\n";
  const std::string story = "mkfs build tmpfs\ncreate build:/A \"A v1\"\nmksquashfs low build:/\nmkfs up ext4\nmkdir up:/u\nmkdir up:/w\n" + mount +
                            "write m:/A \"A!\" -> ok\nrename build:/A build:/ZA -> ok\numount m\nmksquashfs low build:/ -> ok\n" + mount + "stat m:/A -> ok\nstat m:/ZA -> ok\n";
  EXPECT_NE(judge("unique-ino", story, *with_policies(linux_6_18, "nofollow").value).broken, "");
}

TEST(WriteIsolated, KnowsWritesByHandle) {
  EXPECT_GT(judge("write-isolated", begin + "stat m:/B\nopen m:/A h rw -> ok\nfwrite h \"X\" -> ok\n").kept, 1U);
  EXPECT_GT(judge("write-isolated", begin + "stat m:/B\nremovexattr m:/A user.a\nappend m:/d/../A \"x\" -> ok\n").kept, 0U);
}

/// Opening for writing is what breaks the link; the write behind it finds two files already.
TEST(HardlinkKept, SeesThatOpeningForWritingBreaksALink) {
  const std::string links =
      "mkfs low ext4\ncreate low:/A \"A v1\"\nlink low:/A low:/B\nmkfs up ext4\nmkdir up:/u\nmkdir up:/w\n"
      "mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w\nstat m:/B -> ok\n";
  EXPECT_NE(judge("hardlink-kept", links + "open m:/A h rw -> ok\nfwrite h \"X\" -> ok\n").broken, "");
  EXPECT_NE(judge("hardlink-kept", links + "append m://A \"X\" -> ok\n").broken, "");
}

/// A file's number is told by fstat, too, and known by every spelling of its name.
TEST(StableIno, KnowsFstatAndEverySpelling) {
  EXPECT_EQ(judge("stable-ino", begin + "stat m:/A -> ok\nopen m://A h ro -> ok\nfstat h -> ok\nappend m:/./A \"!\" -> ok\nstat m:/d/../A -> ok\n").kept, 2U);
  EXPECT_EQ(judge("stable-ino", begin + "stat m:/A -> ok\nrename m:/d/../A m://Z -> ok\nstat m:/Z -> ok\n").kept, 1U);
  EXPECT_EQ(judge("stable-ino", begin + "create m:/x \"\"\nlink m:/x m:/y\nstat m:/x\nstat m:/y\nrename m:/x m:/y -> ok\nstat m:/x -> ok\nstat m:/y -> ok\n").kept, 2U);
}

/// What only asks changes no lower layer.
TEST(PersistentIno, IsNotForgottenByThoseWhoOnlyAsk) {
  const std::string stat_again = "mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w -> ok\nstat m:/A -> ok\n";
  for (const char* asks : {"stat low:/A", "read low:/A", "ls low:/", "listxattr low:/A", "readlink low:/s", "getxattr low:/A user.a", "open low:/A h ro",
                           "fh low:/A h", "drop-caches"}) {
    const std::string with_symlink = "mkfs low ext4\nsymlink \"A\" low:/s\nsetxattr low:/ user.b \"\"\ncreate low:/A \"A v1\"\nsetxattr low:/A user.a \"1\"\n" + begin.substr(begin.find("mkfs up"));
    const judged j = judge("persistent-ino", with_symlink + "stat m:/A -> ok\numount m -> ok\n" + asks + " -> ok\n" + stat_again);
    EXPECT_EQ(j.kept, 1U) << asks;
  }
  for (const char* changes : {"chmod low:/A 0600", "create low:/x \"\"", "cp -a low:/A low:/x", "setxattr low:/A user.x \"\""}) {
    const judged j = judge("persistent-ino", begin + "stat m:/A -> ok\numount m -> ok\n" + changes + " -> ok\n" + stat_again);
    EXPECT_EQ(j.kept, 0U) << changes;
  }
  EXPECT_EQ(judge("persistent-ino", begin + "stat m:/A -> ok\numount m -> ok\nopen low:/A h rw -> ok\nfwrite h \"X\" -> ok\nclose h -> ok\n" + stat_again).kept, 0U);
}

/// Another upper has other files; a copy of it has the same.
TEST(PersistentIno, GoesWithTheUpper) {
  const std::string other = "mkdir up:/v\nmkdir up:/x\ncreate up:/v/A \"another file\"\n";
  const std::string on_other = "mount m lowerdir=low:/ upperdir=up:/v workdir=up:/x -> ok\nstat m:/A -> ok\n";
  const judged j = judge("persistent-ino", begin + "stat m:/A -> ok\numount m -> ok\n" + other + on_other);
  EXPECT_EQ(j.broken, "");
  EXPECT_EQ(j.kept, 0U);
  const std::string copied = "umount m -> ok\ncp -a up:/u up:/v -> ok\nmkdir up:/x -> ok\n";
  EXPECT_EQ(judge("persistent-ino", begin + "append m:/A \"!\" -> ok\nstat m:/A -> ok\n" + copied + on_other).kept, 1U);
  EXPECT_EQ(judge("right-data", begin + "append m:/A \"!\" -> ok\n" + copied + on_other + "read m:/A -> ok\n").broken, "");
}

TEST(NoEstale, LooksAtAllPathsOfACommand) {
  const std::string story = begin + "mkfs o ext4\n";
  EXPECT_EQ(judge("no-estale", story + "cp -a m:/A o:/x -> ok\n").kept, 1U);
  EXPECT_EQ(judge("no-estale", story + "mksquashfs s m:/ -> ok\n").kept, 1U);
  EXPECT_EQ(judge("no-estale", story + "open m:/A h ro -> ok\nfread h -> ok\n").kept, 2U);
  EXPECT_EQ(judge("no-estale", story + "stat o:/ -> ok\n").kept, 0U);
}

/// An answer that comes from a cached name of the command's own is no dependence on others.
TEST(OrderFree, AsksAboutOtherNamesOnly) {
  EXPECT_EQ(judge("order-free", begin + "stat m:/A -> ok\nstat m:/d/../A -> ok\nstat m://A -> ok\n").kept, 1U);
  EXPECT_EQ(judge("order-free", begin + "stat m:/A -> ok\nrename m:/A m:/Z -> ok\n").kept, 1U);
}

TEST(HandleStable, KnowsTypesAndUnknownSizes) {
  const std::string export_on = begin.substr(0, begin.rfind('\n')) + " index=on nfs_export=on\n";
  EXPECT_EQ(judge("handle-stable", export_on + "fh m:/A h -> ok\nappend m://A \"!\" -> ok\nfhopen m h -> ok\n").broken, "");
  EXPECT_EQ(judge("handle-stable", export_on + "fh m:/A h -> ok\nopen m:/A f rw -> ok\nfwrite f \"longer than before\" -> ok\nfhopen m h -> ok\n").kept, 1U);
  EXPECT_EQ(judge("handle-stable", export_on + "mkdir m:/x -> ok\nfh m:/x h -> ok\nfhopen m h -> ok\n").broken, "");
}

/// An overlay on an overlay, and one that is a layer only any more: no property looks where there is nothing.
TEST(Properties, LookAtOverlaysOnOverlays) {
  const std::string story = begin +
                            "mkfs low2 ext4\nmkfs up2 ext4\nmkdir up2:/u\nmkdir up2:/w\nmount n lowerdir=m:/ upperdir=up2:/u workdir=up2:/w -> ok\nstat n:/A -> ok\nappend n:/A \"!\" -> ok\n"
                            "read n:/A -> ok\nls n:/ -> ok\nstat n:/d/C -> ok\nrename n:/A n:/Z -> ok\numount m -> ok\nmount m lowerdir=low:/,low2:/ -> ok\nstat m:/B -> ok\nread n:/Z -> ok\n";
  for (const property& p : properties()) judge(p.name, story);
  EXPECT_EQ(judge("right-data", story).broken, "");
}

}  // namespace
}  // namespace ovlsim::testing
