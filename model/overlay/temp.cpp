// SPDX-License-Identifier: Apache-2.0
#include "overlay/temp.hpp"

#include "backing/traits.hpp"
#include "backing/tree.hpp"

namespace ovlsim::overlay {

namespace {

/// IS_DEADDIR().
bool workdir_is_removed(const world& w, const mounted& o) { return backing::find(upper_fs(w, o), o.workdir)->nlink == 0; }

}  // namespace

result<name_id> temp_name(world& w, const mounted& o) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string hex;
  for (std::uint32_t n = w.next_temp++; n != 0; n >>= 4) hex.insert(hex.begin(), digits[n & 15]);
  if (workdir_is_removed(w, o)) return errc::enoent;
  return w.names.intern("#" + hex);
}

errc count_temp(world& w, const mounted& o) {
  ++w.next_temp;
  return workdir_is_removed(w, o) ? errc::enoent : errc::ok;
}

errc check_tmpfile(const world& w, const mounted& o) {
  return workdir_is_removed(w, o) ? backing::traits_of(upper_fs(w, o)).tmpfile_in_removed : errc::ok;
}

}  // namespace ovlsim::overlay
