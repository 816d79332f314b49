// SPDX-License-Identifier: Apache-2.0
//
// Mount options: what was asked for becomes what is in force, or a conflict (fs/overlayfs/params.c).
#pragma once

#include "overlay/mount.hpp"

namespace ovlsim::overlay {

/// ovl_redirect_mode_def() and ovl_xino_def(): where the mount does not say.
redirect_option default_redirect(const module_parameters& m);
xino_option default_xino(const module_parameters& m);

/// Writes to /sys/module/overlay/parameters: ENOENT, with nothing written, where this kernel has not all of them.
errc set_module(context& c, const module_settings& settings);

/// ovl_parse_param(), ovl_parse_opt(): EINVAL for an option, or a value, that this kernel does not know.
errc check_options_known(context& c, const mount_request& request);

/// ovl_fs_params_verify(): resolves what the options need of each other, in the kernel's order: each check sees what the ones before it
/// changed. EINVAL where two that were both given explicitly exclude each other. The log says so, and what else was switched off.
result<config> verify_params(context& c, const mount_request& request);

}  // namespace ovlsim::overlay
