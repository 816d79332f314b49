// SPDX-License-Identifier: Apache-2.0
//
// `ovlsim run`: scenarios on the model.
#include <memory>

#include "cli/kernel_option.hpp"
#include "cli/policy_option.hpp"
#include "cli/report.hpp"

namespace ovlsim::cli {
namespace {

struct run_options {
  std::vector<std::string> files;
  std::string kernel = "6.18";
  std::string policy;
  report_options report;
};

int run(const run_options& o) {
  const kernel* base = find_kernel(o.kernel);
  if (base == nullptr) return exit_usage;
  const std::optional<kernel> k = with_policy_option(*base, o.policy);
  if (!k) return exit_usage;
  int code = exit_held;
  for (const std::string& file : o.files) {
    const std::optional<scenario> s = load(file);
    code = worse(code, s ? report(*s, run_on_model(*s, *k), o.report, o.files.size() > 1) : exit_usage);
  }
  return code;
}

}  // namespace

void add_run(CLI::App& app, int& exit_code) {
  const auto o = std::make_shared<run_options>();
  CLI::App* command = app.add_subcommand("run", "Run scenarios on the model");
  command->add_option("FILE", o->files, "Scenario files; - is standard input")->required();
  add_kernel_option(*command, o->kernel);
  add_policy_option(*command, o->policy);
  o->report.add_to(*command);
  command->footer(
      "Each command is shown with its answer, its log lines and the expectations that did not hold.\n"
      "Exit code: 0 all expectations held, 1 some did not, 2 scenario error.\n"
      "\n"
      "Examples:\n"
      "  ovlsim run examples/00-collision.ovl\n"
      "  ovlsim run --kernel 6.1 --policy nofollow examples/09-erofs-by-default.ovl");
  command->callback([o, &exit_code] { exit_code = run(*o); });
}

}  // namespace ovlsim::cli
