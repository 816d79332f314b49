// SPDX-License-Identifier: Apache-2.0
//
// The live runner against the contract (../shared/scenario-language.md): what each verb asks Linux, that numbers mean what
// they must mean in a comparison, and that a filesystem under an overlay is left alone. Needs root and overlayfs; skipped,
// with the reason, where they are not.
#include <gtest/gtest.h>

#include <map>

#include "live_story.hpp"
#include "ovlsim/live.hpp"

namespace ovlsim::live {
namespace {

class live_session : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = missing(); !why.empty()) GTEST_SKIP() << why;
  }

  /// One worker for all tests: that one scenario leaves nothing to the next is part of what they test.
  static session& shared() {
    static session s;
    return s;
  }

  /// Runs the text and keeps the outcomes by line, the first being 1.
  void run(const std::string& text) {
    const result r = shared().run(parse(text));
    ASSERT_EQ(r.error, "");
    by_line_.clear();
    for (const answered& a : r.answers) by_line_[a.line] = a.result;
  }

  const outcome& at(int line) { return by_line_.at(line); }
  errc status(int line) { return at(line).status; }
  answer::stat stat(int line) {
    const auto* s = std::get_if<answer::stat>(&at(line).fields);
    if (s == nullptr) ADD_FAILURE() << "line " << line << " has no stat, but " << name(status(line));
    return s == nullptr ? answer::stat{} : *s;
  }
  std::string value(int line) {
    const auto* v = std::get_if<answer::value>(&at(line).fields);
    return v == nullptr ? std::string("no value: ") + std::string(name(status(line))) : v->bytes;
  }

 private:
  std::map<int, outcome> by_line_;
};

TEST_F(live_session, answers_the_collision_of_the_report) {
  run(R"(mkfs build tmpfs
create build:/A "A v1"
mksquashfs low build:/
mkfs up tmpfs
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w xino=on
append m:/A "!"
rename m:/A m:/ZA
umount m
create build:/B "B v2"
rename build:/A build:/ZA
mksquashfs low build:/
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w xino=on
append m:/B "!"
umount m
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w xino=on
stat m:/ZA
stat m:/B -> log~"failed to get inode"
)");
  for (int line = 1; line <= 18; ++line) EXPECT_EQ(status(line), errc::ok) << "line " << line;
  EXPECT_EQ(status(19), errc::estale);
  ASSERT_FALSE(at(19).log.empty());
  EXPECT_EQ(at(19).log[0], "overlayfs: failed to get inode (-116)");
}

TEST_F(live_session, numbers_lines_as_the_file_does) {
  const result r = shared().run(parse("# a comment\n\nmkfs a tmpfs\n\n  stat a:/  # another\n"));
  ASSERT_EQ(r.error, "");
  ASSERT_EQ(r.answers.size(), 2U);
  EXPECT_EQ(r.answers[0].line, 3);
  EXPECT_EQ(r.answers[0].verb, "mkfs");
  EXPECT_EQ(r.answers[1].line, 5);
  EXPECT_EQ(r.answers[1].verb, "stat");
}

TEST_F(live_session, begins_each_scenario_from_nothing) {
  const std::string text = "mkfs a ext4\ncreate a:/f\nopen a:/f h\nls a:/\nmkfs b tmpfs\ncreate b:/g\nls b:/\n";
  run(text);
  const outcome first[] = {at(4), at(7)};
  run(text);
  EXPECT_EQ(at(4), first[0]);
  EXPECT_EQ(at(7), first[1]);
}

TEST_F(live_session, carries_any_bytes) {
  std::string every;
  for (int byte = 0; byte < 256; ++byte) every += static_cast<char>(byte);
  scenario s;
  s.file = "bytes";
  const auto line = [&](command c) { s.lines.push_back({static_cast<int>(s.lines.size()) + 1, true, std::move(c), {}, {}, false}); };
  line(cmd::mkfs{"a", fs_type::ext4, {}});
  line(cmd::create{{"a", "/f"}, every, 0644});
  line(cmd::read{{"a", "/f"}});
  line(cmd::setxattr{{"a", "/f"}, "user.x", every});
  line(cmd::getxattr{{"a", "/f"}, "user.x"});
  const result r = shared().run(s);
  ASSERT_EQ(r.error, "");
  ASSERT_EQ(r.answers.size(), 5U);
  EXPECT_EQ(r.answers[2].result.fields, answer_fields{answer::data{every}});
  EXPECT_EQ(r.answers[4].result.fields, answer_fields{answer::value{every}});
}

TEST_F(live_session, keeps_paths_inside_their_filesystem) {
  run(R"(mkfs a tmpfs
mkdir a:/etc
create a:/etc/f "ours"
symlink "/etc" a:/l
read a:/l/f
read a:/../../etc/f
read a:/l
read a:/l/
mkdir a:/n/
create a:/etc/f/
stat a:/etc/f/
chmod a:/l 0700
stat a:/etc
mkfs b tmpfs
rename a:/etc/f b:/f
link a:/etc/f b:/l
rename a:/nothing b:/f
rename a:/no/f b:/f
)");
  const answer_fields ours = answer::data{"ours"};
  EXPECT_EQ(at(5).fields, ours);
  EXPECT_EQ(at(6).fields, ours);
  EXPECT_EQ(status(7), errc::eloop);
  EXPECT_EQ(status(8), errc::eisdir);
  EXPECT_EQ(status(9), errc::ok);
  EXPECT_EQ(status(10), errc::eisdir);
  EXPECT_EQ(status(11), errc::enotdir);
  EXPECT_EQ(status(12), errc::ok);
  EXPECT_EQ(stat(13).mode, 0700);  // the link at the end is followed by chmod
  EXPECT_EQ(status(15), errc::exdev);
  EXPECT_EQ(status(16), errc::exdev);
  EXPECT_EQ(status(17), errc::exdev);  // Linux looks at the two mounts before it looks for the file
  EXPECT_EQ(status(18), errc::enoent);
}

TEST_F(live_session, treats_a_root_as_linux_does) {
  run(R"(mkfs a tmpfs
create a:/f
rmdir a:/
unlink a:/
mkdir a:/
create a:/
rename a:/ a:/x
rename a:/f a:/
link a:/ a:/x
rmdir a:/.
stat a:/
write a:/ "x"
)");
  EXPECT_EQ(status(3), errc::ebusy);
  EXPECT_EQ(status(4), errc::eisdir);
  EXPECT_EQ(status(5), errc::eexist);
  EXPECT_EQ(status(6), errc::eexist);
  EXPECT_EQ(status(7), errc::ebusy);
  EXPECT_EQ(status(8), errc::ebusy);
  EXPECT_EQ(status(9), errc::eperm);
  EXPECT_EQ(status(10), errc::einval);
  EXPECT_EQ(stat(11).type, file_type::dir);
  EXPECT_EQ(status(12), errc::eisdir);
}

TEST_F(live_session, is_not_held_up_by_a_fifo) {
  run("mkfs a tmpfs\nmkfifo a:/p\nread a:/p\nwrite a:/p \"x\"\nopen a:/p h\nfread h\n");
  EXPECT_EQ(at(3).fields, answer_fields{answer::data{}});
  EXPECT_EQ(status(4), errc::enxio);
  EXPECT_EQ(status(5), errc::ok);
  EXPECT_EQ(status(6), errc::espipe);
}

TEST_F(live_session, names_open_files) {
  run(R"(mkfs a ext4
create a:/f "12345"
open a:/f h rw
open a:/f h
fwrite h "ab"
unlink a:/f
fread h
fstat h
mkfs a tmpfs
close h
close h
fread h
mkfs a tmpfs
)");
  EXPECT_EQ(status(4), errc::ebusy);
  EXPECT_EQ(at(7).fields, answer_fields{answer::data{"ab345"}});
  EXPECT_EQ(stat(8).nlink, 0U);
  EXPECT_EQ(status(9), errc::ebusy);  // a file of it is open
  EXPECT_EQ(status(10), errc::ok);
  EXPECT_EQ(status(11), errc::ebadf);
  EXPECT_EQ(status(12), errc::ebadf);
  EXPECT_EQ(status(13), errc::ok);
}

TEST_F(live_session, leaves_alone_what_an_overlay_uses) {
  run(R"(mkfs low tmpfs
create low:/f "x"
mkfs up ext4
mkdir up:/u
mkdir up:/w
open up:/u h wo
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
create low:/g
append low:/missing "x"
open low:/f h2 wo
mkfs low tmpfs
mksquashfs low up:/
clone low up
cp -a low:/f up:/g
read low:/f
open low:/f h3
clone c up
mksquashfs s low:/
mount m lowerdir=low:/
umount m
umount m
read m:/f
create low:/g
)");
  EXPECT_EQ(status(6), errc::eisdir);
  for (int line = 8; line <= 14; ++line) EXPECT_EQ(status(line), errc::ebusy) << "line " << line;
  for (int line = 15; line <= 18; ++line) EXPECT_EQ(status(line), errc::ok) << "line " << line;
  EXPECT_EQ(status(19), errc::ebusy);
  EXPECT_EQ(status(20), errc::ok);
  EXPECT_EQ(status(21), errc::einval);
  EXPECT_EQ(status(22), errc::enoent);
  EXPECT_EQ(status(23), errc::ok);
}

TEST_F(live_session, does_not_unmount_under_an_open_file) {
  run(R"(mkfs low tmpfs
create low:/f
mkfs up tmpfs
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
open m:/f h
umount m
close h
umount m
)");
  EXPECT_EQ(status(8), errc::ebusy);
  EXPECT_EQ(status(10), errc::ok);
}

TEST_F(live_session, forgets_what_nothing_holds) {
  // Without xino the number of a directory lives as long as its inode in the cache.
  run(R"(mkfs low ext4
mkdir low:/d
mkfs up tmpfs
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
stat m:/d
stat m:/d
drop-caches
stat m:/d
open m:/d h
drop-caches
stat m:/d
close h
drop-caches
stat m:/d
)");
  EXPECT_EQ(stat(7).ino, stat(8).ino);
  EXPECT_NE(stat(8).ino, stat(10).ino);
  EXPECT_EQ(stat(10).ino, stat(13).ino);
  EXPECT_NE(stat(13).ino, stat(16).ino);
}

TEST_F(live_session, waits_until_the_kernel_prints_an_expected_line_again) {
  // Two images that give one number to different files: each look at the second name is a line, and ten of them are enough
  // for the kernel.
  std::string text = R"(mkfs a tmpfs
create a:/1
mksquashfs low a:/
mkdir a:/u
mkdir a:/w
mount m lowerdir=low:/ upperdir=a:/u workdir=a:/w xino=on
append m:/1 "x"
umount m
cp -a a:/u/1 a:/u/2
mount m lowerdir=low:/ upperdir=a:/u workdir=a:/w xino=on
stat m:/1
)";
  for (int i = 0; i < 20; ++i) text += "stat m:/2\n";
  run(text + "stat m:/2 -> log~\"failed to get inode\"\n");
  EXPECT_EQ(status(31), errc::estale);
  EXPECT_TRUE(at(31).log.empty());
  EXPECT_FALSE(at(32).log.empty());
}

TEST_F(live_session, writes_log_lines_as_the_scenario_spells_paths) {
  run(R"(mkfs a tmpfs
mkdir a:/x
mksquashfs low a:/ -no-exports
mkdir a:/u
mkdir a:/w
mount m lowerdir=low:/x upperdir=a:/u workdir=a:/w xino=auto
mount n lowerdir=low:/nothing upperdir=a:/u workdir=a:/w
)");
  EXPECT_EQ(at(6).log, std::vector<std::string>{
                           "overlayfs: fs on 'low:/x' does not support file handles, falling back to xino=off."});
  EXPECT_EQ(status(7), errc::enoent);
  EXPECT_EQ(at(7).log, std::vector<std::string>{"overlayfs: failed to resolve 'low:/nothing': -2"});
}

/// By filesystem: does a new file get the number of one that was just removed?
class live_numbers : public live_session, public testing::WithParamInterface<std::pair<const char*, bool>> {};

TEST_P(live_numbers, come_back_or_not) {
  const auto [type, reuses] = GetParam();
  run(std::string("mkfs a ") + type + R"(
stat a:/
create a:/1
create a:/2
stat a:/1
unlink a:/1
create a:/3
stat a:/3
create a:/4
stat a:/4
ls a:/
)");
  EXPECT_EQ(stat(5).ino == stat(8).ino, reuses);
  EXPECT_NE(stat(5).ino, stat(10).ino);
  EXPECT_EQ(stat(2).nlink, std::string(type) == "btrfs" ? 1U : 2U);
  EXPECT_LT(stat(2).ino, std::string(type) == "xfs" ? 33000U : 257U);
  EXPECT_EQ(std::get<answer::entries>(at(11).fields).by_name.size(), 3U);  // and nothing else
}
INSTANTIATE_TEST_SUITE_P(of, live_numbers,
                         testing::Values(std::pair{"ext4", true}, std::pair{"xfs", true}, std::pair{"btrfs", false},
                                         std::pair{"tmpfs", false}),
                         [](const auto& p) { return std::string(p.param.first); });

TEST_F(live_session, gives_each_filesystem_numbers_of_its_own) {
  std::string text;
  const char* const types[] = {"ext4", "xfs", "btrfs", "tmpfs", "ext4", "xfs", "btrfs", "tmpfs"};
  for (int i = 0; i < 8; ++i) {
    const std::string fs = "f" + std::to_string(i);
    text += "mkfs " + fs + " " + types[i] + "\ncreate " + fs + ":/a\nmkdir " + fs + ":/b\nstat " + fs + ":/a\nstat " + fs + ":/b\n";
  }
  run(text);
  std::map<std::uint64_t, int> seen;
  for (int i = 0; i < 8; ++i)
    for (const int line : {4, 5}) EXPECT_EQ(++seen[stat(5 * i + line).ino], 1) << types[i];
}

TEST_F(live_session, gives_each_filesystem_a_uuid_of_its_own_but_not_a_clone) {
  for (const char* type : {"ext4", "xfs"}) {
    const std::string layers = "mount m lowerdir=a:/ upperdir=up:/u workdir=up:/w\nappend m:/f \"x\"\numount m\n";
    run(std::string("mkfs a ") + type + "\ncreate a:/f\nclone b a\nmkfs c " + type + "\ncreate c:/f\n" + R"(mkfs up tmpfs
mkdir up:/u
mkdir up:/w
mount m lowerdir=a:/ upperdir=up:/u workdir=up:/w
append m:/f "x"
umount m
getxattr up:/u/f trusted.overlay.origin
unlink up:/u/f
mount m lowerdir=b:/ upperdir=up:/u workdir=up:/w
append m:/f "x"
umount m
getxattr up:/u/f trusted.overlay.origin
unlink up:/u/f
mount m lowerdir=c:/ upperdir=up:/u workdir=up:/w
append m:/f "x"
umount m
getxattr up:/u/f trusted.overlay.origin
)");
    constexpr std::size_t id = 5, size = 16;
    EXPECT_EQ(value(12), value(17)) << type;
    EXPECT_NE(value(12).substr(id, size), value(22).substr(id, size)) << type;
  }
}

TEST_F(live_session, writes_the_uuid_that_was_asked_for) {
  for (const char* make : {"mkfs low ext4", "mkfs low xfs", "mkfs low btrfs", "mkerofs low src:/", "mke2fs low src:/"}) {
    run(std::string("mkfs src tmpfs\ncreate src:/f\n") + make + R"( uuid=00112233-4455-6677-8899-aabbccddeeff
cp -a src:/f low:/f
mkfs up tmpfs
mkdir up:/u
mkdir up:/w
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
append m:/f "x"
umount m
getxattr up:/u/f trusted.overlay.origin
)");
    const std::string id("\x00\x11\x22\x33\x44\x55\x66\x77\x88\x99\xaa\xbb\xcc\xdd\xee\xff", 16);
    EXPECT_EQ(value(11).substr(5, 16), id) << make;
  }
}

TEST_F(live_session, copies_trees_with_all_that_belongs_to_them) {
  run(R"(mkfs a ext4
mkdir a:/d
create a:/d/f "x" 0640
chown a:/d/f 7:8
setxattr a:/d/f trusted.overlay.origin "o"
link a:/d/f a:/d/g
mkfs b btrfs
cp -a a:/d b:/e
stat b:/e/f
stat b:/e/g
getxattr b:/e/g trusted.overlay.origin
cp -a a:/d b:/e
cp -a a:/nothing b:/x
cp -a a:/d b:/no/x
cp -a a:/d a:/d/d
)");
  EXPECT_EQ(status(8), errc::ok);
  EXPECT_EQ(stat(9).mode, 0640);
  EXPECT_EQ(stat(9).nlink, 2U);
  EXPECT_EQ(stat(9).ino, stat(10).ino);
  EXPECT_EQ(value(11), "o");
  EXPECT_EQ(status(12), errc::eexist);
  EXPECT_EQ(status(13), errc::enoent);
  EXPECT_EQ(status(14), errc::enoent);
  EXPECT_EQ(status(15), errc::einval);
}

TEST_F(live_session, replaces_an_image_by_one_made_from_it) {
  run("mkfs a tmpfs\ncreate a:/f \"x\"\nmksquashfs low a:/\nmksquashfs low low:/\nread low:/f\nclone t a\n");
  EXPECT_EQ(at(5).fields, answer_fields{answer::data{"x"}});
  EXPECT_EQ(status(6), errc::einval);  // a tmpfs has no image
}

}  // namespace
}  // namespace ovlsim::live
