// SPDX-License-Identifier: Apache-2.0
//
// The bytes of struct ovl_fb: version 0, magic 0xfb, length of all, flags, fid type, UUID, fid. 21 bytes before the fid.
#include "overlay/origin.hpp"

#include <algorithm>

#include "backing/handles.hpp"
#include "backing/traits.hpp"
#include "backing/tree.hpp"
#include "overlay/log.hpp"
#include "overlay/options.hpp"
#include "overlay/redirect.hpp"
#include "overlay/xattrs.hpp"

namespace ovlsim::overlay {

namespace {

constexpr std::size_t header = 21;
constexpr unsigned version = 0;
constexpr unsigned magic = 0xfb;
constexpr unsigned flag_big_endian = 1;
constexpr unsigned flag_any_endian = 2;
constexpr unsigned flag_path_upper = 4;
constexpr unsigned all_flags = flag_big_endian | flag_any_endian | flag_path_upper;

enum class validity { good, unknown, invalid };

/// ovl_check_fb_len().
validity check(std::string_view bytes) {
  const auto at = [&](std::size_t i) -> unsigned { return static_cast<unsigned char>(bytes[i]); };
  if (bytes.size() < header || bytes.size() < at(2)) return validity::invalid;
  if (at(1) != magic) return validity::invalid;
  if (at(0) > version || (at(3) & ~all_flags) != 0) return validity::unknown;
  // Models a little-endian machine, as all that this project compares with are.
  if ((at(3) & flag_any_endian) == 0 && (at(3) & flag_big_endian) != 0) return validity::unknown;
  return validity::good;
}

}  // namespace

std::optional<stored_fh> read_stored_fh(context& c, const real& r, std::string_view xattr) {
  const auto bytes = get_layer_xattr(c.w, r, xattr);
  if (!bytes || bytes->empty()) return std::nullopt;
  switch (check(*bytes)) {
    case validity::unknown: return std::nullopt;
    case validity::invalid: log::invalid_origin_bytes(c, *bytes); return std::nullopt;
    case validity::good: break;
  }
  stored_fh fh;
  fh.flags = static_cast<std::uint8_t>((*bytes)[3]);
  fh.type = static_cast<std::uint8_t>((*bytes)[4]);
  std::copy_n(bytes->begin() + 5, fh.id.size(), fh.id.begin());
  const std::size_t length = static_cast<unsigned char>((*bytes)[2]);
  // exportfs counts in words of four bytes
  fh.fid = bytes->substr(header, length < header ? 0 : (length - header) / 4 * 4);
  return fh;
}

byte_string encode_stored_fh(const world& w, const real& r, bool is_upper) {
  const backing::filesystem& fs = *w.filesystems[r.fs];
  const backing::file_handle h = backing::encode(fs, *backing::find(fs, r.ino));
  byte_string bytes = {static_cast<char>(version), static_cast<char>(magic), static_cast<char>(header + h.fid.size()),
                       static_cast<char>(is_upper ? flag_path_upper : 0), static_cast<char>(h.type)};
  bytes.insert(bytes.end(), fs.id.begin(), fs.id.end());
  bytes.insert(bytes.end(), h.fid.begin(), h.fid.end());
  return bytes;
}

void store_origin(context& c, mounted& o, const lower_path& lower, ino_t64 upper) {
  const real r = lower_of(o, lower);
  const backing::filesystem& fs = *c.w.filesystems[r.fs];
  const backing::inode& i = *backing::find(fs, r.ino);
  const store_origin_question q{.opts = in_force(o),
                                .is_dir = i.type == file_type::dir,
                                .to_index = false,
                                .lower_nlink = i.nlink,
                                .can_decode = backing::handles_of(fs) != backing::handle_class::none,
                                .null_uuid = backing::has_null_uuid(fs)};
  switch (decide(c, c.k.store_origin, q)) {
    case store_origin_answer::nothing: return;
    case store_origin_answer::empty: set_upper_xattr(c.w, o, upper, xattr_name::origin, ""); return;
    case store_origin_answer::handle: {
      const byte_string fh = encode_stored_fh(c.w, r, false);
      set_upper_xattr(c.w, o, upper, xattr_name::origin, {fh.data(), fh.size()});
      return;
    }
  }
}

result<std::optional<lower_path>> check_origin(context& c, mounted& o, ino_t64 upper, const name_below& where) {
  using found = std::optional<lower_path>;
  const real upper_real{o.layers[0].fs, upper};
  const std::optional<stored_fh> fh = read_stored_fh(c, upper_real, xattr_name::origin);
  if (!fh) return found{};
  for (std::uint32_t n = 1; n < o.layers.size(); ++n) {
    const layer& l = o.layers[n];
    const backing::filesystem& fs = *c.w.filesystems[l.fs];
    const follow_question q{.opts = in_force(o),
                            .on_upper_fs = l.fsid == 0,
                            .bad_uuid = o.sbs[l.fsid].bad_uuid,
                            .stored_null_uuid = fh->id == uuid{},
                            .same_uuid = fh->id == fs.id};
    if (decide(c, c.k.follow_origin, q) == follow_answer::skip) continue;
    const backing::inode* i = backing::decode(fs, fh->type, fh->fid.data(), fh->fid.size());
    if (i == nullptr) {
      // exportfs_decode_fh() says ESTALE for anything that it cannot decode, and that is "no match" for a lower's handle only.
      if ((fh->flags & flag_path_upper) != 0) return found{};
      continue;
    }
    const file_type type = attributes(c.w, upper_real).type;
    if (type == i->type) return found{lower_path{n, i->ino}};
    log::invalid_origin(c, upper_dentry_pd2(c.w, o, where.parent, where.name), type, i->type);
    if (decide(c, c.k.origin_type, {type, i->type}) == origin_type_answer::eio) return errc::eio;
    return found{};
  }
  return found{};
}

}  // namespace ovlsim::overlay
