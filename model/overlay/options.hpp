// SPDX-License-Identifier: Apache-2.0
//
// The mount options in force, as decisions see them.
#pragma once

#include "ovlsim/kernel.hpp"
#include "ovlsim/world.hpp"

namespace ovlsim::overlay {

inline options_in_force in_force(const mounted& o) {
  return {.index = o.cfg.index,
          .nfs_export = o.cfg.nfs_export,
          .metacopy = o.cfg.metacopy,
          .redirect = o.cfg.redirect,
          .xino = o.cfg.xino};
}

inline bool same_fs(const mounted& o) { return o.xino_mode == 0; }               // ovl_same_fs()
inline bool same_dev(const mounted& o) { return o.xino_mode >= 0; }              // ovl_same_dev()
inline int xino_bits(const mounted& o) { return o.xino_mode > 0 ? o.xino_mode : 0; }
inline bool xino_warn(const mounted& o) { return o.cfg.xino == xino_option::on || !o.cfg.xino_reserves_bit; }  // ovl_xino_warn()
inline bool redirect_follow(const mounted& o) {                                  // ovl_redirect_follow()
  return o.cfg.redirect == redirect_option::follow || o.cfg.redirect == redirect_option::on;
}

}  // namespace ovlsim::overlay
