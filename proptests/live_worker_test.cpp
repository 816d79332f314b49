// SPDX-License-Identifier: Apache-2.0
//
// The worker of the live runner: that nothing is left behind, no process, no loop device, no mount, whichever way the program
// ends; and the pipe over which the two talk. Needs root and overlayfs but for the pipe; skipped where they are not.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "live/wire.hpp"
#include "live_story.hpp"
#include "ovlsim/live.hpp"
#include "worker_traces.hpp"

namespace ovlsim::live {
namespace {

class live_worker : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = missing(); !why.empty()) GTEST_SKIP() << why;
  }
};

/// Has the session start its worker; its number.
int new_worker(session& s) {
  const std::vector<int> before = children(getpid());
  EXPECT_EQ(s.run(parse("mkfs a ext4\n")).error, "");
  for (const int child : children(getpid()))
    if (std::find(before.begin(), before.end(), child) == before.end()) return child;
  ADD_FAILURE() << "there is no worker";
  return -1;
}

/// Many mounts, then work without end.
scenario long_story() {
  std::string text = "mkfs a ext4\nmkfs b xfs\nmkfs c btrfs\ncreate a:/f \"x\"\nmksquashfs low a:/\nmkdir b:/u\nmkdir b:/w\n"
      "mount m lowerdir=low:/,c:/ upperdir=b:/u workdir=b:/w\nopen m:/f h\n";
  for (int i = 0; i < 100000; ++i) text += "drop-caches\n";
  return parse(text);
}

TEST_F(live_worker, leaves_nothing_after_success) {
  int worker = 0;
  {
    session s;
    worker = new_worker(s);
    EXPECT_EQ(s.run(parse("mkfs a ext4\nmkfs b xfs\nmount m lowerdir=a:/,b:/\nopen m:/ h\n")).error, "");
  }
  EXPECT_EQ(traces(worker), "");  // at once
}

TEST_F(live_worker, says_so_when_the_worker_dies_and_starts_another) {
  session s;
  kill(new_worker(s), SIGKILL);
  EXPECT_NE(s.run(parse("mkfs a ext4\n")).error.find("test.ovl:1: mkfs: the worker process ended"), std::string::npos);
  EXPECT_EQ(s.run(parse("mkfs a ext4\n")).error, "");
}

class live_signal : public live_worker, public testing::WithParamInterface<int> {};

TEST_P(live_signal, leaves_nothing) {
  const scenario story = long_story();
  const pid_t runner = fork();
  ASSERT_GE(runner, 0);
  if (runner == 0) {
    session s;
    s.run(story);
    _exit(0);
  }
  // Until it is in the middle of its work.
  std::vector<int> workers;
  for (int i = 0; i < 1000 && workers.empty(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    workers = children(runner);
  }
  ASSERT_EQ(workers.size(), 1U);
  const auto mounted = [&] { return content("/proc/" + std::to_string(workers[0]) + "/mounts").find("/m overlay") != std::string::npos; };
  bool in_the_middle = false;
  for (int i = 0; i < 2000 && !in_the_middle; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    in_the_middle = mounted();
  }
  EXPECT_TRUE(in_the_middle);
  kill(runner, GetParam());
  int how = 0;
  ASSERT_EQ(waitpid(runner, &how, 0), runner);
  EXPECT_TRUE(WIFSIGNALED(how));
  EXPECT_EQ(traces_after_a_while(workers[0]), "");
}
INSTANTIATE_TEST_SUITE_P(by, live_signal, testing::Values(SIGKILL, SIGTERM, SIGINT),
                         [](const auto& p) { return std::string(sigabbrev_np(p.param)); });

TEST_F(live_worker, is_ended_by_the_handler_of_a_signal) {
  session ours;
  EXPECT_EQ(ours.run(parse("mkfs a ext4\n")).error, "");
  const pid_t runner = fork();
  ASSERT_GE(runner, 0);
  if (runner == 0) {
    signal(SIGTERM, [](int) {
      end_all();
      _exit(3);
    });
    session s;
    s.run(parse("mkfs a ext4\n"));
    for (;;) pause();
  }
  std::vector<int> workers;
  for (int i = 0; i < 1000 && workers.empty(); ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
    workers = children(runner);
  }
  ASSERT_EQ(workers.size(), 1U);
  kill(runner, SIGTERM);
  int how = 0;
  ASSERT_EQ(waitpid(runner, &how, 0), runner);
  EXPECT_EQ(how, 3 << 8);
  EXPECT_FALSE(fs::exists("/proc/" + std::to_string(workers[0])));  // at once
  EXPECT_EQ(traces_after_a_while(workers[0]), "");
  EXPECT_EQ(ours.run(parse("mkfs a ext4\n")).error, "");  // the sessions of other processes are none of its business
}

// --- The pipe.

TEST(live_wire, takes_nothing_for_a_command_that_is_none) {
  wire::batch back, asked;
  asked.commands = {cmd::drop_caches{}, cmd::create{{"a", "/f"}, std::string("\0x", 2), 0600},
                    cmd::mount{"m", {.lower = {{"a", "/"}}, .xino = xino_option::on}}};
  asked.wanted_log = {"", "part", ""};
  const std::string bytes = wire::pack(asked);
  EXPECT_TRUE(wire::unpack(bytes, back));
  EXPECT_EQ(back.commands, asked.commands);
  EXPECT_EQ(back.wanted_log, asked.wanted_log);
  for (std::size_t size = 0; size < bytes.size(); ++size) EXPECT_FALSE(wire::unpack(bytes.substr(0, size), back)) << size;
}

}  // namespace
}  // namespace ovlsim::live
