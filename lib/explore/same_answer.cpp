// SPDX-License-Identifier: Apache-2.0
#include "explore/same_answer.hpp"

#include <algorithm>

#include "compare_handles.hpp"
#include "compare_log.hpp"

namespace ovlsim::explore_parts {

namespace {

/// The same verbs as in compare.cpp: afterwards a device number may be given again.
bool restarts_devices(const command& c) {
  return std::visit(
      []<class Verb>(const Verb&) {
        return std::is_same_v<Verb, cmd::mount> || std::is_same_v<Verb, cmd::umount> || std::is_same_v<Verb, cmd::mkfs> ||
               std::is_same_v<Verb, cmd::mksquashfs> || std::is_same_v<Verb, cmd::mkerofs> || std::is_same_v<Verb, cmd::mke2fs> ||
               std::is_same_v<Verb, cmd::clone>;
      },
      c);
}

/// False when the pair contradicts those that are known.
bool add(number_pairs& known, std::uint64_t left, std::uint64_t right) {
  const std::pair<std::uint64_t, std::uint64_t> one{left, right};
  const auto at = std::find_if(known.begin(), known.end(), [&](const auto& p) { return p.first == left || p.second == right; });
  if (at != known.end()) return *at == one;
  known.insert(std::lower_bound(known.begin(), known.end(), one), one);
  return true;
}

struct field_comparison {
  same_numbers& known;

  std::string_view operator()(const answer::stat& l, const answer::stat& r) const {
    if (l.type != r.type) return "type";
    if (l.mode != r.mode) return "mode";
    if (l.nlink != r.nlink) return "nlink";
    if (l.type != file_type::dir) {
      if (l.size != r.size) return "size";
      if (!add(known.inos, l.ino, r.ino)) return "ino";
    }
    return add(known.devs, l.dev, r.dev) ? "" : "dev";
  }
  std::string_view operator()(const answer::entries& l, const answer::entries& r) const {
    const auto same = [this](const answer::entry& a, const answer::entry& b) {
      return a.name == b.name && a.type == b.type && (a.type == entry_type::dir || add(known.inos, a.ino, b.ino));
    };
    return std::equal(l.by_name.begin(), l.by_name.end(), r.by_name.begin(), r.by_name.end(), same) ? "" : "entries";
  }
  std::string_view operator()(const answer::data& l, const answer::data& r) const { return l == r ? "" : "data"; }
  std::string_view operator()(const answer::target& l, const answer::target& r) const { return l == r ? "" : "target"; }
  std::string_view operator()(const answer::value& l, const answer::value& r) const { return l == r ? "" : "value"; }
  std::string_view operator()(const answer::names& l, const answer::names& r) const { return l == r ? "" : "names"; }
  std::string_view operator()(const std::monostate&, const std::monostate&) const { return ""; }
  template <class Left, class Right>
  std::string_view operator()(const Left&, const Right&) const {
    return "fields";
  }
};

}  // namespace

std::string_view differs(const command& c, const outcome& left, const outcome& right, same_numbers& known) {
  if (restarts_devices(c)) known.devs.clear();
  if (left.status != right.status) return "status";
  const std::string_view in_fields = std::visit(field_comparison{known}, left.fields, right.fields);
  if (!in_fields.empty()) return in_fields;
  const bool same_log = compare::compare_logs(left.log, right.log).empty() && compare::compare_logs(right.log, left.log).empty();
  return same_log ? "" : "log";
}

bool holds_what_is_renamed(const outcome& o) {
  if (const auto* v = std::get_if<answer::value>(&o.fields)) return compare::is_stored_handle(v->bytes) || compare::is_random_uuid(v->bytes);
  const auto* const listed = std::get_if<answer::entries>(&o.fields);
  return listed != nullptr && std::any_of(listed->by_name.begin(), listed->by_name.end(), [](const answer::entry& e) {
    return compare::is_temporary(e.name) || !compare::handle_in_name(e.name).empty();
  });
}

}  // namespace ovlsim::explore_parts
