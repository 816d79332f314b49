// SPDX-License-Identifier: Apache-2.0
//
// What the parser of options itself refuses goes to the log of the mount call, with the prefix `overlay:`, not to the lines of overlayfs.
// What stands at the end of a path is followed.
#include "overlay/layer_paths.hpp"

#include "backing/traits.hpp"
#include "overlay/log.hpp"
#include "overlay/real.hpp"
#include "vfs/walk.hpp"

namespace ovlsim::overlay {

namespace {

result<vfs::node> resolve(context& c, const path& p) {
  result<vfs::node> found = vfs::resolve(c, p, true);
  if (found.error == errc::estale) found = vfs::resolve(c, p, true);  // filename_lookup()
  if (!found) log::failed_to_resolve(c, text_of(p), found.error);
  return found;
}

/// Nothing but a directory is a layer, and what has a d_real() of its own is no upper.
bool is_unfit(const context& c, const vfs::node& found, bool upper) { return !vfs::is_dir(c, found) || (upper && found.on_overlay); }

real dir_of(const context& c, const vfs::node& found) {
  if (!found.on_overlay) return {found.where, found.ino};
  return real_dentry(on_overlay + c.w.overlays[found.where]->id, found.dentry);
}

void report_unfit(context& c, const vfs::node& found, const path& p, bool upper) {
  if (!vfs::is_dir(c, found)) {
    log::not_a_directory(c, text_of(p));
  } else if (upper) {
    log::not_supported_as_upper(c, text_of(p));
  }
}

/// ovl_parse_layer(), ovl_mount_dir_check().
result<layer_dir> parse_layer(context& c, const path& p, bool upper) {
  const result<vfs::node> found = resolve(c, p);
  if (!found) return found.error;
  if (is_unfit(c, found.value, upper)) {
    if (decide(c, c.k.layer_errors, {}) == layer_errors_answer::kernel_log) report_unfit(c, found.value, p, upper);
    return errc::einval;
  }
  const real dir = dir_of(c, found.value);
  if (upper && backing::traits_of(*c.w.filesystems[dir.fs]).read_only) return errc::einval;
  return layer_dir{dir, text_of(p)};
}

/// ovl_mount_dir().
result<layer_dir> mount_dir(context& c, const path& p, bool upper) {
  const result<vfs::node> found = resolve(c, p);
  if (!found) return found.error;
  if (is_unfit(c, found.value, upper)) {
    report_unfit(c, found.value, p, upper);
    return errc::einval;
  }
  return layer_dir{dir_of(c, found.value), text_of(p)};
}

errc put(const result<layer_dir>& found, std::optional<layer_dir>& where) {
  if (found) where = found.value;
  return found.error;
}

}  // namespace

std::string text_of(const path& p) { return p.fs + ":" + p.rest; }

errc resolve_all(context& c, mount_request& request) {
  request.lower.reserve(request.options.lower.size());
  for (const std::vector<path>* layers : {&request.options.lower, &request.options.data}) {
    for (const path& p : *layers) {
      const result<layer_dir> dir = parse_layer(c, p, false);
      if (!dir) return dir.error;
      request.lower.push_back(dir.value);
    }
  }
  if (request.options.upper) {
    if (const errc e = put(parse_layer(c, *request.options.upper, true), request.upper); e != errc::ok) return e;
  }
  return request.options.work ? put(parse_layer(c, *request.options.work, true), request.work) : errc::ok;
}

errc resolve_upper(context& c, mount_request& request) {
  return request.upper ? errc::ok : put(mount_dir(c, *request.options.upper, true), request.upper);
}

errc resolve_work(context& c, mount_request& request) {
  return request.work ? errc::ok : put(mount_dir(c, *request.options.work, true), request.work);
}

std::uint32_t work_fs(const context& c, const mount_request& request) {
  if (request.work) return request.work->dir.fs;
  if (!request.options.work) return none;
  const result<vfs::node> root = vfs::root_of(c, request.options.work->fs);
  return root ? dir_of(c, root.value).fs : none;
}

errc resolve_lower(context& c, mount_request& request, std::size_t n) {
  if (n < request.lower.size()) return errc::ok;
  if (n >= request.options.lower.size()) {  // what stands between two colons
    log::empty_lowerdir(c);
    return errc::einval;
  }
  const result<layer_dir> dir = mount_dir(c, request.options.lower[n], false);
  if (dir) request.lower.push_back(dir.value);
  return dir.error;
}

}  // namespace ovlsim::overlay
