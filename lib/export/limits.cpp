// SPDX-License-Identifier: Apache-2.0
//
// A script calls tools, with paths from the root of the machine, and holds open files in the shell's own descriptors. These are its limits.
#include "export/limits.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <variant>

#include "shrink/parts.hpp"

namespace ovlsim::exporting {
namespace {

constexpr std::string_view cure = "another line, or none; `ovlsim kernel` runs this one";
constexpr std::size_t most_open_files = 6;

std::vector<std::string_view> components(std::string_view rest) {
  std::vector<std::string_view> found;
  for (std::size_t i = 0; i < rest.size();) {
    const std::size_t end = std::min(rest.find('/', i), rest.size());
    if (end > i) found.push_back(rest.substr(i, end - i));
    i = end + 1;
  }
  return found;
}

bool climbs_out(std::string_view rest) {
  int depth = 0;
  for (const std::string_view c : components(rest)) {
    if (c != ".") depth += c == ".." ? -1 : 1;
    if (depth < 0) return true;
  }
  return false;
}

class limit_finder {
 public:
  explicit limit_finder(const scenario& s) : s_(s) {}

  std::vector<scenario_error> run() {
    for (const scenario_line& line : s_.lines) {
      if (!line.has_command) continue;
      now_ = &line;
      std::visit([this](const auto& c) { one(c); }, line.what);
      command copy = line.what;
      for (const path* p : shrinking::parts_of(copy).paths) whole(*p);
    }
    return std::move(found_);
  }

 private:
  void refuse(std::string message, std::string expected = std::string(cure)) {
    found_.push_back({s_.file, now_->number, 1, print(now_->what), std::move(message), std::move(expected)});
  }

  template <class Command>
  void one(const Command& c) {
    // What a path leads through is a symlink under every name that it ever gets.
    if constexpr (requires { c.from.rest; c.to.rest; }) {
      if (is_link(c.from)) links_.insert(last(c.to));
      if constexpr (std::is_same_v<Command, cmd::exchange>)
        if (is_link(c.to)) links_.insert(last(c.from));
    }
  }
  void one(const cmd::symlink& c) {
    if (c.target.starts_with('/') || climbs_out(c.target)) links_.insert(last(c.at));
  }
  void one(const cmd::truncate& c) { final(c.at); }
  void one(const cmd::chmod& c) { final(c.at); }
  void one(const cmd::fh&) { refuse("no tool calls name_to_handle_at(2)"); }
  void one(const cmd::fhopen&) { refuse("no tool calls open_by_handle_at(2)"); }
  void one(const cmd::open& c) {
    open_.insert(c.handle);
    if (open_.size() > most_open_files) refuse("a shell has descriptors for six open files", "a `close` above; or `ovlsim kernel`");
  }
  void one(const cmd::close& c) { open_.erase(c.handle); }
  void one(const cmd::mount& c) {
    const mount_options& o = c.options;
    for (const path& p : o.lower) layer(p);
    for (const path& p : o.data) layer(p);
    if (o.upper) layer(*o.upper);
    if (o.work) layer(*o.work);
  }

  void layer(const path& p) {
    final(p);
    if (p.rest.find_first_of(",:\\\"\n") != std::string::npos) refuse("mount(8) cuts its options at commas and colons", "a layer with another name");
  }

  /// A path of which the last component is followed too.
  void final(const path& p) {
    if (is_link(p)) through(last(p));
  }

  void whole(const path& p) {
    const std::vector<std::string_view> all = components(p.rest);
    for (std::size_t i = 0; i + 1 < all.size(); ++i)
      if (links_.contains(std::string(all[i]))) return through(std::string(all[i]));
    if (!all.empty() && p.rest.ends_with('/') && links_.contains(std::string(all.back()))) return through(std::string(all.back()));
    // `..` of the root is the root, in a filesystem; in a script it is the directory above.
    std::string_view rest = p.rest;
    if (!std::holds_alternative<cmd::mount>(now_->what)) {
      if (climbs_out(rest)) refuse("the path climbs out of the filesystem that it names", "a path without so many `..`");
      return;
    }
    while (rest.starts_with("/../")) rest.remove_prefix(3);
    if (climbs_out(rest)) refuse("the path climbs out of the filesystem that it names", "a path without so many `..`");
  }

  void through(const std::string& name) {
    refuse("the path goes through the symlink `" + name + "`, which leads to the root of a filesystem or above; in a script that is the machine's",
           "a relative symlink; or `ovlsim kernel`");
  }

  static std::string last(const path& p) {
    const std::vector<std::string_view> all = components(p.rest);
    return all.empty() ? std::string() : std::string(all.back());
  }
  bool is_link(const path& p) const { return links_.contains(last(p)); }

  const scenario& s_;
  const scenario_line* now_ = nullptr;
  std::set<std::string> links_;
  std::set<std::string> open_;
  std::vector<scenario_error> found_;
};

}  // namespace

std::vector<scenario_error> limits(const scenario& s) { return limit_finder(s).run(); }

}  // namespace ovlsim::exporting
