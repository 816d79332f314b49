// SPDX-License-Identifier: Apache-2.0
//
// `ovlsim minimise`: the shortest part of a failing scenario that still fails in the same way.
#include "ovlsim/minimise.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "cli/compare_progress.hpp"
#include "cli/compare_random.hpp"
#include "cli/interrupt.hpp"
#include "cli/support.hpp"

namespace ovlsim::cli {
namespace {

struct minimise_options {
  std::string file;
  compared_kernels kernels;
  bool on_kernel = false;
  int line = 0;
};

/// A scenario below comments that say what it shows. Bytes of names and data may be anything, and a comment is one line.
void write(const std::vector<std::string>& words, const scenario& s) {
  std::string text;
  for (const std::string& word : words) {
    text += "# ";
    for (const char c : word) text += c == '\n' ? std::string("\n# ") : std::string(1, c);
    text += '\n';
  }
  out(text + print(s));
}

std::string size_of(const scenario& before, const scenario& after) {
  const auto commands = [](const scenario& s) {
    return std::count_if(s.lines.begin(), s.lines.end(), [](const scenario_line& l) { return l.has_command; });
  };
  return fmt::format("{}, {} of its {} commands", before.file, commands(after), commands(before));
}

int nothing(const scenario& s, int line, const std::string& what) {
  diagnose(fmt::format("ovlsim: {}: {}{}; nothing to minimise", s.file, what, line == 0 ? "" : fmt::format(" in line {}", line)));
  return exit_held;
}

/// Why nothing in that line can fail, in words; empty when something can. `expects`: an expectation is to be there.
std::string wrong_line(const scenario& s, int line, bool expects) {
  const auto at = std::find_if(s.lines.begin(), s.lines.end(), [&](const scenario_line& l) { return l.number == line; });
  if (line > 0 && at == s.lines.end()) return fmt::format("it has {} lines; --line takes one of them", s.lines.size());
  if (at == s.lines.end()) return {};
  if (!at->has_command) return "no command is there; --line takes the number of one";
  return expects && at->expected.empty() ? "nothing is expected there; --line takes the number of a line with an expectation" : "";
}

int ended_early(const scenario& s) {
  diagnose("ovlsim: " + s.file + ": interrupted before anything was known");
  return exit_incomplete;
}

/// What was found by then is written, and can be gone on with.
constexpr const char* may_be_smaller = "interrupted: a shorter part may fail, too";

int on_model(const scenario& s, const kernel& k, const minimise_options& o) {
  const std::atomic<bool>& stop = interrupted();
  const std::optional<minimised> m = minimise(s, [&](const scenario& one) { return run_on_model(one, k); }, o.line, {.stop = &stop});
  if (!m) return nothing(s, o.line, "every expectation holds");
  const int above = stop ? 3 : 2;
  const failed_expectation& f = m->failed;
  std::vector<std::string> words{size_of(s, m->value), fmt::format("line {}: expected {}, got {}", f.line + above, f.expected, f.got)};
  if (stop) words.emplace_back(may_be_smaller);
  write(words, m->value);
  return exit_failed;
}

/// The model against the kernel, as `ovlsim compare`; what stays is the kind of the first difference.
int on_both(const scenario& s, const kernel& k, minimise_options& o) {
  std::unique_ptr<live::session> session = o.kernels.real.new_session();
  const std::atomic<bool>& stop = interrupted();
  std::string error;
  const auto differences = [&](const scenario& one) {
    both_runs runs = run_both(one, k, *session);
    // A session that failed is replaced, for the next candidate has done nothing wrong.
    if (!runs.error.empty()) session = o.kernels.real.new_session();
    error = runs.error;
    return std::move(runs.differences);
  };
  std::vector<difference> found = differences(s);
  if (stop) return ended_early(s);
  if (!error.empty()) {
    diagnose("ovlsim: " + error);
    return exit_failed;
  }
  if (o.line != 0) std::erase_if(found, [&](const difference& d) { return d.line != o.line; });
  if (found.empty()) return nothing(s, o.line, "model and kernel agree");
  const difference wanted = found.front();
  std::optional<difference> left = wanted;
  const auto wanted_in = [&](const scenario& one) {
    const std::vector<difference> all = differences(one);
    const auto at = std::find_if(all.begin(), all.end(), [&](const difference& d) { return same_kind(d, wanted); });
    return at == all.end() ? std::optional<difference>() : *at;
  };
  compare_progress progress(0);
  int runs = 0;
  const scenario small = shrink(s, [&](const scenario& one) {
    progress.show(0, 1, fmt::format("making it smaller, {} runs", ++runs));
    std::optional<difference> now = wanted_in(one);
    if (now) left = now;
    return now.has_value();
  }, {.stop = &stop});
  progress.clear();
  if (!stop) {
    const std::optional<difference> again = wanted_in(small);
    if (!stop) left = again;  // an interrupt meanwhile says nothing about it
  }
  const bool was_interrupted = stop;
  if (!left) {
    diagnose("ovlsim: " + s.file + ": seen once, and not again: " + in_words(wanted, s));
    return exit_failed;
  }
  const int above = was_interrupted ? 3 : 2;
  std::vector<std::string> words{size_of(s, small), fmt::format("line {}: {}", left->line + above, in_words(*left, small))};
  if (was_interrupted) words.emplace_back(may_be_smaller);
  write(words, small);
  return exit_failed;
}

int minimise_file(minimise_options& o) {
  const std::optional<scenario> s = load(o.file);
  if (!s) return exit_usage;
  if (const std::string why = wrong_line(*s, o.line, !o.on_kernel); !why.empty()) {
    diagnose(fmt::format("ovlsim: {}:{}: {}", s->file, o.line, why));
    return exit_usage;
  }
  if (o.on_kernel) {
    if (const std::string reason = o.kernels.real.missing(&*s); !reason.empty()) {
      diagnose(reason);
      return exit_cannot;
    }
  }
  const std::string newest(kernel_history().back().name);
  const std::optional<kernel> k = o.kernels.model.choose(o.on_kernel ? o.kernels.real.release() : newest);
  if (!k) return exit_usage;
  return o.on_kernel ? on_both(*s, *k, o) : on_model(*s, *k, o);
}

}  // namespace

void add_minimise(CLI::App& app, int& exit_code) {
  const auto o = std::make_shared<minimise_options>();
  CLI::App* command = app.add_subcommand("minimise", "The shortest part of a failing scenario that still fails in the same way");
  command->add_option("FILE", o->file, "A scenario file; - is standard input")->required();
  o->kernels.model.add_to(*command);
  command->add_option("--line", o->line, "What fails in this line, in place of the first that fails")->type_name("N")->check(positive_number());
  CLI::Option* on_kernel = command->add_flag("--on-kernel", o->on_kernel, "The first difference of model and kernel, in place of a failed expectation");
  o->kernels.real.add_to(*command);
  command->get_option("--vm")->needs(on_kernel);
  command->footer(
      "An expectation fails in the same way when it stands behind the same verb, is answered with the same status, and with the same\n"
      "value where it names one. The smaller scenario goes to standard output, with what it shows in its first two lines.\n"
      "An interrupt (Ctrl-C) ends it with what is smallest by then.\n"
      "Exit code: 0 nothing fails, 1 the smaller scenario was written, 2 scenario error, 3 interrupted before, 77 cannot run here.\n"
      "\n"
      "Examples:\n"
      "  ovlsim minimise --policy follow examples/13-collision-not-followed.ovl\n"
      "  sudo ovlsim minimise --on-kernel --kernel 5.10 story.ovl");
  command->callback([o, &exit_code] { exit_code = minimise_file(*o); });
}

}  // namespace ovlsim::cli
