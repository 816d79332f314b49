// SPDX-License-Identifier: Apache-2.0
//
// The pipe belongs to the inode that the VFS sees: an overlay's fifo is another pipe than the upper's.
#include "vfs/fifo.hpp"

#include <algorithm>

#include "overlay/dcache.hpp"

namespace ovlsim::vfs {

namespace {

constexpr std::size_t page_size = 4096;
constexpr std::uint32_t ring_size = 16;  // PIPE_DEF_BUFFERS

std::uint64_t inode_id(const context& c, const node& n) {
  return n.on_overlay ? c.w.overlays[n.where]->dentries[n.dentry].inode : n.ino;
}

bool is_open(const context& c, const node& n, open_mode except) {
  return std::any_of(c.w.files.begin(), c.w.files.end(), [&](const open_file& f) {
    return f.mode != except && node_of(f).same_mount(n) && inode_id(c, node_of(f)) == inode_id(c, n);
  });
}

pipe_buffer* find(context& c, const node& n) {
  const auto at = std::find_if(c.w.pipes.begin(), c.w.pipes.end(), [&](const pipe_buffer& p) {
    return p.on_overlay == n.on_overlay && p.where == n.where && p.inode == inode_id(c, n);
  });
  return at == c.w.pipes.end() ? nullptr : &*at;
}

}  // namespace

bool has_reader(const context& c, const node& n) { return is_open(c, n, open_mode::wo); }
bool has_writer(const context& c, const node& n) { return is_open(c, n, open_mode::ro); }

errc check_fifo_writable(const context& c, const node& n) { return has_reader(c, n) ? errc::ok : errc::enxio; }

result<std::string> read_fifo(context& c, const node& n) {
  pipe_buffer* p = find(c, n);
  if (p == nullptr || p->bytes.empty()) {
    if (has_writer(c, n)) return errc::eagain;
    return std::string{};
  }
  std::string data(p->bytes.begin(), p->bytes.end());
  p->bytes.clear();
  p->pages = p->room = 0;
  // A reader that takes all asks once more, and finds the pipe empty but writable: what it has is its answer all the same.
  return data;
}

errc write_fifo(context& c, const node& n, std::string_view data) {
  if (data.empty()) return errc::ok;
  pipe_buffer* p = find(c, n);
  if (p == nullptr) {
    p = &c.w.pipes.emplace_back();
    p->on_overlay = n.on_overlay;
    p->where = n.where;
    p->inode = inode_id(c, n);
  }
  // What is beyond whole pages goes into the room that the last write left, if it fits there; the rest takes new pages.
  const std::size_t odd = data.size() % page_size;
  std::size_t done = 0;
  if (odd != 0 && odd <= p->room) {
    done = odd;
    p->room -= static_cast<std::uint32_t>(odd);
  }
  for (; done < data.size() && p->pages < ring_size; ++p->pages) {
    const std::size_t piece = std::min<std::size_t>(data.size() - done, page_size);
    done += piece;
    p->room = static_cast<std::uint32_t>(page_size - piece);
  }
  p->bytes.insert(p->bytes.end(), data.begin(), data.begin() + static_cast<std::ptrdiff_t>(done));
  return done < data.size() ? errc::eagain : errc::ok;
}

void release_pipes(context& c) {
  const auto unused = [&](const pipe_buffer& p) {
    return std::none_of(c.w.files.begin(), c.w.files.end(), [&](const open_file& f) {
      return f.on_overlay == p.on_overlay && f.where == p.where && inode_id(c, node_of(f)) == p.inode;
    });
  };
  c.w.pipes.erase(std::remove_if(c.w.pipes.begin(), c.w.pipes.end(), unused), c.w.pipes.end());
}

}  // namespace ovlsim::vfs
