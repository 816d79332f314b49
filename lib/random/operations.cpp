// SPDX-License-Identifier: Apache-2.0
//
// Verbs with their arguments. The weights are one row a profile. Arguments are drawn in braces, which are evaluated from left
// to right; those of a function call are not, and a story must not depend on the compiler.
#include "random/operations.hpp"

#include <array>
#include <utility>

#include "random/paths.hpp"

namespace ovlsim::random {
namespace {

enum verb : std::size_t {
  create, write, append, read, truncate, chmod, chown, touch, mkdir, rmdir, unlink, mkfifo, rename, exchange, link,
  symlink, readlink, stat, ls, setxattr, getxattr, removexattr, listxattr, open_files, drop_caches, file_handles,
  verbs
};

using weights = std::array<int, verbs>;

// clang-format off
//                                    cr wr ap rd tr cm co to mk rd un ff mv ex ln sy rl st ls sx gx rx lx  h dc fh
constexpr weights on_identity      = {{ 4, 3, 9, 7, 2, 4, 2, 2, 4, 1, 4, 1, 9, 2, 4, 2, 1,18, 8, 2, 1, 1, 1, 3, 7, 1}};
constexpr weights on_names         = {{ 7, 2, 4, 3, 1, 2, 1, 1, 8, 7, 8, 2,13, 6, 7, 4, 1, 9,10, 1, 1, 1, 1, 2, 3, 1}};
constexpr weights on_backing       = {{ 8, 4, 4, 4, 4, 4, 3, 2, 7, 5, 6, 3, 9, 5, 6, 5, 3, 8, 5, 4, 3, 2, 3, 4, 1, 1}};
constexpr weights on_mounts        = {{ 4, 3, 5, 5, 2, 3, 1, 1, 6, 3, 5, 1, 6, 2, 3, 2, 1,14,12, 2, 2, 1, 2, 2, 5, 1}};
constexpr weights on_handles       = {{ 3, 3, 4, 3, 2, 3, 1, 1, 3, 3, 7, 1, 8, 3, 4, 1, 1,10, 4, 1, 1, 1, 1,38, 6, 2}};
// clang-format on

const weights& weights_of(story_profile profile) {
  switch (profile) {
    case story_profile::identity: return on_identity;
    case story_profile::names: return on_names;
    case story_profile::backing: return on_backing;
    case story_profile::mounts: return on_mounts;
    case story_profile::handles: break;
  }
  return on_handles;
}

constexpr std::array<std::uint16_t, 12> modes = {0644, 0600, 0755, 0777, 0, 04755, 02755, 01777, 0444, 07777, 02644, 0111};
constexpr std::array<std::uint64_t, 7> sizes = {0, 0, 1, 3, 10, 4096, 5000};
constexpr std::array<const char*, 5> xattrs = {"user.x", "user.y", "trusted.t", "security.s", "trusted.overlay.foo"};
constexpr std::array<const char*, 5> bad_xattrs = {"foo", "user.", "system.x", "trusted.", "user"};

/// What a command is usually called on: regular files mostly, now and then whatever else there is.
unsigned mostly(author& a, unsigned kinds) { return a.random.chance(90) ? kinds : anything; }

std::string target(author& a, const place& p) {
  switch (a.random.below(9)) {
    case 0: return "missing";
    case 1: return ".";
    case 2: return "..";
    case 3: return "../" + a.name();
    case 4: return "/" + a.name();
    case 5: {
      std::string dir = a.name();
      return dir.append("/").append(a.name());
    }
    case 6: return std::string(a.random.chance(10) ? 300 : 60, 't');
    default: break;
  }
  const auto there = existing(a, p, files | dirs | symlinks);
  return there ? there->rest.substr(there->rest.rfind('/') + 1) : a.name();
}

path empty_dir(author& a, const place& p) {
  for (int tries = 0; tries < 5; ++tries) {
    const auto dir = existing(a, p, dirs);
    if (dir && a.world.tree(p.fs)->is_empty_dir(plain(dir->rest).value_or(""))) return *dir;
  }
  return likely(a, p, dirs);
}

/// What can be renamed: an overlay refuses (EXDEV) for a directory that a lower layer has.
path movable(author& a, const place& p) {
  for (int tries = 0; tries < 4; ++tries) {
    const path at = likely(a, p, anything & ~whiteouts);
    const shadow_tree* tree = a.world.tree(p.fs);
    const shadow_node* node = tree == nullptr ? nullptr : tree->find(plain(at.rest).value_or(""));
    if (node == nullptr || !node->merged || a.random.chance(10)) return at;
  }
  return likely(a, p, files);
}

std::string xattr_name(author& a) { return a.random.chance(93) ? a.random.pick(xattrs) : a.random.pick(bad_xattrs); }

/// A name that some object has, with that object, most of the time.
std::pair<path, std::string> has_xattr(author& a, const place& p) {
  std::vector<std::pair<path, std::string>> found;
  if (const shadow_tree* tree = a.world.tree(p.fs)) {
    for (const auto& [at, node] : tree->all()) {
      for (const std::string& name : node.xattrs) {
        if (at.size() > p.base.size() && is_below(at, p.base)) found.emplace_back(p.at(at.substr(p.base.size())), name);
      }
    }
  }
  if (!found.empty() && a.random.chance(85)) return a.random.pick(found);
  return {likely(a, p, files | dirs), xattr_name(a)};
}

command set_xattr(author& a, const place& p) {
  std::string name = xattr_name(a);
  // user.* is for files and directories alone.
  const unsigned kinds = name.rfind("user.", 0) == 0 && a.random.chance(85) ? files | dirs : anything & ~whiteouts;
  return cmd::setxattr{likely(a, p, kinds), std::move(name), a.data()};
}

command make(author& a, const place& p, verb what) {
  switch (what) {
    case create: return cmd::create{likely_fresh(a, p), a.data(), a.random.chance(75) ? std::uint16_t{0644} : a.random.pick(modes)};
    case write: return cmd::write{likely(a, p, mostly(a, files)), a.data()};
    case append: return cmd::append{likely(a, p, mostly(a, files)), a.data()};
    case read: return cmd::read{likely(a, p, mostly(a, files))};
    case truncate: return cmd::truncate{likely(a, p, mostly(a, files | symlinks)), a.random.pick(sizes)};
    case chmod: return cmd::chmod{likely(a, p, anything & ~whiteouts), a.random.pick(modes)};
    case chown: {
      const auto uid = static_cast<std::uint32_t>(a.random.below(2) * 1000);
      return cmd::chown{likely(a, p, anything & ~whiteouts), uid, static_cast<std::uint32_t>(a.random.below(2) * 100)};
    }
    case touch: return cmd::touch{likely(a, p, anything & ~whiteouts)};
    case mkdir: return cmd::mkdir{likely_fresh(a, p)};
    case rmdir: return cmd::rmdir{a.random.chance(80) ? empty_dir(a, p) : likely(a, p, anything)};
    case unlink: return cmd::unlink{likely(a, p, mostly(a, anything & ~dirs))};
    case mkfifo: return cmd::mkfifo{likely_fresh(a, p)};
    case rename: return cmd::rename{movable(a, p), destination(a, p)};
    case exchange: return cmd::exchange{movable(a, p), a.random.chance(85) ? movable(a, p) : destination(a, p)};
    case link: return cmd::link{likely(a, p, mostly(a, anything & ~dirs)), likely_fresh(a, p)};
    case symlink: return cmd::symlink{target(a, p), likely_fresh(a, p)};
    case readlink: return cmd::readlink{likely(a, p, mostly(a, symlinks))};
    case stat: return cmd::stat{likely(a, p, anything)};
    case ls: return cmd::ls{a.random.chance(40) ? p.root() : likely(a, p, mostly(a, dirs))};
    case setxattr: return set_xattr(a, p);
    case getxattr: {
      auto [at, name] = has_xattr(a, p);
      return cmd::getxattr{std::move(at), std::move(name)};
    }
    case removexattr: {
      auto [at, name] = has_xattr(a, p);
      return cmd::removexattr{std::move(at), std::move(name)};
    }
    case listxattr: return cmd::listxattr{likely(a, p, anything)};
    case file_handles:
      // One name for all of them, so that what was taken anywhere is tried on the overlay.
      if (a.features.nfs_export) {  // several handles, taken early and opened late
        constexpr std::array<const char*, 4> names = {"fh", "fh2", "fh3", "fh4"};
        const std::string handle = a.random.pick(names);
        const auto there = existing(a, p, files | dirs);
        const bool on_overlay = a.world.overlay(p.fs) != nullptr;
        if (there && (!on_overlay || a.random.chance(45))) return cmd::fh{*there, handle};
        if (on_overlay) return cmd::fhopen{p.fs, handle};
      }
      if (a.world.overlay(p.fs) != nullptr && a.random.chance(50)) return cmd::fhopen{p.fs, "fh"};
      return cmd::fh{likely(a, p, files | dirs), "fh"};
    case drop_caches:
    case open_files:
    case verbs: break;
  }
  return cmd::drop_caches{};
}

}  // namespace

void operation(author& a, const place& p) {
  auto what = static_cast<verb>(a.random.weighted(weights_of(a.shape.profile)));
  if (a.features.nfs_export && a.random.chance(15)) what = file_handles;
  if (what == open_files) return handle_operation(a, p);
  a.write(make(a, p, what));
}

void change_a_file(author& a, const place& p) {
  constexpr std::array<verb, 7> kinds = {append, chmod, touch, rename, link, setxattr, truncate};
  constexpr std::array<int, 7> often = {40, 12, 10, 20, 8, 5, 5};
  const verb what = kinds[a.random.weighted(often)];
  const auto there = existing(a, p, files);
  if (!there) return operation(a, p);
  switch (what) {
    case append: return a.write(cmd::append{*there, a.data()});
    case chmod: return a.write(cmd::chmod{*there, a.random.pick(modes)});
    case touch: return a.write(cmd::touch{*there});
    case rename: return a.write(cmd::rename{*there, fresh(a, p)});
    case link: return a.write(cmd::link{*there, fresh(a, p)});
    case truncate: return a.write(cmd::truncate{*there, a.random.pick(sizes)});
    default: return a.write(cmd::setxattr{*there, "user.x", a.data()});
  }
}

void copy_tree(author& a, const place& from, const place& to) {
  const auto source = existing(a, from, anything);
  const path destination = a.random.chance(85) ? fresh(a, to) : any(a, to);
  // A tree into itself is a mistake that cp finds, and not the kernel.
  if (!source || (source->fs == destination.fs && is_below(destination.rest, source->rest))) return look(a, from);
  a.write(cmd::copy{*source, destination});
}

void populate(author& a, const place& p) {
  constexpr std::array<verb, 8> kinds = {create, mkdir, symlink, mkfifo, link, setxattr, chmod, chown};
  constexpr std::array<int, 8> often = {50, 22, 8, 3, 8, 4, 3, 2};
  const verb what = kinds[a.random.weighted(often)];
  if (what == create && a.random.chance(90)) return a.write(cmd::create{fresh(a, p), a.data()});
  if (what == mkdir && a.random.chance(90)) return a.write(cmd::mkdir{fresh(a, p)});
  a.write(make(a, p, what));
}

void look(author& a, const place& p) {
  constexpr std::array<verb, 6> kinds = {stat, ls, read, readlink, listxattr, getxattr};
  constexpr std::array<int, 6> often = {45, 22, 20, 2, 6, 5};
  a.write(make(a, p, kinds[a.random.weighted(often)]));
}

}  // namespace ovlsim::random
