// SPDX-License-Identifier: Apache-2.0
//
// The module parameters on this machine's kernel: a story sets them, and they are back when it is over, whichever way it ends, before any
// other story begins. Needs root, overlayfs and a writable /sys; skipped where they are not.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <map>
#include <string>
#include <thread>

#include "live_story.hpp"
#include "ovlsim/live.hpp"

namespace ovlsim::live {
namespace {

std::map<std::string, std::string> parameters() {
  std::map<std::string, std::string> all;
  const module_settings names;
  each_parameter(
      [&all](std::string_view name, const auto&) {
        std::ifstream("/sys/module/overlay/parameters/" + std::string(name)) >> all[std::string(name)];
      },
      names);
  return all;
}

/// Those between two stories of whoever: with the lock under which stories run.
std::map<std::string, std::string> parameters_at_rest() {
  const int log = open("/dev/kmsg", O_RDONLY | O_CLOEXEC);
  EXPECT_EQ(flock(log, LOCK_EX), 0);
  std::map<std::string, std::string> all = parameters();
  close(log);
  return all;
}

const std::string sets_all =
    "module redirect_dir=on redirect_always_follow=off index=on nfs_export=off xino_auto=on metacopy=on -> ok log=none\n";
const std::map<std::string, std::string> all_set = {{"redirect_dir", "Y"}, {"redirect_always_follow", "N"}, {"index", "Y"},
                                                    {"nfs_export", "N"},   {"xino_auto", "Y"},              {"metacopy", "Y"}};
const std::string mounts =
    "mkfs low ext4\nmkfs up ext4\nmkdir up:/u\nmkdir up:/w\nmount m lowerdir=low:/ upperdir=up:/u workdir=up:/w uuid=null index=off\n";

class live_module : public testing::Test {
 protected:
  void SetUp() override {
    const scenario s = parse(sets_all);
    if (const std::string why = missing(&s); !why.empty()) GTEST_SKIP() << why;
    before_ = parameters_at_rest();
  }
  std::map<std::string, std::string> before_;
};

TEST_F(live_module, sets_what_mounts_take_and_puts_it_back) {
  session s;
  const result run = s.run(parse(sets_all + mounts + "module metacopy=off index=off -> ok\n"));
  EXPECT_EQ(run.error, "");
  EXPECT_EQ(run.answers.at(5).result.options, "index=off,uuid=null");
  EXPECT_EQ(parameters_at_rest(), before_);
}

/// Whoever puts them back has none of the story's files open.
TEST_F(live_module, keeps_nothing_busy) {
  session s;
  const result run = s.run(parse("mkfs up tmpfs\ncreate up:/f \"x\"\nopen up:/f h ro\nmodule index=off -> ok\nclose h\nmkfs up tmpfs -> ok\n"));
  EXPECT_EQ(run.error, "");
  EXPECT_EQ(parameters_at_rest(), before_);
}

TEST_F(live_module, puts_it_back_where_a_story_cannot_go_on) {
  session s;
  std::string text = sets_all + "mkfs a tmpfs\nmkdir a:/l\nmount m lowerdir=";
  for (int i = 0; i < 1000; ++i) text += i == 0 ? "a:/l" : ",a:/l";
  EXPECT_NE(s.run(parse(text + "\n")).error.find("longer than the page"), std::string::npos);
  EXPECT_EQ(parameters_at_rest(), before_);
}

TEST_F(live_module, is_put_back_before_another_story_begins_where_the_worker_is_killed) {
  std::string text = sets_all;
  for (int i = 0; i < 200000; ++i) text += "drop-caches\n";
  const scenario endless = parse(text);
  session ours;
  const std::optional<std::string> usual = ours.run(parse(mounts)).answers.back().result.options;
  const pid_t runner = fork();
  ASSERT_GE(runner, 0);
  if (runner == 0) {
    session s;
    s.run(endless);
    _exit(0);
  }
  // Others may have the turn first.
  bool in_the_middle = false;
  for (int i = 0; i < 60000 && !in_the_middle; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    in_the_middle = parameters() == all_set;
  }
  EXPECT_TRUE(in_the_middle);
  kill(runner, SIGKILL);  // and with it goes its worker
  int how = 0;
  ASSERT_EQ(waitpid(runner, &how, 0), runner);
  const result after = ours.run(parse(mounts));
  EXPECT_EQ(after.error, "");
  EXPECT_EQ(after.answers.back().result.options, usual);
  EXPECT_EQ(parameters_at_rest(), before_);
}

}  // namespace
}  // namespace ovlsim::live
