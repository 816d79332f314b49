// SPDX-License-Identifier: Apache-2.0
//
// `ovlsim distinguish`: is there a story that two kernels or policies answer differently?
#include "ovlsim/distinguish.hpp"

#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "cli/found_story.hpp"
#include "cli/rules_option.hpp"
#include "cli/scope_option.hpp"
#include "cli/support.hpp"

namespace ovlsim::cli {
namespace {

struct distinguish_options {
  std::string left;
  std::string right;
  std::string scope = "squashfs";
  std::vector<std::string> mount_options;
  search_options search;
  bool json = false;
};

/// The story, which says how it is confirmed under the first of them.
std::string story_of(const scope& s, const std::vector<std::string>& options, const named_rules& left, const told_apart& found) {
  return print(with_its_command(found.story, {left.kernel_name, left.policy, s.name, each_once(options)}, found.story.file));
}

std::string moves_in_words(std::size_t n) {
  return n == 0 ? "the setup alone" : fmt::format("{} move{}", n, n == 1 ? "" : "s");
}

std::string words_of(const distinguish_options& o, const distinction& d) {
  const std::string pairs = fmt::format("{} pair{} of worlds", d.reached.states, d.reached.states == 1 ? "" : "s");
  switch (d.end) {
    case explore_end::all_broken: return fmt::format("{} and {} differ after {}: {}", o.left, o.right, moves_in_words(d.found->moves.size()), d.found->what);
    case explore_end::closed: return fmt::format("no story tells {} from {} (closed, {})", o.left, o.right, pairs);
    case explore_end::depth: return fmt::format("no story of {} tells {} from {} ({})", moves_in_words(d.reached.depth), o.left, o.right, pairs);
    case explore_end::memory: return fmt::format("incomplete: out of memory at depth {} ({})", d.reached.depth, pairs);
    case explore_end::interrupted: break;
  }
  return fmt::format("incomplete: interrupted at depth {} ({})", d.reached.depth, pairs);
}

std::string_view verdict_of(const distinction& d) {
  if (d.found) return "different";
  if (d.end == explore_end::depth) return "same to depth";
  return d.end == explore_end::closed ? "same" : "incomplete";
}

void print_json(const distinguish_options& o, const distinction& d, const std::string& story) {
  nlohmann::ordered_json j{{"schema", "ovlsim-distinguish-1"}, {"scope", o.scope},        {"options", o.mount_options},
                           {"left", o.left},                   {"right", o.right},        {"verdict", verdict_of(d)},
                           {"states", d.reached.states},       {"depth", d.reached.depth}};
  if (d.found) {
    j["moves"] = d.found->moves.size();
    j["what"] = d.found->what;
    j["left_answer"] = d.found->left;
    j["right_answer"] = d.found->right;
    j["story"] = story;
  }
  out(j.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
}

int run_distinguish(const distinguish_options& o) {
  const std::optional<scope> s = find_scope(o.scope, o.mount_options);
  const std::optional<named_rules> left = s ? find_rules(o.left) : std::nullopt;
  const std::optional<named_rules> right = left ? find_rules(o.right) : std::nullopt;
  std::optional<explore_limits> limits = right ? o.search.limits() : std::nullopt;
  if (!limits) return exit_usage;
  for (const auto& [k, name] : {std::pair(&left->k, &o.left), std::pair(&right->k, &o.right)}) {
    if (const std::string why = cannot_explore(*s, *k); !why.empty()) {
      diagnose("ovlsim: the scope " + s->name + " cannot be explored under " + *name + ": " + why);
      return exit_usage;
    }
  }
  search_progress progress(o.left + " and " + o.right);
  limits->progress = [&](const explore_progress& p) { progress.show(p); };
  const distinction d = distinguish(*s, left->k, right->k, *limits);
  progress.clear();
  if (!d.cannot.empty()) {
    diagnose("ovlsim: the answers of the scope " + s->name + " cannot be held against each other: " + d.cannot);
    return exit_usage;
  }
  const std::string story = d.found ? story_of(*s, o.mount_options, *left, *d.found) : std::string();
  if (o.json) {
    print_json(o, d, story);
  } else if (d.found) {
    out("# " + words_of(o, d) + ".\n# Expected is what " + o.left + " answers; the other is " + o.right + ".\n" + story);
  } else {
    out(words_of(o, d) + "\n");
  }
  if (d.found) return exit_failed;
  return d.end == explore_end::closed ? exit_held : exit_incomplete;
}

}  // namespace

void add_distinguish(CLI::App& app, int& exit_code) {
  const auto o = std::make_shared<distinguish_options>();
  CLI::App* command = app.add_subcommand("distinguish", "The shortest story that two kernels or policies answer differently");
  command->add_option("A", o->left, "A kernel, a policy, or KERNEL:POLICY")->required()->type_name("KERNEL|POLICY");
  command->add_option("B", o->right, "The other")->required()->type_name("KERNEL|POLICY");
  command->add_option("--scope", o->scope, "A file, or a scope that comes with ovlsim: " + scope_names())->type_name("FILE|NAME")->capture_default_str();
  command->add_option("--option", o->mount_options, "Gives every mount of the scope this option")->type_name("OPTION")->allow_extra_args(false);
  o->search.add_to(*command);
  command->add_flag("--json", o->json, "One JSON object, and nothing else on standard output");
  command->footer(
      "A policy without a kernel is over the newest one. Several policies have + between.\n"
      "Every sequence of the scope's moves is looked at, shortest first, until a story or no new pair of worlds comes. Inode and\n"
      "device numbers are held against each other up to renaming, as `ovlsim compare` does, numbers of directories not at all; a\n"
      "log line that only one of the two writes is a difference. The story is a scenario, with the command that confirms it.\n"
      "Exit code: 0 no story tells them apart, 1 one does, 2 usage or scope error, 3 incomplete.\n"
      "\n"
      "Examples:\n"
      "  ovlsim distinguish 6.1 6.18 --scope erofs\n"
      "  ovlsim distinguish 6.18 6.18:nofollow --option xino=on\n"
      "  ovlsim distinguish follow nofollow");
  command->callback([o, &exit_code] { exit_code = run_distinguish(*o); });
}

}  // namespace ovlsim::cli
