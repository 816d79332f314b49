// SPDX-License-Identifier: Apache-2.0
//
// Two parts. `image_space` hands out room in the image: whole blocks for data, and pieces of shared blocks for inodes,
// filling holes that earlier inodes left. `writer` walks the tree in the tool's order and asks for that room. The order
// in which pieces are asked for, and in which blocks get their place in the image, is all that the numbers depend on.
// The rules are mkfs.erofs 1.5's, and only behaviour: whatever is odd about them is needed for the random trees of
// proptests/live_image_numbers_test.cpp to agree.
#include "backing/erofs_layout.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <limits>
#include <list>
#include <map>
#include <optional>
#include <string_view>

namespace ovlsim::backing {
namespace {

constexpr std::uint64_t block_size = 4096;
constexpr std::uint64_t slot_size = 32;  // an inode begins at a multiple of this; its number counts them
constexpr std::uint64_t superblock_end = 1024 + 128;
constexpr std::uint64_t xattr_unit = 4;  // entries of xattrs, headers included, are multiples of this

constexpr std::uint64_t round_up(std::uint64_t n, std::uint64_t unit) { return (n + unit - 1) / unit * unit; }
constexpr std::uint64_t blocks(std::uint64_t bytes) { return (bytes + block_size - 1) / block_size; }
/// Bytes used in the last block of `bytes` bytes: 1 to 4096.
constexpr std::uint64_t in_last_block(std::uint64_t bytes) { return (bytes - 1) % block_size + 1; }

/// A piece of the image that is contiguous. Its place is known only when it is settled.
struct run {
  bool is_data = false;
  std::uint64_t used = 0;  // bytes from its beginning
  std::optional<std::uint64_t> first_block{};
  std::optional<std::pair<std::uint64_t, std::uint64_t>> hole{};  // where image_space::holes_ has it
};
using run_ref = std::list<run>::iterator;

class image_space {
 public:
  struct place {
    run_ref in;
    std::uint64_t offset;
  };

  image_space() { append(run{.used = superblock_end}); }
  image_space(const image_space&) = delete;  // runs are known by their addresses
  image_space& operator=(const image_space&) = delete;

  /// Blocks of their own, settled at once.
  run_ref add_data(std::uint64_t count) {
    const run_ref data = append(run{.is_data = true, .used = count * block_size});
    settle(data);
    return data;
  }

  /// One block more for data that nothing was put behind.
  void extend_data(run_ref data) {
    data->used += block_size;
    end_ += 1;
  }

  /// Once written, data is no neighbour any more: what came before it may be considered for growing again.
  void forget(run_ref data) { runs_.erase(data); }

  /// `size` bytes at a multiple of `unit`, followed by `tail` bytes that must lie in one block together with the last
  /// of them. Nothing if there is no such place in any block.
  std::optional<place> add_meta(std::uint64_t size, std::uint64_t tail, std::uint64_t unit) {
    const std::uint64_t alone = size % block_size + tail;  // what it would use of the last block of a run of its own
    if (alone > block_size) return std::nullopt;
    const auto found = alone == 0 ? std::nullopt : best_run(size, tail, unit, alone);
    const run_ref in = found ? *found : append(run{});
    const place result{in, round_up(in->used, unit)};
    const bool at_end = in->first_block && *in->first_block + blocks(in->used) == end_;
    in->used = result.offset + size + tail;
    if (at_end) end_ = *in->first_block + blocks(in->used);
    note_hole(in);
    return result;
  }

  /// Gives the run and all before it their places, at the end of what is settled already.
  void settle(run_ref last) {
    while (!last->first_block) {
      unsettled_->first_block = end_;
      end_ += blocks(unsettled_->used);
      note_hole(unsettled_++);
    }
  }

 private:
  run_ref append(run r) {
    runs_.push_back(r);
    const run_ref added = std::prev(runs_.end());
    if (unsettled_ == runs_.end()) unsettled_ = added;
    return added;
  }

  /// Files the run under the room in its last block, latest change last.
  void note_hole(run_ref r) {
    if (r->is_data || !r->first_block) return;
    if (r->hole) holes_.erase(*r->hole);
    r->hole = {block_size - r->used % block_size, ++changes_};
    holes_.emplace(*r->hole, r);
  }

  /// The settled hole that is filled best; among equal ones, the one that has been as it is for longest. Only that one
  /// is looked at: when it is the last settled run, a hole that is one size larger is tried. An empty block is no hole.
  std::optional<run_ref> smallest_hole(std::uint64_t size, std::uint64_t tail, std::uint64_t unit) const {
    if (size + tail >= block_size) return std::nullopt;
    auto hole = holes_.lower_bound({round_up(size + tail, unit), 0});
    while (hole != holes_.end() && hole->first.first < block_size) {
      if (std::next(hole->second) != unsettled_) return hole->second;
      hole = holes_.lower_bound({hole->first.first + 1, 0});
    }
    return std::nullopt;
  }

  /// How much of the last block of `r` is used with the piece in it; nothing if it cannot be there.
  std::optional<std::uint64_t> use_with(const run& r, std::uint64_t size, std::uint64_t tail,
                                        std::uint64_t unit) const {
    const bool grows = round_up(in_last_block(r.used), unit) + size + tail > block_size;
    if (grows && r.first_block && *r.first_block + blocks(r.used) != end_) return std::nullopt;
    const std::uint64_t use = (round_up(r.used, unit) + size) % block_size + tail;
    return use > block_size ? std::nullopt : std::optional(use);
  }

  std::optional<run_ref> best_run(std::uint64_t size, std::uint64_t tail, std::uint64_t unit, std::uint64_t alone) {
    std::optional<run_ref> best = smallest_hole(size, tail, unit);
    std::uint64_t best_use = 0;
    if (best) best_use = in_last_block(round_up((*best)->used, unit) + size) + tail;
    // The last settled run and those behind it can grow, so they may be better than a hole.
    for (run_ref r = unsettled_ == runs_.begin() ? unsettled_ : std::prev(unsettled_); r != runs_.end(); ++r) {
      const std::uint64_t before = r->used % block_size;
      if (before == 0 || r->is_data) continue;
      const auto use = use_with(*r, size, tail, unit);
      if (!use) continue;
      if (*use < before && *use < alone) continue;  // it would begin a block and fill it less than a run of its own
      if (*use > best_use) {
        best = r;
        best_use = *use;
      }
    }
    return best;
  }

  std::list<run> runs_;
  run_ref unsettled_ = runs_.begin();  // the first one without a place; all behind it have none either
  std::uint64_t end_ = 0;              // first block behind what is settled
  std::uint64_t changes_ = 0;
  std::map<std::pair<std::uint64_t, std::uint64_t>, run_ref> holes_;
};

constexpr std::array<std::string_view, 5> xattr_prefixes = {"user.", "system.posix_acl_access",
                                                            "system.posix_acl_default", "trusted.", "security."};

/// The name without what the format replaces by an index; nothing if it has no index.
std::optional<std::string_view> xattr_suffix(std::string_view name) {
  for (const std::string_view prefix : xattr_prefixes) {
    if (name.substr(0, prefix.size()) == prefix) return name.substr(prefix.size());
  }
  return std::nullopt;
}

using xattr = std::pair<std::string, std::string>;

std::uint64_t entry_size(const xattr& x) {
  const auto suffix = xattr_suffix(x.first);
  return suffix ? round_up(4 + suffix->size() + x.second.size(), xattr_unit) : 0;
}

bool left_out(const std::string& name) { return name.compare(0, 10, "lost+found") == 0; }

class writer {
 public:
  explicit writer(const image_tree& tree) : tree_(tree), inodes_(tree.size()) {}

  std::vector<std::uint64_t> numbers() {
    if (tree_.empty()) return {};
    count_xattrs(tree_[0]);
    write_shared_xattrs();
    write_dir(0, 0);
    // The superblock has 16 bits for the root's number. If it lies further, all are counted from a later block.
    constexpr std::uint64_t furthest = 0xffff * slot_size;
    const std::uint64_t root = offset(*inodes_[0]);
    const std::uint64_t origin = root > furthest ? round_up(root - furthest, block_size) : 0;
    std::vector<std::uint64_t> result(tree_.size());
    for (std::size_t i = 0; i < tree_.size(); ++i) {
      if (inodes_[i]) result[i] = (offset(*inodes_[i]) - origin) / slot_size;
    }
    return result;
  }

 private:
  /// Each name counts, so one file with three names is enough to share its xattrs. The root is not counted.
  void count_xattrs(const image_node& dir) {
    for (const auto& [name, node] : dir.children) {
      if (left_out(name)) continue;
      for (const xattr& x : tree_[node].xattrs) ++xattr_uses_[x];
      if (tree_[node].type == file_type::dir) count_xattrs(tree_[node]);
    }
  }

  bool shared(const xattr& x) const {
    constexpr std::uint64_t tolerance = 2;  // the default of -x
    const auto uses = xattr_uses_.find(x);
    return uses != xattr_uses_.end() && uses->second > tolerance;
  }

  /// What is shared comes first, behind the superblock; only its size matters here.
  void write_shared_xattrs() {
    std::uint64_t size = 0;
    for (const auto& [x, uses] : xattr_uses_) {
      if (shared(x)) size += entry_size(x);
    }
    if (size == 0) return;
    if (const auto where = space_.add_meta(size, 0, xattr_unit)) space_.settle(where->in);
  }

  /// mkfs.erofs 1.5 keeps every mtime, unless one is that of the image to the microsecond, and for that it needs the
  /// long inode.
  std::uint64_t inode_size(const image_node& node) const {
    constexpr std::uint64_t long_inode = 64, xattr_header = 12, reference = 4;
    if (node.xattrs.empty()) return long_inode;
    std::uint64_t size = long_inode + xattr_header;
    for (const xattr& x : node.xattrs) size += shared(x) ? reference : entry_size(x);
    return size;
  }

  using entries = std::vector<std::pair<std::string, std::uint32_t>>;

  /// What a directory holds, sorted, "." and ".." among it: "!" comes before them, "..." behind.
  entries list(std::uint32_t dir, std::uint32_t parent) const {
    entries all = {{".", dir}, {"..", parent}};
    std::copy_if(tree_[dir].children.begin(), tree_[dir].children.end(), std::back_inserter(all),
                 [](const auto& child) { return !left_out(child.first); });
    std::sort(all.begin(), all.end());
    return all;
  }

  /// Entries of 12 bytes and the name; none crosses a block.
  static std::uint64_t size_of(const entries& all) {
    std::uint64_t size = 0;
    for (const auto& [name, node] : all) {
      const std::uint64_t entry = 12 + name.size();
      if (size % block_size + entry > block_size) size = round_up(size, block_size);
      size += entry;
    }
    return size;
  }

  /// Whole blocks first, then the inode with the rest of the contents behind it. A rest for which there is no room
  /// behind an inode of this size gets a block of its own.
  std::optional<run_ref> place_inode(std::uint32_t node, std::uint64_t contents) {
    const std::uint64_t whole = contents / block_size, rest = contents % block_size;
    const std::uint64_t inode = inode_size(tree_[node]);
    std::optional<run_ref> data;
    if (whole != 0) data = space_.add_data(whole);
    inodes_[node] = space_.add_meta(inode, rest, slot_size);
    if (inodes_[node]) return data;
    if (data) {
      space_.extend_data(*data);
    } else {
      data = space_.add_data(1);
    }
    inodes_[node] = space_.add_meta(inode, 0, slot_size);
    return data;
  }

  void write(std::uint32_t node) {
    const auto data = place_inode(node, tree_[node].size);
    if (data) space_.forget(*data);
  }

  void write_dir(std::uint32_t dir, std::uint32_t parent) {
    const entries all = list(dir, parent);
    const auto data = place_inode(dir, size_of(all));
    if (dir == 0) settle(dir);
    // Each entry needs the number of its inode, and so its place. For ".." that may be the first time for the parent.
    for (const auto& [name, node] : all) {
      if (!inodes_[node]) {
        if (tree_[node].type == file_type::dir) {
          write_dir(node, dir);
        } else {
          write(node);
        }
      }
      settle(node);
    }
    if (data) space_.forget(*data);
  }

  void settle(std::uint32_t node) { space_.settle(inodes_[node]->in); }
  static std::uint64_t offset(const image_space::place& p) { return *p.in->first_block * block_size + p.offset; }

  const image_tree& tree_;
  image_space space_;
  std::vector<std::optional<image_space::place>> inodes_;
  std::map<xattr, std::uint64_t> xattr_uses_;
};

}  // namespace

std::vector<std::uint64_t> erofs_numbers(const image_tree& tree) { return writer(tree).numbers(); }

bool erofs_refuses(const image_tree& tree) {
  return std::any_of(tree.begin(), tree.end(), [](const image_node& node) {
    const auto long_name = [](const auto& child) { return !left_out(child.first) && child.first.size() > 254; };
    const auto unknown = [](const xattr& x) { return !xattr_suffix(x.first); };
    return std::any_of(node.children.begin(), node.children.end(), long_name) ||
           std::any_of(node.xattrs.begin(), node.xattrs.end(), unknown);
  });
}

}  // namespace ovlsim::backing
