// SPDX-License-Identifier: Apache-2.0
//
// Files that a subcommand writes.
#pragma once

#include <string>
#include <string_view>

namespace ovlsim::cli {

enum class output_kind : bool { document, program };  ///< a program can be executed by whoever can read it

/// Writes a whole file, or standard output for `-`. A regular file is replaced by way of a new one beside it, so that whatever happens the
/// old text or the new one is there; it keeps its permissions, and a symbolic link stays one. On failure says why on standard error.
bool write_file(const std::string& file, std::string_view text, output_kind what = output_kind::document);

}  // namespace ovlsim::cli
