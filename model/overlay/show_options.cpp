// SPDX-License-Identifier: Apache-2.0
#include "overlay/show_options.hpp"

#include "overlay/options.hpp"

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

std::string shown_options(const mounted& o) {
  option_list shown;
  if (o.ro) shown.add("ro");
  if (o.cfg.redirect != redirect_option::follow) shown.add("redirect_dir", ovlsim::name(o.cfg.redirect));
  if (o.cfg.index) shown.add("index", "on");
  if (o.cfg.uuid != uuid_option::autom) shown.add("uuid", ovlsim::name(o.cfg.uuid));
  if (o.cfg.nfs_export) shown.add("nfs_export", "on");
  if (o.cfg.xino != xino_option::off && !same_fs(o)) shown.add("xino", ovlsim::name(o.cfg.xino));
  if (o.cfg.metacopy) shown.add("metacopy", "on");
  if (o.cfg.is_volatile) shown.add("volatile");
  if (o.cfg.userxattr) shown.add("userxattr");
  return shown.text;
}

}  // namespace ovlsim::overlay
