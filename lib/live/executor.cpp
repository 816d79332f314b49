// SPDX-License-Identifier: Apache-2.0
//
// The verbs on filesystems and overlays, and what every command has around it: its lines of the kernel log.
#include "live/executor.hpp"

#include <fcntl.h>
#include <sys/mount.h>

#include <algorithm>

#include "live/failure.hpp"
#include "live/paths.hpp"

namespace ovlsim::live {
namespace {

outcome just(errc e) { return {e, {}, {}, {}}; }

/// mount(2) cuts its options at commas and layers at colons, unless a backslash is before them.
std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == ',' || c == ':') out += '\\';
    out += c;
  }
  return out;
}

/// What datadir+= takes: the kernel cuts at commas here too, but takes no backslash away.
std::string unescaped(std::string text) {
  if (text.find_first_of(",\\") != std::string::npos) throw failure("mount: a path with a comma or a backslash cannot be given as datadir+=");
  return text;
}

const char* on_off(bool value) { return value ? "on" : "off"; }

std::string feature_options(const mount_options& o) {
  std::string text;
  if (o.index) text += std::string(",index=") + on_off(*o.index);
  if (o.nfs_export) text += std::string(",nfs_export=") + on_off(*o.nfs_export);
  if (o.metacopy) text += std::string(",metacopy=") + on_off(*o.metacopy);
  if (o.redirect_dir) text += ",redirect_dir=" + std::string(name(*o.redirect_dir));
  if (o.xino) text += ",xino=" + std::string(name(*o.xino));
  if (o.uuid) text += ",uuid=" + std::string(name(*o.uuid));
  if (o.is_volatile) text += ",volatile";
  if (o.userxattr) text += ",userxattr";
  return text;
}

/// What cp says when it gives up: "cp: cannot stat 'x': Stale file handle". The first complaint is the reason.
errc complaint(const std::string& errors) {
  const std::string first = errors.substr(0, errors.find('\n'));
  for (int number = 1; number < 134; ++number) {
    const auto e = static_cast<errc>(number);
    if (first.ends_with(": " + words(e))) return e;
  }
  throw failure("cp failed: " + (errors.empty() ? "it said nothing (is it installed?)" : errors));
}

}  // namespace

void executor::reset() {
  files_.clear();
  handles_.clear();
  machine_.clear();
  module_.restore();
}

outcome executor::execute(const command& c) {
  log_.start();
  spelled_.clear();
  outcome o = std::visit([this](const auto& verb) { return run(verb); }, c);
  machine_.settle();
  for (std::string& line : log_.lines()) o.log.push_back(as_in_scenario(std::move(line)));
  return o;
}

/// The kernel names layers by the paths that it was given; a scenario knows them as `NAME:/path`.
std::string executor::as_in_scenario(std::string line) const {
  const auto replace = [&line](const std::string& before, const std::string& given, char after, const std::string& spelled) {
    const std::string quoted = before + given + after;
    for (std::size_t at = line.find(quoted); at != std::string::npos; at = line.find(quoted, at + 1))
      line.replace(at + before.size(), given.size(), spelled);
  };
  for (const auto& [given, spelled] : spelled_) {
    replace("'", given, '\'', spelled);
    replace("\"datadir+=", given, '"', spelled);
  }
  const std::string prefix = machine_.base() + "/";
  for (std::size_t at = line.find(prefix); at != std::string::npos; at = line.find(prefix, at)) {
    line.erase(at, prefix.size());
    const std::size_t slash = line.find('/', at);
    if (slash != std::string::npos) line.insert(slash, ":");
  }
  return line;
}

/// A file that is open on it keeps a filesystem from being replaced.
bool executor::replaceable(const std::string& fs) const {
  if (machine_.in_use(fs)) return false;
  return std::none_of(files_.begin(), files_.end(), [&](const auto& file) { return file.second.fs == fs; });
}

errc executor::enter(const path& p, const std::string& directory, int flags, sys::fd& out) {
  const auto root = machine_.directory(p.fs);
  if (!root) return errc::enoent;
  const sys::root_scope scope(*root);
  require(scope.status(), "entering " + p.fs);
  return sys::open(directory, flags | O_DIRECTORY, 0, out);
}

outcome executor::run(const cmd::mkfs& c) {
  if (!replaceable(c.fs)) return just(errc::ebusy);
  // Only mount(2) gives a tmpfs its UUID, and asks nobody.
  if (c.type == fs_type::tmpfs && c.id) return just(errc::einval);
  return just(machine_.make(c.fs, c.type, c.id));
}

outcome executor::image_of(const std::string& fs, fs_type type, const path& source, const std::optional<uuid>& id,
                           bool exports) {
  if (!replaceable(fs)) return just(errc::ebusy);
  sys::fd tree;
  if (const errc e = enter(source, source.rest, O_PATH | O_NOFOLLOW, tree); e != errc::ok) return just(e);
  try {
    machine_.make_from(fs, type, std::move(tree), id, exports);
  } catch (const refusal&) {
    return just(errc::einval);
  }
  return {};
}
outcome executor::run(const cmd::mksquashfs& c) { return image_of(c.fs, fs_type::squashfs, c.source, {}, c.exports); }
outcome executor::run(const cmd::mkerofs& c) { return image_of(c.fs, fs_type::erofs, c.source, c.id, true); }
outcome executor::run(const cmd::mke2fs& c) { return image_of(c.fs, fs_type::ext4, c.source, c.id, true); }

outcome executor::run(const cmd::clone& c) {
  if (!replaceable(c.fs)) return just(errc::ebusy);
  return just(machine_.make_clone(c.fs, c.old));
}

outcome executor::run(const cmd::copy& c) {
  if (machine_.in_use(c.to.fs)) return just(errc::ebusy);
  // What cp would find out by system calls is found out before it runs: its messages are for people.
  sys::fd from, to;
  const cut_path source = cut(c.from.rest), target = cut(c.to.rest);
  if (const errc e = enter(c.from, source.parent, O_PATH, from); e != errc::ok) return just(e);
  sys::fd one, other;  // not lstat(2): overlayfs may have something to say of a number
  if (const errc e = sys::open(path_of(from) + "/" + source.last, O_PATH | O_NOFOLLOW, 0, one); e != errc::ok) return just(e);
  if (const errc e = enter(c.to, target.parent, O_PATH, to); e != errc::ok) return just(e);
  const errc there = sys::open(path_of(to) + "/" + target.last, O_PATH | O_NOFOLLOW, 0, other);
  if (there == errc::ok) return just(errc::eexist);
  if (there != errc::enoent) return just(there);
  if (const errc e = sys::writable(path_of(to) + "/."); e != errc::ok) return just(e);
  // A directory into itself: cp copies for a while until it notices.
  std::string inner, outer;
  if (sys::fd tree; enter(c.from, c.from.rest, O_PATH | O_NOFOLLOW, tree) == errc::ok) {
    require(sys::readlink(path_of(tree), outer), "finding " + c.from.fs + ":" + c.from.rest);
    require(sys::readlink(path_of(to), inner), "finding " + c.to.fs + ":" + c.to.rest);
    if ((inner + "/").starts_with(outer + "/")) return just(errc::einval);
  }
  std::string errors;
  const int exit_status = run_tool_for_status(
      {"cp", "-aT", "--", path_of(from) + "/" + source.last, path_of(to) + "/" + target.last}, errors);
  return just(exit_status == 0 ? errc::ok : complaint(errors));
}

/// A path that leads nowhere, for one that does so only within its filesystem: from outside, its symlinks and `..` lead elsewhere.
std::string executor::nowhere(errc why) {
  const std::string base = machine_.base() + "/";
  switch (why) {
    case errc::enoent: return base + ".nothing";
    case errc::enametoolong: return base + std::string(256, '.');
    case errc::eloop: {
      const errc e = sys::symlink(".circle", base + ".circle");
      if (e != errc::eexist) require(e, "making a symlink");
      return base + ".circle";
    }
    case errc::enotdir: {
      sys::fd file;
      require(sys::open(base + ".file", O_CREAT | O_WRONLY, 0600, file), "making a file");
      return base + ".file/";
    }
    default: throw failure("finding a layer: " + words(why));
  }
}

/// The path of a layer as the kernel is to get it. It is resolved from the root of this process, not from that of the
/// filesystem, so a path that goes through symlinks is given as what it leads to in the scenario.
std::string executor::layer(const path& p) {
  std::string rest = p.rest;
  while (rest.starts_with("/../")) rest.erase(0, 3);  // `..` of the root is the root
  const std::string raw = machine_.place(p.fs) + rest;
  const auto root = machine_.directory(p.fs);
  if (!root) {  // the kernel will say that it is not there
    spelled_.try_emplace(raw, p.fs + ":" + p.rest);
    return raw;
  }
  sys::fd found, outside;
  errc within = errc::ok;
  {
    const sys::root_scope scope(*root);
    require(scope.status(), "entering " + p.fs);
    within = sys::open(p.rest, O_PATH, 0, found);
  }
  std::string given = raw;
  if (within == errc::ok) {
    std::string real, plain;
    require(sys::readlink(path_of(found), real), "finding the layer " + p.fs + ":" + p.rest);
    for (const char c : raw)
      if (c != '/' || plain.empty() || plain.back() != '/') plain += c;
    if (plain.size() > 1 && plain.back() == '/') plain.pop_back();
    if (real != plain) given = real;
  } else if (sys::open(raw, O_PATH, 0, outside) != within) {
    given = nowhere(within);
  }
  // The kernel stops at the first that it cannot resolve, so that is the one to be named.
  spelled_.try_emplace(given, p.fs + ":" + p.rest);
  return given;
}

outcome executor::run(const cmd::mount& c) {
  if (machine_.overlay_mounted(c.overlay)) return just(errc::ebusy);
  std::set<std::string> layers;
  // Without lower layers there is nothing that lowerdir= could append a data-only layer to.
  const bool only_data = c.options.lower.empty();
  std::string options = only_data ? "" : ",lowerdir=";
  for (std::size_t i = 0; i < c.options.lower.size(); ++i) {
    const path& p = c.options.lower[i];
    layers.insert(p.fs);
    options += (i != 0 ? ":" : "") + escaped(layer(p));
  }
  for (const path& p : c.options.data) {
    layers.insert(p.fs);
    options += only_data ? ",datadir+=" + unescaped(layer(p)) : "::" + escaped(layer(p));
  }
  if (c.options.upper) {
    layers.insert(c.options.upper->fs);
    options += ",upperdir=" + escaped(layer(*c.options.upper));
  }
  if (c.options.work) {
    layers.insert(c.options.work->fs);
    options += ",workdir=" + escaped(layer(*c.options.work));
  }
  options += feature_options(c.options);
  options.erase(0, 1);  // the comma before the first; with `ro` alone there is none
  if (options.size() >= 4096) throw failure("mount: the options are longer than the page that mount(2) takes");
  log_.start();  // a lower overlay may have had something to say when layer() looked for the directory
  outcome o = just(machine_.mount_overlay(c.overlay, options, c.options.ro, std::move(layers)));
  if (o.status == errc::ok) o.options = machine_.shown_options(c.overlay);
  return o;
}

outcome executor::run(const cmd::umount& c) { return just(machine_.unmount_overlay(c.overlay)); }

outcome executor::run(const cmd::drop_caches&) {
  machine_.drop_caches();
  return {};
}

outcome executor::run(const cmd::set_module& c) { return just(module_.set(c.settings, log_)); }

}  // namespace ovlsim::live
