// SPDX-License-Identifier: Apache-2.0
#include "explain/history.hpp"

#include <algorithm>

namespace ovlsim::explaining {

instance instance_of(const world& w, const real_place& at) {
  const backing::filesystem* fs = filesystem_at(w, at.fs);
  const backing::inode* i = fs == nullptr ? nullptr : fs->inodes.find(at.ino);
  return i == nullptr ? instance{} : instance{at.fs, fs->dev, at.ino, i->generation};
}

std::vector<copy_up> copy_ups_between(const world& before, const world& after, std::size_t step) {
  std::vector<copy_up> found;
  for (const auto& mounted : after.overlays) {
    const overlay::mounted& o = *mounted;
    if (!o.has_upper()) continue;
    for (const overlay::inode& i : o.inodes) {
      if (!i.in_use || i.upper == 0 || i.lower.empty()) continue;
      const real_place upper{o.layers[0].fs, i.upper};
      const real_place lower = real_of(o, i.lower[0]);
      const instance made = instance_of(after, upper);
      if (made.fs == overlay::none || made == instance_of(before, upper) || lower.fs == overlay::none) continue;
      const backing::filesystem* lower_fs = filesystem_at(after, lower.fs);
      const bool known = std::any_of(found.begin(), found.end(), [&](const copy_up& c) { return c.upper == made; });
      if (known) continue;
      found.push_back({step, made, instance_of(after, lower), path_of(after, upper.fs, upper.ino), path_of(after, lower.fs, lower.ino),
                       lower_fs == nullptr ? std::vector<std::string>{} : paths_within(after, *lower_fs, lower.ino),
                       i.type == file_type::dir});
    }
  }
  std::sort(found.begin(), found.end(), [](const copy_up& a, const copy_up& b) {
    return a.upper.fs != b.upper.fs ? a.upper.fs < b.upper.fs : a.upper.ino < b.upper.ino;
  });
  return found;
}

history::history(const recording& run) : run_(run) {
  for (std::size_t n = 0; n < run.steps.size(); ++n) {
    for (copy_up& c : copy_ups_between(run.before(n), run.after(n), n)) copy_ups_.push_back(std::move(c));
  }
}

const copy_up* history::of(const world& w, const real_place& upper) const {
  const instance wanted = instance_of(w, upper);
  if (wanted.fs == overlay::none) return nullptr;
  const auto last = std::find_if(copy_ups_.rbegin(), copy_ups_.rend(), [&](const copy_up& c) { return c.upper == wanted; });
  return last == copy_ups_.rend() ? nullptr : &*last;
}

bool history::same_file(const world& w, const copy_up& from, const real_place& now) {
  if (from.lower.ino == 0) return true;  // of an overlay: nothing says otherwise
  if (instance_of(w, now) == from.lower) return true;
  const backing::filesystem* fs = filesystem_at(w, now.fs);
  if (fs == nullptr || now.fs != from.lower.fs || fs->dev == from.lower.dev) return false;
  const std::vector<std::string> names = paths_within(w, *fs, now.ino);
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    return std::find(from.lower_names.begin(), from.lower_names.end(), name) != from.lower_names.end();
  });
}

std::size_t history::made_at(std::uint32_t fs, std::size_t step) const {
  const auto dev = [fs](const world& w) { const auto* at = filesystem_at(w, fs); return at == nullptr ? 0U : at->dev; };
  for (std::size_t n = step + 1; n-- > 0;) {
    if (dev(run_.after(n)) != dev(run_.before(n))) return n;
  }
  return 0;
}

std::optional<std::size_t> history::stored_at(const instance& at, std::string_view xattr, std::string_view value,
                                              std::size_t step) const {
  std::optional<std::size_t> first;
  for (std::size_t n = step + 1; n-- > 0;) {
    const world& w = run_.after(n);
    if (instance_of(w, {at.fs, at.ino}) != at) break;
    const auto stored = xattr_of(w, *filesystem_at(w, at.fs), at.ino, xattr);
    if (!stored || *stored != value) break;
    first = n;
  }
  return first;
}

std::size_t history::named_at(const real_place& at, std::size_t step) const {
  const std::string path = path_of(run_.after(step), at.fs, at.ino);
  const instance which = instance_of(run_.after(step), at);
  while (step > 0 && instance_of(run_.before(step), at) == which && path_of(run_.before(step), at.fs, at.ino) == path) --step;
  return step;
}

}  // namespace ovlsim::explaining
