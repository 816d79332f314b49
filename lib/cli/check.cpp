// SPDX-License-Identifier: Apache-2.0
//
// `ovlsim check`: do properties hold in all stories of a scope?
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/found_story.hpp"
#include "cli/kernel_option.hpp"
#include "cli/policy_option.hpp"
#include "cli/scope_option.hpp"
#include "cli/support.hpp"

namespace ovlsim::cli {
namespace {

struct check_options {
  std::string scope = "squashfs";
  std::vector<std::string> mount_options;
  std::vector<std::string> properties;
  std::vector<std::string> kernels;
  std::vector<std::string> policies;
  search_options search;
  bool json = false;
  color_option color;
};

/// One kernel with its policies.
struct candidate {
  std::string kernel_name;
  std::string policy;
  kernel k;

  std::string name() const { return policy.empty() ? kernel_name : kernel_name + " with " + policy; }
};

std::optional<std::vector<candidate>> find_candidates(const check_options& o) {
  std::vector<candidate> all;
  for (const std::string& k : o.kernels.empty() ? std::vector<std::string>{"6.18"} : each_once(o.kernels)) {
    const kernel* base = find_kernel(k);
    if (base == nullptr) return std::nullopt;
    for (const std::string& p : o.policies.empty() ? std::vector<std::string>{""} : each_once(o.policies)) {
      const std::optional<kernel> with = with_policy_option(*base, p);
      if (!with) return std::nullopt;
      all.push_back({k, p, *with});
    }
  }
  return all;
}

int code_of(const exploration& e) {
  int code = e.end == explore_end::closed ? exit_held : exit_incomplete;
  for (const property_verdict& v : e.verdicts) code = v.broken ? worse(code, exit_failed) : code;
  return code;
}

std::string_view word_of(const property_verdict& v) {
  if (v.broken) return "violated";
  if (v.end == explore_end::depth) return v.happened ? "holds to depth" : "vacuous to depth";
  if (v.end != explore_end::closed) return "incomplete";
  return v.happened ? "holds" : "vacuous";
}

/// The counterexample, which says under what it is one.
std::string story_of(const property_verdict& v, const scope& s, const check_options& o, const candidate& c) {
  return print(with_its_command(v.broken->story, {c.kernel_name, c.policy, s.name, each_once(o.mount_options)}, v.broken->story.file));
}

/// Why more depth or memory would not help; empty where a search has come to its end, or may.
std::string hopeless(const scope& s, const exploration& e) {
  const auto is_left = [](const property_verdict& v) { return !v.broken && v.end != explore_end::closed; };
  return std::any_of(e.verdicts.begin(), e.verdicts.end(), is_left) ? never_closes(s) : std::string();
}

void print_json(const scope& s, const check_options& o, const candidate& c, const exploration& e) {
  for (const property_verdict& v : e.verdicts) {
    nlohmann::ordered_json j{{"schema", "ovlsim-check-1"}, {"scope", s.name},        {"options", o.mount_options},
                             {"kernel", c.kernel_name},    {"policy", c.policy},     {"property", v.property},
                             {"verdict", word_of(v)},   {"states", v.reached.states}, {"transitions", v.reached.transitions},
                             {"depth", v.reached.depth},   {"memory", v.reached.memory}};
    if (v.broken) {
      j["moves"] = v.broken->moves.size();
      j["why"] = v.broken->why;
      j["story"] = story_of(v, s, o, c);
    } else if (const std::string why = hopeless(s, e); !why.empty() && v.end != explore_end::closed) {
      j["never_closes"] = why;
    }
    out(j.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
  }
}

void print_text(const scope& s, const check_options& o, const candidate& c, const exploration& e, const palette& colors) {
  out(colors.bold(c.name()) + "\n");
  std::size_t widest = 0;
  for (const property_verdict& v : e.verdicts) widest = std::max(widest, v.property.size());
  for (const property_verdict& v : e.verdicts) {
    const std::string verdict = to_string(v);
    const std::string shown = v.broken ? colors.bad(verdict) : v.happened && v.end == explore_end::closed ? colors.good(verdict) : colors.notable(verdict);
    out(fmt::format("  {:{}}  {}{}\n", v.property, widest, shown, v.broken ? ": " + v.broken->why : ""));
  }
  if (const std::string why = hopeless(s, e); !why.empty()) out(wrapped("Never closed: " + why + ".", 2, 120));
  const explore_progress& r = e.reached;
  out(colors.dim(fmt::format("  {} states, {} transitions ({} worked out), {} parts, {} KiB\n", r.states, r.transitions, e.effects, e.parts,
                             r.memory >> 10)));
  for (const property_verdict& v : e.verdicts) {
    if (v.broken) out("\n" + story_of(v, s, o, c));
  }
}

int check(const check_options& o) {
  const std::optional<scope> s = find_scope(o.scope, o.mount_options);
  const std::optional<std::vector<property>> asked = find_properties(o.properties);
  const std::optional<std::vector<candidate>> candidates = find_candidates(o);
  std::optional<explore_limits> limits = o.search.limits();
  if (!s || !asked || !candidates || !limits) return exit_usage;
  int code = exit_held;
  bool first = true;
  for (const candidate& c : *candidates) {
    if (const std::string why = cannot_explore(*s, c.k); !why.empty()) {
      diagnose("ovlsim: the scope " + s->name + " cannot be explored under " + c.name() + ": " + why);
      return exit_usage;
    }
    search_progress progress(c.name());
    limits->progress = [&](const explore_progress& p) { progress.show(p); };
    const exploration e = explore(*s, c.k, *asked, *limits);
    progress.clear();
    code = worse(code, code_of(e));
    if (o.json) {
      print_json(*s, o, c, e);
    } else {
      if (!first) out("\n");
      print_text(*s, o, c, e, palette(o.color.applies_to(stdout)));
    }
    first = false;
    if (e.end == explore_end::interrupted) break;
  }
  return code;
}

}  // namespace

void add_check(CLI::App& app, int& exit_code) {
  const auto o = std::make_shared<check_options>();
  CLI::App* command = app.add_subcommand("check", "Do properties hold in all stories of a scope? Proofs and shortest counterexamples");
  command->add_option("--scope", o->scope, "A file, or a scope that comes with ovlsim: " + scope_names())->type_name("FILE|NAME")->capture_default_str();
  command->add_option("--option", o->mount_options, "Gives every mount of the scope this option")->type_name("OPTION")->allow_extra_args(false);
  command->add_option("--property", o->properties, "Only this one; may be given several times")->type_name("NAME")->allow_extra_args(false);
  command->add_option("--kernel", o->kernels, "The kernel whose rules the model follows; may be given several times")->type_name("VERSION")->allow_extra_args(false);
  command->add_option("--policy", o->policies, "Replaces rules of that kernel (see `ovlsim policies`); may be given several times")
      ->type_name("NAME")
      ->allow_extra_args(false);
  o->search.add_to(*command);
  o->search.add_threads_to(*command, "threads");
  command->add_flag("--json", o->json, "One JSON object a property, and nothing else on standard output");
  o->color.add_to(*command);
  std::string about = "Properties:\n";
  for (const property& p : properties()) about += fmt::format("  {:16} {}\n", p.name, p.words);
  command->footer(about +
                  "\n"
                  "Every sequence of the scope's moves is looked at, shortest first. A counterexample is a scenario: the command in its\n"
                  "comments confirms it, and `ovlsim kernel` where the live kernel answers so.\n"
                  "Exit code: 0 all hold (a vacuous one, too), 1 one is violated, 2 usage or scope error, 3 incomplete.\n"
                  "\n"
                  "Examples:\n"
                  "  ovlsim check --option xino=on\n"
                  "  ovlsim check --scope erofs --policy follow --policy nofollow --property no-estale");
  command->callback([o, &exit_code] { exit_code = check(*o); });
}

}  // namespace ovlsim::cli
