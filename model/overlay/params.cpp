// SPDX-License-Identifier: Apache-2.0
//
// What the options need of each other.
#include "overlay/params.hpp"

#include "overlay/layer_paths.hpp"
#include "overlay/log.hpp"

namespace ovlsim::overlay {

namespace {

/// What redirect_dir=off means.
redirect_option redirect_off(const module_parameters& m) {
  return m.redirect_always_follow ? redirect_option::follow : redirect_option::nofollow;
}

/// What is left of the options, with which of them were given explicitly (struct ovl_opt_set).
struct params {
  config cfg;
  bool set_index = false;
  bool set_nfs_export = false;
  bool set_metacopy = false;
  bool set_redirect = false;
  std::optional<redirect_option> redirect_as_given;  ///< what the log shows, unless it shows what is in force

  redirect_option shown_redirect() const { return redirect_as_given.value_or(cfg.redirect); }
};

params as_given(context& c, const mount_request& request) {
  const mount_options& o = request.options;
  const module_parameters& module = c.w.module;
  params p;
  p.cfg.index = o.index.value_or(module.index);
  p.cfg.nfs_export = o.nfs_export.value_or(module.nfs_export);
  p.cfg.metacopy = o.metacopy.value_or(module.metacopy);
  p.cfg.userxattr = o.userxattr;
  p.cfg.is_volatile = o.is_volatile;
  p.cfg.xino = o.xino.value_or(default_xino(module));
  const bool own_uuid = decide(c, c.k.overlay_uuid, {}) == overlay_uuid_answer::stored;
  p.cfg.uuid = o.uuid.value_or(own_uuid ? uuid_option::autom : uuid_option::on);
  p.cfg.redirect = o.redirect_dir == redirect_option::off ? redirect_off(module) : o.redirect_dir.value_or(default_redirect(module));
  p.set_index = o.index.has_value();
  p.set_nfs_export = o.nfs_export.has_value();
  p.set_metacopy = o.metacopy.has_value();
  p.set_redirect = o.redirect_dir.has_value();
  if (request.api == mount_api_answer::option_string) p.redirect_as_given = o.redirect_dir;
  return p;
}

/// Options that need an upper.
void without_upper(context& c, params& p, const mount_request& request) {
  if (request.options.work) log::useless_workdir(c, text_of(*request.options.work));
  const conflicts_answer conflicts = decide(c, c.k.conflicts, {});
  if (conflicts == conflicts_answer::resolved) {
    if (p.cfg.index && p.set_index) {
      log::useless_index(c);
      p.set_index = false;
    }
    p.cfg.index = false;
  }
  if (p.cfg.is_volatile) {
    log::meaningless_volatile(c);
    p.cfg.is_volatile = false;
  }
  if (p.cfg.uuid == uuid_option::on && decide(c, c.k.overlay_uuid, {}) == overlay_uuid_answer::stored) {
    log::uuid_on_needs_upper(c);
    p.cfg.uuid = uuid_option::null;
  }
  // Nothing will be written that could need following.
  if (p.cfg.redirect == redirect_option::follow && conflicts != conflicts_answer::fall_back) p.cfg.redirect = redirect_option::on;
}

/// metacopy=on needs redirect_dir=on.
errc resolve_metacopy(context& c, params& p, bool has_upper) {
  if (!p.cfg.metacopy || p.cfg.redirect == redirect_option::on) return errc::ok;
  if (decide(c, c.k.conflicts, {}) == conflicts_answer::fall_back) {
    if (!has_upper && p.cfg.redirect == redirect_option::follow) return errc::ok;
    log::metacopy_needs_redirect_dir(c, has_upper);
    p.cfg.metacopy = false;
    return errc::ok;
  }
  if (p.set_metacopy && p.set_redirect) {
    log::conflicting_options(c, "metacopy=on", p.shown_redirect());
    return errc::einval;
  }
  if (p.set_redirect) {
    log::disabling(c, "metacopy", "redirect_dir=" + std::string(ovlsim::name(p.shown_redirect())));
    p.cfg.metacopy = false;
  } else {
    p.cfg.redirect = redirect_option::on;
  }
  return errc::ok;
}

/// nfs_export=on needs index=on, and excludes metacopy=on.
errc resolve_nfs_export(context& c, params& p, bool has_upper) {
  if (p.cfg.nfs_export && decide(c, c.k.conflicts, {}) != conflicts_answer::resolved) {
    // What else it needs is seen when the workdir and the index are there, or not (get_workdir, disable_without_indexdir).
    if (!has_upper && p.cfg.redirect != redirect_option::nofollow) {
      log::nfs_export_needs_nofollow(c);
      p.cfg.nfs_export = false;
    }
    return errc::ok;
  }
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
    log::conflicting_options(c, "userxattr", p.shown_redirect());
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

redirect_option default_redirect(const module_parameters& m) { return m.redirect_dir ? redirect_option::on : redirect_off(m); }

xino_option default_xino(const module_parameters& m) { return m.xino_auto ? xino_option::autom : xino_option::off; }

errc set_module(context& c, const module_settings& s) {
  const auto refused = [&](const std::optional<bool>& given, const option_question& q) {
    return given && decide(c, c.k.option, q) == option_answer::unknown;
  };
  const option_question follows{.option = option_name::redirect_dir, .redirect = redirect_option::follow};
  if (refused(s.redirect_always_follow, follows) || refused(s.index, {.option = option_name::index}) ||
      refused(s.nfs_export, {.option = option_name::nfs_export}) || refused(s.xino_auto, {.option = option_name::xino}) ||
      refused(s.metacopy, {.option = option_name::metacopy})) {
    return errc::enoent;
  }
  module_parameters& m = c.w.module;
  m = {.redirect_dir = s.redirect_dir.value_or(m.redirect_dir),
       .redirect_always_follow = s.redirect_always_follow.value_or(m.redirect_always_follow),
       .index = s.index.value_or(m.index),
       .nfs_export = s.nfs_export.value_or(m.nfs_export),
       .xino_auto = s.xino_auto.value_or(m.xino_auto),
       .metacopy = s.metacopy.value_or(m.metacopy)};
  return errc::ok;
}

errc check_options_known(context& c, const mount_request& request) {
  const mount_options& o = request.options;
  const auto unknown = [&](const option_question& q, const std::string& text) {
    if (decide(c, c.k.option, q) == option_answer::known) return false;
    if (request.api == mount_api_answer::option_string) log::unrecognized_option(c, text);
    return true;
  };
  const auto on_off = [](bool on) { return std::string(on ? "=on" : "=off"); };
  bool refused = false;
  const auto check = [&](const option_question& q, const std::string& text) { refused = refused || unknown(q, text); };
  if (o.lower.empty() && !o.data.empty()) check({.option = option_name::datadir}, "datadir+=" + text_of(o.data.front()));
  if (o.index) check({.option = option_name::index}, "index" + on_off(*o.index));
  if (o.nfs_export) check({.option = option_name::nfs_export}, "nfs_export" + on_off(*o.nfs_export));
  if (o.metacopy) check({.option = option_name::metacopy}, "metacopy" + on_off(*o.metacopy));
  if (o.redirect_dir) {
    check({.option = option_name::redirect_dir, .redirect = *o.redirect_dir}, "redirect_dir=" + std::string(ovlsim::name(*o.redirect_dir)));
  }
  if (o.xino) check({.option = option_name::xino}, "xino=" + std::string(ovlsim::name(*o.xino)));
  if (o.uuid) check({.option = option_name::uuid_mode, .uuid = *o.uuid}, "uuid=" + std::string(ovlsim::name(*o.uuid)));
  if (o.is_volatile) check({.option = option_name::is_volatile}, "volatile");
  if (o.userxattr) check({.option = option_name::userxattr}, "userxattr");
  return refused ? errc::einval : errc::ok;
}

result<config> verify_params(context& c, const mount_request& request) {
  params p = as_given(c, request);
  const bool no_metacopy = !request.options.data.empty() && !p.cfg.metacopy;
  if (no_metacopy && decide(c, c.k.data_layers, {}) == data_layers_answer::need_metacopy_first) {
    log::data_layers_need_metacopy(c);
    return errc::einval;
  }
  if (!request.options.upper) without_upper(c, p, request);
  if (const errc e = resolve_metacopy(c, p, request.options.upper.has_value()); e != errc::ok) return e;
  if (const errc e = resolve_nfs_export(c, p, request.options.upper.has_value()); e != errc::ok) return e;
  if (const errc e = resolve_userxattr(c, p); e != errc::ok) return e;
  if (!request.options.data.empty() && !p.cfg.metacopy && decide(c, c.k.data_layers, {}) == data_layers_answer::need_metacopy) {
    log::data_layers_need_metacopy(c);
    return errc::einval;
  }
  return p.cfg;
}

}  // namespace ovlsim::overlay
