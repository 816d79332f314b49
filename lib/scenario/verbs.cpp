// SPDX-License-Identifier: Apache-2.0
//
// The rows of the table of verbs.
#include "scenario/verbs.hpp"

#include <boost/container/small_vector.hpp>

#include <array>

#include "scenario/arguments.hpp"
#include "scenario/errors.hpp"
#include "scenario/reader.hpp"

namespace ovlsim::scenario_text {
namespace {

/// Goes through a verb's arguments and notes how the manual shows each.
class usage_writer {
 public:
  explicit usage_writer(std::string_view verb) : line(verb) {}
  std::string line;

  void makes(std::string_view what, std::string&) { add(what); }
  void image_of(std::string_view what, std::string&) { add(what); }
  void mounts(std::string_view what, std::string&) { add(what); }
  void mounted(std::string_view what, std::string&) { add(what); }
  void at(std::string_view what, path&) { add(what); }
  void handle(std::string_view what, std::string&) { add(what); }
  void xattr(std::string_view what, std::string&) { add(what); }
  void size(std::string_view what, std::uint64_t&) { add(what); }
  void mode(std::string_view what, std::uint16_t&) { add(what); }
  void owner(std::string_view what, std::uint32_t&, std::uint32_t&) { add(what); }
  void type(std::string_view what, fs_type&) { add(what); }
  void literal(std::string_view what) { add(what); }
  void text(std::string_view what, std::string&) { add("\"" + std::string(what) + "\""); }
  void name_text(std::string_view what, std::string&) { add("\"" + std::string(what) + "\""); }
  void optional_text(std::string_view what, std::string&) { add("[\"" + std::string(what) + "\"]"); }
  void optional_mode(std::string_view what, std::uint16_t&) { add("[" + std::string(what) + "]"); }
  void id(std::optional<uuid>&) { add("[uuid=U]"); }
  void no_exports(bool&) { add("[-no-exports]"); }
  void how(open_mode&) { add("[ro|rw|wo]"); }
  void options(cmd::mount&) { add("[lowerdir=P[,P...]] [datadir=P[,P...]] [upperdir=P workdir=P] [option...]"); }
  void parameters(module_settings&) { add("PARAMETER=on|off..."); }

 private:
  void add(std::string_view shown) {
    line += ' ';
    line += shown;
  }
};

template <class Command>
verb_spec row(std::string_view summary, std::string_view fields = "", std::string_view aka = "") {
  verb_spec spec;
  Command prototype;
  spec.name = verb(prototype);
  spec.summary = summary;
  spec.fields = fields;
  spec.aka = aka;
  usage_writer usage(spec.name);
  arguments(usage, prototype);
  spec.usage = usage.line;
  spec.read = [](argument_reader& words, command& into) { arguments(words, into.emplace<Command>()); };
  return spec;
}

constexpr std::string_view stat_fields = "type mode nlink size ino dev";

std::vector<verb_spec> all_rows() {
  return {
      row<cmd::mkfs>("a new, empty, mounted filesystem: ext4, xfs, btrfs or tmpfs", "", "format mkfs.ext4 mkfs.xfs"),
      row<cmd::mksquashfs>("a read-only squashfs image of a tree, mounted", "", "squashfs"),
      row<cmd::mkerofs>("a read-only erofs image of a tree, mounted", "", "mkfs.erofs erofs"),
      row<cmd::mke2fs>("a writable ext4 image of a tree, mounted", "", "mkfs.ext2"),
      row<cmd::clone>("a byte-for-byte copy of a filesystem's image", "", "dd snapshot"),
      row<cmd::copy>("copies a tree with all that belongs to it", "", "copy rsync"),
      row<cmd::mount>("mounts an overlay; options as overlayfs names them", "", "remount"),
      row<cmd::umount>("unmounts an overlay", "", "unmount"),
      row<cmd::drop_caches>("forgets every dentry and inode that nothing holds", "", "drop sync"),
      row<cmd::set_module>("sets defaults of later mounts, /sys/module/overlay/parameters", "", "modprobe insmod"),
      row<cmd::create>("open O_CREAT|O_EXCL|O_WRONLY and write; MODE 0644", "", "mkfile new"),
      row<cmd::write>("open O_WRONLY|O_TRUNC and write", "", "echo"),
      row<cmd::append>("open O_WRONLY|O_APPEND and write"),
      row<cmd::read>("open O_RDONLY and read all", "data", "cat"),
      row<cmd::truncate>("truncate", "", "ftruncate fallocate"),
      row<cmd::chmod>("chmod, follows a symlink", "", "fchmodat"),
      row<cmd::chown>("lchown", "", "lchown"),
      row<cmd::touch>("utimensat to now", "", "utimensat"),
      row<cmd::mkdir>("mkdir"),
      row<cmd::rmdir>("rmdir"),
      row<cmd::unlink>("unlink", "", "rm remove delete"),
      row<cmd::mkfifo>("mkfifo", "", "mknod"),
      row<cmd::rename>("renameat2 with no flag", "", "mv move"),
      row<cmd::exchange>("renameat2 with RENAME_EXCHANGE", "", "swap"),
      row<cmd::link>("linkat", "", "ln hardlink"),
      row<cmd::symlink>("symlink", "", "ln-s"),
      row<cmd::readlink>("readlink", "target"),
      row<cmd::stat>("lstat", stat_fields, "lstat"),
      row<cmd::ls>("opendir and readdir", "entries", "readdir dir list"),
      row<cmd::setxattr>("lsetxattr", "", "setfattr lsetxattr"),
      row<cmd::getxattr>("lgetxattr", "value", "getfattr lgetxattr"),
      row<cmd::removexattr>("lremovexattr", "", "lremovexattr rmxattr"),
      row<cmd::listxattr>("llistxattr", "names", "llistxattr"),
      row<cmd::open>("opens a file under a name; it pins its inode"),
      row<cmd::fstat>("fstat of an open file", stat_fields),
      row<cmd::fread>("pread of all of an open file", "data", "pread"),
      row<cmd::fwrite>("pwrite at 0 of an open file", "", "pwrite"),
      row<cmd::close>("closes an open file"),
      row<cmd::fh>("name_to_handle_at, kept under a name", "", "name_to_handle_at"),
      row<cmd::fhopen>("open_by_handle_at O_PATH and fstat", stat_fields, "open_by_handle_at"),
  };
}

}  // namespace

const std::vector<verb_spec>& verbs() {
  static const std::vector<verb_spec> rows = all_rows();
  return rows;
}

const verb_spec* find_verb(std::string_view name) noexcept {
  // By first letter (all begin with a small one): every line of a scenario asks, and no letter begins more than a few verbs.
  using initial = boost::container::small_vector<const verb_spec*, 8>;
  static const std::array<initial, 26> by_initial = [] {
    std::array<initial, 26> index;
    for (const verb_spec& spec : verbs()) index[static_cast<std::size_t>(spec.name.front() - 'a')].push_back(&spec);
    return index;
  }();
  if (name.empty() || name.front() < 'a' || name.front() > 'z') return nullptr;
  for (const verb_spec* spec : by_initial[static_cast<std::size_t>(name.front() - 'a')]) {
    if (spec->name == name) return spec;
  }
  return nullptr;
}

std::string verb_hint(std::string_view unknown) {
  std::vector<std::string_view> names;
  for (const verb_spec& spec : verbs()) {
    if (is_among(spec.aka, unknown)) return "did you mean `" + spec.usage + "`?";
    names.push_back(spec.name);
  }
  const verb_spec* near = find_verb(nearest(unknown, names));
  if (near != nullptr) return "did you mean `" + std::string(near->name) + "`? Its form is: " + near->usage;
  return "a verb such as `mkfs`, `mount`, `stat`; `ovlsim fmt --help` lists them all";
}

bool is_among(std::string_view list, std::string_view word) noexcept {
  std::size_t at = 0;
  while (!word.empty() && (at = list.find(word, at)) != std::string_view::npos) {
    const std::size_t end = at + word.size();
    if ((at == 0 || list[at - 1] == ' ') && (end == list.size() || list[end] == ' ')) return true;
    ++at;
  }
  return false;
}

std::vector<std::string_view> words_of(std::string_view list) {
  std::vector<std::string_view> words;
  while (!list.empty()) {
    const std::size_t end = list.find(' ');
    if (end != 0) words.push_back(list.substr(0, end));
    list.remove_prefix(end == std::string_view::npos ? list.size() : end + 1);
  }
  return words;
}

}  // namespace ovlsim::scenario_text
