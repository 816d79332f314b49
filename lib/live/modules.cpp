// SPDX-License-Identifier: Apache-2.0
#include "live/modules.hpp"

#include <algorithm>
#include <utility>

namespace ovlsim::live {
namespace {

/// Files have `-` where the kernel has `_`.
std::string as_kernel_has_it(std::string_view name) {
  std::string same(name);
  std::replace(same.begin(), same.end(), '-', '_');
  return same;
}

/// `lib/modules/6.1.0/kernel/fs/xfs/xfs.ko.xz` -> `xfs`; empty where it is no module.
std::string module_name(std::string_view path) {
  path.remove_prefix(path.rfind('/') + 1);
  const std::size_t end = path.find(".ko");
  if (end == std::string_view::npos) return {};
  const std::string_view rest = path.substr(end);
  const bool is_module = rest == ".ko" || rest == ".ko.xz" || rest == ".ko.gz" || rest == ".ko.zst";
  return is_module ? as_kernel_has_it(path.substr(0, end)) : std::string();
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::string_view part = text.substr(0, text.find(separator));
    if (!part.empty()) parts.emplace_back(part);
    text.remove_prefix(std::min(text.size(), part.size() + 1));
  }
  return parts;
}

/// The values of a key of modinfo, whose entries are `key=value`, each between two NULs.
std::vector<std::string_view> values(std::string_view bytes, std::string_view key) {
  std::vector<std::string_view> found;
  const std::string pattern = std::string(1, '\0') + std::string(key) + "=";
  for (std::size_t at = bytes.find(pattern); at != std::string_view::npos; at = bytes.find(pattern, at)) {
    at += pattern.size();
    const std::size_t end = bytes.find('\0', at);
    found.push_back(bytes.substr(at, end == std::string_view::npos ? end : end - at));
  }
  return found;
}

}  // namespace

module_needs needs_of(std::string_view module_bytes) {
  module_needs needs;
  for (const std::string_view value : values(module_bytes, "depends"))
    for (const std::string& name : split(value, ',')) needs.hard.push_back(as_kernel_has_it(name));
  for (const std::string_view value : values(module_bytes, "softdep")) {  // "pre: a b post: c"
    bool before = false;
    for (const std::string& word : split(value, ' ')) {
      if (word.ends_with(':'))
        before = word == "pre:";
      else if (before)
        needs.soft.push_back(as_kernel_has_it(word));
    }
  }
  return needs;
}

module_set::module_set(const std::vector<std::string>& files, std::string_view modules_builtin, reader read)
    : read_(std::move(read)) {
  for (const std::string& path : files)
    if (const std::string name = module_name(path); !name.empty()) files_[name] = path;
  for (const std::string& path : split(modules_builtin, '\n')) builtin_.insert(module_name(path));
}

std::string module_set::resolve(const std::string& wanted, std::vector<std::string>& order) {
  const std::string name = as_kernel_has_it(wanted);
  if (builtin_.contains(name) || std::find(order.begin(), order.end(), name) != order.end()) return {};
  const auto found = files_.find(name);
  if (found == files_.end()) return name;
  if (!begun_.insert(name).second) return {};  // two that would rather have each other before them
  const auto [read, is_new] = bytes_.try_emplace(name);
  if (is_new) read->second = read_(found->second);
  const module_needs needs = needs_of(read->second);
  // The names in softdep are aliases as often as modules (`crc32c`, for any that computes it), and nobody fails without them.
  for (const std::string& need : needs.soft) static_cast<void>(resolve(need, order));
  for (const std::string& need : needs.hard)
    if (std::string missing = resolve(need, order); !missing.empty()) {
      begun_.erase(name);
      return missing;
    }
  begun_.erase(name);
  order.push_back(name);
  return {};
}

}  // namespace ovlsim::live
