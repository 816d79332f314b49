// SPDX-License-Identifier: Apache-2.0
//
// Ctrl-C of commands that ask the live kernel many things: soon over, nothing is left of what they made, and they say what is known by then.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "ovlsim/live.hpp"
#include "worker_traces.hpp"

namespace ovlsim::live {
namespace {

class live_interrupt : public testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = missing(); !why.empty()) GTEST_SKIP() << why;
    char name[] = "/tmp/ovlsim-interrupt-XXXXXX";
    ASSERT_NE(mkdtemp(name), nullptr);
    directory_ = name;
  }
  void TearDown() override { fs::remove_all(directory_); }

  struct ended {
    int code = -1;
    std::string said;
  };
  /// Runs the command, and interrupts it once its worker has mounted something.
  ended interrupted(const std::string& arguments) const {
    const std::string output = directory_ + "/output";
    const std::string line = "exec " OVLSIM_COMMAND " " + arguments + " >" + output + " 2>&1";
    const pid_t process = fork();
    if (process == 0) {
      execl("/bin/sh", "sh", "-c", line.c_str(), nullptr);
      _exit(127);
    }
    int worker = 0;
    int how = 0;
    bool is_over = false;
    for (bool mounted = false; !mounted && !is_over;) {
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
      is_over = waitpid(process, &how, WNOHANG) == process;
      const std::vector<int> workers = is_over ? std::vector<int>() : children(process);
      worker = workers.empty() ? 0 : workers[0];
      mounted = worker != 0 && content("/proc/" + std::to_string(worker) + "/mounts").find("ovlsim") != std::string::npos;
    }
    EXPECT_FALSE(is_over) << "it was over before it could be interrupted: " << content(output);
    if (!is_over) {
      kill(process, SIGINT);
      waitpid(process, &how, 0);
    }
    EXPECT_TRUE(WIFEXITED(how));
    EXPECT_EQ(traces(worker), "") << "at once";
    return {WEXITSTATUS(how), content(output)};
  }
  std::string file(const std::string& text) const {
    std::ofstream(directory_ + "/story.ovl") << text;
    return directory_ + "/story.ovl";
  }

 private:
  std::string directory_;
};

TEST_F(live_interrupt, of_a_matrix_on_the_kernel) {
  const ended e = interrupted("matrix --scope squashfs --policy nofollow --options xino=on --on-kernel");
  EXPECT_EQ(e.code, 1);  // violations are known, whatever is left to ask
  EXPECT_NE(e.said.find("xino=on   no-estale"), std::string::npos) << e.said;
  EXPECT_NE(e.said.find("\ninterrupted: "), std::string::npos) << e.said;
  EXPECT_EQ(e.said.find("not confirmed"), std::string::npos) << e.said;
}

TEST_F(live_interrupt, of_random_stories) {
  const ended e = interrupted("compare --random 1000000 --seed 1");
  EXPECT_EQ(e.code, 3);
  EXPECT_NE(e.said.find(", 0 differences; interrupted, seed 1, Linux "), std::string::npos) << e.said;
}

TEST_F(live_interrupt, of_a_story_that_is_made_smaller) {
  std::string story = "mkfs a ext4\nmkfs b ext4\n";
  for (int n = 0; n < 100000; ++n) story += "drop-caches\n";
  const ended e = interrupted("minimise --on-kernel " + file(story));
  EXPECT_EQ(e.code, 3);
  EXPECT_NE(e.said.find("story.ovl: interrupted before anything was known"), std::string::npos) << e.said;
}

}  // namespace
}  // namespace ovlsim::live
