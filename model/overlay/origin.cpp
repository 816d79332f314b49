// SPDX-License-Identifier: Apache-2.0
//
// The bytes of struct ovl_fb: version 0, magic 0xfb, length of all, flags, fid type, UUID, fid. 21 bytes before the fid.
#include "overlay/origin.hpp"

#include <algorithm>

#include "backing/handles.hpp"
#include "backing/tree.hpp"
#include "overlay/layers.hpp"
#include "overlay/log.hpp"
#include "overlay/options.hpp"
#include "overlay/real.hpp"
#include "overlay/xattrs.hpp"

namespace ovlsim::overlay {

namespace {

constexpr unsigned version = 0;
constexpr unsigned magic = 0xfb;
constexpr unsigned flag_big_endian = 1;
constexpr unsigned flag_any_endian = 2;
constexpr unsigned all_flags = flag_big_endian | flag_any_endian | fb_flag_path_upper;

std::string_view view(const uuid& id) { return {reinterpret_cast<const char*>(id.data()), id.size()}; }

/// What stands for the filesystem in its handles: nothing with uuid=off (ovl_origin_uuid).
uuid stored_uuid(const world& w, const mounted& o, std::uint32_t fs) {
  return o.cfg.uuid == uuid_option::off ? uuid{} : uuid_of(w, fs);
}

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

bool can_decode_fh(context& c, std::uint32_t fs) {
  const can_decode_question q{.has_handles = handles_of(c.w, fs) != backing::handle_class::none, .null_uuid = has_null_uuid(c.w, fs)};
  return decide(c, c.k.can_decode, q) == can_decode_answer::yes;
}

result<byte_string> encode_stored_fh(context& c, const mounted& o, const real& r, bool is_upper) {
  const result<fid> h = encode_real(c, r);
  if (!h) return h.error;
  byte_string bytes = {static_cast<char>(version), static_cast<char>(magic), static_cast<char>(fb_header + h.value.bytes.size()),
                       static_cast<char>(is_upper ? fb_flag_path_upper : 0), static_cast<char>(h.value.type)};
  const uuid id = stored_uuid(c.w, o, r.fs);
  bytes.insert(bytes.end(), id.begin(), id.end());
  bytes.insert(bytes.end(), h.value.bytes.begin(), h.value.bytes.end());
  return bytes;
}

result<origin_to_store> choose_origin(context& c, const mounted& o, const lower_path& lower, bool to_index) {
  const real r = lower_of(o, lower);
  const answer::stat st = get_attributes(c, r);
  const store_origin_question q{.opts = in_force(o),
                                .is_dir = st.type == file_type::dir,
                                .to_index = to_index,
                                .lower_nlink = st.nlink,
                                .can_decode = can_decode_fh(c, r.fs),
                                .null_uuid = has_null_uuid(c.w, r.fs),
                                .bad_origin = o.bad_origin};
  origin_to_store out;
  out.is_dir = q.is_dir;
  out.what = decide(c, c.k.store_origin, q);
  if (out.what != store_origin_answer::handle) return out;
  const result<byte_string> fh = encode_stored_fh(c, o, r, false);
  if (!fh) return fh.error;
  out.fh = fh.value;
  return out;
}

void store_origin(context& c, const mounted& o, const origin_to_store& origin, ino_t64 upper) {
  if (origin.what == store_origin_answer::nothing) return;
  set_upper_xattr(c.w, o, upper, xattr_name::origin, backing::view(origin.fh));
  const bool marked = origin.what == store_origin_answer::handle && o.instance != uuid{} && !origin.is_dir;
  if (marked) set_upper_xattr(c.w, o, upper, xattr_name::instance, view(o.instance));
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
  const result<byte_string> bytes = encode_stored_fh(c, o, expected, is_upper);
  errc e = bytes.error;
  const std::string_view fh = backing::view(bytes.value);
  if (bytes) e = set ? verify_or_set_fh(c, o, r, which, fh) : verify_fh(c, o, r, which, fh);
  if (e != errc::ok) {
    log::failed_to_verify(c, is_upper ? "upper" : "origin", layer_pd2(c.w, expected), bytes ? i_ino(c.w, expected) : 0, e);
  }
  return e;
}

errc verify_upper(context& c, const mounted& o, const real& index, const real& upper, bool set) {
  return verify_origin_xattr(c, o, index, xattr_name::upper, upper, true, set);
}

const backing::inode* decode_in_upper(const world& w, const mounted& o, const stored_fh& fh, bool connected) {
  const backing::filesystem& fs = upper_fs(w, o);
  if (fh.id != stored_uuid(w, o, o.layers[0].fs)) return nullptr;
  const backing::inode* i = backing::decode(fs, fh.type, fh.fid.data(), fh.fid.size());
  const bool outside = i != nullptr && connected && i->type == file_type::dir && !backing::is_below(fs, i->ino, o.layers[0].root);
  return outside ? nullptr : i;
}

std::optional<lower_path> decode_lower(context& c, const mounted& o, const stored_fh& fh, bool connected) {
  for (std::uint32_t n = 1; n < merged_layers(o); ++n) {
    const layer& l = o.layers[n];
    const follow_question q{.opts = in_force(o),
                            .on_upper_fs = l.fsid == 0,
                            .bad_uuid = o.sbs[l.fsid].bad_uuid,
                            .null_uuid = has_null_uuid(c.w, l.fs),
                            .stored_null_uuid = fh.id == uuid{},
                            .same_uuid = fh.id == stored_uuid(c.w, o, l.fs),
                            .other_instance = fh.other_instance,
                            .one_fs = same_fs(o),
                            .first_layer = n == 1};
    if (decide(c, c.k.follow_origin, q) == follow_answer::skip) continue;
    const real found = decode_real(c, {l.fs, l.root}, fh.type, fh.fid, connected);
    if (found.ino != 0) return lower_path{n, found.ino};
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

void distrust_origins(context& c, mounted& o, std::string_view why) {
  if (!o.bad_origin) log::bad_origin(c, why);
  o.bad_origin = true;
}

void check_root_origin(context& c, mounted& o) {
  const origin_check_answer asked_for = decide(c, c.k.root_origin_check, {.opts = in_force(o)});
  if (asked_for == origin_check_answer::none || o.noxattr || !can_decode_fh(c, o.layers[1].fs)) return;
  const real upper_root{o.layers[0].fs, o.layers[0].root};
  const real lower_root{o.layers[1].fs, o.layers[1].root};
  const errc e = verify_origin_xattr(c, o, upper_root, xattr_name::origin, lower_root, false, true);
  if (e != errc::ok && asked_for == origin_check_answer::distrust) distrust_origins(c, o, "re-created lower");
}

result<std::optional<lower_path>> check_origin(context& c, mounted& o, ino_t64 upper, backing::dentry_id upper_dentry) {
  const real upper_real{o.layers[0].fs, upper};
  std::optional<stored_fh> fh = read_stored_fh(c, o, upper_real, xattr_name::origin);
  if (!fh) return std::optional<lower_path>{};
  // To decode it in a layer on an overlay names are looked up there, which may write to the filesystem that holds the bytes.
  const byte_string own(fh->bytes.begin(), fh->bytes.end());
  fh = decode_fb(backing::view(own));
  if (o.instance != uuid{}) {
    const auto mark = get_layer_xattr(c.w, o, upper_real, xattr_name::instance);
    fh->other_instance = !mark || *mark != view(o.instance);
  }
  const std::optional<lower_path> origin = decode_lower(c, o, *fh, false);
  if (c.seen != nullptr) c.seen->followed({.overlay = o.id, .upper = upper, .stored = fh->bytes, .means = origin.value_or(lower_path{})});
  if (!origin || has_type_of(c.w, o, upper_real, *origin)) return origin;
  return wrong_type(c, o, upper_real, dentry_pd2(c.w, o.layers[0].fs, upper_dentry), *origin);
}

}  // namespace ovlsim::overlay
