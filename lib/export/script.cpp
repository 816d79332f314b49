// SPDX-License-Identifier: Apache-2.0
//
// The whole script: what it is, the pieces that the story needs, the story, the sum.
#include <algorithm>
#include <array>
#include <set>

#include "export/limits.hpp"
#include "export/quote.hpp"
#include "export/verbs.hpp"
#include "ovlsim/export.hpp"
#include "scenario/expectations.hpp"
#include "text/utf8.hpp"

namespace ovlsim {
namespace {

using namespace exporting;

constexpr std::array<const piece& (*)(), 22> in_order = {
    begin,  report, attempts, log,      backing, numbering, ext4,  populated, xfs,     btrfs,    tmpfs,
    squashfs, erofs, clones,   copies,  overlay, module_parameters, files, renames, exchanges, xattrs, handles};

/// `# ` before each line. What is no text stands as `?`, lest a comment end where it should not.
std::string comment(std::string_view text) {
  std::string result = "# ";
  for (const char c : text) result += text::is_control(c) ? '?' : c;
  return result + "\n";
}

bool asks_for(const scenario& s, bool (*what)(const expectation&)) {
  return std::any_of(s.lines.begin(), s.lines.end(), [&](const scenario_line& line) {
    return std::any_of(line.expected.begin(), line.expected.end(), what);
  });
}
bool is_of_log(const expectation& e) { return e.what == expectation::kind::log_has || e.what == expectation::kind::log_none; }
bool is_of_number(const expectation& e) { return e.field == "ino"; }

/// So many numbers for each filesystem: more than the story can use up, and than an image that a tool numbers from 1 has.
int numbers_for(const scenario& s) {
  constexpr int least = 512;
  return std::max(least, static_cast<int>(s.lines.size()));
}

std::string list(std::string_view field, std::string_view value) {
  std::string words;
  for (const std::string& name : names_of(value)) words += " " + word(field == "names" ? as_getfattr(name) : as_ls_b(name));
  return words;
}

std::string checked(const expectation& e) {
  const bool equal = e.what == expectation::kind::field_equal;
  switch (e.what) {
    case expectation::kind::status: return "expect_status " + e.value;
    case expectation::kind::log_has: return "expect_log " + word(e.value);
    case expectation::kind::log_none: return "expect_no_log";
    case expectation::kind::field_equal: break;
    case expectation::kind::field_differs: break;
  }
  if (scenario_text::is_variable(e)) return (equal ? "expect_same " : "expect_other ") + e.field + " " + e.value.substr(1);
  const std::string call = (equal ? "expect " : "expect_not ") + e.field;
  if (e.field == "entries" || e.field == "names") return call + list(e.field, e.value);
  const bool bytes = e.field == "data" || e.field == "value" || e.field == "target";
  return call + " " + (bytes ? percent_b(bytes_of(e.value)) : word(e.value));
}

/// The calls that come before a command whose log lines are looked at.
std::string listening(const scenario_line& line) {
  std::string calls;
  for (const expectation& e : line.expected)
    if (e.what == expectation::kind::log_has) calls += "room_for " + word(e.value) + "\n";
  return std::any_of(line.expected.begin(), line.expected.end(), is_of_log) ? calls + "listen\n" : calls;
}

std::string story(const scenario& s, verb_writer& verbs) {
  std::string text;
  for (const scenario_line& line : s.lines) {
    if (!line.has_command) {
      text += line.has_comment ? comment(std::string_view(line.comment).substr(line.comment.starts_with(' ') ? 1 : 0)) : "\n";
      continue;
    }
    text += "line " + std::to_string(line.number) + " " + word(print(line.what)) + "\n" + listening(line) + verbs.call(line.what) + "\n";
    for (const expectation& e : line.expected) text += checked(e) + "\n";
  }
  return text;
}

std::string tools(const std::set<const piece*>& needed) {
  std::string text;
  for (const auto of : in_order) {
    if (!needed.contains(&of())) continue;
    for (const tool& t : of().tools) {
      const std::string line = "need " + std::string(t.name) + " " + std::string(t.package) + "\n";
      if (text.find(line) == std::string::npos) text += line;
    }
  }
  return text;
}

}  // namespace

exported_script export_script(const scenario& s) {
  exported_script result;
  result.errors = limits(s);
  if (!result.errors.empty()) return result;

  verb_writer verbs(asks_for(s, is_of_number), numbers_for(s));
  const std::string told = story(s, verbs);
  std::set<const piece*> needed = verbs.needed();
  for (const auto always : {begin, report, attempts, backing, files}) needed.insert(&always());
  if (asks_for(s, is_of_log)) needed.insert(&log());

  std::string& text = result.text;
  text = "#!/bin/sh\n" + comment("The story of " + s.file + " on this machine's kernel, written by `ovlsim export`. Needs root; leaves nothing behind.");
  text += "# Exit code: 0 all expectations held, 1 one or more did not, 77 this machine cannot run it.\n";
  text += "# Names like $a stand between single quotes where they are only shown; a failing `&&` is answered by the `||` behind it.\n";
  text += "# shellcheck disable=SC2016,SC2015\n";
  for (const auto of : in_order) {
    if (!needed.contains(&of())) continue;
    text += of().text;
    if (of == begin) text += "\n" + tools(needed);
  }
  text += "\n# The story.\n" + told + "finish\n";
  return result;
}

}  // namespace ovlsim
