// SPDX-License-Identifier: Apache-2.0
//
// ovl_show_options(): what /proc/mounts says of an overlay's options.
#pragma once

#include <string>

#include "ovlsim/world.hpp"

namespace ovlsim::overlay {

/// `ro` and the options in force that are not the `defaults`, with commas between; the layers are left out. Before the new mount API
/// (mount_api_answer) options were shown as they had been given, which is not modelled.
std::string shown_options(const mounted& o, const module_parameters& defaults);

}  // namespace ovlsim::overlay
