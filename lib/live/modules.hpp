// SPDX-License-Identifier: Apache-2.0
//
// Which modules a kernel needs for what is wanted of it, and in which order. Read from the modules themselves: a package has no
// modules.dep, its installation makes it.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace ovlsim::live {

/// What a module says of itself (modinfo): what it links to, and what it would rather have before it.
struct module_needs {
  std::vector<std::string> hard, soft;
};
module_needs needs_of(std::string_view module_bytes);

class module_set {
 public:
  /// `files`: all paths of the kernel. `read`: the bytes of a module, not compressed any more.
  using reader = std::function<std::string(const std::string& path)>;
  module_set(const std::vector<std::string>& files, std::string_view modules_builtin, reader read);

  /// Appends to `order` all that `name` needs and is not there yet, and `name` behind it; built-in ones need nothing. The name of
  /// one that is missing, or nothing.
  std::string resolve(const std::string& name, std::vector<std::string>& order);

  /// Those that resolve() has met.
  [[nodiscard]] const std::map<std::string, std::string>& bytes() const { return bytes_; }

 private:
  reader read_;
  std::map<std::string, std::string> bytes_;
  std::set<std::string> begun_;
  std::map<std::string, std::string, std::less<>> files_;  ///< path by name
  std::set<std::string, std::less<>> builtin_;
};

}  // namespace ovlsim::live
