// SPDX-License-Identifier: Apache-2.0
#include "vfs/source_tree.hpp"

#include <boost/container/flat_map.hpp>

#include "vfs/syscalls.hpp"

namespace ovlsim::vfs {

namespace {

/// st_dev and st_ino, by which the tools recognise hard links.
using identity = std::pair<std::uint64_t, std::uint64_t>;

struct reader {
  context& c;
  source_tree out{};
  boost::container::small_flat_map<identity, std::uint32_t, 16> seen{};  ///< all but directories

  std::uint32_t add(const node& n) {
    const answer::stat st = stat(c, n);
    const auto index = static_cast<std::uint32_t>(out.shape.size());
    if (st.type != file_type::dir) {
      const auto [known, is_new] = seen.try_emplace(identity{st.dev, st.ino}, index);
      if (!is_new) return known->second;
    }
    const backing::inode from = attributes(c, n);
    out.shape.push_back({.type = st.type, .size = st.size});
    out.attributes.push_back({from.mode, from.uid, from.gid, st.nlink, {}});
    read_content(n, index);
    return index;
  }

  void read_content(const node& n, std::uint32_t index) {
    const file_type type = out.shape[index].type;
    if (type == file_type::file && verify_lowerdata(c, n) != errc::ok) {
      out.complete = false;  // mksquashfs makes an empty file of it, the others give up
    } else if (type == file_type::file) {
      const real_inode r = realdata_of(c, n);
      const backing::filesystem& fs = *c.w.filesystems[r.fs];
      out.attributes[index].blocks = backing::allocated(fs, *backing::find(fs, r.ino));
      out.attributes[index].data = read(c, n).value;
    }
    if (type == file_type::symlink) out.attributes[index].data = readlink(c, n).value;
    if (type == file_type::dir) out.shape[index].size = 0;
    for (const std::string& name : listxattr(c, n).value) {
      out.shape[index].xattrs.emplace_back(name, getxattr(c, n, name).value);
    }
    if (type != file_type::dir) return;
    errc end = errc::ok;
    const result<std::vector<answer::entry>> listed = list(c, n, &end);
    if (!listed || end != errc::ok) out.complete = false;
    out.shape[index].children.reserve(listed.value.size());
    for (const answer::entry& e : listed.value) {
      const result<node> child = lookup(c, n, e.name);
      if (!child || !is_positive(c, child.value)) {
        out.complete = false;
        continue;
      }
      const std::uint32_t child_index = add(child.value);
      out.shape[index].children.emplace_back(e.name, child_index);
    }
    backing::sort_names(out.shape[index]);
  }
};

}  // namespace

source_tree read_tree(context& c, const node& start) {
  reader r{c};
  constexpr std::size_t usual = 16;
  r.out.shape.reserve(usual);
  r.out.attributes.reserve(usual);
  r.add(start);
  return std::move(r.out);
}

}  // namespace ovlsim::vfs
