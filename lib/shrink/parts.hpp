// SPDX-License-Identifier: Apache-2.0
//
// The paths and names in a command, whatever its verb: found by going through its arguments as the language lists them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ovlsim/command.hpp"
#include "scenario/arguments.hpp"

namespace ovlsim::shrinking {

struct parts {
  std::vector<path*> paths;              ///< a mount's layers included
  std::vector<const std::string*> names; ///< of filesystems, overlays, handles; those in `paths` excluded

  void makes(std::string_view, std::string& name) { names.push_back(&name); }
  void image_of(std::string_view, std::string& name) { names.push_back(&name); }
  void mounts(std::string_view, std::string& name) { names.push_back(&name); }
  void mounted(std::string_view, std::string& name) { names.push_back(&name); }
  void handle(std::string_view, std::string& name) { names.push_back(&name); }
  void at(std::string_view, path& p) { paths.push_back(&p); }
  void xattr(std::string_view, std::string&) {}
  void text(std::string_view, std::string&) {}
  void name_text(std::string_view, std::string&) {}
  void optional_text(std::string_view, std::string&) {}
  void mode(std::string_view, std::uint16_t&) {}
  void optional_mode(std::string_view, std::uint16_t&) {}
  void size(std::string_view, std::uint64_t&) {}
  void owner(std::string_view, std::uint32_t&, std::uint32_t&) {}
  void type(std::string_view, fs_type&) {}
  void literal(std::string_view) {}
  void id(std::optional<uuid>&) {}
  void no_exports(bool&) {}
  void how(open_mode&) {}
  void parameters(module_settings&) {}
  void options(cmd::mount& c) {
    for (path& p : c.options.lower) paths.push_back(&p);
    if (c.options.upper) paths.push_back(&*c.options.upper);
    if (c.options.work) paths.push_back(&*c.options.work);
  }
};

/// The pointers are into `c`.
inline parts parts_of(command& c) {
  parts found;
  std::visit([&](auto& one) { scenario_text::arguments(found, one); }, c);
  return found;
}

}  // namespace ovlsim::shrinking
