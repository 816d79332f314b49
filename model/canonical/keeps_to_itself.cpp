// SPDX-License-Identifier: Apache-2.0
//
// A filesystem of which renaming::collect() takes nothing but its inodes.
#include <algorithm>

#include "canonical/renaming.hpp"
#include "ovlsim/canonical.hpp"

namespace ovlsim {

using namespace canonical;

bool keeps_to_itself(const backing::filesystem& fs, const name_table& names) {
  if (!has_range(fs) || keeps_numbers(fs) || !has_closed_ranks(fs)) return false;
  const auto is_renamed = [&](const backing::dirent& e) { return is_temporary(names.text(e.name)) || is_index_name(names.text(e.name)); };
  if (std::any_of(fs.entries.begin(), fs.entries.end(), is_renamed)) return false;
  if (std::any_of(fs.unhashed.begin(), fs.unhashed.end(), is_renamed)) return false;
  std::size_t ids = 0;
  const auto is_renamed_id = [&](const char* at) {
    uuid id;
    std::copy_n(at, id.size(), id.begin());
    return is_made_up(id) && (id != made_up(fs.dev * ids_of_a_holder) || ++ids > 1);
  };
  const auto holds_renamed = [&](const backing::xattr& x) {
    const std::string_view name = names.text(x.name);
    if (!is_own_xattr(name)) return false;
    const byte_string& value = fs.slots[x.value];
    if (holds_id(name)) return value.size() == sizeof(uuid) && is_renamed_id(value.data());
    if (!name.ends_with(".origin") && !name.ends_with(".upper")) return false;
    const stored_handle h = stored_handle_in({const_cast<char*>(value.data()), value.size()});  // nothing is written to it here
    if (h.id == nullptr) return false;
    if (is_renamed_id(h.id)) return true;
    const handle_layout* const l = layout_of(h.type, h.fid.size());
    if (l == nullptr) return false;
    return get_number(h.fid.data() + l->ino_at, l->ino_size) >= range_size || get_number(h.fid.data() + l->generation_at, 4) != 0;
  };
  return std::none_of(fs.xattrs.begin(), fs.xattrs.end(), holds_renamed);
}

}  // namespace ovlsim
