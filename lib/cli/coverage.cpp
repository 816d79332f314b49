// SPDX-License-Identifier: Apache-2.0
//
// `ovlsim coverage`: which decisions of the model a set of stories takes, and with which answers.
#include "ovlsim/coverage.hpp"

#include <memory>

#include "cli/kernel_option.hpp"
#include "cli/support.hpp"
#include "ovlsim/random.hpp"
#include "ovlsim/run.hpp"

namespace ovlsim::cli {
namespace {

struct coverage_options {
  std::vector<std::string> files;
  std::vector<std::string> kernels;
  std::uint64_t stories = 0;
  std::uint64_t seed = 1;
};

int run(const coverage_options& o) {
  std::vector<const kernel*> kernels;
  for (const std::string& name : o.kernels) {
    kernels.push_back(find_kernel(name));
    if (kernels.back() == nullptr) return exit_usage;
  }
  if (kernels.empty()) {
    for (const kernel_series& s : kernel_history()) kernels.push_back(kernel_named(s.name));
  }
  if (o.files.empty() && o.stories == 0) {
    diagnose("ovlsim: no stories to look at; name scenario files, or ask for random ones with --random N");
    return exit_usage;
  }
  decision_coverage seen;
  for (const std::string& file : o.files) {
    const std::optional<scenario> s = load(file);
    if (!s) return exit_usage;
    for (const kernel* k : kernels) run_on_model(*s, *k, &seen);
  }
  for (std::uint64_t i = 0; i < o.stories; ++i) {
    const std::uint64_t seed = story_seed(o.seed, i);
    story_shape shape = random_shape(seed);
    shape.all_features = true;
    const scenario s = random_story(seed, shape);
    for (const kernel* k : kernels) run_on_model(s, *k, &seen);
  }
  out(to_string(seen));
  return seen.seen() == seen.total() ? exit_held : exit_failed;
}

}  // namespace

void add_coverage(CLI::App& app, int& exit_code) {
  const auto o = std::make_shared<coverage_options>();
  CLI::App* command = app.add_subcommand("coverage", "Which decisions of the model a set of stories takes");
  command->add_option("FILE", o->files, "Scenario files; - is standard input");
  command->add_option("--random", o->stories, "N random stories over all features as well")->type_name("N");
  command->add_option("--seed", o->seed, "Replays the same stories")->type_name("S")->capture_default_str();
  command->add_option("--kernel", o->kernels, "Under this kernel (again for more); all of them without")->type_name("VERSION");
  command->footer(
      "Exit code: 0 every answer of every decision was given, 1 some never, 2 scenario error.\n"
      "\n"
      "Example:\n"
      "  ovlsim coverage examples/*.ovl --random 2000");
  command->callback([o, &exit_code] { exit_code = run(*o); });
}

}  // namespace ovlsim::cli
