// SPDX-License-Identifier: Apache-2.0
//
// `ovlsim compare`: the model and a real kernel held against each other, on scenarios of the user or random ones.
#include <fmt/format.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/compare_random.hpp"
#include "cli/support.hpp"

namespace ovlsim::cli {
namespace {

struct compare_options {
  std::vector<std::string> files;
  compared_kernels kernels;
  random_options random;
};

/// What the files have in common; the session is made by the first that can be run.
struct comparison {
  compared_kernels& kernels;
  std::unique_ptr<live::session> session;
  std::optional<kernel> model;
  std::size_t differences = 0;
};

int compare_file(const std::string& file, comparison& c) {
  const std::optional<scenario> s = load(file);
  if (!s) return exit_usage;
  if (const std::string reason = c.kernels.real.missing(&*s); !reason.empty()) {
    diagnose(reason);
    return exit_cannot;
  }
  if (!c.model) c.model = c.kernels.model.choose(c.kernels.real.release());
  if (!c.model) return exit_usage;
  if (c.session == nullptr) c.session = c.kernels.real.new_session();
  const both_runs runs = run_both(*s, *c.model, *c.session);
  if (!runs.error.empty()) {
    diagnose("ovlsim: " + s->file + ": " + runs.error);
    c.session.reset();
    // Not "cannot run here": half a run is a finding, and must not look like a skipped one.
    return exit_failed;
  }
  for (const difference& d : runs.differences) out(fmt::format("{}:{}: {}\n", s->file, d.line, in_words(d, *s)));
  c.differences += runs.differences.size();
  return runs.differences.empty() ? exit_held : exit_failed;
}

int compare_files(const std::vector<std::string>& files, compared_kernels& kernels) {
  comparison c{kernels, {}, std::nullopt, 0};
  int code = exit_held;
  for (const std::string& file : files) code = worse(code, compare_file(file, c));
  if (c.session != nullptr) {
    out(fmt::format("{} {}, {} {}, Linux {}\n", files.size(), files.size() == 1 ? "scenario" : "scenarios", c.differences,
                    c.differences == 1 ? "difference" : "differences", kernels.real.release()));
  }
  return code;
}

}  // namespace

void add_compare(CLI::App& app, int& exit_code) {
  const auto o = std::make_shared<compare_options>();
  CLI::App* command = app.add_subcommand("compare", "Hold the model against this machine's kernel (needs root), or another one in QEMU");
  CLI::Option* files = command->add_option("FILE", o->files, "Scenario files; - is standard input");
  CLI::Option* random = command->add_option("--random", o->random.stories, "Compare N random life stories")->type_name("N");
  command->add_option("--seed", o->random.seed, "Replays the same stories")->type_name("S")->capture_default_str()->needs(random);
  command->add_option("--story", o->random.story, "Of these stories, number I (from 0) alone")->type_name("I")->needs(random);
  command->add_option("--commands", o->random.commands, "About so many commands a story, in place of 25 to 60")
      ->type_name("N")
      ->check(positive_number())
      ->needs(random);
  command->add_flag("--all-features", o->random.all_features, "Mounts opt in to index, nfs_export, metacopy, redirect_dir...")->needs(random);
  command->add_option("--max-differences", o->random.max_differences, "Stop after so many")
      ->type_name("N")
      ->capture_default_str()
      ->check(positive_number())
      ->needs(random);
  command->add_flag("--stats", o->random.stats, "Print which verbs, filesystems and options the stories touched")->needs(random);
  o->kernels.real.add_to(*command);
  o->kernels.model.add_to(*command);
  files->excludes(random);
  command->footer(
      "The two agree when a renaming of inode and device numbers, UUIDs and generations gives one from the other. A random story\n"
      "that differs is made smaller and written to standard output as a scenario. One that the kernel answers now as the model\n"
      "does and now otherwise (an order of random numbers decided) is written and counted, but is no difference.\n"
      "--kernel and --policy are the model's alone.\n"
      "An interrupt (Ctrl-C) ends --random with what is known by then.\n"
      "Exit code: 0 no difference, 1 differences, 2 scenario error, 3 interrupted without one, 77 cannot run here.\n"
      "\n"
      "Examples:\n"
      "  sudo ovlsim compare --random 1000 --seed 7\n"
      "  sudo ovlsim compare --random 100 --commands 250\n"
      "  ovlsim compare --vm linux-image-6.1.0-56-cloud-amd64_6.1.192-2_amd64.deb --random 100");
  command->callback([o, files, random, &exit_code] {
    if (files->count() == 0 && random->count() == 0) {
      throw CLI::ValidationError("compare", "name scenario files, or --random N for random stories");
    }
    exit_code = random->count() != 0 ? compare_random(o->random, o->kernels) : compare_files(o->files, o->kernels);
  });
}

}  // namespace ovlsim::cli
