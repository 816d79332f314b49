// SPDX-License-Identifier: Apache-2.0
#include "live/images.hpp"

#include <sys/mount.h>

#include "live/failure.hpp"
#include "live/ranges.hpp"

namespace ovlsim::live {
namespace {

constexpr std::uint64_t megabyte = 1024 * 1024;
constexpr int tool_seconds = 60;

/// One block group, so that "the lowest free inode number" is one number everywhere; a journal, because without one ext4
/// leaves numbers alone that were freed in the last five seconds; no checksums, because disk.cpp writes to the image.
std::vector<std::string> mke2fs(const sys::fd& image, std::vector<std::string> more = {}) {
  std::vector<std::string> arguments = {
      "mke2fs", "-q", "-F", "-t", "ext4", "-b", "4096", "-I", "256", "-N", "32768", "-m", "0", "-J", "size=4",
      "-O", "^metadata_csum,^uninit_bg,^resize_inode,^flex_bg", "-E",
      // The order of a listing depends on the seed of the hash: the model's is this one, too (model/backing/ext4_hash.cpp).
      "lazy_itable_init=0,lazy_journal_init=0,nodiscard,hash_seed=6f766c73-696d-4f56-8c53-494d6f766c73"};
  for (std::string& argument : more) arguments.push_back(std::move(argument));
  arguments.push_back(path_of(image));
  return arguments;
}

constexpr std::uint64_t ext4_size = 64 * megabyte;

void remove_lost_and_found(const sys::fd& image, const std::string& scratch) {
  require(mount_image(image, fs_type::ext4, scratch, false), "mounting a new ext4");
  require(sys::rmdir(scratch + "/lost+found"), "removing lost+found");
  require(sys::umount(scratch, 0), "unmounting a new ext4");
}

}  // namespace

std::string path_of(const sys::fd& file) {
  return "/proc/" + std::to_string(sys::this_process()) + "/fd/" + std::to_string(file.get());
}

int run_tool_for_status(const std::vector<std::string>& arguments, std::string& errors) {
  int exit_status = 0;
  const errc e = sys::run(arguments, tool_seconds, exit_status, errors);
  if (e == errc::eagain) throw failure(arguments[0] + " was stopped: it ran for more than a minute");
  require(e, "running " + arguments[0]);
  return exit_status;
}

void run_tool(const std::vector<std::string>& arguments) {
  std::string errors;
  const int exit_status = run_tool_for_status(arguments, errors);
  if (exit_status != 0)
    throw failure(arguments[0] + " failed with status " + std::to_string(exit_status) + ": " +
                  (errors.empty() ? "it said nothing (is it installed?)" : errors));
}

errc mount_image(const sys::fd& image, fs_type type, const std::string& directory, bool read_only) {
  sys::fd device;
  std::string node;
  require(sys::attach_loop(image, read_only, device, node), "no loop device (/dev/loop-control) for an image");
  const std::string type_name(name(type));
  const char* options = "";
  if (type == fs_type::xfs) options = "nouuid";
  // Nothing that these images lose in a crash matters, so nothing waits for a disk that is not there.
  if (type == fs_type::btrfs) options = "nodiscard,nobarrier";
  if (type == fs_type::ext4) options = "nobarrier";
  // mksquashfs takes two names for one inode only when all that stat says is the same, the atime included: reading a symlink
  // between its two names must not change it.
  const unsigned long flags = MS_NOATIME | (read_only ? static_cast<unsigned long>(MS_RDONLY) : 0);
  return sys::mount(node, directory, type_name.c_str(), flags, options);
}

const disk& image_maker::base(fs_type type) {
  if (const auto found = bases_.find(type); found != bases_.end()) return found->second;
  sys::fd image;
  if (type == fs_type::ext4) {
    image = blank(ext4_size);
    run_tool(mke2fs(image));
    remove_lost_and_found(image, scratch_);
  } else if (type == fs_type::xfs) {
    // --unsupported: with less than 300 MB, and with one allocation group, for the sake of the numbers again.
    image = blank(128 * megabyte);
    run_tool({"mkfs.xfs", "--unsupported", "-q", "-K", "-d", "agcount=1", "-l", "size=4096b", path_of(image)});
  } else {
    image = blank(48 * megabyte);  // below 64 MB there is one superblock
    run_tool({"mkfs.btrfs", "-q", "-K", "-M", "-m", "single", "-d", "single", path_of(image)});
  }
  return bases_[type] = take(image);
}

sys::fd image_maker::format(fs_type type, int slot, const std::optional<uuid>& id) {
  const auto [numbered, is_new] = slots_.try_emplace({type, slot});
  if (is_new) numbered->second = counting_from(first_number(type, slot), type, base(type), scratch_);
  sys::fd image = put(numbered->second);
  set_uuid(image, type, id ? *id : random_uuid());
  return image;
}

sys::fd image_maker::squashfs(const sys::fd& source, bool exports) {
  sys::fd image = blank(0);
  std::vector<std::string> arguments = {"mksquashfs", path_of(source) + "/.", path_of(image), "-noappend", "-no-progress",
                                        "-quiet", "-noI", "-noD", "-noF", "-noX", "-processors", "1", "-mem", "16M"};
  if (!exports) arguments.emplace_back("-no-exports");
  run_tool(arguments);
  return image;
}

sys::fd image_maker::erofs(const sys::fd& source, const std::optional<uuid>& id) {
  sys::fd image = blank(0);
  std::string errors;
  const int status = run_tool_for_status(
      {"mkfs.erofs", "-U", to_string(id ? *id : random_uuid()), path_of(image), path_of(source) + "/."}, errors);
  if (status != 0) throw refusal("mkfs.erofs failed with status " + std::to_string(status) + ": " + errors);
  return image;
}

sys::fd image_maker::ext4(const sys::fd& source, const std::optional<uuid>& id) {
  sys::fd image = blank(ext4_size);
  std::string errors;
  const int status =
      run_tool_for_status(mke2fs(image, {"-U", to_string(id ? *id : random_uuid()), "-d", path_of(source) + "/."}), errors);
  const std::string message = "mke2fs failed with status " + std::to_string(status) + ": " + errors;
  for (const char* reading : {" while lstat ", " while scanning directory "})  // what is listed cannot be found, or not all is listed
    if (status != 0 && errors.find(reading) != std::string::npos) throw refusal(message);
  if (status != 0) throw failure(message);
  remove_lost_and_found(image, scratch_);
  return image;
}

}  // namespace ovlsim::live
