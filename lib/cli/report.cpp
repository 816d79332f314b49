// SPDX-License-Identifier: Apache-2.0
//
// The story of a run for the eyes: the scenario with its comments, each answer beside its command, log lines and failed
// expectations below. And the same as JSON, one object a line.
#include "cli/report.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "ovlsim/render.hpp"

namespace ovlsim::cli {
namespace {

constexpr std::size_t widest_command = 66;   // longer ones push only their own answer to the right
constexpr std::size_t longest_shown = 300;   // of a command or an answer; `--json` has all of it
constexpr std::size_t no_limit = static_cast<std::size_t>(-1);

std::string plural(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

class story {
 public:
  story(const scenario& s, const std::vector<answered>& answers, const std::vector<failed_expectation>& failed,
        palette p)
      : scenario_(s), answers_(answers), failed_(failed), palette_(p) {
    int last = 0;
    for (const scenario_line& line : s.lines) {
      if (!line.has_command) continue;
      last = line.number;
      const std::size_t used = width(for_terminal(print(line.what), longest_shown));
      if (used <= widest_command) command_column_ = std::max(command_column_, used);
    }
    number_column_ = std::max<std::size_t>(2, std::to_string(last).size());
  }

  std::string told() {
    bool blank_before = false;
    for (const scenario_line& line : scenario_.lines) {
      if (!line.has_command && !line.has_comment) {
        blank_before = !text_.empty();
        continue;
      }
      if (blank_before) text_ += '\n';
      blank_before = false;
      if (line.has_command) {
        command(line);
      } else {
        text_ +=
            fmt::format("{:{}}  {}\n", "", number_column_, palette_.dim(for_terminal("#" + line.comment, no_limit)));
      }
    }
    summary();
    return std::move(text_);
  }

 private:
  void command(const scenario_line& line) {
    const std::string shown = for_terminal(print(line.what), longest_shown);
    const std::size_t blanks = command_column_ - std::min(width(shown), command_column_) + 2;
    const std::size_t verb_end = std::min(shown.find(' '), shown.size());
    text_ += palette_.dim(fmt::format("{:>{}}", line.number, number_column_)) + "  " +
             palette_.bold(shown.substr(0, verb_end)) + shown.substr(verb_end) + std::string(blanks, ' ');
    ++commands_;
    expectations_ += line.expected.size();
    const outcome* o = commands_ <= answers_.size() ? &answers_[commands_ - 1].result : nullptr;
    text_ += (o == nullptr ? palette_.bad("no answer") : answer(*o)) + "\n";
    for (std::size_t i = 0; o != nullptr && i < o->log.size(); ++i) {
      below(palette_.log(for_terminal(o->log[i], no_limit)));
    }
    while (next_failed_ < failed_.size() && failed_[next_failed_].line <= line.number) {
      const failed_expectation& f = failed_[next_failed_++];
      below(palette_.bad("FAILED") + "  expected " + for_terminal(f.expected, longest_shown) + ", got " +
            palette_.bold(for_terminal(f.got, longest_shown)));
    }
  }

  std::string answer(const outcome& o) const {
    const std::string_view status = name(o.status);
    const std::string fields = for_terminal(std::string_view(to_text(o)).substr(status.size()), longest_shown);
    return (o.status == errc::ok ? palette_.good(status) : palette_.notable(status)) + fields;
  }

  void below(const std::string& line) { text_ += std::string(number_column_ + 6, ' ') + line + "\n"; }

  void summary() {
    text_ += "\n" + plural(commands_, "command") + "; ";
    const std::size_t held = expectations_ - failed_.size();
    if (expectations_ == 0) {
      text_ += "nothing was expected\n";
    } else if (failed_.empty()) {
      text_ += palette_.good(plural(held, "expectation") + " held") + "\n";
    } else {
      text_ += plural(held, "expectation") + " held, " + palette_.bad(fmt::format("{} failed", failed_.size())) + "\n";
    }
  }

  const scenario& scenario_;
  const std::vector<answered>& answers_;
  const std::vector<failed_expectation>& failed_;
  palette palette_;
  std::string text_;
  std::size_t command_column_ = 0;
  std::size_t number_column_ = 0;
  std::size_t commands_ = 0;
  std::size_t expectations_ = 0;
  std::size_t next_failed_ = 0;
};

}  // namespace

void report_options::add_to(CLI::App& command) {
  command.add_flag("--json", json, "One JSON object a command, and nothing else on standard output");
  command.add_flag("--mount-options", mount_options, "With --json: `options` of each mount, those in force as /proc/mounts shows them");
  color.add_to(command);
}

int report(const scenario& s, const std::vector<answered>& answers, const report_options& options, bool header) {
  const std::vector<failed_expectation> failed = check_expectations(s, answers);
  if (options.json) {
    const json_bytes how = options.mount_options ? json_bytes::readable_with_options : json_bytes::readable;
    for (const answered& a : answers) out(to_json(a, how) + "\n");
    for (const failed_expectation& f : failed) {
      diagnose(fmt::format("{}:{}:{}: expected {}, got {}", s.file, f.line, f.column, f.expected, f.got));
    }
  } else {
    const palette colors(options.color.applies_to(stdout));
    if (header) out(colors.bold("== " + for_terminal(s.file, no_limit) + " ==") + "\n");
    out(story(s, answers, failed, colors).told() + (header ? "\n" : ""));
  }
  return failed.empty() ? exit_held : exit_failed;
}

}  // namespace ovlsim::cli
