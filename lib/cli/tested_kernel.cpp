// SPDX-License-Identifier: Apache-2.0
#include "cli/tested_kernel.hpp"

#include "cli/kernel_option.hpp"
#include "cli/policy_option.hpp"
#include "cli/support.hpp"

namespace ovlsim::cli {

std::string series_of(const std::string& release) {
  const std::size_t minor = release.find('.');
  const std::size_t end = minor == std::string::npos ? minor : release.find_first_not_of("0123456789", minor + 1);
  return release.substr(0, end);
}

void tested_kernel::add_to(CLI::App& command) {
  command.add_option("--vm", image_, "Boot this kernel in QEMU: linux-image-*.deb, or a directory it was unpacked into")
      ->type_name("IMAGE")
      ->check(CLI::ExistingPath);
}

live::vm_kernel* tested_kernel::vm() const {
  if (image_.empty()) return nullptr;
  if (!vm_) vm_.emplace(image_);
  return &*vm_;
}

std::string tested_kernel::missing(const scenario* s) const {
  live::vm_kernel* const in_vm = vm();
  return in_vm != nullptr ? in_vm->missing(s) : live::missing(s);
}

std::unique_ptr<live::session> tested_kernel::new_session() const {
  const live::vm_kernel* const in_vm = vm();
  return in_vm != nullptr ? std::make_unique<live::session>(*in_vm) : std::make_unique<live::session>();
}

std::string tested_kernel::release() const {
  const live::vm_kernel* const in_vm = vm();
  return in_vm != nullptr ? in_vm->release() : live::kernel_release();
}

void model_rules::add_to(CLI::App& command) {
  command.add_option("--kernel", name_, "The kernel whose rules the model follows; without, that of the same series")
      ->type_name("VERSION");
  add_policy_option(command, policy_);
}

std::optional<kernel> model_rules::choose(const std::string& release) const {
  const kernel* k = base(release);
  return k == nullptr ? std::nullopt : with_policy_option(*k, policy_);
}

std::string model_rules::as_options() const {
  return (name_.empty() ? "" : " --kernel " + name_) + (policy_.empty() ? "" : " --policy " + policy_);
}

const kernel* model_rules::base(const std::string& release) const {
  if (!name_.empty()) return find_kernel(name_);
  const std::string series = series_of(release);
  if (const kernel* same = kernel_named(series)) return same;
  const std::string newest(kernel_history().back().name);
  diagnose("ovlsim: no rules for Linux " + series + ", the model follows those of " + newest +
           "; --kernel chooses others: " + kernel_names());
  return kernel_named(newest);
}

}  // namespace ovlsim::cli
