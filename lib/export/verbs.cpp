// SPDX-License-Identifier: Apache-2.0
#include "export/verbs.hpp"

#include <algorithm>
#include <variant>

#include "export/quote.hpp"
#include "ovlsim/scenario.hpp"
#include "scenario/mount_options.hpp"
#include "scenario/values.hpp"
#include "text/utf8.hpp"

namespace ovlsim::exporting {
namespace {

constexpr int first_descriptor = 3;

/// The two arguments of a path. The root of a filesystem is `/.` in it: `/` would be a name in the directory that it is mounted at.
std::string at(const path& p) {
  const bool root = p.rest.find_first_not_of('/') == std::string::npos;
  return " " + p.fs + " " + (root ? "/." : word(p.rest));
}

std::string id(const std::optional<uuid>& u) { return u ? " " + scenario_text::print_uuid(*u) : " random"; }

std::string_view mode_name(open_mode mode) { return mode == open_mode::ro ? "ro" : mode == open_mode::rw ? "rw" : "wo"; }

const piece& piece_of(fs_type type) {
  switch (type) {
    case fs_type::ext4: return ext4();
    case fs_type::xfs: return xfs();
    case fs_type::btrfs: return btrfs();
    case fs_type::tmpfs: return tmpfs();
    case fs_type::squashfs: return squashfs();
    case fs_type::erofs: break;
  }
  return erofs();
}

/// A layer in the options of mount(8).
std::string layer(const path& p) {
  std::string_view rest = p.rest;
  while (rest.starts_with("/../")) rest.remove_prefix(3);  // `..` of the root is the root
  return "$T/" + p.fs + in_quotes(rest);
}

struct feature_writer {
  std::string& text;

  void operator()(std::string_view name, bool value) {
    if (value && name != "ro") text.append(",").append(name);
  }
  void operator()(std::string_view name, std::optional<bool> value) {
    if (value) text.append(",").append(name).append(*value ? "=on" : "=off");
  }
  template <class Value>
  void operator()(std::string_view name, std::optional<Value> value) {
    if (value) text.append(",").append(name).append("=").append(ovlsim::name(*value));
  }
};

/// Whether the command may leave an inode of xfs that nobody has any more.
bool may_free_inodes(const command& c) {
  const std::string_view v = verb(c);
  return v == "unlink" || v == "rmdir" || v == "rename" || v == "close" || v == "umount" || v == "drop-caches" || v == "append" || v == "write";
}

}  // namespace

std::string verb_writer::call(const command& c) {
  std::string text = std::visit([this](const auto& one) { return (*this)(one); }, c);
  if (has_xfs_ && may_free_inodes(c)) text += "\nsettle";
  return text;
}

std::string verb_writer::operator()(const cmd::mkfs& c) {
  need(piece_of(c.type));
  has_xfs_ = has_xfs_ || c.type == fs_type::xfs;
  const int slot = ++made_;
  if (ranges_) need(numbering());
  return "do_mkfs " + c.fs + " " + std::string(name(c.type)) + id(c.id) + " " + (ranges_ ? std::to_string(slot * range_) : "''");
}
std::string verb_writer::operator()(const cmd::mksquashfs& c) {
  need(squashfs());
  return "do_mksquashfs " + c.fs + at(c.source) + (c.exports ? "" : " -no-exports");
}
std::string verb_writer::operator()(const cmd::mkerofs& c) {
  need(erofs());
  return "do_mkerofs " + c.fs + at(c.source) + id(c.id);
}
std::string verb_writer::operator()(const cmd::mke2fs& c) {
  need(ext4());
  need(populated());
  return "do_mke2fs " + c.fs + at(c.source) + id(c.id);
}
std::string verb_writer::operator()(const cmd::clone& c) {
  need(clones());
  return "do_clone " + c.fs + " " + c.old;
}
std::string verb_writer::operator()(const cmd::copy& c) {
  need(copies());
  return "do_cp" + at(c.from) + at(c.to);
}

std::string verb_writer::operator()(const cmd::mount& c) {
  need(overlay());
  const mount_options& o = c.options;
  std::string names;
  std::string text = o.ro ? ",ro" : "";
  const auto add = [&](std::string_view before, const path& p) {
    names += (names.empty() ? "" : " ") + p.fs;
    text.append(before).append(layer(p));
  };
  for (std::size_t i = 0; i < o.lower.size(); ++i) add(i == 0 ? ",lowerdir=" : ":", o.lower[i]);
  for (const path& p : o.data) add(o.lower.empty() ? ",datadir+=" : "::", p);
  if (o.upper) add(",upperdir=", *o.upper);
  if (o.work) add(",workdir=", *o.work);
  scenario_text::each_option(feature_writer{text}, o);
  return "do_mount " + c.overlay + " '" + names + "' \"" + text.substr(1) + "\"";
}
std::string verb_writer::operator()(const cmd::umount& c) {
  need(overlay());
  return "do_umount " + c.overlay;
}
std::string verb_writer::operator()(const cmd::drop_caches&) {
  need(overlay());
  return "do_drop_caches";
}
std::string verb_writer::operator()(const cmd::set_module& c) {
  need(module_parameters());
  std::string call = "do_module";
  each_parameter([&](std::string_view name, std::optional<bool> on) { if (on) call.append(" ").append(name).append(*on ? "=Y" : "=N"); },
                 c.settings);
  return call;
}

std::string verb_writer::operator()(const cmd::create& c) {
  // The umask is in it: what a mode asks for beyond it is not given.
  constexpr unsigned umask = 022;
  return "do_create" + at(c.at) + " " + percent_b(c.data) + " " + scenario_text::print_mode(static_cast<std::uint16_t>(c.mode & ~umask));
}
std::string verb_writer::operator()(const cmd::write& c) { return "do_write" + at(c.at) + " " + percent_b(c.data); }
std::string verb_writer::operator()(const cmd::append& c) { return "do_append" + at(c.at) + " " + percent_b(c.data); }
std::string verb_writer::operator()(const cmd::read& c) { return "do_read" + at(c.at); }
std::string verb_writer::operator()(const cmd::truncate& c) { return "do_truncate" + at(c.at) + " " + std::to_string(c.size); }
std::string verb_writer::operator()(const cmd::chmod& c) {
  // Five digits: with four, chmod keeps the set-group-ID bit of a directory.
  return "do_chmod" + at(c.at) + " 0" + scenario_text::print_mode(c.mode);
}
std::string verb_writer::operator()(const cmd::chown& c) { return "do_chown" + at(c.at) + " " + std::to_string(c.uid) + ":" + std::to_string(c.gid); }
std::string verb_writer::operator()(const cmd::touch& c) { return "do_touch" + at(c.at); }
std::string verb_writer::operator()(const cmd::mkdir& c) { return "do_mkdir" + at(c.at); }
std::string verb_writer::operator()(const cmd::rmdir& c) { return "do_rmdir " + c.at.fs + " " + word(c.at.rest); }  // of `.`: EINVAL
std::string verb_writer::operator()(const cmd::unlink& c) { return "do_unlink" + at(c.at); }
std::string verb_writer::operator()(const cmd::mkfifo& c) { return "do_mkfifo" + at(c.at); }
std::string verb_writer::operator()(const cmd::rename& c) {
  need(renames());
  return "do_rename" + at(c.from) + at(c.to);
}
std::string verb_writer::operator()(const cmd::exchange& c) {
  need(exchanges());
  return "do_exchange" + at(c.from) + at(c.to);
}
std::string verb_writer::operator()(const cmd::link& c) { return "do_link" + at(c.from) + at(c.to); }
std::string verb_writer::operator()(const cmd::symlink& c) { return "do_symlink " + word(c.target) + at(c.at); }
std::string verb_writer::operator()(const cmd::readlink& c) { return "do_readlink" + at(c.at); }
std::string verb_writer::operator()(const cmd::stat& c) { return "do_stat" + at(c.at); }
std::string verb_writer::operator()(const cmd::ls& c) { return "do_ls" + at(c.at); }

std::string verb_writer::operator()(const cmd::setxattr& c) {
  need(xattrs());
  return "do_setxattr" + at(c.at) + " " + word(c.name) + " " + (c.value.empty() ? "''" : text::to_hex(c.value));
}
std::string verb_writer::operator()(const cmd::getxattr& c) {
  need(xattrs());
  return "do_getxattr" + at(c.at) + " " + word(c.name);
}
std::string verb_writer::operator()(const cmd::removexattr& c) {
  need(xattrs());
  return "do_removexattr" + at(c.at) + " " + word(c.name);
}
std::string verb_writer::operator()(const cmd::listxattr& c) {
  need(xattrs());
  return "do_listxattr" + at(c.at);
}

std::string verb_writer::operator()(const cmd::open& c) {
  need(handles());
  if (!files_.contains(c.handle)) {
    const auto taken = [&](int number) {
      return std::any_of(files_.begin(), files_.end(), [&](const auto& file) { return file.second == number; });
    };
    int number = first_descriptor;
    while (taken(number)) ++number;
    files_[c.handle] = number;
  }
  return "do_open" + at(c.at) + " " + descriptor(c.handle) + " " + std::string(mode_name(c.mode));
}

/// A handle that no line above opens has the number 0, and is not open.
std::string verb_writer::descriptor(const std::string& handle) {
  need(handles());
  const auto found = files_.find(handle);
  return std::to_string(found == files_.end() ? 0 : found->second);
}
std::string verb_writer::operator()(const cmd::fstat& c) { return "do_fstat " + descriptor(c.handle); }
std::string verb_writer::operator()(const cmd::fread& c) { return "do_fread " + descriptor(c.handle); }
std::string verb_writer::operator()(const cmd::fwrite& c) { return "do_fwrite " + descriptor(c.handle) + " " + percent_b(c.data); }
std::string verb_writer::operator()(const cmd::close& c) {
  std::string text = "do_close " + descriptor(c.handle);
  files_.erase(c.handle);
  return text;
}

// limits.cpp has refused these.
std::string verb_writer::operator()(const cmd::fh&) { return ":"; }
std::string verb_writer::operator()(const cmd::fhopen&) { return ":"; }

}  // namespace ovlsim::exporting
