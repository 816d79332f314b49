// SPDX-License-Identifier: Apache-2.0
#include "overlay/show_options.hpp"

#include "overlay/options.hpp"
#include "overlay/params.hpp"

namespace ovlsim::overlay {

namespace {

class option_list {
 public:
  std::string text;

  void add(std::string_view name, std::string_view value = {}) {
    if (!text.empty()) text += ',';
    text += name;
    if (!value.empty()) text.append("=").append(value);
  }
};

}  // namespace

std::string shown_options(const mounted& o, const module_parameters& defaults) {
  const auto on_off = [](bool on) { return on ? "on" : "off"; };
  option_list shown;
  if (o.ro) shown.add("ro");
  if (o.cfg.redirect != default_redirect(defaults)) shown.add("redirect_dir", ovlsim::name(o.cfg.redirect));
  if (o.cfg.index != defaults.index) shown.add("index", on_off(o.cfg.index));
  if (o.cfg.uuid != uuid_option::autom) shown.add("uuid", ovlsim::name(o.cfg.uuid));
  if (o.cfg.nfs_export != defaults.nfs_export) shown.add("nfs_export", on_off(o.cfg.nfs_export));
  if (o.cfg.xino != default_xino(defaults) && !same_fs(o)) shown.add("xino", ovlsim::name(o.cfg.xino));
  if (o.cfg.metacopy != defaults.metacopy) shown.add("metacopy", on_off(o.cfg.metacopy));
  if (o.cfg.is_volatile) shown.add("volatile");
  if (o.cfg.userxattr) shown.add("userxattr");
  return shown.text;
}

}  // namespace ovlsim::overlay
