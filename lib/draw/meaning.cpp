// SPDX-License-Identifier: Apache-2.0
#include "draw/meaning.hpp"

#include <algorithm>

#include "backing/handles.hpp"
#include "backing/tree.hpp"
#include "explain/handles.hpp"
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

  /// The overlay that has the holder in its upper layer or in its workdir; null where none has.
  const overlay::mounted* overlay_of() const {
    const backing::filesystem& fs = *w_.filesystems[holder_.fs];
    const auto has = [&](const auto& o) {
      if (!o->has_upper() || o->layers[0].fs != holder_.fs) return false;
      return lies_in(fs, entry_.dir, o->layers[0].root) || lies_in(fs, entry_.dir, o->workdir) || holder_.ino == o->layers[0].root ||
             holder_.ino == o->workdir;
    };
    const auto o = std::find_if(w_.overlays.begin(), w_.overlays.end(), has);
    return o == w_.overlays.end() ? nullptr : &**o;
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
    } else if (const auto found = overlay::check_origin(c, o, holder_.ino, entry_.dentry)) {
      means = found.value;
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
  const overlay::mounted* o = ask.overlay_of();
  meaning m{kind::dangling, {}, o != nullptr};
  if (o != nullptr) m.at = ask.by_overlay(*o);
  if (m.at.ino == 0) {
    std::vector<std::uint32_t> others;
    if (means_upper) {
      others = {holder.fs};
    } else if (o != nullptr) {
      others = lowers_of(*o);
    } else {
      for (const lower_candidates& c : candidates) {
        if (c.upper_fs == holder.fs) others = c.lowers;
      }
    }
    m.at = ask.by_uuid(others);
    if (m.at.ino == 0) return m;
    if (o != nullptr) {
      m.what = kind::ignored;
      return m;
    }
  }
  const explaining::copy_up* from = means_upper ? nullptr : past.of(w, holder);
  m.what = from != nullptr && !explaining::history::same_file(w, *from, m.at) ? kind::wrong : kind::origin;
  return m;
}

}  // namespace ovlsim::drawing
