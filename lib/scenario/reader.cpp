// SPDX-License-Identifier: Apache-2.0
//
// Words into the arguments of a command; the options of `mount` are in mount_options.cpp.
#include "scenario/reader.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <vector>

#include "ovlsim/apply.hpp"
#include "scenario/values.hpp"

namespace ovlsim::scenario_text {
namespace {

std::string usage_of(const verb_spec& spec) { return "; the form is: " + spec.usage; }

bool is_digits(std::string_view word) noexcept {
  return !word.empty() && word.find_first_not_of("0123456789") == std::string_view::npos;
}

/// What may have been meant by a word too many.
std::string instead_of(const token& extra, const verb_spec& spec) {
  const bool expectation = extra.raw == "ok" || errc_named(extra.raw) || extra.raw.find('=') != std::string_view::npos;
  if (expectation && spec.name != "mount") return "`->` before an expectation" + usage_of(spec);
  return "`->` or the end of the line" + usage_of(spec);
}

}  // namespace

bool argument_reader::read(command& into) {
  spec_.read(*this, into);
  all_read();
  if (!failed_) {
    if (std::string reason = unsupported(into); !reason.empty()) fail(words_.back().column, std::move(reason), "");
  }
  // Even when something else is wrong with the line: one mistake in a `mkfs` is not a mistake in each line that uses
  // it.
  if (!defines_.empty()) names_.define(defines_, defines_overlay_, where_, defines_column_, errors_);
  return !failed_;
}

void argument_reader::all_read() {
  if (const token* extra = peek()) {
    fail(extra->column, "an argument too many: " + shown(extra->raw), instead_of(*extra, spec_));
  }
}

void argument_reader::fail(int column, std::string message, std::string expected) {
  if (!failed_) errors_.add(where_, column, std::move(message), std::move(expected));
  failed_ = true;
}

const token* argument_reader::take(std::string_view what, std::string_view quote) {
  const token* word = peek();
  if (word != nullptr) {
    ++next_;
  } else if (!failed_) {
    const token& last = words_[next_ - 1];
    const std::string missing = std::string(quote).append(what).append(quote);
    fail(last.column + static_cast<int>(last.raw.size()), "missing argument " + missing, missing + usage_of(spec_));
  }
  return word;
}

bool argument_reader::name(std::string_view what, std::string& value, int& column) {
  const token* word = take(what);
  if (word == nullptr) return false;
  value = unquoted(*word);
  column = word->column;
  if (is_name(value)) return true;
  const std::size_t colon = value.find(':');
  const bool is_path = colon != std::string::npos && is_name(std::string_view(value).substr(0, colon));
  fail(column, shown(value) + " is no name",
       is_path ? "the name alone: `" + value.substr(0, colon) + "`" + usage_of(spec_)
               : std::string(what) + ", a letter or `_`, then letters, digits, `_`, `.`, `-`" + usage_of(spec_));
  return false;
}

void argument_reader::makes(std::string_view what, std::string& value) {
  if (name(what, value, defines_column_)) defines_ = value;
}

void argument_reader::mounts(std::string_view what, std::string& value) {
  if (name(what, value, defines_column_)) defines_ = value;
  defines_overlay_ = true;
}

void argument_reader::image_of(std::string_view what, std::string& value) {
  int column = 0;
  if (name(what, value, column)) names_.use(value, name_use::image_of, where_, column);
}

void argument_reader::mounted(std::string_view what, std::string& value) {
  int column = 0;
  if (name(what, value, column)) names_.use(value, name_use::mounted, where_, column);
}

bool argument_reader::without_nul(const token& word, std::string_view value) {
  // Outside of quotes the lexer lets no NUL through.
  if (!word.quoted || value.find('\0') == std::string_view::npos) return true;
  fail(word.column, "a NUL byte in a name", "a string without \\x00: the system calls end a name there");
  return false;
}

bool argument_reader::path_in(const token& word, path& value, name_use how) {
  const std::string bytes = word.quoted ? unquoted(word) : std::string();
  const std::string_view whole = word.quoted ? std::string_view(bytes) : word.raw;
  const std::size_t colon = whole.find(':');
  const std::string_view before = whole.substr(0, colon);
  if (colon == std::string_view::npos || !is_name(before)) {
    fail(word.column, "a path without NAME: " + shown(whole),
         "NAME:/path, NAME being a backing filesystem or an overlay, such as `m:" +
             (whole.rfind('/', 0) == 0 ? shown(whole).substr(1) : "/A`"));
    return false;
  }
  if (colon + 1 == whole.size() || whole[colon + 1] != '/') {
    fail(word.column + static_cast<int>(word.quoted ? 0 : colon + 1), "a path that does not begin with `/`",
         "`" + std::string(before) + ":/" + shown(whole.substr(colon + 1)).substr(1));
    return false;
  }
  if (!without_nul(word, whole)) return false;
  value.fs.assign(before);
  value.rest.assign(whole.substr(colon + 1));
  names_.use(value.fs, how, where_, word.column);
  return true;
}

void argument_reader::at(std::string_view what, path& value) {
  if (const token* word = take(what)) path_in(*word, value, name_use::in_path);
}

void argument_reader::handle(std::string_view what, std::string& value) {
  const token* word = take(what);
  if (word == nullptr) return;
  value = unquoted(*word);
  // A letter or a digit first: `open m:/A 3` reads naturally.
  if (!is_name("_" + value) || value.empty() || value.front() == '-' || value.front() == '.') {
    fail(word->column, shown(value) + " is no name for a handle",
         std::string(what) + ", a name such as `h` or `fd3`" + usage_of(spec_));
  }
}

void argument_reader::xattr(std::string_view what, std::string& value) {
  const token* word = take(what);
  if (word == nullptr) return;
  value = unquoted(*word);
  without_nul(*word, value);
}

void argument_reader::text(std::string_view what, std::string& value) {
  if (const token* word = take(what, "\"")) value = unquoted(*word);
}

void argument_reader::name_text(std::string_view what, std::string& value) {
  const token* word = take(what, "\"");
  if (word == nullptr) return;
  value = unquoted(*word);
  without_nul(*word, value);
}

void argument_reader::optional_text(std::string_view what, std::string& value) {
  const token* word = peek();
  if (word != nullptr && (word->quoted || !is_digits(word->raw))) text(what, value);
}

void argument_reader::optional_mode(std::string_view what, std::uint16_t& value) {
  if (peek() != nullptr) mode(what, value);
}

void argument_reader::mode(std::string_view what, std::uint16_t& value) {
  const token* word = take(what);
  if (word == nullptr || parse_mode(word->raw, value)) return;
  fail(word->column, shown(word->raw) + " is no mode", "an octal number from 0 to 07777" + usage_of(spec_));
}

void argument_reader::size(std::string_view what, std::uint64_t& value) {
  const token* word = take(what);
  if (word == nullptr || parse_number(word->raw, value)) return;
  fail(word->column, shown(word->raw) + " is no size", "a number of bytes, decimal" + usage_of(spec_));
}

void argument_reader::owner(std::string_view what, std::uint32_t& uid, std::uint32_t& gid) {
  const token* word = take(what);
  if (word == nullptr) return;
  const std::size_t colon = word->raw.find(':');
  // 4294967295 is -1, by which chown(2) means "leave it"; that is no owner.
  constexpr std::uint64_t highest = std::numeric_limits<std::uint32_t>::max() - 1;
  std::uint64_t user = 0;
  std::uint64_t group = 0;
  if (colon == std::string_view::npos || !parse_number(word->raw.substr(0, colon), user) ||
      !parse_number(word->raw.substr(colon + 1), group) || user > highest || group > highest) {
    return fail(word->column, shown(word->raw) + " is no owner",
                "two numbers up to 4294967294 such as `1000:1000`" + usage_of(spec_));
  }
  uid = static_cast<std::uint32_t>(user);
  gid = static_cast<std::uint32_t>(group);
}

void argument_reader::type(std::string_view what, fs_type& value) {
  const token* word = take(what);
  if (word == nullptr) return;
  constexpr std::array types = {fs_type::ext4,  fs_type::xfs,      fs_type::btrfs,
                                fs_type::tmpfs, fs_type::squashfs, fs_type::erofs};
  const auto meant = std::find_if(types.begin(), types.end(), [&](fs_type one) { return word->raw == ovlsim::name(one); });
  if (meant != types.end()) {
    value = *meant;
    return;
  }
  std::vector<std::string_view> names;
  for (const fs_type one : types) names.push_back(ovlsim::name(one));
  fail(word->column, "unknown filesystem type " + shown(word->raw),
       did_you_mean(word->raw, names, "ext4, xfs, btrfs or tmpfs" + usage_of(spec_)));
}

void argument_reader::literal(std::string_view expected) {
  const token* word = take(expected);
  if (word == nullptr || word->raw == expected) return;
  fail(word->column, "missing " + std::string(expected), "`" + std::string(expected) + "`" + usage_of(spec_));
}

void argument_reader::id(std::optional<uuid>& value) {
  const token* word = peek();
  constexpr std::string_view key = "uuid=";
  if (word == nullptr || word->raw.substr(0, key.size()) != key) return;
  ++next_;
  uuid parsed{};
  if (!parse_uuid(word->raw.substr(key.size()), parsed)) {
    return fail(word->column + static_cast<int>(key.size()), "not a UUID",
                "hexadecimal digits in the form 12345678-9abc-def0-1234-56789abcdef0");
  }
  value = parsed;
}

void argument_reader::no_exports(bool& exports) {
  const token* word = peek();
  if (word == nullptr || word->raw != "-no-exports") return;
  ++next_;
  exports = false;
}

void argument_reader::how(open_mode& value) {
  const token* word = peek();
  if (word == nullptr) return;
  ++next_;
  if (word->raw == "ro") {
    value = open_mode::ro;
  } else if (word->raw == "wo") {
    value = open_mode::wo;
  } else if (word->raw == "rw") {
    value = open_mode::rw;
  } else {
    fail(word->column, "unknown way to open " + shown(word->raw), "ro, rw or wo" + usage_of(spec_));
  }
}

}  // namespace ovlsim::scenario_text
