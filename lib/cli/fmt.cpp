// SPDX-License-Identifier: Apache-2.0
//
// `ovlsim fmt`: scenarios in their canonical form. Its help is also the list of verbs.
#include <fmt/format.h>

#include <memory>

#include "cli/output_file.hpp"
#include "cli/support.hpp"
#include "scenario/verbs.hpp"

namespace ovlsim::cli {
namespace {

struct fmt_options {
  std::vector<std::string> files;
  bool check = false;
  bool in_place = false;
};

int format_one(const std::string& file, const fmt_options& o) {
  if (o.in_place && file == "-") {
    diagnose("ovlsim: standard input cannot be formatted in place; leave out -i or name a file");
    return exit_usage;
  }
  const std::optional<std::string> text = read_file(file);
  if (!text) return exit_usage;
  const parsed_scenario parsed = parse_scenario(*text, file == "-" ? "<stdin>" : file);
  for (const scenario_error& error : parsed.errors) diagnose(to_string(error));
  if (!parsed) return exit_usage;
  const std::string formatted = print(parsed.value);
  if (o.check) {
    if (formatted == *text) return exit_held;
    out(parsed.value.file + "\n");
    return exit_failed;
  }
  if (!o.in_place) {
    out(formatted);
  } else if (formatted != *text && !write_file(file, formatted)) {
    return exit_usage;
  }
  return exit_held;
}

std::string list_of_verbs() {
  constexpr std::size_t widest = 40;
  std::string list = "Verbs of the scenario language:\n";
  for (const scenario_text::verb_spec& spec : scenario_text::verbs()) {
    // A long form has its explanation on the next line.
    const std::string_view gap = spec.usage.size() > widest ? "\n" : "";
    const std::size_t column = gap.empty() ? widest - spec.usage.size() + 3 : widest + 5;
    list += fmt::format("  {}{}{:{}}{}\n", spec.usage, gap, "", column, spec.summary);
  }
  return list;
}

}  // namespace

void add_fmt(CLI::App& app, int& exit_code) {
  const auto o = std::make_shared<fmt_options>();
  CLI::App* command = app.add_subcommand("fmt", "Print scenarios in their canonical form; its help lists the verbs");
  command->add_option("FILE", o->files, "Scenario files; - is standard input")->required();
  CLI::Option* check =
      command->add_flag("--check", o->check, "Only name the files that are not in canonical form; exit code 1 then");
  command->add_flag("-i,--in-place", o->in_place, "Rewrite the files")->excludes(check);
  command->footer(list_of_verbs() +
                  "\n"
                  "Exit code: 0 done, 1 with --check a file is not in canonical form, 2 scenario error, or a file cannot be written.\n"
                  "\n"
                  "Example:\n"
                  "  ovlsim fmt --check examples/*.ovl");
  command->callback([o, &exit_code] {
    exit_code = exit_held;
    for (const std::string& file : o->files) exit_code = worse(exit_code, format_one(file, *o));
  });
}

}  // namespace ovlsim::cli
