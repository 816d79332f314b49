// SPDX-License-Identifier: Apache-2.0
#include "live/syscalls.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/loop.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>

namespace ovlsim::live::sys {
namespace {

/// From <xfs/xfs_fs.h>, which would be one more package to build with.
struct xfs_eofblocks {
  std::uint32_t version = 1;
  std::uint32_t flags = 1;  // XFS_EOF_FLAGS_SYNC
  std::uint32_t uid = 0, gid = 0, project = 0, pad = 0;
  std::uint64_t min_file_size = 0;
  std::array<std::uint64_t, 12> pad64{};
};
static_assert(sizeof(xfs_eofblocks) == 128);

errc last() noexcept { return static_cast<errc>(errno); }

/// The status of a call that answers 0 or -1.
errc answered(long answer) noexcept { return answer < 0 ? last() : errc::ok; }

/// `ask` fills the buffer from an offset and answers a length: repeated until it answers 0. A FIFO that somebody could still write
/// to says EAGAIN instead: what it gave before is the answer.
template <class Ask>
errc gather(std::string& out, Ask ask) {
  out.clear();
  std::array<char, 65536> buffer{};
  for (;;) {
    const ssize_t got = ask(buffer.data(), buffer.size(), out.size());
    if (got < 0 && errno == EAGAIN && !out.empty()) return errc::ok;
    if (got < 0) return last();
    if (got == 0) return errc::ok;
    out.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

entry_type entry_type_of(unsigned char d_type) {
  switch (d_type) {
    case DT_REG: return entry_type::file;
    case DT_DIR: return entry_type::dir;
    case DT_LNK: return entry_type::symlink;
    default: return entry_type::other;
  }
}

}  // namespace

fd& fd::operator=(fd&& other) noexcept {
  if (this != &other) {
    reset();
    number_ = std::exchange(other.number_, -1);
  }
  return *this;
}

void fd::reset() noexcept {
  if (number_ >= 0) ::close(std::exchange(number_, -1));
}

errc open(const std::string& path, int flags, mode_t mode, fd& out) {
  const int number = ::open(path.c_str(), flags | O_CLOEXEC, mode);
  if (number < 0) return last();
  out = fd(number);
  return errc::ok;
}

errc read_all(const fd& file, std::string& out) {
  return gather(out, [&](char* to, std::size_t size, std::size_t) { return ::read(file.get(), to, size); });
}

errc pread_all(const fd& file, std::string& out) {
  return gather(out, [&](char* to, std::size_t size, std::size_t offset) {
    return ::pread(file.get(), to, size, static_cast<off_t>(offset));
  });
}

errc write_all(const fd& file, std::string_view data) {
  while (!data.empty()) {
    const ssize_t put = ::write(file.get(), data.data(), data.size());
    if (put < 0) return last();
    data.remove_prefix(static_cast<std::size_t>(put));
  }
  return errc::ok;
}

errc pwrite_all(const fd& file, std::string_view data, std::uint64_t offset) {
  do {  // once at least: whether an empty write is allowed is a question too
    const ssize_t put = ::pwrite(file.get(), data.data(), data.size(), static_cast<off_t>(offset));
    if (put < 0) return last();
    data.remove_prefix(static_cast<std::size_t>(put));
    offset += static_cast<std::uint64_t>(put);
  } while (!data.empty());
  return errc::ok;
}

errc pread_some(const fd& file, std::span<char> out, std::uint64_t offset) {
  while (!out.empty()) {
    const ssize_t got = ::pread(file.get(), out.data(), out.size(), static_cast<off_t>(offset));
    if (got < 0) return last();
    if (got == 0) return errc::eio;
    out = out.subspan(static_cast<std::size_t>(got));
    offset += static_cast<std::uint64_t>(got);
  }
  return errc::ok;
}

bool next_data(const fd& file, std::uint64_t& begin, std::uint64_t& end) {
  const off_t from = ::lseek(file.get(), static_cast<off_t>(begin), SEEK_DATA);
  if (from < 0) return false;
  const off_t to = ::lseek(file.get(), from, SEEK_HOLE);
  if (to < 0) return false;
  begin = static_cast<std::uint64_t>(from);
  end = static_cast<std::uint64_t>(to);
  return true;
}

errc truncate(const std::string& path, std::uint64_t size) {
  return answered(::truncate(path.c_str(), static_cast<off_t>(size)));
}
errc resize(const fd& file, std::uint64_t size) { return answered(::ftruncate(file.get(), static_cast<off_t>(size))); }
errc allocate(const fd& file, std::uint64_t size) {
  return answered(::fallocate(file.get(), 0, 0, static_cast<off_t>(size)));
}
errc chmod(const std::string& path, mode_t mode) { return answered(::chmod(path.c_str(), mode)); }
errc lchown(const std::string& path, uid_t uid, gid_t gid) { return answered(::lchown(path.c_str(), uid, gid)); }
errc touch(const std::string& path) {
  return answered(::utimensat(AT_FDCWD, path.c_str(), nullptr, AT_SYMLINK_NOFOLLOW));
}
errc mkdir(const std::string& path, mode_t mode) { return answered(::mkdir(path.c_str(), mode)); }
errc rmdir(const std::string& path) { return answered(::rmdir(path.c_str())); }
errc unlink(const std::string& path) { return answered(::unlink(path.c_str())); }
errc mkfifo(const std::string& path, mode_t mode) { return answered(::mkfifo(path.c_str(), mode)); }
errc symlink(const std::string& target, const std::string& path) {
  return answered(::symlink(target.c_str(), path.c_str()));
}

errc readlink(const std::string& path, std::string& out) {
  std::array<char, 4096> buffer{};
  const ssize_t got = ::readlink(path.c_str(), buffer.data(), buffer.size());
  if (got < 0) return last();
  out.assign(buffer.data(), static_cast<std::size_t>(got));
  return errc::ok;
}

errc lstat(const std::string& path, struct ::stat& out) { return answered(::lstat(path.c_str(), &out)); }
errc fstat(const fd& file, struct ::stat& out) { return answered(::fstat(file.get(), &out)); }
bool executable(const std::string& path) { return ::faccessat(AT_FDCWD, path.c_str(), X_OK, 0) == 0; }
errc writable(const std::string& path) { return answered(::faccessat(AT_FDCWD, path.c_str(), W_OK, 0)); }

errc list(const fd& directory, std::vector<answer::entry>& out) {
  out.clear();
  alignas(dirent64) std::array<char, 32768> buffer{};
  bool begun = false;
  for (;;) {
    const ssize_t got = ::getdents64(directory.get(), buffer.data(), buffer.size());
    // An error after some entries, `.` and `..` among them, has lost the rest, as for a loop over readdir(3): what came before is
    // the answer.
    if (got < 0 && !begun) return last();
    if (got <= 0) return errc::ok;
    begun = true;
    for (std::size_t at = 0; at < static_cast<std::size_t>(got);) {
      const char* record = buffer.data() + at;
      std::uint16_t length = 0;
      answer::entry found;
      std::memcpy(&length, record + offsetof(dirent64, d_reclen), sizeof length);
      std::memcpy(&found.ino, record + offsetof(dirent64, d_ino), sizeof found.ino);
      found.type = entry_type_of(static_cast<unsigned char>(record[offsetof(dirent64, d_type)]));
      found.name = record + offsetof(dirent64, d_name);
      at += length;
      if (found.name != "." && found.name != "..") out.push_back(std::move(found));
    }
  }
}

errc rename(int from_dir, const std::string& from, int to_dir, const std::string& to, unsigned flags) {
  return answered(::renameat2(from_dir, from.c_str(), to_dir, to.c_str(), flags));
}
errc link(int from_dir, const std::string& from, int to_dir, const std::string& to) {
  return answered(::linkat(from_dir, from.c_str(), to_dir, to.c_str(), 0));
}

errc lsetxattr(const std::string& path, const std::string& name, const std::string& value) {
  return answered(::lsetxattr(path.c_str(), name.c_str(), value.data(), value.size(), 0));
}
errc lgetxattr(const std::string& path, const std::string& name, std::string& out) {
  out.resize(XATTR_SIZE_MAX);
  const ssize_t got = ::lgetxattr(path.c_str(), name.c_str(), out.data(), out.size());
  if (got < 0) return last();
  out.resize(static_cast<std::size_t>(got));
  return errc::ok;
}
errc lremovexattr(const std::string& path, const std::string& name) {
  return answered(::lremovexattr(path.c_str(), name.c_str()));
}
errc llistxattr(const std::string& path, std::vector<std::string>& out) {
  std::string buffer(XATTR_LIST_MAX, '\0');
  const ssize_t got = ::llistxattr(path.c_str(), buffer.data(), buffer.size());
  if (got < 0) return last();
  const char* const end = buffer.data() + got;
  for (const char* name = buffer.data(); name < end; name += out.back().size() + 1) out.emplace_back(name);
  return errc::ok;
}

namespace {
/// A struct file_handle with room for its bytes.
struct alignas(file_handle) handle_space : std::array<char, sizeof(file_handle) + MAX_HANDLE_SZ> {};
}  // namespace

errc name_to_handle(const std::string& path, handle& out) {
  handle_space space{};
  int mount_id = 0;
  auto* const h = reinterpret_cast<file_handle*>(space.data());
  h->handle_bytes = MAX_HANDLE_SZ;
  if (::name_to_handle_at(AT_FDCWD, path.c_str(), h, &mount_id, 0) < 0) return last();
  out.type = h->handle_type;
  out.bytes.assign(space.data() + offsetof(file_handle, f_handle), h->handle_bytes);
  return errc::ok;
}

errc open_by_handle(const fd& mount, const handle& h, int flags, fd& out) {
  handle_space space{};
  auto* const packed = reinterpret_cast<file_handle*>(space.data());
  packed->handle_bytes = static_cast<unsigned>(std::min<std::size_t>(h.bytes.size(), MAX_HANDLE_SZ));
  packed->handle_type = h.type;
  std::memcpy(space.data() + offsetof(file_handle, f_handle), h.bytes.data(), packed->handle_bytes);
  const int number = ::open_by_handle_at(mount.get(), packed, flags | O_CLOEXEC);
  if (number < 0) return last();
  out = fd(number);
  return errc::ok;
}

root_scope::root_scope(const std::string& directory) {
  status_ = open("/", O_PATH | O_DIRECTORY, 0, outside_);
  if (status_ != errc::ok) return;
  if (::chroot(directory.c_str()) < 0 || ::chdir("/") < 0) status_ = last();
}

root_scope::~root_scope() {
  // From here there is no way on with the wrong root: whatever came next would be done to somebody else's files.
  if (outside_ && (::fchdir(outside_.get()) < 0 || ::chroot(".") < 0)) std::abort();
}

errc mount(const std::string& source, const std::string& target, const char* type, unsigned long flags,
           const std::string& options) {
  return answered(::mount(source.c_str(), target.c_str(), type, flags, options.empty() ? nullptr : options.c_str()));
}
errc umount(const std::string& target, int flags) { return answered(::umount2(target.c_str(), flags)); }

errc mount_is_read_only(const std::string& path, bool& out) {
  struct ::statvfs answer{};
  if (::statvfs(path.c_str(), &answer) < 0) return last();
  out = (answer.f_flag & ST_RDONLY) != 0;
  return errc::ok;
}

errc freeze(const fd& root) { return answered(::ioctl(root.get(), FIFREEZE, 0)); }
errc thaw(const fd& root) { return answered(::ioctl(root.get(), FITHAW, 0)); }
errc sync_filesystem(const fd& root) { return answered(::syncfs(root.get())); }
errc xfs_free_unlinked(const fd& root) {
  xfs_eofblocks request;
  return answered(::ioctl(root.get(), _IOR('X', 58, xfs_eofblocks), &request));
}

void random_bytes(std::span<std::uint8_t> out) {
  if (::getentropy(out.data(), out.size()) < 0) std::abort();  // cannot fail for the 16 bytes of a UUID
}

errc memory_file(const std::string& name, fd& out) {
  const int number = ::memfd_create(name.c_str(), MFD_CLOEXEC);
  if (number < 0) return last();
  out = fd(number);
  return errc::ok;
}

bool loop_device_holds(const std::string& memory_file_name) {
  fd blocks;
  std::vector<answer::entry> devices;
  if (open("/sys/block", O_RDONLY | O_DIRECTORY, 0, blocks) != errc::ok || list(blocks, devices) != errc::ok) return false;
  return std::any_of(devices.begin(), devices.end(), [&](const answer::entry& device) {
    fd file;
    std::string image;
    return device.name.starts_with("loop") &&
           open("/sys/block/" + device.name + "/loop/backing_file", O_RDONLY, 0, file) == errc::ok &&
           read_all(file, image) == errc::ok && image.find(memory_file_name + " ") != std::string::npos;
  });
}

errc attach_loop(const fd& image, bool read_only, fd& device, std::string& node) {
  fd control;
  if (const errc e = open("/dev/loop-control", O_RDWR, 0, control); e != errc::ok) return e;
  // Between "this one is free" and "it is ours" somebody else may take it; then the next one is asked for.
  for (int attempt = 0; attempt < 64; ++attempt) {
    const int number = ::ioctl(control.get(), LOOP_CTL_GET_FREE);
    if (number < 0) return last();
    node = "/dev/loop" + std::to_string(number);
    if (const errc e = open(node, read_only ? O_RDONLY : O_RDWR, 0, device); e != errc::ok) return e;
    loop_config config{};
    config.fd = static_cast<unsigned>(image.get());
    config.info.lo_flags = LO_FLAGS_AUTOCLEAR | (read_only ? LO_FLAGS_READ_ONLY : 0);
    if (::ioctl(device.get(), LOOP_CONFIGURE, &config) == 0) return errc::ok;
    const errc e = last();
    device.reset();
    if (e != errc::ebusy) return e;
  }
  return errc::ebusy;
}

errc lock(const fd& file, bool wait) { return answered(::flock(file.get(), LOCK_EX | (wait ? 0 : LOCK_NB))); }
errc unlock(const fd& file) { return answered(::flock(file.get(), LOCK_UN)); }

errc read_record(const fd& log, std::string& record, bool& lost) {
  std::array<char, 16384> buffer{};
  for (;;) {
    const ssize_t got = ::read(log.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EPIPE) {
      lost = true;
      continue;
    }
    if (got < 0) return last();
    record.assign(buffer.data(), static_cast<std::size_t>(got));
    return errc::ok;
  }
}
errc seek_begin(const fd& log) { return answered(::lseek(log.get(), 0, SEEK_SET)); }
errc seek_end(const fd& log) { return answered(::lseek(log.get(), 0, SEEK_END)); }

void sleep_ms(int milliseconds) noexcept { ::poll(nullptr, 0, milliseconds); }

std::string kernel_release() {
  utsname names{};
  return ::uname(&names) < 0 ? std::string("unknown") : std::string(names.release);
}

bool may_mount() {
  __user_cap_header_struct head{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, 2> sets{};
  if (::syscall(SYS_capget, &head, sets.data()) < 0) return false;
  return (sets[0].effective & (1U << CAP_SYS_ADMIN)) != 0 && ::geteuid() == 0;
}

}  // namespace ovlsim::live::sys
