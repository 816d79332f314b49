// SPDX-License-Identifier: Apache-2.0
#include "overlay/stat.hpp"

#include "overlay/index.hpp"
#include "overlay/log.hpp"
#include "overlay/options.hpp"
#include "overlay/real.hpp"

namespace ovlsim::overlay {

namespace {

bool fits(ino_t64 ino, int bits) { return ino >> (64 - bits) == 0; }

/// ovl_map_dev_ino().
void map_dev_ino(context& c, const mounted& o, std::uint32_t d, const layer& of, answer::stat& st) {
  st.dev = o.dev;
  if (same_fs(o)) return;
  const int bits = xino_bits(o);
  if (bits != 0) {
    if (fits(st.ino, bits)) {
      st.ino = with_fsid(o, st.ino, of.fsid);
      return;
    }
    if (xino_warn(o)) log::inode_number_too_big(c, pd2(c.w, o, d), st.ino, bits);
  }
  if (st.type == file_type::dir) {
    st.ino = inode_of(o, d).i_ino;
  } else {
    st.dev = of.dev;
  }
}

}  // namespace

path_type type_of(const inode& i) {
  path_type t;
  t.upper = i.upper != 0;
  if (t.upper) {
    t.origin = !i.lower.empty() && i.const_ino;
    t.merge = !i.lower.empty() && (i.type == file_type::dir || !has_upperdata(i));
  } else {
    t.merge = i.lower.size() > 1;
  }
  return t;
}

ino_t64 with_fsid(const mounted& o, ino_t64 ino, std::uint32_t fsid) {
  return ino | static_cast<ino_t64>(fsid) << (64 - xino_bits(o) + (o.cfg.xino_reserves_bit ? 1 : 0));
}

ino_t64 map_i_ino(mounted& o, ino_t64 ino, std::uint32_t fsid, bool is_dir) {
  const int bits = xino_bits(o);
  if (same_fs(o)) return ino;
  if (bits != 0 && fits(ino, bits)) return with_fsid(o, ino, fsid);
  if (!is_dir || (bits != 0 && !o.cfg.xino_reserves_bit)) return ino;
  ino_t64 next = ++o.last_ino;  // ovl_next_ino()
  if (bits != 0) {              // from the range that xino reserves
    const int shift = 64 - bits;
    next = (next & (~ino_t64{0} >> bits)) | ino_t64{1} << shift;
  }
  return next;
}

answer::stat getattr(context& c, const mounted& o, std::uint32_t d) {
  const inode& i = inode_of(o, d);
  const path_type type = type_of(i);
  answer::stat st = get_attributes(c, real_of(o, i));
  const bool is_dir = st.type == file_type::dir;
  const layer* shown = &o.layers[0];
  if (!is_dir || same_dev(o)) {
    if (!type.upper) {
      shown = &o.layers[i.lower[0].layer];
    } else if (type.origin) {
      const layer& below = o.layers[i.lower[0].layer];
      const answer::stat lower = get_attributes(c, lower_of(o, i.lower[0]));
      const origin_ino_question q{.index_all = index_all(o),
                                  .is_dir = is_dir,
                                  .one_fs = same_fs(o),
                                  .indexed = i.indexed,
                                  .on_upper_fs = below.fsid == 0,
                                  .lower_nlink = lower.nlink};
      const origin_ino_answer told = decide(c, c.k.origin_ino, q);
      if (told != origin_ino_answer::nothing) shown = &below;
      if (told == origin_ino_answer::number) st.ino = lower.ino;
    }
  }
  map_dev_ino(c, o, d, *shown, st);
  if (is_dir && type.merge) st.nlink = 1;
  if (!is_dir && i.indexed) st.nlink = i.nlink;
  return st;
}

}  // namespace ovlsim::overlay
