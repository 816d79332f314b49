// SPDX-License-Identifier: Apache-2.0
//
// The candidates of July 2020, in the order in which they came up.
#include "ovlsim/policy.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "kernel/policy_rules.hpp"

namespace ovlsim {

namespace {

void apply_detect(kernel& k) {
  k.root_origin_check = rules::root_origin_compared;
  k.dir_origin_check = rules::dir_origin_compared;
}

/// What is said of a filesystem without a UUID supposes that its handles are stored: 9df085f3c9a2.
void apply_uuid_rule(kernel& k, const rule<uuid_question, uuid_answer>& lower_uuid) {
  k.can_decode = rules::handles_are_enough;
  k.lower_uuid = lower_uuid;
}

template <const auto& instance>
void apply_instance_stamp(kernel& k) {
  apply_uuid_rule(k, rules::null_uuid_trusted);
  k.follow_origin = rules::null_uuid_needs_own_instance;
  k.stored_instance = instance;
}

/// Whether this kernel distrusts a single null UUID by itself, with whatever exceptions.
bool distrusts_null_uuid(const kernel& k) {
  return k.lower_uuid({.opts = {}, .has_upper = true, .null_uuid = true}) == uuid_answer::bad;
}

constexpr policy all[] = {
    {"legacy", "can_decode lower_uuid origin_type",
     [](kernel& k) {
       k.can_decode = rules::handles_need_uuid;
       k.lower_uuid = rules::uuids_unchecked;
       k.origin_type = rules::mismatch_is_eio;
     },
     "a filesystem without a UUID is taken for one without file handles: of its files an empty origin is stored, and index=on and "
     "nfs_export=on fall back. What is stored in full is followed whatever the mount options, also where two lower filesystems have one "
     "UUID; where it is of another type than the upper, the lookup ends with EIO",
     "kernels before 9df085f3c9a2 (4.20)"},
    {"follow", "can_decode lower_uuid", [](kernel& k) { apply_uuid_rule(k, rules::null_uuid_trusted); },
     "the origins of a single lower filesystem without a UUID are followed by default, too, not only with metacopy=on, index=on, "
     "redirect_dir=on or xino=on",
     "the regression: 9df085f3c9a2 (4.20) with 7e63c87fc2dc (5.5)"},
    {"null-uuid", "can_decode lower_uuid", [](kernel& k) { apply_uuid_rule(k, rules::null_uuid_needs_index); },
     "the origins of a filesystem without a UUID are followed with index=on only, and no more with metacopy=on, redirect_dir=on or xino=on",
     "Amir Goldstein, the patch of 2020-07-06"},
    {"conflict-off", "origin_conflict", [](kernel& k) { k.origin_conflict = rules::conflict_by_upper; },
     "with index=off a file whose cached inode turns out to have another upper, or none, gets an inode of its own in place of ESTALE; "
     "the log warns, and no origin of a non-directory is looked at until the next mount",
     "Amir Goldstein, 2020-07-07"},
    {"metacopy-nofollow", "origin_lookup", [](kernel& k) { k.origin_lookup = rules::not_for_metacopy_alone; },
     "with metacopy=on and index=off no origin of a non-directory is looked at, on any filesystem: the lower of a file with metadata only "
     "is found by its path, any other copied-up file has none",
     "Amir Goldstein, 2020-07-07"},
    {"nofollow", "origin_lookup", [](kernel& k) { k.origin_lookup = rules::only_with_index; },
     "with index=off no origin of a non-directory is looked at, on any filesystem (the proposed index=nofollow in place of index=off)",
     "Amir Goldstein, 2020-07-07, again as number 2 on 2020-07-08"},
    {"xino-gated", "origin_lookup", [](kernel& k) { k.origin_lookup = rules::only_opted_in; },
     "by default no origin of a non-directory is looked at, on any filesystem; with metacopy=on, index=on, xino=on or xino=auto they are "
     "followed as before",
     "Amir Goldstein, number 3 on 2020-07-08, after Vivek Goyal, 2020-07-07"},
    {"instance-stamp-mount", "can_decode lower_uuid follow_origin stored_instance", apply_instance_stamp<rules::instance_is_mount>,
     "the origins of a single lower filesystem without a UUID are marked with the mount that stores them, and followed by that mount "
     "alone, whatever the options",
     "Miklos Szeredi, 2020-07-08; an instance read as a mount"},
    {"instance-stamp-overlay", "can_decode lower_uuid follow_origin stored_instance", apply_instance_stamp<rules::instance_is_upper>,
     "the origins of a single lower filesystem without a UUID are marked with a number that the upper keeps, and followed by every mount "
     "of that upper, whatever the options",
     "Miklos Szeredi, 2020-07-08; an instance read as what mounts of one upper have in common"},
    {"detect", "root_origin_check dir_origin_check", apply_detect,
     "with index=off the origin of the upper root (stored at the first mount) and that of each merged directory is held against the lower; "
     "where one differs, and metacopy=off, the log warns, and no origin of a non-directory is looked at until the next mount",
     "Amir Goldstein, 2020-07-08"},
    {"detect-null", "root_origin_check dir_origin_check store_origin",
     [](kernel& k) {
       apply_detect(k);
       k.store_origin = rules::empty_after_bad_origin;
     },
     "as detect; from the warning on, copy-up stores empty origins", "Amir Goldstein, 2020-07-08 (\"maybe\")"},
    {"detect-reval", "root_origin_check dir_origin_check revalidate",
     [](kernel& k) {
       apply_detect(k);
       k.revalidate = rules::copied_up_is_invalid;
     },
     "as detect; from the warning on, a cached name of a file with a lower and an upper is looked up anew each time",
     "Amir Goldstein, 2020-07-08"},
    {"detect-verify", "root_origin_check dir_origin_check origin_conflict",
     [](kernel& k) {
       apply_detect(k);
       k.origin_conflict = rules::conflict_distrusts;
     },
     "as detect; a file whose cached inode has another upper, or none, is a reason for the warning, too. That lookup still ends with "
     "ESTALE, the one by which the system call tries again does not",
     "Amir Goldstein, 2020-07-08 (\"can also\")"},
    {"merged", "can_decode lower_uuid",
     [](kernel& k) {
       if (!distrusts_null_uuid(k)) apply_uuid_rule(k, rules::null_uuid_needs_old_opt_in);
     },
     "nothing: kernels since 5.8 have this rule, those since 5.15 in its later form, and keep it. Over an older kernel: the origins of a "
     "filesystem without a UUID are followed with metacopy=on, index=on, xino=on or xino=auto only",
     "a888db310195 (5.8, and 5.7.10, 5.4.53)"},
};

constexpr procedure moves[] = {
    {"rotate-upper",
     "umount m\n"
     "mksquashfs low build:/                                             # the update\n"
     "mkdir up:/u2\n"
     "mkdir up:/w2\n"
     "mount m lowerdir=up:/u,low:/ upperdir=up:/u2 workdir=up:/w2        # the old upper on top of the lowers",
     "the old upper is a lower layer, and origins in lower layers are never followed for files. It needs metacopy=on for what metacopy=on "
     "has left there, and a redirect_dir= that follows for what redirect_dir=on has",
     "Vivek Goyal, 2020-07-07", "policies/rotate-upper.ovl"},
    {"no-exports",
     "mksquashfs low build:/ -no-exports",
     "an image without file handles: empty origins are stored, full ones of earlier images cannot be decoded; index=on, nfs_export=on and "
     "xino=auto fall back, and inode numbers of copied-up files do not stay",
     "Fabian, 2020-07-06", "policies/no-exports.ovl"},
};

bool names_decision(std::string_view decisions, std::string_view name) {
  for (std::size_t at = 0; at < decisions.size();) {
    const std::size_t end = std::min(decisions.find(' ', at), decisions.size());
    if (decisions.substr(at, end - at) == name) return true;
    at = end + 1;
  }
  return false;
}

std::string quoted(std::string_view s) { return "`" + std::string(s) + "`"; }

/// A policy and what it makes of the kernel by itself.
struct applied {
  const policy* p;
  kernel alone;
};

/// In words why `next` cannot come to those that are there; empty where it can.
std::string objection(const kernel& base, const std::vector<applied>& taken, const applied& next) {
  const std::string name = quoted(next.p->name);
  for (const applied& other : taken) {
    if (other.p == next.p) return "the policy " + name + " is named twice";
  }
  for (std::size_t place = 0; place < decisions().size(); ++place) {
    const std::string_view decision = decisions()[place].name;
    if (!names_decision(next.p->decisions, decision)) {
      if (same_rule(next.alone, base, place)) continue;
      return "the policy " + name + " replaces the rule of " + std::string(decision) + ", which is not among its decisions";
    }
    for (const applied& other : taken) {
      if (!names_decision(other.p->decisions, decision) || same_rule(other.alone, next.alone, place)) continue;
      return "the policies " + quoted(other.p->name) + " and " + name + " have different rules for " + std::string(decision) +
             ", so only one of them can be in force";
    }
  }
  return {};
}

}  // namespace

std::span<const policy> policies() noexcept { return all; }

std::span<const procedure> procedures() noexcept { return moves; }

const policy* policy_named(std::string_view name, std::span<const policy> own) noexcept {
  for (const std::span<const policy> known : {std::span<const policy>(all), own}) {
    for (const policy& p : known) {
      if (p.name == name) return &p;
    }
  }
  return nullptr;
}

policy_result with_policies(const kernel& base, std::string_view names, std::span<const policy> own) {
  if (names.empty()) return {{}, "no policy is named"};
  const bool gap = names.front() == '+' || names.back() == '+' || names.find("++") != std::string_view::npos;
  if (gap) return {{}, quoted(names) + " has a + without a policy beside it"};
  kernel k = base;
  std::vector<applied> taken;
  for (std::size_t at = 0; at < names.size();) {
    const std::size_t end = std::min(names.find('+', at), names.size());
    const std::string_view name = names.substr(at, end - at);
    at = end + 1;
    applied next{policy_named(name, own), base};
    if (next.p == nullptr) return {{}, "no policy " + quoted(name)};
    next.p->apply(next.alone);
    if (std::string why = objection(base, taken, next); !why.empty()) return {{}, std::move(why)};
    taken.push_back(next);
    next.p->apply(k);
  }
  return {k, {}};
}

}  // namespace ovlsim
