// SPDX-License-Identifier: Apache-2.0
//
// Layer directories as mount options name them, and what the options need of each other. What the option parser itself refuses goes to
// the log of the mount call, with the prefix `overlay:`, not to the lines of overlayfs.
#include "overlay/params.hpp"

#include "backing/traits.hpp"
#include "overlay/log.hpp"
#include "vfs/walk.hpp"

namespace ovlsim::overlay {

namespace {

/// What is left of the options, with which of them were given explicitly (struct ovl_opt_set).
struct params {
  config cfg;
  bool set_index = false;
  bool set_nfs_export = false;
  bool set_metacopy = false;
  bool set_redirect = false;
};

params as_given(const mount_options& o) {
  params p;
  p.cfg.index = o.index.value_or(false);
  p.cfg.nfs_export = o.nfs_export.value_or(false);
  p.cfg.metacopy = o.metacopy.value_or(false);
  p.cfg.userxattr = o.userxattr;
  p.cfg.is_volatile = o.is_volatile;
  p.cfg.xino = o.xino.value_or(xino_option::off);
  p.cfg.uuid = o.uuid.value_or(uuid_option::autom);
  if (o.redirect_dir && *o.redirect_dir != redirect_option::off) p.cfg.redirect = *o.redirect_dir;
  p.set_index = o.index.has_value();
  p.set_nfs_export = o.nfs_export.has_value();
  p.set_metacopy = o.metacopy.has_value();
  p.set_redirect = o.redirect_dir.has_value();
  return p;
}

/// Options that need an upper.
void without_upper(context& c, params& p, const mount_request& request) {
  if (request.work) log::useless_workdir(c, request.work->text);
  if (p.cfg.index && p.set_index) {
    log::useless_index(c);
    p.set_index = false;
  }
  p.cfg.index = false;
  if (p.cfg.is_volatile) {
    log::meaningless_volatile(c);
    p.cfg.is_volatile = false;
  }
  if (p.cfg.uuid == uuid_option::on) {
    log::uuid_on_needs_upper(c);
    p.cfg.uuid = uuid_option::null;
  }
  // Nothing will be written that could need following.
  if (p.cfg.redirect == redirect_option::follow) p.cfg.redirect = redirect_option::on;
}

/// metacopy=on needs redirect_dir=on.
errc resolve_metacopy(context& c, params& p) {
  if (!p.cfg.metacopy || p.cfg.redirect == redirect_option::on) return errc::ok;
  if (p.set_metacopy && p.set_redirect) {
    log::conflicting_options(c, "metacopy=on", p.cfg.redirect);
    return errc::einval;
  }
  if (p.set_redirect) {
    log::disabling(c, "metacopy", "redirect_dir=" + std::string(ovlsim::name(p.cfg.redirect)));
    p.cfg.metacopy = false;
  } else {
    p.cfg.redirect = redirect_option::on;
  }
  return errc::ok;
}

/// nfs_export=on needs index=on, and excludes metacopy=on.
errc resolve_nfs_export(context& c, params& p, bool has_upper) {
  if (p.cfg.nfs_export && !p.cfg.index) {
    if (!has_upper && p.cfg.redirect != redirect_option::nofollow) {
      log::nfs_export_needs_nofollow(c);
      p.cfg.nfs_export = false;
    } else if (p.set_nfs_export && p.set_index) {
      log::conflicting_options(c, "nfs_export=on,index=off");
      return errc::einval;
    } else if (p.set_index) {
      log::disabling(c, "nfs_export", "index=off");
      p.cfg.nfs_export = false;
    } else {
      p.cfg.index = true;
    }
  }
  if (p.cfg.nfs_export && p.cfg.metacopy) {
    if (p.set_nfs_export && p.set_metacopy) {
      log::conflicting_options(c, "nfs_export=on,metacopy=on");
      return errc::einval;
    }
    if (p.set_metacopy) {
      log::disabling(c, "nfs_export", "metacopy=on");
      p.cfg.nfs_export = false;
    } else {
      log::disabling(c, "metacopy", "nfs_export=on");
      p.cfg.metacopy = false;
    }
  }
  return errc::ok;
}

/// userxattr excludes what an unprivileged user could forge.
errc resolve_userxattr(context& c, params& p) {
  if (!p.cfg.userxattr) return errc::ok;
  if (p.set_redirect && p.cfg.redirect != redirect_option::nofollow) {
    log::conflicting_options(c, "userxattr", p.cfg.redirect);
    return errc::einval;
  }
  if (p.cfg.metacopy && p.set_metacopy) {
    log::conflicting_options(c, "userxattr,metacopy=on");
    return errc::einval;
  }
  p.cfg.redirect = redirect_option::nofollow;
  p.cfg.metacopy = false;
  return errc::ok;
}

}  // namespace

result<layer_dir> resolve_layer(context& c, const path& p, bool upper) {
  const std::string text = p.fs + ":" + p.rest;
  const result<vfs::node> found = vfs::resolve(c, p, true);
  if (!found) {
    log::failed_to_resolve(c, text, found.error);
    return found.error;
  }
  if (!vfs::is_dir(c, found.value) || found.value.on_overlay) return errc::einval;
  const real dir{found.value.where, found.value.ino};
  if (upper && backing::traits_of(*c.w.filesystems[dir.fs]).read_only) return errc::einval;
  return layer_dir{dir, text};
}

result<config> verify_params(context& c, const mount_request& request) {
  params p = as_given(request.options);
  if (!request.upper) without_upper(c, p, request);
  if (const errc e = resolve_metacopy(c, p); e != errc::ok) return e;
  if (const errc e = resolve_nfs_export(c, p, request.upper.has_value()); e != errc::ok) return e;
  if (const errc e = resolve_userxattr(c, p); e != errc::ok) return e;
  return p.cfg;
}

}  // namespace ovlsim::overlay
