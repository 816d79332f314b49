// SPDX-License-Identifier: Apache-2.0
#include "draw/meaning.hpp"

#include <algorithm>

#include "backing/handles.hpp"
#include "backing/tree.hpp"
#include "explain/handles.hpp"
#include "overlay/options.hpp"
#include "overlay/origin.hpp"

namespace ovlsim::drawing {

namespace {

using explaining::real_place;

/// Is `dir` the directory `root`, or below it?
bool lies_in(const backing::filesystem& fs, ino_t64 dir, ino_t64 root) {
  return root != 0 && (dir == root || backing::is_below(fs, dir, root));
}

class asker {
 public:
  asker(const world& w, const kernel& k, const real_place& holder, const backing::dirent& entry, std::string_view xattr,
        std::string_view stored)
      : w_(w), k_(k), holder_(holder), entry_(entry), is_upper_(explaining::own_xattr(xattr) == "upper"),
        fh_(overlay::decode_fb(stored)) {}

  /// The overlays that have the holder in their upper layers or in their workdirs, those that have a name first.
  std::vector<const overlay::mounted*> overlays_of() const {
    std::vector<const overlay::mounted*> all;
    for (const bool detached : {false, true}) {
      for (const auto& o : w_.overlays) {
        if (o->detached != detached || !o->has_upper() || o->layers[0].fs != holder_.fs) continue;
        if (holds(o->layers[0].root) || holds(o->workdir)) all.push_back(&*o);
      }
    }
    return all;
  }

  /// Is the holder this directory, or in it?
  bool holds(ino_t64 dir) const {
    return dir != 0 && (holder_.ino == dir || lies_in(*w_.filesystems[holder_.fs], entry_.dir, dir));
  }

  /// What the overlay makes of it. On a copy of the world: where a layer lies on another overlay, decoding looks names up there.
  real_place by_overlay(const overlay::mounted& asked) const {
    if (is_upper_) {
      const backing::inode* i = overlay::decode_in_upper(w_, asked, fh_, false);
      return i == nullptr ? real_place{} : real_place{asked.layers[0].fs, i->ino};
    }
    world copy = w_;
    std::vector<std::string> log;
    context c{copy, k_, nullptr, log};
    const auto is_it = [&](const auto& o) { return o->id == asked.id; };
    overlay::mounted& o = std::find_if(copy.overlays.begin(), copy.overlays.end(), is_it)->change();
    std::optional<overlay::lower_path> means;
    if (type() == file_type::dir) {
      means = overlay::decode_lower(c, o, fh_, true);
    } else if (looks_at_origins(o)) {
      if (const auto found = overlay::check_origin(c, o, holder_.ino, entry_.dentry)) means = found.value;
    }
    return means ? explaining::real_of(o, *means) : real_place{};
  }

  /// What a filesystem with the handle's UUID has, whether or not anybody asks it. A null UUID was stored for one without, or is what
  /// uuid=off and uuid=null store for any.
  real_place by_uuid(const std::vector<std::uint32_t>& filesystems) const {
    for (const std::uint32_t n : filesystems) {
      const backing::filesystem* fs = explaining::filesystem_at(w_, n);
      if (fs == nullptr || (fs->id != fh_.id && fh_.id != uuid{})) continue;
      const backing::inode* i = backing::decode(*fs, fh_.type, fh_.fid.data(), fh_.fid.size());
      if (i != nullptr) return {n, i->ino};
    }
    return {};
  }

 private:
  /// A policy may look for the lower of a copied-up file elsewhere, or nowhere.
  bool looks_at_origins(const overlay::mounted& o) const {
    const origin_lookup_question q{.opts = overlay::in_force(o), .bad_origin = o.bad_origin,
                                   .upper_nlink = w_.filesystems[holder_.fs]->inodes.find(holder_.ino)->nlink};
    const origin_lookup_answer how = k_.origin_lookup(q);
    return how == origin_lookup_answer::read || how == origin_lookup_answer::agrees;
  }

  file_type type() const { return w_.filesystems[holder_.fs]->inodes.find(holder_.ino)->type; }

  const world& w_;
  const kernel& k_;
  const real_place& holder_;
  const backing::dirent& entry_;
  bool is_upper_;
  overlay::stored_fh fh_;
};

std::vector<std::uint32_t> lowers_of(const overlay::mounted& o) {
  std::vector<std::uint32_t> lowers;
  for (std::size_t n = 1; n < o.layers.size(); ++n) lowers.push_back(o.layers[n].fs);
  return lowers;
}

}  // namespace

meaning meaning_of(const explaining::recording& run, const explaining::history& past, std::size_t n, const kernel& k,
                   const std::vector<lower_candidates>& candidates, const real_place& holder, const backing::dirent& entry,
                   std::string_view xattr, std::string_view stored) {
  using kind = scene_arrow::kind;
  const world& w = run.after(n);
  const bool means_upper = explaining::own_xattr(xattr) == "upper";
  const asker ask(w, k, holder, entry, xattr, stored);
  const std::vector<const overlay::mounted*> mounts = ask.overlays_of();
  meaning m{kind::dangling, {}, !mounts.empty()};
  for (std::size_t at = 0; m.at.ino == 0 && at < mounts.size(); ++at) m.at = ask.by_overlay(*mounts[at]);
  if (m.at.ino == 0) {
    std::vector<std::uint32_t> others;
    if (means_upper) {
      others = {holder.fs};
    } else if (!mounts.empty()) {
      for (const overlay::mounted* const o : mounts) {
        for (const std::uint32_t lower : lowers_of(*o)) others.push_back(lower);
      }
    } else {
      for (const lower_candidates& c : candidates) {
        if (c.upper_fs == holder.fs && (ask.holds(c.upper) || ask.holds(c.work))) others = c.lowers;
      }
      if (others.empty()) {  // an upper that was moved or copied
        for (const lower_candidates& c : candidates) {
          if (c.upper_fs == holder.fs) others.insert(others.end(), c.lowers.begin(), c.lowers.end());
        }
      }
    }
    m.at = ask.by_uuid(others);
    if (m.at.ino == 0) return m;
    if (!mounts.empty()) {
      m.what = kind::ignored;
      return m;
    }
  }
  const explaining::copy_up* from = means_upper ? nullptr : past.of(w, holder);
  m.what = from != nullptr && !explaining::history::same_file(w, *from, m.at) ? kind::wrong : kind::origin;
  return m;
}

}  // namespace ovlsim::drawing
