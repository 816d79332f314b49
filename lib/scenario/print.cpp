// SPDX-License-Identifier: Apache-2.0
//
// Commands and scenarios in the one canonical form: single blanks, strings quoted, what is the default left out,
// expectations below each other.
#include <algorithm>

#include "ovlsim/scenario.hpp"
#include "scenario/arguments.hpp"
#include "scenario/expectations.hpp"
#include "scenario/lexer.hpp"
#include "scenario/mount_options.hpp"
#include "scenario/values.hpp"
#include "text/utf8.hpp"

namespace ovlsim {
namespace {

using namespace scenario_text;

std::string print(const path& p, std::string_view also_quoted = "") { return word(p.fs + ":" + p.rest, also_quoted); }

/// Turns a mount option that was given into ` name=value`.
class option_writer {
 public:
  explicit option_writer(std::string& line) : line_(line) {}

  void operator()(std::string_view name, bool option) {
    if (option) line_.append(" ").append(name);
  }
  void operator()(std::string_view name, std::optional<bool> option) {
    if (option) add(name, *option ? "on" : "off");
  }
  template <class Value>
  void operator()(std::string_view name, std::optional<Value> option) {
    if (option) add(name, ovlsim::name(*option));
  }

 private:
  void add(std::string_view name, std::string_view value) { line_.append(" ").append(name).append("=").append(value); }

  std::string& line_;
};

/// Goes through a command's arguments and writes each.
class argument_writer {
 public:
  explicit argument_writer(std::string& line) : line_(line) {}

  void makes(std::string_view, const std::string& name) { add(name); }
  void image_of(std::string_view, const std::string& name) { add(name); }
  void mounts(std::string_view, const std::string& name) { add(name); }
  void mounted(std::string_view, const std::string& name) { add(name); }
  void at(std::string_view, const path& p) { add(print(p)); }
  void handle(std::string_view, const std::string& name) { add(word(name)); }
  void xattr(std::string_view, const std::string& name) { add(word(name)); }
  void text(std::string_view, const std::string& bytes) { add(quoted(bytes)); }
  void name_text(std::string_view, const std::string& bytes) { add(quoted(bytes)); }
  void optional_text(std::string_view, const std::string& bytes) {
    if (!bytes.empty()) add(quoted(bytes));
  }
  void optional_mode(std::string_view what, std::uint16_t value) {
    if (value != cmd::create().mode) mode(what, value);
  }
  void mode(std::string_view, std::uint16_t value) { add(print_mode(value)); }
  void size(std::string_view, std::uint64_t value) { add(std::to_string(value)); }
  void owner(std::string_view, std::uint32_t uid, std::uint32_t gid) {
    add(std::to_string(uid) + ":" + std::to_string(gid));
  }
  void type(std::string_view, fs_type value) { add(name(value)); }
  void literal(std::string_view value) { add(value); }
  void id(const std::optional<uuid>& value) {
    if (value) add("uuid=" + print_uuid(*value));
  }
  void no_exports(bool exports) {
    if (!exports) add("-no-exports");
  }
  void how(open_mode value) {
    if (value != open_mode::ro) add(value == open_mode::rw ? "rw" : "wo");
  }
  void options(const cmd::mount& c) {
    const mount_options& o = c.options;
    if (!o.lower.empty()) add("lowerdir=" + listed(o.lower));
    if (!o.data.empty()) add("datadir=" + listed(o.data));
    if (o.upper) add("upperdir=" + print(*o.upper, ","));
    if (o.work) add("workdir=" + print(*o.work, ","));
    each_option(option_writer(line_), o);
  }
  void parameters(const module_settings& settings) { each_parameter(option_writer(line_), settings); }

 private:
  static std::string listed(const std::vector<path>& layers) {
    std::string text;
    for (const path& p : layers) text += (text.empty() ? "" : ",") + print(p, ",");
    return text;
  }

  void add(std::string_view value) { line_.append(" ").append(value); }

  std::string& line_;
};

/// As many columns as a terminal gives it, near enough: one a character.
std::size_t width(std::string_view line) {
  return static_cast<std::size_t>(
      std::count_if(line.begin(), line.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

// Commands longer than this push their own expectations to the right, and not everybody's.
constexpr std::size_t widest_column = 56;

std::string with_expectations(std::string line, const std::vector<expectation>& expected, std::size_t column) {
  if (expected.empty()) return line;
  const std::size_t used = width(line);
  line.append(column > used ? column - used : 1, ' ').append("->");
  for (const expectation& e : expected) line.append(" ").append(scenario_text::print(e));
  return line;
}

std::size_t expectation_column(const scenario& s, const std::vector<std::string>& commands) {
  std::size_t column = 0;
  for (std::size_t i = 0; i < commands.size(); ++i) {
    const std::size_t used = width(commands[i]);
    if (!s.lines[i].expected.empty() && used < widest_column) column = std::max(column, used + 1);
  }
  return column;
}

}  // namespace

std::string print(const command& c) {
  std::string line(verb(c));
  argument_writer writer(line);
  // A copy, because arguments() lends itself to the reader too, which writes.
  std::visit([&](auto copy) { arguments(writer, copy); }, c);
  return line;
}

std::string print(const scenario& s) {
  std::vector<std::string> commands;
  for (const scenario_line& line : s.lines) commands.push_back(line.has_command ? print(line.what) : std::string());
  const std::size_t column = expectation_column(s, commands);

  std::string result;
  bool blank_before = false;
  for (std::size_t i = 0; i < s.lines.size(); ++i) {
    const scenario_line& line = s.lines[i];
    if (!line.has_command && !line.has_comment) {
      blank_before = !result.empty();
      continue;
    }
    if (blank_before) result += '\n';
    blank_before = false;
    if (line.has_command) result += with_expectations(std::move(commands[i]), line.expected, column);
    if (line.has_comment) result.append(line.has_command ? "  #" : "#").append(line.comment);
    result += '\n';
  }
  return result;
}

}  // namespace ovlsim
