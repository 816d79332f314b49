// SPDX-License-Identifier: Apache-2.0
#include "cli/kernel_option.hpp"

#include "cli/support.hpp"

namespace ovlsim::cli {

std::string kernel_names() {
  std::string names;
  for (const kernel_series& s : kernel_history()) {
    if (!names.empty()) names += ' ';
    names += s.name;
  }
  return names;
}

const kernel* find_kernel(std::string_view name) {
  const kernel* k = kernel_named(name);
  if (k == nullptr) diagnose("ovlsim: no rules for the kernel `" + std::string(name) + "`; this release knows: " + kernel_names());
  return k;
}

CLI::Option* add_kernel_option(CLI::App& command, std::string& value) {
  return command.add_option("--kernel", value, "The kernel whose rules the model follows (see `ovlsim kernels`)")
      ->type_name("VERSION")
      ->capture_default_str();
}

}  // namespace ovlsim::cli
