// SPDX-License-Identifier: Apache-2.0
//
// Simpler commands, verb by verb; what holds for every path is at the end.
#include "shrink/simpler.hpp"

#include <utility>

#include "shrink/parts.hpp"

namespace ovlsim::shrinking {
namespace {

struct alternatives {
  std::vector<command> found;

  template <class Command, class Change>
  void with(const Command& c, Change change) {
    Command other = c;
    change(other);
    if (other != c) found.emplace_back(std::move(other));
  }

  /// `mount OVL` alone is none.
  template <class Change>
  void with_options(const cmd::mount& c, Change change) {
    with(c, change);
    if (!found.empty() && std::get<cmd::mount>(found.back()).options == mount_options()) found.pop_back();
  }

  template <class Command>
  void without_id(const Command& c) {
    with(c, [](Command& o) { o.id.reset(); });
  }

  template <class Command>
  void with_less_data(const Command& c, std::string Command::*data) {
    if (!(c.*data).empty()) with(c, [&](Command& o) { (o.*data).clear(); });
    if ((c.*data).size() > 1) with(c, [&](Command& o) { o.*data = "x"; });
  }

  void operator()(const cmd::mkfs& c) {
    without_id(c);
    // From the one without a device to the one with the largest.
    for (const fs_type type : {fs_type::tmpfs, fs_type::ext4, fs_type::btrfs, fs_type::xfs}) {
      if (type == c.type) return;
      if (type != fs_type::tmpfs || !c.id) with(c, [&](cmd::mkfs& o) { o.type = type; });
    }
  }
  void operator()(const cmd::mksquashfs& c) { with(c, [](cmd::mksquashfs& o) { o.exports = true; }); }
  void operator()(const cmd::mkerofs& c) {
    found.emplace_back(cmd::mksquashfs{c.fs, c.source});
    without_id(c);
  }
  void operator()(const cmd::mke2fs& c) {
    found.emplace_back(cmd::mksquashfs{c.fs, c.source});
    without_id(c);
  }
  void operator()(const cmd::mount& c) {
    if (c.options.upper) {
      with_options(c, [](cmd::mount& o) {
        o.options.upper.reset();
        o.options.work.reset();
      });
    }
    if (!c.options.data.empty()) with_options(c, [&](cmd::mount& o) { o.options.data.pop_back(); });
    for (std::size_t i = 0; c.options.lower.size() > 1 && i < c.options.lower.size(); ++i) {
      with(c, [&](cmd::mount& o) { o.options.lower.erase(o.options.lower.begin() + static_cast<std::ptrdiff_t>(i)); });
    }
    with_options(c, [](cmd::mount& o) { o.options.index.reset(); });
    with_options(c, [](cmd::mount& o) { o.options.nfs_export.reset(); });
    with_options(c, [](cmd::mount& o) { o.options.metacopy.reset(); });
    with_options(c, [](cmd::mount& o) { o.options.redirect_dir.reset(); });
    with_options(c, [](cmd::mount& o) { o.options.xino.reset(); });
    with_options(c, [](cmd::mount& o) { o.options.uuid.reset(); });
    with_options(c, [](cmd::mount& o) { o.options.is_volatile = false; });
    with_options(c, [](cmd::mount& o) { o.options.userxattr = false; });
    with_options(c, [](cmd::mount& o) { o.options.ro = false; });
  }
  void operator()(const cmd::set_module& c) {
    const auto without = [&](std::string_view dropped, const auto&) {
      cmd::set_module other = c;
      each_parameter([dropped](std::string_view name, std::optional<bool>& one) { if (name == dropped) one.reset(); }, other.settings);
      if (other.settings != module_settings() && other != c) found.emplace_back(std::move(other));
    };
    each_parameter(without, c.settings);
  }
  void operator()(const cmd::create& c) {
    with_less_data(c, &cmd::create::data);
    with(c, [](cmd::create& o) { o.mode = cmd::create().mode; });
  }
  void operator()(const cmd::write& c) { with_less_data(c, &cmd::write::data); }
  void operator()(const cmd::append& c) { with_less_data(c, &cmd::append::data); }
  void operator()(const cmd::fwrite& c) { with_less_data(c, &cmd::fwrite::data); }
  void operator()(const cmd::setxattr& c) { with_less_data(c, &cmd::setxattr::value); }
  void operator()(const cmd::truncate& c) {
    with(c, [](cmd::truncate& o) { o.size = 0; });
    if (c.size > 1) with(c, [](cmd::truncate& o) { o.size = 1; });
  }
  void operator()(const cmd::chmod& c) { with(c, [](cmd::chmod& o) { o.mode = 0600; }); }
  void operator()(const cmd::chown& c) {
    with(c, [](cmd::chown& o) { o.uid = o.gid = 0; });
    if (c.uid > 1 || c.gid > 1) with(c, [](cmd::chown& o) { o.uid = o.gid = 1; });
  }
  void operator()(const cmd::symlink& c) {
    if (c.target.size() > 1) with(c, [](cmd::symlink& o) { o.target = "x"; });
  }
  void operator()(const cmd::open& c) { with(c, [](cmd::open& o) { o.mode = open_mode::ro; }); }
  template <class Other>
  void operator()(const Other&) {}
};

std::vector<std::string> shorter(const std::string& rest) {
  std::vector<std::string> found;
  if (rest.size() > 1 && rest.back() == '/') found.push_back(rest.substr(0, rest.size() - 1));
  for (std::size_t at = 0; at != std::string::npos && rest != "/"; at = rest.find('/', at + 1)) {
    const std::size_t end = rest.find('/', at + 1);
    std::string without = rest.substr(0, at) + (end == std::string::npos ? "" : rest.substr(end));
    if (!without.empty() && end != std::string::npos) found.push_back(std::move(without));
  }
  return found;
}

}  // namespace

std::vector<command> simpler(const command& c) {
  alternatives a;
  std::visit(a, c);
  command copy = c;
  const std::size_t paths = parts_of(copy).paths.size();
  for (std::size_t i = 0; i < paths; ++i) {
    for (std::string& rest : shorter(parts_of(copy).paths[i]->rest)) {
      command other = c;
      parts_of(other).paths[i]->rest = std::move(rest);
      a.found.push_back(std::move(other));
    }
  }
  return std::move(a.found);
}

}  // namespace ovlsim::shrinking
