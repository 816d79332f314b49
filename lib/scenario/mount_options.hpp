// SPDX-License-Identifier: Apache-2.0
//
// The options of `mount` but for the layers, each listed once, in the order in which they are printed.
#pragma once

#include <string_view>

#include "ovlsim/command.hpp"

namespace ovlsim::scenario_text {

/// Shows each option with its name to `visit`, which takes optional<bool> (`index=on`), an optional enum
/// (`xino=auto`), and bool (`ro`).
template <class Visit, class Options>
void each_option(Visit&& visit, Options& o) {
  visit("index", o.index);
  visit("nfs_export", o.nfs_export);
  visit("metacopy", o.metacopy);
  visit("redirect_dir", o.redirect_dir);
  visit("xino", o.xino);
  visit("uuid", o.uuid);
  visit("volatile", o.is_volatile);
  visit("userxattr", o.userxattr);
  visit("ro", o.ro);
}

}  // namespace ovlsim::scenario_text
