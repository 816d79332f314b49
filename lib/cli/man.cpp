// SPDX-License-Identifier: Apache-2.0
//
// `ovlsim man`: the manual page, written from the command line's own description, so that it tells of every subcommand and option that
// there is in the words of their --help. For the build, which installs it; the help does not list it.
#include <fmt/format.h>

#include <algorithm>

#include "cli/roff.hpp"
#include "cli/support.hpp"

namespace ovlsim::cli {
namespace {

struct documented {
  std::string path;  ///< `kernels diff`
  const CLI::App* command;
};

/// The subcommands that the help lists, each followed by its own.
void collect_documented(const CLI::App& app, const std::string& prefix, std::vector<documented>& all) {
  for (const CLI::App* command : app.get_subcommands([](const CLI::App* c) { return !c->get_group().empty(); })) {
    all.push_back({prefix + command->get_name(), command});
    collect_documented(*command, all.back().path + " ", all);
  }
}

/// `N` of `N:POSITIVE`: what stands for the value of an option; empty where it takes none.
std::string placeholder_of(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  return option.get_items_expected_max() > 0 ? type.substr(0, type.find(':')) : std::string();
}

std::string man_names(const std::set<CLI::Option*>& options) {
  std::string names;
  for (const CLI::Option* option : options) names += (names.empty() ? "`" : ", `") + option->get_name(option->get_positional()) + "`";
  return names;
}

/// What the help shows in capitals and signs, in words.
std::string man_words(const CLI::Option& option) {
  std::string words = option.get_description();
  const auto add = [&](const std::string& sentence) {
    if (!words.empty() && words.back() != '.') words += '.';
    words += " " + sentence;
  };
  const std::string type = option.get_type_name();
  const std::size_t colon = type.find(':');
  const std::string restriction = colon == std::string::npos ? std::string() : type.substr(colon + 1);
  if (restriction.starts_with('{')) {
    // The words themselves name the values that there are.
  } else if (restriction == "POSITIVE") {
    add("Greater than 0.");
  } else if (restriction == "PATH(existing)") {
    add("It must exist.");
  } else if (!restriction.empty()) {
    add(restriction + ".");
  }
  if (!option.get_default_str().empty()) add("Default: " + option.get_default_str() + ".");
  if (!option.get_needs().empty()) add("Only with " + man_names(option.get_needs()) + ".");
  if (!option.get_excludes().empty()) add("Not with " + man_names(option.get_excludes()) + ".");
  return words;
}

/// `-o, --output`
std::string man_term(const CLI::Option& option) {
  std::string names;
  for (const std::string& name : option.get_snames()) names += (names.empty() ? "-" : ", -") + name;
  for (const std::string& name : option.get_lnames()) names += (names.empty() ? "--" : ", --") + name;
  return names;
}

std::vector<const CLI::Option*> man_options(const CLI::App& command, bool positional) {
  return command.get_options([&](const CLI::Option* o) { return o->get_positional() == positional && !o->get_group().empty(); });
}

/// `[options] FILE...`
std::string man_arguments(const CLI::App& command) {
  std::string text = "[options]";
  const CLI::Formatter formatter;
  for (const CLI::Option* option : man_options(command, true)) text += " " + formatter.make_option_usage(option);
  return text;
}

void write_options(roff_page& page, const CLI::App& command) {
  for (const bool positional : {true, false}) {
    for (const CLI::Option* option : man_options(command, positional)) {
      if (positional)
        page.item(option->get_name(true), man_words(*option));
      else
        page.item(man_term(*option), man_words(*option), placeholder_of(*option));
    }
  }
}

/// `Exit codes: 0 all held, 1 a finding.` as a list; the rest of the footer is for who calls for help.
void write_exit_codes(roff_page& page, const CLI::App& app) {
  const std::string footer = app.get_footer();
  const std::string begin = "Exit codes: ";
  std::string codes = footer.substr(footer.find(begin) + begin.size());
  codes = codes.substr(0, codes.find('\n'));
  if (codes.ends_with('.')) codes.pop_back();
  for (std::size_t from = 0; from < codes.size();) {
    const std::size_t end = std::min(codes.find(", ", from), codes.size());
    const std::string one = codes.substr(from, end - from);
    page.item(one.substr(0, one.find(' ')), one.substr(one.find(' ') + 1) + ".");
    from = end + 2;
  }
}

std::string man_page(const CLI::App& app) {
  roff_page page(app.get_name(), 1, OVLSIM_RELEASED, "ovlsim " OVLSIM_VERSION);
  std::vector<documented> commands;
  collect_documented(app, "", commands);

  page.section("NAME");
  page.name_line(app.get_name(), "simulate what Linux overlayfs does");
  page.section("SYNOPSIS");
  for (const documented& d : commands) page.synopsis(app.get_name() + " " + d.path, man_arguments(*d.command));
  for (const CLI::Option* option : man_options(app, false)) page.synopsis(app.get_name() + " --" + option->get_lnames().front(), "");

  page.section("DESCRIPTION");
  page.paragraph(
      "`ovlsim` tells what overlayfs answers to a story, a scenario of one command a line: which file a name means, which inode number and "
      "device stat(2) reports, what a copy-up stores in extended attributes, when a lookup ends with ESTALE, and why. It does so on a model, "
      "without root and without mounting anything, as one of many kernels or as a kernel with a proposed rule; runs the same story on a "
      "live kernel; and holds the two against each other.");
  page.paragraph("The verbs of the scenario language are listed at `fmt` below. What is expected of an answer stands behind an arrow:");
  constexpr std::string_view example[] = {"stat m:/A              -> ino=$a", "append m:/A \"!\"        -> ok",
                                          "stat m:/A              -> ino=$a nlink=1 size=6"};
  page.verbatim(example);

  page.section("OPTIONS");
  write_options(page, app);

  page.section("COMMANDS");
  for (const documented& d : commands) {
    page.subsection(d.path);
    page.paragraph(d.command->get_description() + ".");
    write_options(page, *d.command);
    write_help_text(page, d.command->get_footer());
  }

  page.section("EXIT STATUS");
  write_exit_codes(page, app);

  page.section("ENVIRONMENT");
  page.item("NO_COLOR", "When it is set and not empty, there are no colours, unless `--color always` asks for them.");
  page.item("TERM", "When it is dumb, there are none either.");
  page.item("OVLSIM_QEMU", "With `--vm`: the program to call in place of `qemu-system-x86_64`, with its arguments.");
  page.item("OVLSIM_VM_ACCEL", "With `--vm`: `kvm` for KVM and the processor of this machine. Otherwise QEMU imitates an old one.");

  page.section("SEE ALSO");
  page.paragraph("mount(8), mksquashfs(1), mkfs.erofs(1), mke2fs(8), open_by_handle_at(2), xattr(7)");
  page.paragraph("Documentation/filesystems/overlayfs.rst in the sources of Linux. A course of sixteen lessons in examples/course of ovlsim.");
  return page.text();
}

}  // namespace

void add_man(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("man", "Print the manual page");
  command->group("");
  command->callback([&app, &exit_code] {
    out(man_page(app));
    exit_code = exit_held;
  });
}

}  // namespace ovlsim::cli
