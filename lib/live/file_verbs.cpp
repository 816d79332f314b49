// SPDX-License-Identifier: Apache-2.0
//
// The verbs on files. Each is the one system call of the contract's table, with the path as the scenario has it and the
// filesystem as the root directory of this process: so `/`, `..`, trailing slashes, long names and absolute symlinks are
// judged by Linux, in its own order, with just the lookups (and the log lines) of a program that makes that call.
#include <fcntl.h>
#include <linux/fs.h>

#include <algorithm>

#include "live/executor.hpp"
#include "live/failure.hpp"
#include "live/paths.hpp"

namespace ovlsim::live {
namespace {

// A FIFO with nobody at its other end must not hold us up: O_NONBLOCK gives an empty read, and ENXIO to a writer. It means
// nothing for other files.
constexpr int careful = O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;

outcome just(errc e) { return {e, {}, {}}; }

template <class Fields>
outcome with(errc e, Fields fields) {
  if (e != errc::ok) return just(e);
  return {e, std::move(fields), {}};
}

file_type type_of(mode_t mode) {
  switch (mode & S_IFMT) {
    case S_IFDIR: return file_type::dir;
    case S_IFLNK: return file_type::symlink;
    case S_IFCHR: return file_type::chr;
    case S_IFBLK: return file_type::block;
    case S_IFIFO: return file_type::fifo;
    case S_IFSOCK: return file_type::socket;
    default: return file_type::file;
  }
}

outcome stat_outcome(errc e, const struct ::stat& s) {
  answer::stat a;
  a.type = type_of(s.st_mode);
  a.mode = static_cast<std::uint16_t>(s.st_mode & 07777);
  a.nlink = static_cast<std::uint32_t>(s.st_nlink);
  a.size = static_cast<std::uint64_t>(s.st_size);
  a.ino = s.st_ino;
  a.dev = s.st_dev;
  return with(e, a);
}

errc open_and_write(const std::string& p, int flags, mode_t mode, const std::string& data) {
  sys::fd file;
  const errc e = sys::open(p, flags | careful, mode, file);
  return e == errc::ok ? sys::write_all(file, data) : e;
}

}  // namespace

template <class Call>
outcome executor::at(const path& p, Call call) {
  const auto directory = machine_.directory(p.fs);
  if (!directory) return just(errc::enoent);
  const sys::root_scope root(*directory);
  require(root.status(), "entering " + p.fs);
  return call(p.rest);
}

template <class Call>
outcome executor::change(const path& p, Call call) {
  if (machine_.in_use(p.fs)) return just(errc::ebusy);
  return at(p, [&](const std::string& rest) { return just(call(rest)); });
}

template <class Call>
outcome executor::change_two(const path& from, const path& to, Call call) {
  if (machine_.in_use(to.fs)) return just(errc::ebusy);
  if (from.fs == to.fs)
    return change(from, [&](const std::string& rest) { return call(AT_FDCWD, rest, AT_FDCWD, to.rest); });
  if (machine_.in_use(from.fs)) return just(errc::ebusy);
  // Two roots: the parents are found first, each in its own. Linux would do so too, and says EXDEV after that.
  sys::fd parents[2];
  const path* const paths[2] = {&from, &to};
  for (int i = 0; i < 2; ++i) {
    const errc e = enter(*paths[i], cut(paths[i]->rest).parent, O_PATH, parents[i]);
    if (e != errc::ok) return just(e);
  }
  return just(call(parents[0].get(), cut(from.rest).last, parents[1].get(), cut(to.rest).last));
}

outcome executor::run(const cmd::create& c) {
  return change(c.at, [&](const std::string& p) {
    return open_and_write(p, O_CREAT | O_EXCL | O_WRONLY, c.mode, c.data);
  });
}
outcome executor::run(const cmd::write& c) {
  return change(c.at, [&](const std::string& p) { return open_and_write(p, O_WRONLY | O_TRUNC, 0, c.data); });
}
outcome executor::run(const cmd::append& c) {
  return change(c.at, [&](const std::string& p) { return open_and_write(p, O_WRONLY | O_APPEND, 0, c.data); });
}
outcome executor::run(const cmd::read& c) {
  return at(c.at, [](const std::string& p) {
    sys::fd file;
    answer::data a;
    errc e = sys::open(p, O_RDONLY | careful, 0, file);
    if (e == errc::ok) e = sys::read_all(file, a.bytes);
    return with(e, std::move(a));
  });
}
outcome executor::run(const cmd::truncate& c) {
  return change(c.at, [&](const std::string& p) { return sys::truncate(p, c.size); });
}
outcome executor::run(const cmd::chmod& c) {
  return change(c.at, [&](const std::string& p) { return sys::chmod(p, c.mode); });
}
outcome executor::run(const cmd::chown& c) {
  return change(c.at, [&](const std::string& p) { return sys::lchown(p, c.uid, c.gid); });
}
outcome executor::run(const cmd::touch& c) { return change(c.at, sys::touch); }
outcome executor::run(const cmd::mkdir& c) {
  return change(c.at, [](const std::string& p) { return sys::mkdir(p, 0777); });
}
outcome executor::run(const cmd::rmdir& c) { return change(c.at, sys::rmdir); }
outcome executor::run(const cmd::unlink& c) { return change(c.at, sys::unlink); }
outcome executor::run(const cmd::mkfifo& c) {
  return change(c.at, [](const std::string& p) { return sys::mkfifo(p, 0666); });
}
outcome executor::run(const cmd::rename& c) {
  return change_two(c.from, c.to, [](int a, const std::string& from, int b, const std::string& to) {
    return sys::rename(a, from, b, to, 0);
  });
}
outcome executor::run(const cmd::exchange& c) {
  return change_two(c.from, c.to, [](int a, const std::string& from, int b, const std::string& to) {
    return sys::rename(a, from, b, to, RENAME_EXCHANGE);
  });
}
outcome executor::run(const cmd::link& c) {
  // do_linkat() finds the old file before the new one's parent, which change_two() cannot do in two roots.
  if (c.from.fs != c.to.fs && !machine_.in_use(c.to.fs) && !machine_.in_use(c.from.fs)) {
    const outcome old = at(c.from, [](const std::string& p) {
      sys::fd there;  // not lstat(2): overlayfs may have something to say of a number
      return just(sys::open(p, O_PATH | O_NOFOLLOW, 0, there));
    });
    if (old.status != errc::ok) return old;
  }
  return change_two(c.from, c.to, sys::link);
}
outcome executor::run(const cmd::symlink& c) {
  return change(c.at, [&](const std::string& p) { return sys::symlink(c.target, p); });
}
outcome executor::run(const cmd::readlink& c) {
  return at(c.at, [](const std::string& p) {
    answer::target a;
    const errc e = sys::readlink(p, a.text);
    return with(e, std::move(a));
  });
}
outcome executor::run(const cmd::stat& c) {
  return at(c.at, [](const std::string& p) {
    struct ::stat s {};
    const errc e = sys::lstat(p, s);
    return stat_outcome(e, s);
  });
}
outcome executor::run(const cmd::ls& c) {
  return at(c.at, [](const std::string& p) {
    sys::fd directory;
    answer::entries a;
    errc e = sys::open(p, O_RDONLY | O_DIRECTORY | careful, 0, directory);
    if (e == errc::ok) e = sys::list(directory, a.by_name);
    std::sort(a.by_name.begin(), a.by_name.end(), [](const auto& x, const auto& y) { return x.name < y.name; });
    return with(e, std::move(a));
  });
}
outcome executor::run(const cmd::setxattr& c) {
  return change(c.at, [&](const std::string& p) { return sys::lsetxattr(p, c.name, c.value); });
}
outcome executor::run(const cmd::getxattr& c) {
  return at(c.at, [&](const std::string& p) {
    answer::value a;
    const errc e = sys::lgetxattr(p, c.name, a.bytes);
    return with(e, std::move(a));
  });
}
outcome executor::run(const cmd::removexattr& c) {
  return change(c.at, [&](const std::string& p) { return sys::lremovexattr(p, c.name); });
}
outcome executor::run(const cmd::listxattr& c) {
  return at(c.at, [](const std::string& p) {
    answer::names a;
    const errc e = sys::llistxattr(p, a.sorted);
    std::sort(a.sorted.begin(), a.sorted.end());
    return with(e, std::move(a));
  });
}

outcome executor::run(const cmd::open& c) {
  // A name that is taken: nothing is opened, and the first file stays open.
  if (files_.contains(c.handle)) return just(errc::ebusy);
  const int flags = c.mode == open_mode::ro ? O_RDONLY : c.mode == open_mode::wo ? O_WRONLY : O_RDWR;
  sys::fd file;
  const auto open = [&](const std::string& p) { return sys::open(p, flags | careful, 0, file); };
  outcome o = c.mode == open_mode::ro ? at(c.at, [&](const std::string& p) { return just(open(p)); }) : change(c.at, open);
  if (o.status == errc::ok) files_[c.handle] = {std::move(file), c.at.fs};
  return o;
}
outcome executor::run(const cmd::fstat& c) {
  const auto found = files_.find(c.handle);
  if (found == files_.end()) return just(errc::ebadf);
  struct ::stat s {};
  const errc e = sys::fstat(found->second.file, s);
  return stat_outcome(e, s);
}
outcome executor::run(const cmd::fread& c) {
  const auto found = files_.find(c.handle);
  if (found == files_.end()) return just(errc::ebadf);
  answer::data a;
  const errc e = sys::pread_all(found->second.file, a.bytes);
  return with(e, std::move(a));
}
outcome executor::run(const cmd::fwrite& c) {
  const auto found = files_.find(c.handle);
  if (found == files_.end()) return just(errc::ebadf);
  if (machine_.in_use(found->second.fs)) return just(errc::ebusy);
  return just(sys::pwrite_all(found->second.file, c.data, 0));
}
outcome executor::run(const cmd::close& c) { return just(files_.erase(c.handle) != 0 ? errc::ok : errc::ebadf); }

outcome executor::run(const cmd::fh& c) {
  sys::handle h;
  outcome o = at(c.at, [&](const std::string& p) { return just(sys::name_to_handle(p, h)); });
  if (o.status == errc::ok) handles_[c.handle] = std::move(h);
  return o;
}
outcome executor::run(const cmd::fhopen& c) {
  const auto found = handles_.find(c.handle);
  if (found == handles_.end()) return just(errc::ebadf);
  return at({c.fs, "/"}, [&](const std::string& p) {
    sys::fd mount, file;
    struct ::stat s {};
    require(sys::open(p, O_RDONLY | O_DIRECTORY, 0, mount), "opening " + c.fs);
    errc e = sys::open_by_handle(mount, found->second, O_PATH, file);
    if (e == errc::ok) e = sys::fstat(file, s);
    return stat_outcome(e, s);
  });
}

}  // namespace ovlsim::live
