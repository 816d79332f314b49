// SPDX-License-Identifier: Apache-2.0
//
// Exported scripts on this machine's kernel: random stories with what the model answers as expectations, each as a script that dash
// runs. Nothing of ovlsim is in it, so it is another witness beside the live runner.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "ovlsim/export.hpp"
#include "ovlsim/live.hpp"
#include "ovlsim/random.hpp"
#include "ovlsim/render.hpp"
#include "ovlsim/run.hpp"
#include "scenario/expectations.hpp"

namespace {

using namespace ovlsim;

/// The lines that a shell can do.
scenario doable(scenario s) {
  for (bool again = true; again;) {
    again = false;
    for (const scenario_error& e : export_script(s).errors) {
      again = std::erase_if(s.lines, [&](const scenario_line& line) { return line.number == e.line; }) != 0;
      break;
    }
  }
  parsed_scenario numbered = parse_scenario(print(s), s.file);
  return numbered ? std::move(numbered.value) : scenario{};
}

std::string quoted(const std::string& value) {
  std::string text = "\"";
  for (const char c : value) text += c == '"' || c == '\\' ? std::string("\\") + c : c == '\n' ? "\\n" : c == '\t' ? "\\t" : std::string(1, c);
  return text + "\"";
}

/// What the model answers, but for numbers that every run deals anew and links of a root, which is a directory like others here.
scenario with_answers(const scenario& s) {
  const std::vector<answered> answers = run_on_model(s, linux_6_18);
  std::string text;
  for (std::size_t i = 0, next = 0; i < s.lines.size(); ++i) {
    if (!s.lines[i].has_command) continue;
    const outcome& o = answers[next++].result;
    text += print(s.lines[i].what) + " -> " + std::string(name(o.status));
    for (const char* one : {"type", "mode", "size", "data", "target", "entries"}) {
      const bool in_order = std::string(one) != "entries" || field(o, one).value_or("").find('#') == std::string::npos;
      if (const auto value = field(o, one); value && in_order) text += std::string(" ") + one + "=" + quoted(*value);
    }
    text += '\n';
  }
  parsed_scenario parsed = parse_scenario(text, "story");
  EXPECT_TRUE(parsed) << (parsed ? "" : to_string(parsed.errors.front()));
  return std::move(parsed.value);
}

int run_script(const std::string& text, std::string& output) {
  const std::string file = std::string(std::getenv("TMPDIR") == nullptr ? "/tmp" : std::getenv("TMPDIR")) + "/ovlsim-export-" + std::to_string(::getpid()) + ".sh";
  std::ofstream(file, std::ios::binary) << text;
  std::FILE* pipe = ::popen(("timeout 120 dash " + file + " 2>&1").c_str(), "r");
  char buffer[4096];
  output.clear();
  for (std::size_t got = 0; pipe != nullptr && (got = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) output.append(buffer, got);
  const int status = pipe == nullptr ? -1 : ::pclose(pipe);
  std::remove(file.c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(live_export, scripts_of_random_stories_pass) {
  if (const std::string reason = live::missing(); !reason.empty()) GTEST_SKIP() << reason;
  const char* wanted = std::getenv("OVLSIM_LIVE_SCRIPTS");
  const std::uint64_t stories = wanted == nullptr ? 40 : std::strtoull(wanted, nullptr, 10);
  int wrong = 0;
  for (std::uint64_t i = 0; i < stories && wrong < 5; ++i) {
    const std::uint64_t seed = story_seed(3, i);
    const scenario s = with_answers(doable(random_story(seed, random_shape(seed))));
    const exported_script script = export_script(s);
    ASSERT_TRUE(script.errors.empty()) << to_string(script.errors.front());
    std::string output;
    const int code = run_script(script.text, output);
    if (code == 77) GTEST_SKIP() << output;
    if (code == 0) continue;
    ++wrong;
    std::string failed;
    for (std::size_t at = 0; at < output.size(); at = output.find('\n', at) + 1) {
      if (output.compare(at, 4, "PASS") != 0) failed += output.substr(at, output.find('\n', at) + 1 - at);
      if (output.find('\n', at) == std::string::npos) break;
    }
    ADD_FAILURE() << "story " << i << ", exit code " << code << "\n" << failed << print(s);
  }
}

}  // namespace
