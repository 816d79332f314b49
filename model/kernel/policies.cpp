// SPDX-License-Identifier: Apache-2.0
//
// The candidates of July 2020, as far as they replace one rule. Which origin is trusted is asked of a filesystem when it is mounted as
// a layer (lower_uuid), and whether origins are looked at at all for each upper (origin_lookup).
#include "ovlsim/policy.hpp"

#include <algorithm>
#include <vector>

#include "kernel/uuid_rules.hpp"

namespace ovlsim {

namespace {

constexpr rule<uuid_question, uuid_answer> null_uuid_trusted{
    "null-uuid-trusted", [](const uuid_question& q) {
      if (!q.opts.nfs_export && !q.has_upper) return uuid_answer::ok;
      return q.same_as_earlier_lower ? uuid_answer::bad : uuid_answer::ok;
    }};

constexpr rule<uuid_question, uuid_answer> null_uuid_needs_index{
    "null-uuid-needs-index", [](const uuid_question& q) {
      if (!q.opts.nfs_export && !q.has_upper) return uuid_answer::ok;
      if (q.null_uuid && !q.opts.index) return uuid_answer::bad;
      return q.same_as_earlier_lower ? uuid_answer::bad : uuid_answer::ok;
    }};

/// The kernel's own reasons not to look (rules::unless_bad_origin) stay.
constexpr origin_lookup_answer read_if(bool wanted, const origin_lookup_question& q) {
  return wanted ? rules::unless_bad_origin(q) : origin_lookup_answer::ignore;
}

constexpr rule<origin_lookup_question, origin_lookup_answer> only_with_index{
    "only-with-index", [](const origin_lookup_question& q) { return read_if(q.opts.index, q); }};

constexpr rule<origin_lookup_question, origin_lookup_answer> only_opted_in{
    "only-opted-in", [](const origin_lookup_question& q) {
      return read_if(q.opts.metacopy || q.opts.index || q.opts.xino != xino_option::off, q);
    }};

constexpr rule<origin_lookup_question, origin_lookup_answer> not_for_metacopy_alone{
    "not-for-metacopy-alone",
    [](const origin_lookup_question& q) { return read_if(!q.opts.metacopy || q.opts.index, q); }};

constexpr policy all[] = {
    {"follow", "lower_uuid", [](kernel& k) { k.lower_uuid = null_uuid_trusted; },
     "a null UUID is a UUID like any other: the origins of a single squashfs are followed, whatever the mount options",
     "the regression: 9df085f3c9a2 (4.20) with 7e63c87fc2dc (5.5)"},
    {"null-uuid", "lower_uuid", [](kernel& k) { k.lower_uuid = null_uuid_needs_index; },
     "the origins of a filesystem without a UUID are followed with index=on only, neither with metacopy=on nor with xino=on",
     "Amir Goldstein, the patch of 2020-07-06"},
    {"nofollow", "origin_lookup", [](kernel& k) { k.origin_lookup = only_with_index; },
     "without index=on no origin is followed on any filesystem (the value index=nofollow, as the default)",
     "Amir Goldstein, 2020-07-07"},
    {"metacopy-nofollow", "origin_lookup", [](kernel& k) { k.origin_lookup = not_for_metacopy_alone; },
     "with metacopy=on and index=off no origin is followed: the lower of a file with metadata only is found by its path",
     "Amir Goldstein, 2020-07-07"},
    {"xino-gated", "origin_lookup", [](kernel& k) { k.origin_lookup = only_opted_in; },
     "origins are followed with metacopy=on, index=on, xino=on or xino=auto only, on any filesystem",
     "Amir Goldstein, 2020-07-08"},
};

}  // namespace

std::span<const policy> policies() noexcept { return all; }

const policy* policy_named(std::string_view name) noexcept {
  const auto found = std::find_if(std::begin(all), std::end(all), [name](const policy& p) { return p.name == name; });
  return found == std::end(all) ? nullptr : &*found;
}

policy_result with_policies(const kernel& base, std::string_view names) {
  kernel k = base;
  std::vector<const policy*> taken;
  for (std::size_t at = 0; at <= names.size();) {
    const std::size_t end = std::min(names.find('+', at), names.size());
    const std::string name(names.substr(at, end - at));
    at = end + 1;
    const policy* p = policy_named(name);
    if (p == nullptr) return {{}, "no policy `" + name + "`"};
    for (const policy* other : taken) {
      if (other->decision != p->decision) continue;
      return {{}, "the policies `" + std::string(other->name) + "` and `" + name + "` both replace the rule of " +
                      std::string(p->decision) + ", so only one of them can be in force"};
    }
    taken.push_back(p);
    p->apply(k);
  }
  return {k, {}};
}

}  // namespace ovlsim
