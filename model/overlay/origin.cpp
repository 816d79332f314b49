// SPDX-License-Identifier: Apache-2.0
//
// The bytes of struct ovl_fb: version 0, magic 0xfb, length of all, flags, fid type, UUID, fid. 21 bytes before the fid.
#include "overlay/origin.hpp"

#include <algorithm>

#include "backing/handles.hpp"
#include "backing/traits.hpp"
#include "backing/tree.hpp"
#include "overlay/layers.hpp"
#include "overlay/log.hpp"
#include "overlay/options.hpp"
#include "overlay/xattrs.hpp"

namespace ovlsim::overlay {

namespace {

constexpr unsigned version = 0;
constexpr unsigned magic = 0xfb;
constexpr unsigned flag_big_endian = 1;
constexpr unsigned flag_any_endian = 2;
constexpr unsigned all_flags = flag_big_endian | flag_any_endian | fb_flag_path_upper;

/// What stands for the filesystem in its handles: nothing with uuid=off (ovl_origin_uuid).
uuid stored_uuid(const mounted& o, const backing::filesystem& fs) { return o.cfg.uuid == uuid_option::off ? uuid{} : fs.id; }

}  // namespace

errc check_fb(std::string_view bytes) {
  const auto at = [&](std::size_t i) -> unsigned { return static_cast<unsigned char>(bytes[i]); };
  if (bytes.size() < fb_header || bytes.size() < at(2)) return errc::einval;
  if (at(1) != magic) return errc::einval;
  if (at(0) > version || (at(3) & ~all_flags) != 0) return errc::enodata;
  // Models a little-endian machine, as all that this project compares with are.
  if ((at(3) & flag_any_endian) == 0 && (at(3) & flag_big_endian) != 0) return errc::enodata;
  return errc::ok;
}

stored_fh decode_fb(std::string_view bytes) {
  stored_fh fh;
  fh.bytes = bytes.substr(0, static_cast<unsigned char>(bytes[2]));
  fh.flags = static_cast<std::uint8_t>(bytes[3]);
  fh.type = static_cast<std::uint8_t>(bytes[4]);
  std::copy_n(bytes.begin() + 5, fh.id.size(), fh.id.begin());
  const std::size_t length = fh.bytes.size();
  // exportfs counts in words of four bytes
  fh.fid = bytes.substr(fb_header, length < fb_header ? 0 : (length - fb_header) / 4 * 4);
  return fh;
}

std::string hex_of(std::string_view bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string hex;
  hex.reserve(bytes.size() * 2);
  for (const char byte : bytes) {
    hex += digits[static_cast<unsigned char>(byte) >> 4];
    hex += digits[static_cast<unsigned char>(byte) & 15];
  }
  return hex;
}

std::optional<stored_fh> read_stored_fh(context& c, const mounted& o, const real& r, const own_xattr& which) {
  const auto bytes = get_layer_xattr(c.w, o, r, which);
  if (!bytes || bytes->empty()) return std::nullopt;
  const errc e = check_fb(*bytes);
  if (e == errc::einval) log::invalid_origin_bytes(c, *bytes);
  if (e != errc::ok) return std::nullopt;
  return decode_fb(*bytes);
}

byte_string encode_stored_fh(const world& w, const mounted& o, const real& r, bool is_upper) {
  const backing::filesystem& fs = *w.filesystems[r.fs];
  const backing::file_handle h = backing::encode(fs, *backing::find(fs, r.ino));
  byte_string bytes = {static_cast<char>(version), static_cast<char>(magic), static_cast<char>(fb_header + h.fid.size()),
                       static_cast<char>(is_upper ? fb_flag_path_upper : 0), static_cast<char>(h.type)};
  const uuid id = stored_uuid(o, fs);
  bytes.insert(bytes.end(), id.begin(), id.end());
  bytes.insert(bytes.end(), h.fid.begin(), h.fid.end());
  return bytes;
}

void store_origin(context& c, mounted& o, const lower_path& lower, ino_t64 upper, bool to_index) {
  const real r = lower_of(o, lower);
  const backing::filesystem& fs = *c.w.filesystems[r.fs];
  const backing::inode& i = *backing::find(fs, r.ino);
  const store_origin_question q{.opts = in_force(o),
                                .is_dir = i.type == file_type::dir,
                                .to_index = to_index,
                                .lower_nlink = i.nlink,
                                .can_decode = backing::handles_of(fs) != backing::handle_class::none,
                                .null_uuid = backing::has_null_uuid(fs)};
  switch (decide(c, c.k.store_origin, q)) {
    case store_origin_answer::nothing: return;
    case store_origin_answer::empty: set_upper_xattr(c.w, o, upper, xattr_name::origin, ""); return;
    case store_origin_answer::handle:
      set_upper_xattr(c.w, o, upper, xattr_name::origin, backing::view(encode_stored_fh(c.w, o, r, false)));
      return;
  }
}

errc verify_fh(context& c, const mounted& o, const real& r, const own_xattr& which, std::string_view fh) {
  const std::optional<stored_fh> stored = read_stored_fh(c, o, r, which);
  if (!stored) return errc::enodata;
  return stored->bytes == fh ? errc::ok : errc::estale;
}

errc verify_or_set_fh(context& c, const mounted& o, const real& r, const own_xattr& which, std::string_view fh) {
  const errc e = verify_fh(c, o, r, which, fh);
  return e == errc::enodata ? set_upper_xattr(c.w, o, r.ino, which, fh) : e;
}

errc verify_origin_xattr(context& c, const mounted& o, const real& r, const own_xattr& which, const real& expected, bool is_upper,
                         bool set) {
  const byte_string bytes = encode_stored_fh(c.w, o, expected, is_upper);
  const std::string_view fh = backing::view(bytes);
  const errc e = set ? verify_or_set_fh(c, o, r, which, fh) : verify_fh(c, o, r, which, fh);
  if (e != errc::ok) log::failed_to_verify(c, is_upper ? "upper" : "origin", layer_pd2(c.w, expected), expected.ino, e);
  return e;
}

errc verify_upper(context& c, const mounted& o, const real& index, const real& upper, bool set) {
  return verify_origin_xattr(c, o, index, xattr_name::upper, upper, true, set);
}

const backing::inode* decode_in_upper(const world& w, const mounted& o, const stored_fh& fh, bool connected) {
  const backing::filesystem& fs = upper_fs(w, o);
  if (fh.id != stored_uuid(o, fs)) return nullptr;
  const backing::inode* i = backing::decode(fs, fh.type, fh.fid.data(), fh.fid.size());
  const bool outside = i != nullptr && connected && i->type == file_type::dir && !backing::is_below(fs, i->ino, o.layers[0].root);
  return outside ? nullptr : i;
}

std::optional<lower_path> decode_lower(context& c, const mounted& o, const stored_fh& fh, bool connected) {
  for (std::uint32_t n = 1; n < merged_layers(o); ++n) {
    const layer& l = o.layers[n];
    const backing::filesystem& fs = *c.w.filesystems[l.fs];
    const follow_question q{.opts = in_force(o),
                            .on_upper_fs = l.fsid == 0,
                            .bad_uuid = o.sbs[l.fsid].bad_uuid,
                            .stored_null_uuid = fh.id == uuid{},
                            .same_uuid = fh.id == stored_uuid(o, fs)};
    if (decide(c, c.k.follow_origin, q) == follow_answer::skip) continue;
    const backing::inode* i = backing::decode(fs, fh.type, fh.fid.data(), fh.fid.size());
    if (i != nullptr && connected && i->type == file_type::dir && !backing::is_below(fs, i->ino, l.root)) i = nullptr;
    if (i != nullptr) return lower_path{n, i->ino};
    // exportfs_decode_fh() says ESTALE for anything that it cannot decode, and that is "no match" for a lower's handle only.
    if ((fh.flags & fb_flag_path_upper) != 0) return std::nullopt;
  }
  return std::nullopt;
}

bool has_type_of(const world& w, const mounted& o, const real& upper, const lower_path& origin) {
  return attributes(w, upper).type == attributes(w, lower_of(o, origin)).type;
}

result<std::optional<lower_path>> wrong_type(context& c, const mounted& o, const real& upper, std::string_view upper_pd2,
                                             const lower_path& origin) {
  const origin_type_question q{attributes(c.w, upper).type, attributes(c.w, lower_of(o, origin)).type};
  log::invalid_origin(c, upper_pd2, q.upper_type, q.origin_type);
  if (decide(c, c.k.origin_type, q) == origin_type_answer::eio) return errc::eio;
  return std::optional<lower_path>{};
}

result<std::optional<lower_path>> check_origin(context& c, mounted& o, ino_t64 upper, std::uint32_t upper_dentry) {
  const real upper_real{o.layers[0].fs, upper};
  const std::optional<stored_fh> fh = read_stored_fh(c, o, upper_real, xattr_name::origin);
  if (!fh) return std::optional<lower_path>{};
  const std::optional<lower_path> origin = decode_lower(c, o, *fh, false);
  if (c.seen != nullptr) c.seen->followed({.overlay = o.name, .upper = upper, .stored = fh->bytes, .means = origin.value_or(lower_path{})});
  if (!origin || has_type_of(c.w, o, upper_real, *origin)) return origin;
  return wrong_type(c, o, upper_real, dentry_pd2(c.w, o.layers[0].fs, upper_dentry), *origin);
}

}  // namespace ovlsim::overlay
