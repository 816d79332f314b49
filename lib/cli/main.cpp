// SPDX-License-Identifier: Apache-2.0
//
// cli_main(): all of the command `ovlsim`. Results go to standard output, diagnostics to standard error; the exit codes are those of
// commands.hpp, the same for all subcommands.
#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>

#include "cli/policy_option.hpp"
#include "cli/support.hpp"
#include "ovlsim/cli.hpp"
#include "ovlsim/live.hpp"
#include "scenario/errors.hpp"

namespace {

using namespace ovlsim::cli;

/// The cure for a subcommand that does not exist; CLI11 would only say that one is required.
bool is_unknown_subcommand(const CLI::App& app, std::string_view word) {
  if (word.empty() || word.front() == '-') return false;
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (command->get_name() == word) return false;
    if (!command->get_group().empty()) names.push_back(command->get_name());
  }
  std::string all;
  for (const std::string& name : names) all += (all.empty() ? "" : ", ") + name;
  const std::string otherwise = "one of: " + all;
  diagnose("ovlsim: unknown command " + ovlsim::scenario_text::shown(word) + "; " +
           ovlsim::scenario_text::did_you_mean(word, {names.begin(), names.end()}, otherwise));
  return true;
}

int run(int argc, char** argv) {
  CLI::App app("ovlsim: what does overlayfs do? A simulator of its semantics, and the real one beside it.", "ovlsim");
  app.set_version_flag("--version", "ovlsim " OVLSIM_VERSION, "Print the version and exit");
  app.set_help_flag("-h,--help", "Print this help and exit");
  app.require_subcommand(1);
  app.footer(
      "Exit codes: 0 all held, 1 a finding, 2 usage or scenario error, 3 incomplete, 77 cannot run here.\n"
      "\n"
      "Example:\n"
      "  ovlsim run examples/00-collision.ovl\n"
      "\n"
      "`ovlsim COMMAND --help` tells more; `ovlsim fmt --help` lists the verbs of the scenario language.");
  int exit_code = exit_held;
  add_run(app, exit_code);
  add_kernel(app, exit_code);
  add_check(app, exit_code);
  add_distinguish(app, exit_code);
  add_matrix(app, exit_code);
  add_compare(app, exit_code);
  add_minimise(app, exit_code);
  add_export(app, exit_code);
  add_explain(app, exit_code);
  add_draw(app, exit_code);
  add_page(app, exit_code);
  add_kernels(app, exit_code);
  add_policies(app, exit_code);
  add_coverage(app, exit_code);
  add_fmt(app, exit_code);
  add_completion(app, exit_code);
  add_man(app, exit_code);
  if (argc > 1 && is_unknown_subcommand(app, argv[1])) return exit_usage;
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? exit_held : exit_usage;
  }
  return exit_code;
}

/// What is wrong with a program's own policies, in words; empty when nothing is.
std::string fault_of(std::span<const ovlsim::policy> own) {
  for (std::size_t i = 0; i < own.size(); ++i) {
    const std::string name(own[i].name);
    if (name.empty() || name.find_first_of("+ ") != std::string::npos || own[i].apply == nullptr) {
      return "policy " + std::to_string(i) + " of this program: it needs a name without + and blank, and a function that applies it";
    }
    if (ovlsim::policy_named(name, own) != &own[i]) return "the policy `" + name + "` of this program has the name of another";
  }
  return {};
}

/// What was written must have arrived; a reader that had enough (`| head`) is the exception.
int after_output(int exit_code) {
  const int failed = flush_output();
  if (failed == 0 || failed == EPIPE) return exit_code;
  std::fprintf(stderr, "ovlsim: cannot write to standard output: %s; make room or write elsewhere\n", std::strerror(failed));
  return exit_usage;
}

/// Interrupted: what live runs have made goes first, then this process, by the same signal.
void end_live_runs(int signal) {
  ovlsim::live::end_all();
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

}  // namespace

int ovlsim::cli_main(int argc, char** argv, std::span<const policy> own) {
  if (argc == 2 && std::string_view(argv[1]) == "vm-guest") ovlsim::live::serve_as_vm_guest();
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGINT, end_live_runs);
  std::signal(SIGTERM, end_live_runs);
  try {
    if (const std::string wrong = fault_of(own); !wrong.empty()) {
      diagnose("ovlsim: " + wrong);
      return exit_usage;
    }
    know_own_policies(own);
    if (argc > 0) know_program(argv[0]);
    return after_output(run(argc, argv));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "ovlsim: %s; this is a bug of ovlsim or a lack of memory, please report it\n", error.what());
    return exit_usage;
  }
}
