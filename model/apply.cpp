// SPDX-License-Identifier: Apache-2.0
//
// The step function: one command to the system calls that it stands for.
#include "ovlsim/apply.hpp"

#include <algorithm>

#include "backing/erofs_layout.hpp"
#include "backing/images.hpp"
#include "backing/orphans.hpp"
#include "backing/traits.hpp"
#include "backing/xattr_rules.hpp"
#include "overlay/mount.hpp"
#include "overlay/params.hpp"
#include "overlay/show_options.hpp"
#include "vfs/copy_tree.hpp"
#include "vfs/fifo.hpp"
#include "vfs/syscalls.hpp"

namespace ovlsim {

namespace {

/// An overlay uses what has that place in world::overlays, or world::filesystems.
bool uses(const world& w, bool on_overlay, std::uint32_t where) {
  return overlay::uses(w, on_overlay ? overlay::on_overlay + w.overlays[where]->id : where);
}

/// Changing verbs on a filesystem or overlay that a mounted overlay uses answer EBUSY: the language forbids online changes of layers.
bool in_use(const context& c, const path& p) {
  // Most paths are asked about where no overlay is, or lead into the only one.
  const auto is_on = [&](const auto& o) { return c.w.names.text(o->name) == p.fs; };
  if (std::all_of(c.w.overlays.begin(), c.w.overlays.end(), is_on)) return false;
  const result<vfs::node> root = vfs::root_of(c, p.fs);
  return root && uses(c.w, root.value.on_overlay, root.value.where);
}

outcome answer_of(errc e) {
  outcome o;
  o.status = e;
  return o;
}

template <class Answer>
outcome answer_with(Answer a) {
  outcome o;
  o.fields = std::move(a);
  return o;
}

struct runner {
  context& c;

  // ------------------------------------------------------------------------------------------- backing filesystems

  outcome operator()(const cmd::mkfs& m) const { return make(m.fs, [&] { return backing::make_empty(c.w, m.type, m.id); }); }
  outcome operator()(const cmd::mksquashfs& m) const {
    return make_image(m.fs, m.source, [&](const vfs::source_tree& t) { return backing::make_squashfs(c, t, m.exports); });
  }
  outcome operator()(const cmd::mkerofs& m) const {
    return make_image(m.fs, m.source, [&](const vfs::source_tree& t) { return backing::make_erofs(c, t, m.id); },
                      [](const vfs::source_tree& t) { return !t.complete || backing::erofs_refuses(t.shape); });
  }
  outcome operator()(const cmd::mke2fs& m) const {
    return make_image(m.fs, m.source, [&](vfs::source_tree& t) { return backing::make_populated_ext4(c, std::move(t), m.id); },
                      [](const vfs::source_tree& t) { return !t.complete; });
  }
  outcome operator()(const cmd::clone& m) const {
    if (!may_replace(m.fs)) return answer_of(errc::ebusy);
    const std::optional<std::uint32_t> old = backing::index_of(c.w, m.old);
    if (!old) return answer_of(errc::enoent);
    if (!backing::traits_of(*c.w.filesystems[*old]).has_image) return answer_of(errc::einval);
    result<copy_on_write<backing::filesystem>> made = backing::make_clone(c, m.fs, c.w.filesystems[*old]);
    if (!made) return answer_of(made.error);
    return answer_of(backing::install(c.w, m.fs, std::move(made.value)));
  }
  outcome operator()(const cmd::copy& m) const {
    if (in_use(c, m.to)) return answer_of(errc::ebusy);
    return answer_of(vfs::copy_tree(c, m.from, m.to));
  }

  // ------------------------------------------------------------------------------------------------------ overlays

  outcome operator()(const cmd::mount& m) const {
    if (vfs::root_of(c, m.overlay)) return answer_of(errc::ebusy);
    outcome o = answer_of(overlay::mount(c, m.overlay, m.options));
    const bool shows_what_is_in_force = c.k.mount_api({}) == mount_api_answer::fs_context;
    if (o.status == errc::ok && shows_what_is_in_force) o.options = overlay::shown_options(*c.w.overlays.back(), c.w.module);
    return o;
  }
  outcome operator()(const cmd::umount& m) const {
    const result<vfs::node> root = vfs::root_of(c, m.overlay);
    if (!root || !root.value.on_overlay) return answer_of(errc::einval);
    const std::uint32_t index = root.value.where;
    const bool open = std::any_of(c.w.files.begin(), c.w.files.end(),
                                  [&](const open_file& f) { return f.on_overlay && f.where == index; });
    if (open) return answer_of(errc::ebusy);
    overlay::unmount(c, index);
    return {};
  }
  outcome operator()(const cmd::drop_caches&) const {
    overlay::shrink_all(c.w);
    return {};
  }
  outcome operator()(const cmd::set_module& m) const { return answer_of(overlay::set_module(c, m.settings)); }

  // --------------------------------------------------------------------------------------------------------- files

  outcome operator()(const cmd::create& m) const {
    if (in_use(c, m.at)) return answer_of(errc::ebusy);
    const result<vfs::node> made = vfs::create_file(c, m.at, m.mode);
    return answer_of(made ? vfs::write_at(c, made.value, 0, m.data) : made.error);
  }
  outcome operator()(const cmd::write& m) const {
    return on_opened(m.at, vfs::open_for::write_truncated,
                     [&](const vfs::node& n) { return answer_of(vfs::write_at(c, n, 0, m.data)); });
  }
  outcome operator()(const cmd::append& m) const {
    return on_opened(m.at, vfs::open_for::write, [&](const vfs::node& n) { return answer_of(vfs::append(c, n, m.data)); });
  }
  outcome operator()(const cmd::read& m) const {
    return on_opened(m.at, vfs::open_for::read, [&](const vfs::node& n) { return read_data(n); });
  }
  outcome operator()(const cmd::truncate& m) const {
    return on_changed(m.at, true, [&](const vfs::node& n) { return vfs::truncate(c, n, m.size); });
  }
  outcome operator()(const cmd::chmod& m) const {
    return on_changed(m.at, true, [&](const vfs::node& n) { return vfs::chmod(c, n, m.mode); });
  }
  outcome operator()(const cmd::chown& m) const {
    return on_changed(m.at, false, [&](const vfs::node& n) { return vfs::chown(c, n, m.uid, m.gid); });
  }
  outcome operator()(const cmd::touch& m) const {
    return on_changed(m.at, false, [&](const vfs::node& n) { return vfs::touch(c, n); });
  }
  outcome operator()(const cmd::mkdir& m) const {
    return answer_of(in_use(c, m.at) ? errc::ebusy : vfs::mkdir(c, m.at, 0777));
  }
  outcome operator()(const cmd::rmdir& m) const { return answer_of(in_use(c, m.at) ? errc::ebusy : vfs::rmdir(c, m.at)); }
  outcome operator()(const cmd::unlink& m) const { return answer_of(in_use(c, m.at) ? errc::ebusy : vfs::unlink(c, m.at)); }
  outcome operator()(const cmd::mkfifo& m) const {
    return answer_of(in_use(c, m.at) ? errc::ebusy : vfs::mknod(c, m.at, file_type::fifo, 0666));
  }
  outcome operator()(const cmd::rename& m) const {
    return answer_of(in_use(c, m.from) || in_use(c, m.to) ? errc::ebusy : vfs::rename(c, m.from, m.to, false));
  }
  outcome operator()(const cmd::exchange& m) const {
    return answer_of(in_use(c, m.from) || in_use(c, m.to) ? errc::ebusy : vfs::rename(c, m.from, m.to, true));
  }
  outcome operator()(const cmd::link& m) const {
    return answer_of(in_use(c, m.from) || in_use(c, m.to) ? errc::ebusy : vfs::link(c, m.from, m.to));
  }
  outcome operator()(const cmd::symlink& m) const {
    return answer_of(in_use(c, m.at) ? errc::ebusy : vfs::symlink(c, m.target, m.at));
  }
  outcome operator()(const cmd::readlink& m) const {
    const result<vfs::node> n = vfs::resolve(c, m.at, false);
    if (!n) return answer_of(n.error);
    result<std::string> target = vfs::readlink(c, n.value);
    return target ? answer_with(answer::target{std::move(target.value)}) : answer_of(target.error);
  }
  outcome operator()(const cmd::stat& m) const {
    const result<vfs::node> n = vfs::resolve(c, m.at, false);
    return n ? answer_with(vfs::stat(c, n.value)) : answer_of(n.error);
  }
  outcome operator()(const cmd::ls& m) const {
    return on_opened(m.at, vfs::open_for::list, [&](const vfs::node& n) {
      result<std::vector<answer::entry>> listed = vfs::list(c, n);
      if (!listed) return answer_of(listed.error);
      std::sort(listed.value.begin(), listed.value.end(),
                [](const answer::entry& a, const answer::entry& b) { return a.name < b.name; });
      return answer_with(answer::entries{std::move(listed.value)});
    });
  }
  outcome operator()(const cmd::setxattr& m) const {
    return on_xattr(m.at, m.name, m.value.size(), true,
                    [&](const vfs::node& n) { return answer_of(vfs::setxattr(c, n, m.name, m.value)); });
  }
  outcome operator()(const cmd::getxattr& m) const {
    return on_xattr(m.at, m.name, 0, false, [&](const vfs::node& n) {
      result<std::string> value = vfs::getxattr(c, n, m.name);
      return value ? answer_with(answer::value{std::move(value.value)}) : answer_of(value.error);
    });
  }
  outcome operator()(const cmd::removexattr& m) const {
    return on_xattr(m.at, m.name, 0, true, [&](const vfs::node& n) { return answer_of(vfs::removexattr(c, n, m.name)); });
  }
  outcome operator()(const cmd::listxattr& m) const {
    const result<vfs::node> n = vfs::resolve(c, m.at, false);
    if (!n) return answer_of(n.error);
    result<std::vector<std::string>> names = vfs::listxattr(c, n.value);
    return names ? answer_with(answer::names{std::move(names.value)}) : answer_of(names.error);
  }

  // -------------------------------------------------------------------------------------- open files and handles

  outcome operator()(const cmd::open& m) const {
    if (find_file(m.handle) != nullptr) return answer_of(errc::ebusy);
    const vfs::open_for how = m.mode == open_mode::ro   ? vfs::open_for::read
                              : m.mode == open_mode::wo ? vfs::open_for::write
                                                        : vfs::open_for::read_write;
    if (m.mode != open_mode::ro && in_use(c, m.at)) return answer_of(errc::ebusy);
    const result<vfs::node> n = vfs::open(c, m.at, how);
    if (!n) return answer_of(n.error);
    open_file f;
    f.handle = c.w.names.intern(m.handle);
    f.on_overlay = n.value.on_overlay;
    f.mode = m.mode;
    f.where = n.value.where;
    f.dentry = n.value.dentry;
    f.real_dentry = n.value.real_dentry;
    f.ino = n.value.ino;
    if (f.on_overlay) ++c.w.overlays[f.where].change().dentries[f.dentry].opens;
    if (f.on_overlay && vfs::type_of(c, n.value) == file_type::file && decide(c, c.k.open_file, {}) == open_file_answer::real) {
      const vfs::real_inode real = vfs::realdata_of(c, n.value);
      f.real_fs = real.fs;
      f.ino = real.ino;
    }
    c.w.files.push_back(f);
    return {};
  }
  outcome operator()(const cmd::fstat& m) const {
    const open_file* f = find_file(m.handle);
    return f == nullptr ? answer_of(errc::ebadf) : answer_with(vfs::stat(c, vfs::node_of(*f)));
  }
  outcome operator()(const cmd::fread& m) const {
    const open_file* f = find_file(m.handle);
    if (f == nullptr) return answer_of(errc::ebadf);
    if (vfs::type_of(c, vfs::node_of(*f)) == file_type::fifo) return answer_of(errc::espipe);  // ksys_pread64(): before the mode
    if (f->mode == open_mode::wo) return answer_of(errc::ebadf);
    const bool goes_on_with_real = f->on_overlay && f->ino != 0;
    return read_data(goes_on_with_real ? vfs::node{.where = f->real_fs, .ino = f->ino} : vfs::node_of(*f));
  }
  outcome operator()(const cmd::fwrite& m) const {
    const open_file* f = find_file(m.handle);
    if (f == nullptr) return answer_of(errc::ebadf);
    if (uses(c.w, f->on_overlay, f->where)) return answer_of(errc::ebusy);
    if (vfs::type_of(c, vfs::node_of(*f)) == file_type::fifo) return answer_of(errc::espipe);
    if (f->mode == open_mode::ro) return answer_of(errc::ebadf);
    return answer_of(vfs::write_at(c, vfs::node_of(*f), 0, m.data));
  }
  outcome operator()(const cmd::close& m) const {
    open_file* f = find_file(m.handle);
    if (f == nullptr) return answer_of(errc::ebadf);
    if (f->on_overlay) {
      overlay::mounted& o = c.w.overlays[f->where].change();
      --o.dentries[f->dentry].opens;
      if (!o.dentries[f->dentry].hashed) overlay::drop(c, o, f->dentry);
    }
    c.w.files.erase(c.w.files.begin() + (f - c.w.files.data()));
    vfs::release_pipes(c);
    return {};
  }
  outcome operator()(const cmd::fh& m) const {
    const result<vfs::node> n = vfs::resolve(c, m.at, false);
    if (!n) return answer_of(n.error);
    taken_handle taken;
    if (const errc e = vfs::name_to_handle(c, n.value, taken); e != errc::ok) return answer_of(e);
    taken.handle = c.w.names.intern(m.handle);
    if (taken_handle* known = find_handle(m.handle)) {
      *known = taken;
    } else {
      c.w.handles.push_back(taken);
    }
    return {};
  }
  outcome operator()(const cmd::fhopen& m) const {
    const taken_handle* taken = find_handle(m.handle);
    if (taken == nullptr) return answer_of(errc::ebadf);
    const result<vfs::node> root = vfs::root_of(c, m.fs);
    if (!root) return answer_of(root.error);
    const result<vfs::node> n = vfs::open_by_handle(c, root.value, *taken);
    return n ? answer_with(vfs::stat(c, n.value)) : answer_of(n.error);
  }

  // -------------------------------------------------------------------------------------------------------- shared

  /// The name is free, or that of a filesystem that nobody uses.
  bool may_replace(const std::string& name) const {
    const std::optional<std::uint32_t> old = backing::index_of(c.w, name);
    return old ? !backing::is_busy(c.w, *old) : !vfs::root_of(c, name);
  }

  template <class Make>
  outcome make(const std::string& name, const Make& make_filesystem) const {
    if (!may_replace(name)) return answer_of(errc::ebusy);
    copy_on_write<backing::filesystem> made = make_filesystem();
    if (decide(c, c.k.filesystem, {made->type}) == filesystem_answer::unknown) return answer_of(errc::enodev);
    backing::give_features(c, made.change());
    if (const errc e = backing::settle_uuid(c, name, made.change()); e != errc::ok) return answer_of(e);
    return answer_of(backing::install(c.w, name, std::move(made)));
  }

  template <class Make>
  outcome make_image(const std::string& name, const path& source, const Make& make_filesystem,
                     bool (*refuses)(const vfs::source_tree&) = [](const vfs::source_tree&) { return false; }) const {
    const std::optional<std::uint32_t> old = backing::index_of(c.w, name);
    if (old && backing::is_busy(c.w, *old)) return answer_of(errc::ebusy);
    const result<vfs::node> start = vfs::resolve(c, source, false);
    if (!start) return answer_of(start.error);
    if (!vfs::is_dir(c, start.value)) return answer_of(errc::enotdir);
    vfs::source_tree tree = vfs::read_tree(c, start.value);
    if (refuses(tree)) return answer_of(errc::einval);
    return make(name, [&] { return make_filesystem(tree); });
  }

  template <class Use>
  outcome on_opened(const path& p, vfs::open_for how, const Use& use) const {
    const bool changes = how == vfs::open_for::write || how == vfs::open_for::write_truncated;
    if (changes && in_use(c, p)) return answer_of(errc::ebusy);
    const result<vfs::node> n = vfs::open(c, p, how);
    if (!n) return answer_of(n.error);
    c.is_opened = true;
    c.stale.clear();  // the system call that has marked them is over
    return use(n.value);
  }

  template <class Change>
  outcome on_changed(const path& p, bool follow, const Change& change) const {
    if (in_use(c, p)) return answer_of(errc::ebusy);
    const result<vfs::node> n = vfs::resolve(c, p, follow);
    return answer_of(n ? change(n.value) : n.error);
  }

  template <class Use>
  outcome on_xattr(const path& p, const std::string& name, std::size_t value_size, bool changes, const Use& use) const {
    if (changes && in_use(c, p)) return answer_of(errc::ebusy);
    if (const errc e = backing::check_xattr_size(name, value_size); e != errc::ok) return answer_of(e);
    const result<vfs::node> n = vfs::resolve(c, p, false);
    return n ? use(n.value) : answer_of(n.error);
  }

  outcome read_data(const vfs::node& n) const {
    result<std::string> data = vfs::read(c, n);
    return data ? answer_with(answer::data{std::move(data.value)}) : answer_of(data.error);
  }

  taken_handle* find_handle(const std::string& handle) const {
    const std::optional<name_id> id = c.w.names.find(handle);
    const auto at = std::find_if(c.w.handles.begin(), c.w.handles.end(), [&](const taken_handle& h) { return id && h.handle == *id; });
    return at == c.w.handles.end() ? nullptr : &*at;
  }

  open_file* find_file(const std::string& handle) const {
    const std::optional<name_id> id = c.w.names.find(handle);
    if (!id) return nullptr;
    const auto at = std::find_if(c.w.files.begin(), c.w.files.end(), [&](const open_file& f) { return f.handle == *id; });
    return at == c.w.files.end() ? nullptr : &*at;
  }
};

}  // namespace

outcome apply(world& w, const command& what, const kernel& k, observer* seen) {
  std::vector<std::string> log;
  context c{w, k, seen, log};
  outcome out = std::visit(runner{c}, what);
  // retry_estale(): a path that gives ESTALE is walked once more, with LOOKUP_REVAL. do_sys_truncate() retries the walk that has
  // been retried. cp is many system calls, each with a retry of its own (copy_tree.cpp). A mount fails after its paths were walked.
  const bool never = std::holds_alternative<cmd::fhopen>(what) || std::holds_alternative<cmd::copy>(what) ||
                     std::holds_alternative<cmd::mount>(what);
  int retries = never ? 0 : std::holds_alternative<cmd::truncate>(what) ? 3 : 1;
  while (out.status == errc::estale && !c.is_opened && retries-- > 0) out = std::visit(runner{c}, what);
  overlay::reap(c);
  backing::release_orphans(w);
  out.log = std::move(log);
  return out;
}

}  // namespace ovlsim
