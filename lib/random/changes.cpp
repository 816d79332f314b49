// SPDX-License-Identifier: Apache-2.0
//
// What happens to the layers while no overlay is mounted: the moves that identity depends on.
#include <algorithm>
#include <array>
#include <utility>

#include "random/chapters.hpp"
#include "random/operations.hpp"
#include "random/paths.hpp"

namespace ovlsim::random {

void change_tree(author& a, const place& p) {
  const auto there = existing(a, p, files);
  switch (a.random.below(9)) {
    case 0:  // replaced, as an installer does: the number may be given again
      if (!there) break;
      a.write(cmd::unlink{*there});
      return a.write(cmd::create{*there, a.data()});
    case 1:  // the number goes to another name
      if (!there) break;
      a.write(cmd::unlink{*there});
      return a.write(cmd::create{fresh(a, p), a.data()});
    case 2:  // the name goes to another file
      if (!there) break;
      a.write(cmd::rename{*there, fresh(a, p)});
      return a.write(cmd::create{*there, a.data()});
    case 3:
      if (!there) break;
      return a.write(cmd::rename{*there, any(a, p)});
    case 4:  // a directory now
      if (!there) break;
      a.write(cmd::unlink{*there});
      return a.write(cmd::mkdir{*there});
    case 5:  // a file now
      if (const auto dir = existing(a, p, dirs)) {
        a.write(cmd::rmdir{*dir});
        return a.write(cmd::create{*dir, a.data()});
      }
      break;
    case 6:
      if (!there) break;
      return a.write(cmd::link{*there, fresh(a, p)});
    case 7:
      if (!there) break;
      return a.write(cmd::exchange{*there, likely(a, p, anything)});
    default: break;
  }
  a.write(cmd::create{fresh(a, p), a.data()});
}

std::string forged_redirect(author& a) {
  switch (a.random.below(8)) {
    case 0: return "/" + a.name();
    case 1: return "/" + a.name() + "/" + a.name();
    case 2: return a.name() + "/" + a.name();
    case 3: return "/";
    case 4: return "";
    case 5: return "/" + a.name() + "//" + a.name();
    default: return a.name();
  }
}

namespace {

/// A name that sorts before the others shifts the numbers of an image.
void change_source(author& a, const place& source) {
  if (a.random.chance(40)) return change_tree(a, source);
  if (a.random.chance(50)) {
    constexpr std::array<const char*, 3> early = {"/0", "/A", "/aa"};
    return a.write(cmd::create{source.at(a.random.pick(early)), a.data()});
  }
  if (const auto at = existing(a, source, anything)) return a.write(cmd::rename{*at, fresh(a, source)});
  populate(a, source);
}

void change_lower(author& a) {
  layer& l = a.lower[a.random.below(a.lower.size())];
  if (l.source.fs.empty()) {
    change_tree(a, l.at);
    return;
  }
  const bool again = a.may_make_filesystem();
  if (again && a.random.chance(85)) {
    change_source(a, l.source);
    if (a.random.chance(30)) change_source(a, l.source);
    if (a.random.chance(10)) l.id = a.random.chance(50) ? std::optional<uuid>(a.id()) : std::nullopt;
    if (a.random.chance(6)) l.exports = !l.exports;
    return make_image(a, l);
  }
  change_tree(a, l.at);
}

/// A layer somewhere else, with the same contents.
void copy_lower(author& a) {
  layer& l = a.lower[a.random.below(a.lower.size())];
  const layer old = l;
  const shadow_fs* fs = a.world.fs(l.at.fs);
  if (fs == nullptr) return change_base(a);
  if (fs->type != fs_type::tmpfs && a.may_make_filesystem() && a.random.chance(60)) {
    l.at.fs = a.fresh_word("low");
    a.write(cmd::clone{l.at.fs, old.at.fs});
    if (a.random.chance(40) && a.world.fs(l.at.fs)->writable()) change_tree(a, l.at);
  } else {
    const std::string to = fs->writable() && !l.at.base.empty() ? l.at.fs : a.upper.fs;
    if (to.empty()) return change_lower(a);
    l.at = {to, "/" + a.fresh_word("copy")};
    l.source = {};
    a.write(cmd::copy{old.at.root(), l.at.root()});
  }
  a.spare_lower.push_back(old.at);
}

/// A directory of a layer as the layer, or the filesystem's root: what an origin means does not depend on it.
void other_directory(author& a) {
  layer& l = a.lower[a.random.below(a.lower.size())];
  const auto dir = existing(a, l.at, dirs);
  a.spare_lower.push_back(l.at);
  if (dir && a.random.chance(60)) {
    l.at.base = dir->rest;
  } else if (l.at.fs != a.upper.fs) {
    l.at.base.clear();
  }
}

void other_layers(author& a) {
  switch (a.random.below(5)) {
    case 0: std::reverse(a.lower.begin(), a.lower.end()); return;
    case 1:
      if (a.lower.size() > (a.upper.fs.empty() ? 2U : 1U)) a.lower.erase(a.lower.begin() + static_cast<std::ptrdiff_t>(a.random.below(a.lower.size())));
      return;
    case 2:
      if (!a.spare_lower.empty()) {
        const place p = a.random.pick(a.spare_lower);
        const bool twice = std::any_of(a.lower.begin(), a.lower.end(), [&](const layer& l) {
          return l.at.fs == p.fs && (is_below(l.at.base, p.base) || is_below(p.base, l.at.base));
        });
        if (!twice && a.lower.size() < 4) a.lower.insert(a.lower.begin(), layer{p, {}, {}, true, {}});
      }
      return;
    case 3: return other_directory(a);
    default: break;
  }
  // The old upper becomes a lower, below a new one; or an image of it does.
  if (a.upper.fs.empty() || a.lower.size() > 3) return;
  layer old;
  old.at = a.upper;
  if (a.random.chance(40) && a.may_make_filesystem() && !a.shape.images.empty()) {
    old.source = a.upper;
    old.image = a.random.pick(a.shape.images);
    old.at = {a.fresh_word("low"), ""};
    make_image(a, old);
  }
  a.lower.insert(a.lower.begin(), old);
  a.upper.base = "/" + a.fresh_word("v");
  a.write(cmd::mkdir{a.upper.root()});
}

/// The upper on other inodes: copied with all its xattrs, on its filesystem.
void copy_upper(author& a) {
  const place old = a.upper;
  a.upper.base = "/" + a.fresh_word("v");
  a.write(cmd::copy{old.root(), a.upper.root()});
  if (a.random.chance(50)) {
    a.work.base = "/" + a.fresh_word("w");
    a.write(cmd::mkdir{a.work.root()});
  }
}

/// A stored handle: header, null UUID, inode number, generation 0, as for a squashfs; right, or wrong in one place.
std::string forged_origin(author& a) {
  std::string handle("\0\xfb\x1d\0\1", 5);
  handle.append(16, '\0');
  handle += static_cast<char>(1 + a.random.below(9));
  handle.append(7, '\0');
  switch (a.random.below(12)) {
    case 0: handle.resize(20); break;                      // shorter than a header
    case 1: handle.resize(27); break;                      // shorter than it says
    case 2: handle[1] = 'x'; break;                        // magic
    case 3: handle[0] = '\1'; break;                       // version
    case 4: handle[3] = '\x10'; break;                     // a flag that is none
    case 5: handle[3] = '\1'; break;                       // big endian
    case 6: handle[3] = '\4'; break;                       // of an upper
    case 7: handle[4] = '\2'; break;                       // another type of handle
    case 8: return "garbage";
    case 9: return "";
    default: break;
  }
  return handle;
}

void change_upper_xattrs(author& a) {
  const bool of_directories = a.random.chance(50);
  const path at = existing(a, a.upper, of_directories ? dirs : anything & ~whiteouts).value_or(a.upper.root());
  constexpr std::array<const char*, 3> names = {"trusted.overlay.origin", "trusted.overlay.opaque",
                                                "trusted.overlay.impure"};
  constexpr std::array<const char*, 4> values = {"y", "n", "x", ""};
  if (a.shape.all_features && of_directories && a.random.chance(25)) {
    return a.write(cmd::setxattr{at, "trusted.overlay.redirect", forged_redirect(a)});
  }
  if (!of_directories) return a.write(cmd::setxattr{at, names[0], forged_origin(a)});
  switch (a.random.below(5)) {
    case 0: return a.write(cmd::setxattr{at, names[0], forged_origin(a)});
    case 1:
    case 2: return a.write(cmd::setxattr{at, names[1], a.random.pick(values)});
    case 3: return a.write(cmd::setxattr{at, names[2], "y"});
    default: return a.write(cmd::removexattr{at, a.random.pick(names)});
  }
}

void change_upper(author& a) {
  const auto there = existing(a, a.upper, anything);
  if (a.random.chance(a.taste.duplicates)) return copy_tree(a, a.upper, a.upper);
  switch (a.random.below(7)) {
    case 0: return copy_upper(a);
    case 1:
    case 2:
    case 3: return change_upper_xattrs(a);
    case 4:
      if (const auto dir = existing(a, a.upper, dirs)) return a.write(cmd::rename{*dir, any(a, a.upper)});
      break;
    case 5:  // a whiteout taken away, or the upper of something
      if (there && !a.world.tree(a.upper.fs)->is_dir(there->rest)) return a.write(cmd::unlink{*there});
      break;
    case 6:
      if (there) return a.write(cmd::rename{*there, any(a, a.upper)});
      break;
    default: break;
  }
  populate(a, a.upper);
}

}  // namespace

void change_layers(author& a, int changes) {
  for (int i = 0; i < changes; ++i) {
    if (has_base(a) && a.random.chance(45)) {
      change_base(a);
      continue;
    }
    const std::size_t luck = a.random.below(100);
    const auto lower = static_cast<std::size_t>(a.taste.lower_changes);
    if (luck < lower) {
      change_lower(a);
    } else if (luck < lower + 9) {
      copy_lower(a);
    } else if (luck < lower + 20) {
      other_layers(a);
    } else if (!a.upper.fs.empty()) {
      change_upper(a);
    }
  }
}

}  // namespace ovlsim::random
