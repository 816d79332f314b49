// SPDX-License-Identifier: Apache-2.0
//
// `ovlsim explain`: why a story goes as it goes, and what a line of the kernel log means.
#include "ovlsim/explain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "cli/kernel_option.hpp"
#include "cli/policy_option.hpp"
#include "cli/support.hpp"

namespace ovlsim::cli {
namespace {

struct options {
  std::vector<std::string> files;
  std::string log;
  bool asks_log = false;
  std::string kernel = "6.18";
  std::string policy;
  explain_options shown;
};

int explain_file(const std::string& file, const ovlsim::kernel& k, const explain_options& shown, bool header) {
  const std::optional<scenario> s = load(file);
  if (!s) return exit_usage;
  const explanation e = explain(*s, k);
  if (shown.step > e.steps.size()) {
    diagnose(fmt::format("ovlsim: {} has {} commands, so no step {}; --step counts commands from 1, not lines", s->file, e.steps.size(),
                         shown.step));
    return exit_usage;
  }
  if (header) out("== " + for_terminal(s->file, static_cast<std::size_t>(-1)) + " ==\n");
  out(to_text(e, shown));
  if (header) out("\n");
  for (const explained_step& step : e.steps) {
    if (!step.failed.empty()) return exit_failed;
  }
  return exit_held;
}

/// Explains each line that overlayfs can have written, once. Lines of others are passed over where a whole log is read.
int explain_log(const std::string& text, bool whole_log) {
  std::vector<std::string> told;
  std::size_t unknown = 0;
  std::size_t of_overlayfs = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = std::string_view(text).substr(at, end - at);
    at = end + 1;
    const bool is_overlayfs = line.find("overlayfs: ") != std::string_view::npos;
    if (line.empty() || (whole_log && !is_overlayfs)) continue;
    ++of_overlayfs;
    const std::optional<log_entry> entry = log_entry_for(line);
    if (!entry) {
      ++unknown;
      out(for_terminal(line, 300) + "\n  no line that overlayfs prints in any kernel that this release knows\n");
    } else if (std::find(told.begin(), told.end(), entry->name) == told.end()) {
      out((told.empty() ? "" : "\n") + to_text(*entry, line));
      told.emplace_back(entry->name);
    }
  }
  if (of_overlayfs == 0) {
    diagnose(whole_log ? "ovlsim: no line of this log is overlayfs's; they begin with `overlayfs: `, and `dmesg | grep overlayfs` shows them"
                       : "ovlsim: --log needs a line of the kernel log, or - for a whole log on standard input");
    return whole_log ? exit_failed : exit_usage;
  }
  return unknown == 0 ? exit_held : exit_failed;
}

int run(const options& o) {
  if (o.asks_log) {
    if (!o.files.empty()) {
      diagnose("ovlsim: --log explains a log line and takes no scenario; give one or the other");
      return exit_usage;
    }
    if (o.log != "-") return explain_log(o.log, false);
    const std::optional<std::string> text = read_file("-");
    return text ? explain_log(*text, true) : exit_usage;
  }
  if (o.files.empty()) {
    diagnose("ovlsim: nothing to explain; name a scenario file, or give a line of the kernel log with --log");
    return exit_usage;
  }
  const ovlsim::kernel* base = find_kernel(o.kernel);
  if (base == nullptr) return exit_usage;
  const std::optional<ovlsim::kernel> k = with_policy_option(*base, o.policy);
  if (!k) return exit_usage;
  int code = exit_held;
  for (const std::string& file : o.files) code = worse(code, explain_file(file, *k, o.shown, o.files.size() > 1));
  return code;
}

}  // namespace

void add_explain(CLI::App& app, int& exit_code) {
  const auto o = std::make_shared<options>();
  CLI::App* command = app.add_subcommand("explain", "Why a story goes as it goes, or what a line of the kernel log means");
  command->add_option("FILE", o->files, "Scenario files; - is standard input");
  command->add_option("--step", o->shown.step, "This command alone, counted from 1")->type_name("N")->check(positive_number());
  command->add_flag("--verbose", o->shown.verbose, "Every decision and every change of the world");
  CLI::Option* log = command->add_option("--log", o->log, "What this line of the kernel log means; - reads a whole log")->type_name("LINE");
  add_kernel_option(*command, o->kernel);
  add_policy_option(*command, o->policy);
  command->footer(
      "Each command is shown with its answer, what was decided on the way and why, and what is otherwise in the world than before. An\n"
      "expectation that did not hold, an ESTALE or EIO, or a name that got another file's inode is proved at the end. Text that was read is\n"
      "in quotes; bytes that are no text are 0x... without them.\n"
      "A log line is shown with its meaning, when it happens, whether data is at risk, what to do, and a scenario that produces it.\n"
      "Exit code: 0 all expectations held, 1 some did not, or a line of the log is unknown, 2 scenario error or no such step.\n"
      "\n"
      "Examples:\n"
      "  ovlsim explain examples/00-collision.ovl\n"
      "  ovlsim explain --step 19 --verbose examples/00-collision.ovl\n"
      "  ovlsim explain --log 'overlayfs: failed to verify upper root origin'\n"
      "  dmesg | ovlsim explain --log -");
  command->callback([o, log, &exit_code] {
    o->asks_log = log->count() > 0;
    exit_code = run(*o);
  });
}

}  // namespace ovlsim::cli
