// SPDX-License-Identifier: Apache-2.0
//
// `ovlsim page`: stories as a page to step through, and a course as a site.
#include "ovlsim/page.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "cli/output_file.hpp"
#include "cli/policy_option.hpp"
#include "cli/rules_option.hpp"
#include "cli/support.hpp"

namespace ovlsim::cli {
namespace {

struct page_options {
  std::vector<std::string> files;
  std::string output = "-";
  std::string kernel = "6.18";
  std::string policy;
  std::string beside;
  std::string course;
};

std::string rules_name(const page_options& o) { return o.kernel + (o.policy.empty() ? "" : ":" + o.policy); }

/// The lessons of a directory in the order of their names: a text and a story each. Nothing, and said on standard error, where one of the
/// two is missing or cannot be read.
std::optional<std::vector<lesson>> lessons_in(const std::string& directory) {
  std::error_code failed;
  std::vector<std::string> texts;
  std::vector<std::string> stories;
  for (std::filesystem::directory_iterator entry(directory, failed), end; !failed && entry != end; entry.increment(failed)) {
    const std::filesystem::path& path = entry->path();
    const std::string stem = path.stem().string();
    if (path.extension() == ".md" && stem != "README") texts.push_back(stem);
    if (path.extension() == ".ovl") stories.push_back(stem);
  }
  if (failed) {
    diagnose("ovlsim: cannot read " + directory + ": " + failed.message() + "; name a directory of lessons");
    return std::nullopt;
  }
  std::sort(texts.begin(), texts.end());
  std::sort(stories.begin(), stories.end());
  if (texts != stories || texts.empty()) {
    std::vector<std::string> alone;
    std::set_symmetric_difference(texts.begin(), texts.end(), stories.begin(), stories.end(), std::back_inserter(alone));
    diagnose("ovlsim: " + directory + (alone.empty() ? " has no lessons" : ": " + alone.front() + " is half a lesson") +
             "; a lesson is NAME.md and NAME.ovl");
    return std::nullopt;
  }
  std::vector<lesson> all;
  for (const std::string& name : texts) {
    std::optional<scenario> story = load(directory + "/" + name + ".ovl");
    std::optional<std::string> text = story ? read_file(directory + "/" + name + ".md") : std::nullopt;
    if (!text) return std::nullopt;
    all.push_back({name, std::move(*story), std::move(*text)});
  }
  return all;
}

int write_course(const page_options& o, const page_rules& rules) {
  if (o.output == "-") {
    diagnose("ovlsim: a site is several files; name a directory for it with -o");
    return exit_usage;
  }
  const std::optional<std::vector<lesson>> lessons = lessons_in(o.course);
  if (!lessons) return exit_usage;
  const std::string readme = o.course + "/README.md";
  const bool has_readme = ::access(readme.c_str(), F_OK) == 0;
  const std::optional<std::string> introduction = has_readme ? read_file(readme) : std::string();
  if (!introduction) return exit_usage;
  const site made = course_site(*lessons, rules, *introduction);
  for (const std::string& error : made.errors) diagnose(o.course + "/" + error);
  if (!made.errors.empty()) return exit_usage;
  std::error_code failed;
  std::filesystem::create_directories(o.output, failed);
  if (failed) {
    diagnose("ovlsim: cannot make the directory " + o.output + ": " + failed.message() + "; name one that can be made");
    return exit_usage;
  }
  for (const site_file& f : made.files) {
    if (!write_file(o.output + "/" + f.name, f.text)) return exit_usage;
  }
  return exit_held;
}

int write_page(const page_options& o, const std::vector<page_rules>& rules) {
  std::vector<scenario> stories;
  bool all_there = true;
  for (const std::string& file : o.files) {
    std::optional<scenario> s = load(file);
    all_there = all_there && s;
    if (s) stories.push_back(std::move(*s));
  }
  if (!all_there) return exit_usage;
  const auto is_empty = [](const scenario& s) { return std::none_of(s.lines.begin(), s.lines.end(), [](const auto& l) { return l.has_command; }); };
  const bool all_empty = std::all_of(stories.begin(), stories.end(), is_empty);
  for (const scenario& s : stories) {
    if (is_empty(s)) diagnose("ovlsim: " + s.file + " has no command, so " + (all_empty ? "there is no step to show" : "the page leaves it out"));
  }
  if (all_empty) return exit_usage;
  const std::string text = to_page(stories, rules);
  return write_file(o.output, text) ? exit_held : exit_usage;
}

int run_page(const page_options& o) {
  if (o.files.empty() == o.course.empty()) {
    diagnose(o.course.empty() ? "ovlsim: nothing to show; name scenario files, or a directory of lessons with --course"
                              : "ovlsim: --course takes its stories from its directory; give scenario files or --course, not both");
    return exit_usage;
  }
  if (!o.course.empty() && !o.beside.empty()) {
    diagnose("ovlsim: a course is told under one kernel; leave --beside out");
    return exit_usage;
  }
  std::vector<page_rules> rules;
  for (const std::string& name : {rules_name(o), o.beside}) {
    if (name.empty()) continue;
    const std::optional<named_rules> r = find_rules(name, o.kernel);
    if (!r) return exit_usage;
    rules.push_back({r->kernel_name + (r->policy.empty() ? "" : ":" + r->policy), r->k});
  }
  return o.course.empty() ? write_page(o, rules) : write_course(o, rules.front());
}

}  // namespace

void add_page(CLI::App& app, int& exit_code) {
  const auto o = std::make_shared<page_options>();
  CLI::App* command = app.add_subcommand("page", "Write stories as a page to step through, or a course as a site");
  command->add_option("FILE", o->files, "Scenario files; - is standard input");
  command->add_option("-o,--output", o->output, "Where to, replacing what is there; - is standard output; with --course a directory")->type_name("PAGE")->capture_default_str();
  add_kernel_option(*command, o->kernel);
  add_policy_option(*command, o->policy);
  command->add_option("--beside", o->beside, "The same under these rules beside it: a kernel, a policy, or KERNEL:POLICY")
      ->type_name("KERNEL|POLICY")
      ->check([](const std::string& text) { return text.empty() ? std::string("no kernel and no policy is named; leave the option out") : std::string(); });
  command->add_option("--course", o->course, "A directory of lessons, NAME.md and NAME.ovl each")->type_name("DIR");
  command->footer(
      "A page is one HTML file that needs no network: the story at the left, the picture of the current step (as `ovlsim draw` has it) in\n"
      "the middle, its explanation (as `ovlsim explain`) at the right. With --beside there are two of these, one below the other, or side\n"
      "by side in a window of 2,000 pixels. Left and Right step, Home and End go to the first and the last step, f to the next finding,\n"
      "with --beside d to the first difference; with Shift, Left and Right move a wide picture. The address holds the step.\n"
      "\n"
      "Of a course, each lesson becomes a page: its text NAME.md (CommonMark, `# Title` first), its story NAME.ovl, and its question with\n"
      "the answer hidden, which are the sections `## Question` and `## Answer` of the text. The answer ends at the next heading of this\n"
      "level: what is behind it is shown. A link to another lesson, NAME.md or NAME.md#heading, leads to its page; one that would lead\n"
      "nowhere is an error. index.html begins as README.md of the directory does, up to its table, and names the lessons.\n"
      "\n"
      "Exit code: 0 written, 2 scenario error, a lesson without its parts or with a link to nowhere, or PAGE cannot be written.\n"
      "\n"
      "Examples:\n"
      "  ovlsim page examples/00-collision.ovl -o collision.html\n"
      "  ovlsim page examples/00-collision.ovl --beside nofollow -o both.html\n"
      "  ovlsim page --course examples/course -o site");
  command->callback([o, &exit_code] { exit_code = run_page(*o); });
}

}  // namespace ovlsim::cli
