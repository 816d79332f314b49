// SPDX-License-Identifier: Apache-2.0
#include "overlay/temp.hpp"

#include "backing/traits.hpp"
#include "backing/tree.hpp"
#include "overlay/log.hpp"

namespace ovlsim::overlay {

namespace {

/// IS_DEADDIR().
bool workdir_is_removed(const world& w, const mounted& o) { return backing::is_removed(upper_fs(w, o), o.workdir); }

result<std::string> new_name(context& c, const mounted& o) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string name;
  for (std::uint32_t n = c.w.next_temp++; n != 0; n >>= 4) name.insert(name.begin(), digits[n & 15]);
  name.insert(name.begin(), '#');
  if (workdir_is_removed(c.w, o)) return errc::enoent;
  const std::optional<name_id> id = c.w.names.find(name);
  if (!id || backing::lookup(upper_fs(c.w, o), o.workdir, *id) == 0) return name;
  log::temp_exists(c, name);
  return errc::eio;
}

}  // namespace

result<name_id> temp_name(context& c, const mounted& o) {
  const result<std::string> name = new_name(c, o);
  return name ? result<name_id>(c.w.names.intern(name.value)) : name.error;
}

errc count_temp(context& c, const mounted& o) { return new_name(c, o).error; }

errc check_tmpfile(const world& w, const mounted& o) {
  return workdir_is_removed(w, o) ? backing::traits_of(upper_fs(w, o)).tmpfile_in_removed : errc::ok;
}

}  // namespace ovlsim::overlay
