// SPDX-License-Identifier: Apache-2.0
//
// `ovlsim coverage`: which decisions of the model a set of stories takes, and with which answers.
#include "ovlsim/coverage.hpp"

#include <memory>
#include <optional>

#include "cli/kernel_option.hpp"
#include "cli/policy_option.hpp"
#include "cli/support.hpp"
#include "ovlsim/random.hpp"
#include "ovlsim/run.hpp"

namespace ovlsim::cli {
namespace {

struct coverage_options {
  std::vector<std::string> files;
  std::vector<std::string> kernels;
  std::vector<std::string> policies;
  std::uint64_t stories = 0;
  std::uint64_t seed = 1;
};

/// The kernels to run under: those that are named, each with each policy that is named. Without any, all that the model knows, and the
/// newest with each policy: some answers are given under policies only.
std::optional<std::vector<kernel>> kernels_of(const coverage_options& o) {
  std::vector<kernel> all;
  for (const std::string& name : o.kernels) {
    const kernel* k = find_kernel(name);
    if (k == nullptr) return std::nullopt;
    all.push_back(*k);
  }
  if (o.kernels.empty() && o.policies.empty()) {
    for (const kernel_series& s : kernel_history()) all.push_back(*kernel_named(s.name));
    for (const std::span<const policy> known : {policies(), own_policies()}) {
      for (const policy& p : known) {
        const std::optional<kernel> made = with_policy_option(linux_6_18, std::string(p.name));
        if (!made) return std::nullopt;
        all.push_back(*made);
      }
    }
  }
  if (o.policies.empty()) return all;
  if (all.empty()) all.push_back(linux_6_18);
  std::vector<kernel> replaced;
  for (const kernel& k : all) {
    for (const std::string& names : o.policies) {
      const std::optional<kernel> made = with_policy_option(k, names);
      if (!made) return std::nullopt;
      replaced.push_back(*made);
    }
  }
  return replaced;
}

int run(const coverage_options& o) {
  const std::optional<std::vector<kernel>> kernels = kernels_of(o);
  if (!kernels) return exit_usage;
  if (o.files.empty() && o.stories == 0) {
    diagnose("ovlsim: no stories to look at; name scenario files, or ask for random ones with --random N");
    return exit_usage;
  }
  decision_coverage seen;
  for (const std::string& file : o.files) {
    const std::optional<scenario> s = load(file);
    if (!s) return exit_usage;
    for (const kernel& k : *kernels) run_on_model(*s, k, &seen);
  }
  for (std::uint64_t i = 0; i < o.stories; ++i) {
    const std::uint64_t seed = story_seed(o.seed, i);
    story_shape shape = random_shape(seed);
    shape.all_features = true;
    const scenario s = random_story(seed, shape);
    for (const kernel& k : *kernels) run_on_model(s, k, &seen);
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
  command->add_option("--kernel", o->kernels, "Under this kernel (again for more); all of them, and each policy, without")
      ->type_name("VERSION")
      ->allow_extra_args(false);
  add_policy_option(*command, o->policies);
  command->footer(
      "Exit code: 0 every answer of every decision was given, 1 some never, 2 scenario error.\n"
      "\n"
      "Example:\n"
      "  ovlsim coverage examples/*.ovl --random 2000");
  command->callback([o, &exit_code] { exit_code = run(*o); });
}

}  // namespace ovlsim::cli
