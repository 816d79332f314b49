// SPDX-License-Identifier: Apache-2.0
//
// The backing filesystems: new ones and other images, names, inodes and xattrs.
#include "explain/changes.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "explain/handles.hpp"
#include "scenario/values.hpp"
#include "text/utf8.hpp"

namespace ovlsim::explaining {

namespace {

using fact = explained_fact;

constexpr std::size_t most_listed = 6;

std::string uuid_of(const backing::filesystem& fs) { return fs.id == uuid{} ? "no UUID" : "UUID " + scenario_text::print_uuid(fs.id); }

std::string number_of(ino_t64 ino) { return "inode " + std::to_string(ino); }

/// The first of `parts`, and how many more there are.
std::string listed(const std::vector<std::string>& parts) {
  std::string words;
  for (std::size_t n = 0; n < std::min(parts.size(), most_listed); ++n) words.append(n == 0 ? "" : ", ").append(parts[n]);
  if (parts.size() > most_listed) words += fmt::format(", and {} more", parts.size() - most_listed);
  return words;
}

/// Every name with its inode number, sorted by path.
std::vector<std::pair<std::string, ino_t64>> numbered(const world& w, const backing::filesystem& fs) {
  std::vector<std::pair<std::string, ino_t64>> names;
  for (const backing::inode& i : fs.inodes) {
    if (i.ino == fs.root) continue;
    for (std::string& path : paths_within(w, fs, i.ino)) names.emplace_back(std::move(path), i.ino);
  }
  std::sort(names.begin(), names.end());
  return names;
}

fact new_filesystem(const world& w, const backing::filesystem& fs) {
  std::vector<std::string> parts;
  for (const auto& [path, ino] : numbered(w, fs)) parts.push_back(path + " is " + number_of(ino));
  std::string words = fmt::format("{}: a new {}, {}", name_of(w, fs), name(fs.type), uuid_of(fs));
  if (!parts.empty()) words += "; " + listed(parts);
  return {fact::kind::change, !parts.empty(), std::move(words), {}};
}

fact replaced_filesystem(const world& before, const backing::filesystem& old, const world& after, const backing::filesystem& fs) {
  std::vector<std::string> parts;
  for (const backing::inode& i : fs.inodes) {
    if (i.ino == fs.root || i.ino == old.root) continue;
    const std::vector<std::string> is = paths_within(after, fs, i.ino);
    const std::vector<std::string> was = old.inodes.find(i.ino) == nullptr ? std::vector<std::string>{} : paths_within(before, old, i.ino);
    if (is.empty() || was.empty() || is == was) continue;
    parts.push_back(fmt::format("inode {} was {}, is {}", i.ino, was.front(), is.front()));
  }
  const std::string same = fs.id != old.id ? ", not the one before" : fs.id == uuid{} ? "" : ", as before";
  std::string words = fmt::format("{}: another {} under this name, {}{}", name_of(after, fs), name(fs.type), uuid_of(fs), same);
  words += parts.empty() ? "" : "; " + listed(parts);
  return {fact::kind::change, true, std::move(words), {}};
}

/// Compares one filesystem before and after a command.
class comparer {
 public:
  comparer(const world& before, const world& after, std::uint32_t fs, bool on_overlay, const std::vector<copy_up>& copied,
           std::vector<fact>& out)
      : before_(before), after_(after), a_(*before.filesystems[fs]), b_(*after.filesystems[fs]), fs_(fs), on_overlay_(on_overlay),
        copied_(copied), out_(out) {}

  void compare() {
    names();
    inodes();
    xattrs();
  }

 private:
  void say(bool notable, std::string words) { out_.push_back({fact::kind::change, notable && on_overlay_, std::move(words), {}}); }

  bool is_new(ino_t64 ino) const {
    const backing::inode* was = a_.inodes.find(ino);
    return was == nullptr || was->generation != b_.inodes.find(ino)->generation;
  }
  /// Whether a name lies in the workdir or the index of an overlay: names for a while, and index entries.
  bool in_workdir(ino_t64 dir) const {
    return std::any_of(after_.overlays.begin(), after_.overlays.end(), [&](const auto& o) { return o->layers[0].fs == fs_ && o->workdir == dir; });
  }
  const copy_up* copied(ino_t64 ino) const {
    const auto c = std::find_if(copied_.begin(), copied_.end(), [&](const copy_up& one) { return one.upper.fs == fs_ && one.upper.ino == ino; });
    return c == copied_.end() ? nullptr : &*c;
  }

  void names() {
    std::vector<backing::dirent> gone;
    for (const backing::dirent& e : a_.entries) {
      const backing::dirent* now = b_.entries.find(e.key());
      if (now == nullptr || now->ino != e.ino || now->dentry != e.dentry) gone.push_back(e);
    }
    for (const backing::dirent& e : b_.entries) {
      const backing::dirent* was = a_.entries.find(e.key());
      if (was != nullptr && was->ino == e.ino && was->dentry == e.dentry) continue;
      const auto moved = std::find_if(gone.begin(), gone.end(), [&](const auto& g) { return g.dentry == e.dentry && g.ino == e.ino; });
      if (moved != gone.end()) {
        say(false, path_of(before_, fs_, *moved) + " is " + path_of(after_, fs_, e) + " now");
        gone.erase(moved);
      } else {
        added(e);
      }
    }
    for (const backing::dirent& e : gone) {
      const bool replaced = b_.entries.find(e.key()) != nullptr;
      say(false, path_of(before_, fs_, e) + (replaced ? ": the name means another inode now" : ": the name is gone"));
    }
  }

  void added(const backing::dirent& e) {
    const std::string at = path_of(after_, fs_, e);
    const backing::inode& i = *b_.inodes.find(e.ino);
    const bool work = in_workdir(e.dir);
    const bool index_entry = work && !after_.names.text(e.name).starts_with("#");
    if (i.type == file_type::chr) {
      say(!work, fmt::format("ovl_whiteout: {} is a whiteout now ({})", at, number_of(e.ino)));
    } else if (index_entry) {
      say(true, fmt::format("ovl_create_index: {} is an index entry for {}", at, number_of(e.ino)));
    } else if (!is_new(e.ino)) {
      say(true, fmt::format("{} is a name of {} now, as {} is", at, number_of(e.ino), other_name(e)));
    } else if (copied(e.ino) == nullptr) {
      say(false, fmt::format("{}: a new {}, {}", at, name(i.type), number_of(e.ino)));
    }
  }

  std::string other_name(const backing::dirent& e) const {
    for (const backing::dirent& other : b_.entries) {
      if (other.ino == e.ino && !(other.key() == e.key())) return path_of(after_, fs_, other);
    }
    return "the name that went";
  }

  void inodes() {
    for (const backing::inode& i : b_.inodes) {
      const backing::inode* was = a_.inodes.find(i.ino);
      if (was == nullptr || was->generation != i.generation) {
        if (const copy_up* c = copied(i.ino)) tell_copy_up(*c);
        continue;
      }
      const std::string at = path_of(after_, fs_, i.ino);
      if (content(a_, *was) != content(b_, i) || was->size != i.size) say(false, fmt::format("{}: {} bytes now", at, i.size));
      if (was->mode != i.mode) say(false, fmt::format("{}: mode {}", at, scenario_text::print_mode(i.mode)));
      if (was->uid != i.uid || was->gid != i.gid) say(false, fmt::format("{}: owner {}:{}", at, i.uid, i.gid));
    }
    for (const backing::inode& i : a_.inodes) {
      if (b_.inodes.find(i.ino) == nullptr) say(false, fmt::format("{}: {} is freed", name_of(after_, b_), number_of(i.ino)));
    }
  }

  void tell_copy_up(const copy_up& c) {
    const bool metadata = xattr_of(after_, b_, c.upper.ino, "trusted.overlay.metacopy").has_value() ||
                          xattr_of(after_, b_, c.upper.ino, "user.overlay.metacopy").has_value();
    const std::string number = c.lower.ino == 0 ? "" : fmt::format(" (inode {})", c.lower.ino);
    say(true, fmt::format("ovl_copy_up_one: {}{}{} is copied up to {} (inode {}){}", c.is_dir ? "directory " : "", c.lower_path, number,
                          c.upper_path, c.upper.ino, metadata ? ", metadata only" : ""));
  }

  static std::string_view content(const backing::filesystem& fs, const backing::inode& i) {
    if (i.content == backing::no_slot) return {};
    const byte_string& bytes = fs.slots[i.content];
    return {bytes.data(), bytes.size()};
  }
  static std::string_view value(const backing::filesystem& fs, const backing::xattr& x) {
    const byte_string& bytes = fs.slots[x.value];
    return {bytes.data(), bytes.size()};
  }

  void xattrs() {
    for (const backing::xattr& x : b_.xattrs) {
      const backing::xattr* was = a_.xattrs.find(x.key());
      if (was != nullptr && value(a_, *was) == value(b_, x)) continue;
      const std::string_view xattr = after_.names.text(x.name);
      const std::string_view own = own_xattr(xattr);
      const bool matters = !own.empty() && own != "impure" && own != "uuid";
      say(matters, fmt::format("{} gets {}: {}", path_of(after_, fs_, x.ino), xattr, xattr_in_words(xattr, value(b_, x))));
      if (decode_handle(value(b_, x))) say(false, fmt::format("its bytes are {}", text::to_hex(value(b_, x))));
    }
    for (const backing::xattr& x : a_.xattrs) {
      if (b_.xattrs.find(x.key()) != nullptr || b_.inodes.find(x.ino) == nullptr) continue;
      const std::string_view xattr = before_.names.text(x.name);
      say(!own_xattr(xattr).empty(), fmt::format("{} loses {}", path_of(after_, fs_, x.ino), xattr));
    }
  }

  const world& before_;
  const world& after_;
  const backing::filesystem& a_;
  const backing::filesystem& b_;
  std::uint32_t fs_;
  bool on_overlay_;
  const std::vector<copy_up>& copied_;
  std::vector<fact>& out_;
};

}  // namespace

std::string lower_in_words(const world& w, const real_place& at) {
  if (filesystem_at(w, at.fs) == nullptr) return path_of(w, at.fs, at.ino);  // of an overlay only a path is known
  return fmt::format("{} (inode {})", path_of(w, at.fs, at.ino), at.ino);
}

std::string key_alone_in_words(const world& w, const overlay::real_key& key) {
  if (overlay::is_overlay(key.fs)) return "an inode of " + name_of_layer(w, key.fs);
  return fmt::format("inode {} of {}", key.ino, name_of_layer(w, key.fs));
}

std::string key_in_words(const world& w, const overlay::real_key& key) {
  if (key.fs == overlay::none) return "not hashed";
  return "hashed by " + key_alone_in_words(w, key);
}

std::vector<fact> filesystem_changes(const world& before, const world& after, bool on_overlay, const std::vector<copy_up>& copied) {
  std::vector<fact> found;
  for (std::uint32_t fs = 0; fs < after.filesystems.size(); ++fs) {
    const backing::filesystem& now = *after.filesystems[fs];
    if (fs >= before.filesystems.size()) {
      found.push_back(new_filesystem(after, now));
    } else if (before.filesystems[fs]->dev != now.dev) {
      found.push_back(replaced_filesystem(before, *before.filesystems[fs], after, now));
    } else if (&*before.filesystems[fs] != &now) {
      comparer(before, after, fs, on_overlay, copied, found).compare();
    }
  }
  return found;
}

}  // namespace ovlsim::explaining
