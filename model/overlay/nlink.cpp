// SPDX-License-Identifier: Apache-2.0
//
// The value is `U+n`, `U-n`, `L+n` or `L-n`: how many links more the overlay shows than the upper or the lower inode has.
#include "overlay/nlink.hpp"

#include <charconv>
#include <string>

#include "overlay/options.hpp"
#include "overlay/real.hpp"
#include "overlay/xattrs.hpp"

namespace ovlsim::overlay {

namespace {

/// ovl_set_nlink_common().
errc set_nlink(context& c, const mounted& o, const inode& i, char base, std::uint32_t real_nlink) {
  const std::int64_t difference = std::int64_t{i.nlink} - real_nlink;
  std::string value(1, base);
  if (difference >= 0) value += '+';
  value += std::to_string(difference);
  return set_upper_xattr(c.w, o, i.upper, xattr_name::nlink, value);
}

}  // namespace

recorded_nlink get_nlink(context& c, const mounted& o, const inode_params& p, std::uint32_t fallback) {
  if (p.lower.empty() || p.upper == 0) return {fallback};
  const real upper{o.layers[0].fs, p.upper};
  const std::uint32_t lower_nlink = i_nlink(c.w, lower_of(o, p.lower[0]));
  if (decide(c, c.k.nlink, {p.indexed, lower_nlink}) == nlink_answer::real) return {fallback};

  constexpr std::size_t longest = 12;
  constexpr int enodata = -61;
  constexpr int erange = -34;
  constexpr int einval = -22;
  const auto value = get_layer_xattr(c.w, o, upper, xattr_name::nlink);
  int error = !value ? enodata : value->size() > longest ? erange : static_cast<int>(value->size());
  if (error >= 2 && (value->front() == 'L' || value->front() == 'U') && ((*value)[1] == '+' || (*value)[1] == '-')) {
    int difference = 0;
    const char* const begin = value->data() + ((*value)[1] == '+' ? 2 : 1);
    const char* const end = value->data() + value->size();
    const auto [stop, failure] = std::from_chars(begin, end, difference);
    if (failure != std::errc{} || stop != end) {
      error = einval;
    } else {
      const std::uint32_t base = value->front() == 'L' ? lower_nlink : attributes(c.w, upper).nlink;
      const std::int64_t links = std::int64_t{base} + difference;
      if (links > 0) return {static_cast<std::uint32_t>(links)};
      error = 0;
    }
  }
  return {fallback, error};
}

errc set_nlink_upper(context& c, const mounted& o, const inode& i) {
  return set_nlink(c, o, i, 'U', attributes(c.w, {o.layers[0].fs, i.upper}).nlink);
}

errc set_nlink_lower(context& c, const mounted& o, const inode& i) {
  return set_nlink(c, o, i, 'L', i_nlink(c.w, lower_of(o, i.lower[0])));
}

void drop_nlink(mounted& o, std::uint32_t d) {
  const std::uint32_t slot = o.dentries[d].inode;
  const std::uint32_t keep = has_other_alias(o, slot, d) ? 1 : 0;
  if (o.inodes[slot].nlink > keep) --o.inodes[slot].nlink;
}

}  // namespace ovlsim::overlay
