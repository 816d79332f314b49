// SPDX-License-Identifier: Apache-2.0
//
// Data-only layers: they have no part in the merged tree. A metacopy in a lower layer names a file in them by an absolute redirect, and
// which file that is, is looked up when its data is first needed.
#pragma once

#include "overlay/dcache.hpp"

namespace ovlsim::overlay {

/// Whether the data of `i` is still to be looked up.
inline bool needs_lowerdata(const inode& i) { return i.type == file_type::file && i.lower.size() > 1 && i.lower.back().ino == 0; }

/// ovl_verify_lowerdata(): finds the data of a regular file that is still to be looked up; nothing for anything else. The errno of
/// the last data layer where none has it, which the log tells.
errc verify_lowerdata(context& c, mounted& o, std::uint32_t d);

}  // namespace ovlsim::overlay
