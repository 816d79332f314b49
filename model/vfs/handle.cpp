// SPDX-License-Identifier: Apache-2.0
//
// name_to_handle_at and open_by_handle_at (fs/fhandle.c), which ask the filesystem's export operations.
#include "backing/handles.hpp"
#include "backing/traits.hpp"
#include "backing/tree.hpp"
#include "overlay/export.hpp"
#include "vfs/syscalls.hpp"

namespace ovlsim::vfs {

errc name_to_handle(context& c, const node& n, taken_handle& handle) {
  if (n.on_overlay) {
    // Only handles that can be decoded: an overlay's cannot without nfs_export (ovl_export_fid_operations).
    if (!c.w.overlays[n.where]->cfg.nfs_export) return errc::eopnotsupp;
    return overlay::encode_fh(c, c.w.overlays[n.where].change(), n.dentry, handle);
  }
  const backing::filesystem& fs = *c.w.filesystems[n.where];
  if (backing::handles_of(fs) == backing::handle_class::none) return errc::eopnotsupp;
  const backing::file_handle h = backing::encode(fs, *backing::find(fs, n.ino));
  handle.type = h.type;
  handle.bytes.assign(h.fid.begin(), h.fid.end());
  return errc::ok;
}

result<node> open_by_handle(context& c, const node& root, const taken_handle& handle) {
  node found = root;
  if (!root.on_overlay) {
    const std::string_view fid = backing::view(handle.bytes);
    const auto type = static_cast<std::uint8_t>(handle.type);
    const backing::inode* i = backing::decode(*c.w.filesystems[root.where], type, fid.data(), fid.size());
    if (i == nullptr) return errc::estale;
    found.ino = i->ino;
    found.real_dentry = 0;
    return found;
  }
  if (!c.w.overlays[root.where]->cfg.nfs_export) return errc::estale;  // exportfs_can_decode_fh()
  const result<std::uint32_t> d = overlay::decode_fh(c, c.w.overlays[root.where].change(), handle);
  if (!d) return d.error;
  found.dentry = d.value;
  return found;
}

}  // namespace ovlsim::vfs
