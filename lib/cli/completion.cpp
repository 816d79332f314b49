// SPDX-License-Identifier: Apache-2.0
//
// `ovlsim completion`: shell completions, written from the command line's own description, so that they know every
// subcommand and option that there is.
#include <fmt/format.h>

#include <memory>

#include "cli/kernel_option.hpp"
#include "cli/policy_option.hpp"
#include "cli/scope_option.hpp"
#include "cli/support.hpp"

namespace ovlsim::cli {
namespace {

constexpr std::string_view shells = "bash zsh fish";

/// The words that may follow an option; empty when that is for the user to know.
std::string values_of(const std::string& option) {
  if (option == "--color") return "auto always never";
  if (option == "--kernel") return kernel_names();
  if (option == "--policy") return policy_names();
  if (option == "--scope") return scope_names();
  if (option == "--property") return property_names();
  if (option == "--beside") return kernel_names() + " " + policy_names();
  return {};
}

/// The words that stand for themselves behind a subcommand, where files would else; empty for the others.
std::string words_after(const std::string& command) {
  if (command == "completion") return std::string(shells);
  if (command == "kernels") return "diff " + kernel_names();
  if (command == "distinguish") return kernel_names() + " " + policy_names();
  return {};
}

/// What the name of a file behind an option of a subcommand ends with; empty where no file belongs there.
std::string_view file_of(const std::string& command, const std::string& option) {
  if (option == "--vm") return "deb";
  if (option != "--output" && option != "-o") return {};
  return command == "draw" ? "svg" : command == "page" ? "html" : "sh";
}

struct option_words {
  std::string name;  ///< `--json`, `-i`
  std::string description;
  bool has_value = false;
};

std::vector<option_words> options_of(const CLI::App& command) {
  std::vector<option_words> words;
  for (const CLI::Option* option : command.get_options()) {
    const bool has_value = option->get_items_expected_max() > 0;
    for (const std::string& name : option->get_lnames())
      words.push_back({"--" + name, option->get_description(), has_value});
    for (const std::string& name : option->get_snames())
      words.push_back({"-" + name, option->get_description(), has_value});
  }
  return words;
}

/// Those that the help lists.
std::vector<const CLI::App*> subcommands_of(const CLI::App& app) {
  const auto all = app.get_subcommands([](const CLI::App* c) { return !c->get_group().empty(); });
  return {all.begin(), all.end()};
}

/// `text` for use between single quotes.
std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result;
}

std::string joined(const std::vector<option_words>& words) {
  std::string list;
  for (const option_words& word : words) list += (list.empty() ? "" : " ") + word.name;
  return list;
}

std::string for_bash(const CLI::App& app) {
  std::string names;
  std::string cases;
  std::string values;
  std::string arguments;
  for (const CLI::App* command : subcommands_of(app)) {
    names += command->get_name() + " ";
    const std::string after = words_after(command->get_name());
    if (!after.empty()) {
      arguments += fmt::format("  [[ ${{COMP_WORDS[1]}} == {} ]] && words=\"$words {}\" files=\n", command->get_name(), after);
    }
    cases += fmt::format("    {}) words='{}' ;;\n", command->get_name(), joined(options_of(*command)));
    for (const option_words& word : options_of(*command)) {
      // What an option takes is the same for all subcommands, but for the file that they write.
      const bool is_output = word.name == "--output" || word.name == "-o";
      const std::string one = fmt::format("    {} {}') words='{}'; files={} ;;\n", is_output ? "'" + command->get_name() : "*'", word.name,
                                          values_of(word.name), file_of(command->get_name(), word.name));
      if (word.has_value && values.find(one) == std::string::npos) values += one;
    }
  }
  return fmt::format(R"(# ovlsim completion for bash; load it with: source <(ovlsim completion bash)
_ovlsim() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}} words= files=ovl
  COMPREPLY=()
  if [[ $COMP_CWORD -eq 1 ]]; then
    COMPREPLY=($(compgen -W '{}{}' -- "$current"))
    return
  fi
  case ${{COMP_WORDS[1]}} in
{}  esac
{}  case "${{COMP_WORDS[1]}} $before" in
{}  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [[ $files && $current != -* ]]; then
    compopt -o filenames
    COMPREPLY+=($(compgen -f -X "!*.$files" -- "$current") $(compgen -d -- "$current"))
  fi
}}
complete -F _ovlsim ovlsim
)",
                     names, joined(options_of(app)), cases, arguments, values);
}

/// Brackets and colons have a meaning of their own in zsh's descriptions.
std::string zsh_text(std::string_view text) {
  std::string result;
  for (const char c : escaped(text))
    result += (c == '[' || c == ']' || c == ':') ? std::string("\\") + c : std::string(1, c);
  return result;
}

std::string for_zsh(const CLI::App& app) {
  std::string commands;
  std::string cases;
  for (const CLI::App* command : subcommands_of(app)) {
    commands += fmt::format("    '{}:{}'\n", command->get_name(), zsh_text(command->get_description()));
    cases += fmt::format("    {}) _arguments", command->get_name());
    for (const option_words& word : options_of(*command)) {
      const std::string_view file = file_of(command->get_name(), word.name);
      const std::string value = !word.has_value ? std::string()
                                : file.empty()  ? fmt::format(":value:({})", values_of(word.name))
                                                : fmt::format(":file:_files -g \"*.{}\"", file);
      cases += fmt::format(" \\\n      '{}[{}]{}'", word.name, zsh_text(word.description), value);
    }
    const std::string after = words_after(command->get_name());
    cases += after.empty() ? std::string(" \\\n      '*:scenario:_files -g \"*.ovl\"' ;;\n")
                           : fmt::format(" \\\n      '*:word:({})' ;;\n", after);
  }
  return fmt::format(R"(#compdef ovlsim
# ovlsim completion for zsh; put it into a directory of $fpath as _ovlsim
_ovlsim() {{
  local -a commands
  commands=(
{}  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  shift words
  (( CURRENT-- ))
  case $words[1] in
{}  esac
}}
compdef _ovlsim ovlsim
)",
                     commands, cases);
}

std::string for_fish(const CLI::App& app) {
  std::string script = "# ovlsim completion for fish; load it with: ovlsim completion fish | source\n";
  for (const CLI::App* command : subcommands_of(app)) {
    const std::string& name = command->get_name();
    const std::string after = words_after(name);
    script += fmt::format("complete -c ovlsim -n __fish_use_subcommand -f -a {} -d '{}'\n", name,
                          escaped(command->get_description()));
    if (!after.empty()) script += fmt::format("complete -c ovlsim -n '__fish_seen_subcommand_from {}' -f -a '{}'\n", name, after);
    for (const option_words& word : options_of(*command)) {
      const bool is_long = word.name.rfind("--", 0) == 0;
      const std::string value = !word.has_value                 ? std::string()
                                : !file_of(name, word.name).empty() ? " -r"
                                                              : fmt::format(" -x -a '{}'", values_of(word.name));
      script += fmt::format("complete -c ovlsim -n '__fish_seen_subcommand_from {}' -{} {}{} -d '{}'\n", name,
                            is_long ? "l" : "s", word.name.substr(is_long ? 2 : 1), value, escaped(word.description));
    }
  }
  return script;
}

}  // namespace

void add_completion(CLI::App& app, int& exit_code) {
  const auto shell = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand("completion", "Print the completions for a shell");
  command->add_option("SHELL", *shell, "bash, zsh or fish")->required()->check(CLI::IsMember({"bash", "zsh", "fish"}));
  command->footer(
      "Example:\n"
      "  source <(ovlsim completion bash)");
  command->callback([shell, &app, &exit_code] {
    out(*shell == "bash" ? for_bash(app) : *shell == "zsh" ? for_zsh(app) : for_fish(app));
    exit_code = exit_held;
  });
}

}  // namespace ovlsim::cli
