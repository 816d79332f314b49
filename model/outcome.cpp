// SPDX-License-Identifier: Apache-2.0
//
// The names of the file types, as the scenario language spells them.
#include "ovlsim/outcome.hpp"

namespace ovlsim {

std::string_view name(file_type type) noexcept {
  switch (type) {
    case file_type::file: return "file";
    case file_type::dir: return "dir";
    case file_type::symlink: return "symlink";
    case file_type::chr: return "char";
    case file_type::block: return "block";
    case file_type::fifo: return "fifo";
    case file_type::socket: return "socket";
  }
  return "file";
}

entry_type entry_type_of(file_type type) noexcept {
  switch (type) {
    case file_type::file: return entry_type::file;
    case file_type::dir: return entry_type::dir;
    case file_type::symlink: return entry_type::symlink;
    default: return entry_type::other;
  }
}

std::string_view name(entry_type type) noexcept {
  switch (type) {
    case entry_type::file: return "file";
    case entry_type::dir: return "dir";
    case entry_type::symlink: return "symlink";
    case entry_type::other: return "other";
  }
  return "other";
}

}  // namespace ovlsim
