// SPDX-License-Identifier: Apache-2.0
//
// Temporary objects in the workdir. Another mount that is given the same workdir makes it anew: the one that this mount goes on with
// is then a removed directory, in which nothing can be made any more.
#pragma once

#include "overlay/dcache.hpp"

namespace ovlsim::overlay {

/// A new name in the workdir (ovl_lookup_temp), for an object to be made there; ENOENT in a removed directory (may_create), EIO (and a
/// log line) where somebody has that name already.
result<name_id> temp_name(context& c, const mounted& o);

/// The same for an object that is gone when the command ends: nobody sees the name, only that the counter went on.
errc count_temp(context& c, const mounted& o);

/// ovl_do_tmpfile(): what the filesystem says to an O_TMPFILE in the workdir.
errc check_tmpfile(const world& w, const mounted& o);

}  // namespace ovlsim::overlay
