// SPDX-License-Identifier: Apache-2.0
//
// Mounting, using and unmounting the overlay `m`.
#include <algorithm>
#include <array>
#include <utility>

#include "random/chapters.hpp"
#include "random/operations.hpp"
#include "random/paths.hpp"

namespace ovlsim::random {

void choose_features(author& a, const mount_options& usual, mount_options& o) {
  if (a.random.chance(75)) {
    o.redirect_dir = usual.redirect_dir;
  } else if (a.random.chance(70)) {
    constexpr std::array modes = {redirect_option::off, redirect_option::nofollow, redirect_option::follow, redirect_option::on};
    o.redirect_dir = a.random.pick(modes);
  }
  if (a.random.chance(75)) {
    o.metacopy = usual.metacopy;
    if (o.metacopy && a.random.chance(50)) o.redirect_dir.reset();  // or most such mounts would be in conflict
  } else if (a.random.chance(30)) {
    o.metacopy = a.random.chance(50);
  }
  if (a.random.chance(80)) {
    o.index = usual.index;
  } else if (a.random.chance(50)) {
    o.index = a.random.chance(50);
  }
  if (a.random.chance(85)) o.nfs_export = usual.nfs_export;
  if (a.random.chance(15)) {
    constexpr std::array ids = {uuid_option::off, uuid_option::null, uuid_option::autom, uuid_option::on};
    o.uuid = a.random.pick(ids);
  }
  if (a.random.chance(3)) o.is_volatile = true;
  // An index of the other kind of xattrs is refused at an entry that depends on the order of names in which there are random numbers.
  o.userxattr = usual.userxattr;
  if (!usual.index && !usual.nfs_export && a.random.chance(o.userxattr ? 10 : 2)) o.userxattr = !o.userxattr;
}

namespace {

const place overlay{"m", ""};

/// The bottom layer holds contents only, for a file of the top one whose metacopy leads there.
void choose_data_layer(author& a, mount_options& o) {
  if (o.lower.size() < 2 || !a.random.chance(12)) return;
  const place top = a.lower.front().at;
  const place bottom = a.lower.back().at;
  o.data.push_back(o.lower.back());
  o.lower.pop_back();
  if (!a.random.chance(75)) return;
  const path file = likely(a, top, files);
  const std::string content = likely(a, bottom, files).rest;
  const std::string root = bottom.root().rest;
  a.write(cmd::setxattr{file, "trusted.overlay.metacopy", ""});
  a.write(cmd::setxattr{file, "trusted.overlay.redirect", root == "/" ? content : content.substr(root.size())});
}

mount_options plan(author& a) {
  mount_options o;
  for (const layer& l : a.lower) o.lower.push_back(l.at.root());
  if (!a.upper.fs.empty()) {
    o.upper = a.upper.root();
    o.work = a.work.root();
  }
  switch (a.random.weighted(a.taste.xino)) {
    case 1: o.xino = xino_option::off; break;
    case 2: o.xino = xino_option::autom; break;
    case 3: o.xino = xino_option::on; break;
    default: break;
  }
  const bool explicit_off = a.shape.profile == story_profile::mounts && a.random.chance(15);
  if (explicit_off) {
    o.index = false;
    if (a.random.chance(50)) o.nfs_export = false;
    if (a.random.chance(50)) o.metacopy = false;
  }
  if (a.shape.all_features) {
    choose_features(a, a.features, o);
    choose_data_layer(a, o);
  }
  if (a.random.chance(a.taste.read_only)) o.ro = true;
  return o;
}

path some_layer(author& a) {
  if (!a.upper.fs.empty() && a.random.chance(30)) return a.upper.root();
  return a.random.pick(a.lower).at.root();
}

/// A mount that something is wrong with.
mount_options spoiled(author& a, mount_options o) {
  switch (a.random.below(14)) {
    case 0: o.lower.push_back(o.lower.front()); break;
    case 1: o.lower.front() = likely(a, a.random.pick(a.lower).at, files | symlinks); break;
    case 2: o.lower.front() = odd(a, a.random.pick(a.lower).at); break;
    case 3: o.lower.front() = likely(a, a.random.pick(a.lower).at, dirs); break;
    case 4: o.lower.push_back(likely(a, a.random.pick(a.lower).at, dirs)); break;
    case 5: o.upper = some_layer(a); break;
    case 6: o.work = o.upper; break;
    case 7: o.work = some_layer(a); break;
    case 8: o.work.reset(); break;
    case 9: o.upper.reset(); break;
    case 10: {
      o.upper.reset();
      o.work.reset();
      break;
    }
    case 11: if (o.upper) o.lower.insert(o.lower.begin(), *o.upper); break;
    case 12: if (o.upper) o.lower.push_back({o.upper->fs, "/"}); break;
    default: if (o.upper) o.work = path{o.upper->fs, o.upper->rest + "/w"}; break;
  }
  return o;
}

/// ... or that has no lower layer.
mount_options without_lower(author& a, mount_options o) {
  if (a.seldom.chance(40)) {
    if (o.data.empty()) o.data.push_back(o.lower.back());
    if (a.seldom.chance(30)) o.data.push_back(o.lower.front());
  } else {
    o.data.clear();
  }
  o.lower.clear();
  if (o == mount_options()) o.xino = xino_option::on;  // `mount m` alone is no command
  return o;
}

/// What Linux answers while layers are in use.
void try_to_change_a_layer(author& a) {
  const bool at_upper = !a.upper.fs.empty() && a.random.chance(50);
  const place p = at_upper ? a.upper : a.random.pick(a.lower).at;
  if (a.random.chance(80) || a.world.fs(p.fs) == nullptr) return populate(a, p);
  switch (a.random.below(4)) {
    case 0: return a.write(cmd::mkfs{p.fs, a.random.pick(a.shape.writable), {}});
    case 1: return a.write(cmd::mksquashfs{p.fs, a.lower.front().at.root()});
    case 2: if (a.world.fs(a.lower.front().at.fs) != nullptr) return a.write(cmd::clone{p.fs, a.lower.front().at.fs}); [[fallthrough]];
    default: return a.write(cmd::mount{"m", plan(a)});
  }
}

void look_at_a_layer(author& a) {
  const bool at_upper = !a.upper.fs.empty() && a.random.chance(70);
  const place p = at_upper ? a.upper : a.random.pick(a.lower).at;
  if (at_upper && a.random.chance(45)) {
    const path at = likely(a, p, anything);
    constexpr std::array<const char*, 3> names = {"trusted.overlay.origin", "trusted.overlay.impure",
                                                  "trusted.overlay.opaque"};
    if (a.random.chance(50)) return a.write(cmd::listxattr{at});
    return a.write(cmd::getxattr{at, a.random.pick(names)});
  }
  look(a, p);
}

void use_a_little(author& a, const char* name, int commands) {
  for (int i = 0; i < commands; ++i) {
    if (a.random.chance(50)) {
      look(a, {name, ""});
    } else {
      operation(a, {name, ""});
    }
  }
}

/// Another overlay over the same upper. Linux warns, and takes the workdir away under the first one's feet.
void second_overlay_on_the_upper(author& a) {
  a.write(cmd::mount{"n", plan(a)});
  if (a.random.chance(50)) {
    use_a_little(a, "n", a.random.between(0, 2));
    use_a_little(a, "m", a.random.between(0, 3));
    use_a_little(a, "n", a.random.between(0, 2));
    close_all(a, "n");
  }
  a.write(cmd::umount{"n"});
  if (a.random.chance(30)) use_a_little(a, "m", a.random.between(1, 3));
  unmount_overlay(a);
  a.write(cmd::mount{"m", plan(a)});
}

/// Another overlay over the same lower layers, used a little; or over the same upper.
void second_overlay(author& a) {
  mount_options o = plan(a);
  if (o.upper && a.random.chance(35)) return second_overlay_on_the_upper(a);
  o.upper.reset();
  o.work.reset();
  if (!a.other_upper.fs.empty() && a.random.chance(75)) {
    o.upper = a.other_upper.root();
    o.work = a.other_work.root();
  }
  if (a.shape.all_features && a.random.chance(25)) {
    // On the first one: too deep, where that lies on another already.
    const auto dir = existing(a, overlay, dirs);
    o.lower.insert(o.lower.begin(), dir && a.random.chance(25) ? *dir : overlay.root());
    if (a.random.chance(50)) o.lower.resize(1);
  }
  a.write(cmd::mount{"n", std::move(o)});
  use_a_little(a, "n", a.random.between(1, 5));
  close_all(a, "n");
  a.write(cmd::umount{"n"});
}

}  // namespace

void change_module(author& a) {
  module_settings s;
  each_parameter([&a](std::string_view, std::optional<bool>& one) { if (a.seldom.chance(40)) one = a.seldom.chance(65); }, s);
  if (s == module_settings()) s.metacopy = true;
  a.write(cmd::set_module{s});
}

void mount_overlay(author& a) {
  mount_base(a);
  while (a.random.chance(a.taste.spoiled_mounts)) {
    mount_options o = spoiled(a, plan(a));
    a.write(cmd::mount{"m", a.shape.all_features && a.seldom.chance(15) ? without_lower(a, std::move(o)) : std::move(o)});
    if (a.world.overlay("m")->mounted) {
      if (a.random.chance(60)) return;
      a.write(cmd::umount{"m"});
    }
  }
  a.write(cmd::mount{"m", plan(a)});
}

void use_overlay(author& a, int commands) {
  const int end = a.left() - commands;
  for (int changes = a.taste.copied_up == 0 ? 0 : a.random.between(1, a.taste.copied_up); changes > 0; --changes) {
    change_a_file(a, overlay);
  }
  while (a.left() > end) {
    const std::size_t luck = a.random.below(100);
    if (luck < 3) {
      try_to_change_a_layer(a);
    } else if (luck < 9) {
      look_at_a_layer(a);
    } else if (luck == 9) {
      copy_tree(a, overlay, overlay);
    } else if (luck < 15 && has_base(a)) {
      disturb_base(a);
    } else if (luck < 10 + static_cast<std::size_t>(a.taste.second_overlay)) {
      second_overlay(a);
    } else {
      operation(a, overlay);
    }
  }
}

void unmount_overlay(author& a) {
  if (a.world.has_open_file("m") && a.random.chance(30)) a.write(cmd::umount{"m"});
  close_all(a, "m");
  a.write(cmd::umount{"m"});
  const shadow_overlay* m = a.world.overlay("m");
  if (m != nullptr && !m->mounted && m->options.is_volatile && m->options.work && a.random.chance(80)) {
    const path left{m->options.work->fs, m->options.work->rest + "/work/incompat"};  // or nothing can be mounted any more
    a.write(cmd::unlink{{left.fs, left.rest + "/volatile/dirty"}});
    a.write(cmd::rmdir{{left.fs, left.rest + "/volatile"}});
    a.write(cmd::rmdir{left});
  }
  if (has_base(a) && a.random.chance(70)) unmount_base(a);
}

}  // namespace ovlsim::random
