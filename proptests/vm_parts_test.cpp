// SPDX-License-Identifier: Apache-2.0
//
// What a virtual machine is put together from, without booting one: the archive, the order of modules, what is wrapped around
// kernels, what consoles say, and images that are none. (What boots is tested by vm_test.sh.)
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "live/console.hpp"
#include "live/cpio.hpp"
#include "live/failure.hpp"
#include "live/kernel_package.hpp"
#include "live/modules.hpp"
#include "live/packed.hpp"
#include "live/vm_image.hpp"
#include "ovlsim/live.hpp"

namespace ovlsim::live {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// A directory with files, for the time of a test.
class tree {
 public:
  tree() {
    std::string name = fs::temp_directory_path() / "ovlsim-vm-XXXXXX";
    root_ = mkdtemp(name.data());
  }
  ~tree() { fs::remove_all(root_); }
  tree(const tree&) = delete;
  tree& operator=(const tree&) = delete;

  tree& add(const std::string& path, const std::string& bytes) {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path, std::ios::binary) << bytes;
    return *this;
  }
  std::string path() const { return root_; }

 private:
  fs::path root_;
};

// --- The archive.

struct cpio_entry {
  std::string name, bytes;
  unsigned long mode = 0;
};

std::vector<cpio_entry> entries_of(const std::string& archive) {
  std::vector<cpio_entry> all;
  const auto number = [&](std::size_t at, int field) {
    return std::stoul(archive.substr(at + 6 + 8 * static_cast<std::size_t>(field), 8), nullptr, 16);
  };
  for (std::size_t at = 0; at < archive.size();) {
    EXPECT_EQ(archive.substr(at, 6), "070701");
    const std::size_t size = number(at, 6), name_size = number(at, 11);
    cpio_entry e;
    e.mode = number(at, 1);
    e.name = archive.substr(at + 110, name_size - 1);
    EXPECT_EQ(archive[at + 110 + name_size - 1], '\0');
    at = (at + 110 + name_size + 3) / 4 * 4;
    e.bytes = archive.substr(at, size);
    at = (at + size + 3) / 4 * 4;
    all.push_back(e);
  }
  return all;
}

TEST(vm_cpio, is_what_linux_unpacks) {
  cpio_archive a;
  a.file("/usr/bin/x", "12345", true);
  a.file("/usr/bin/x", "again", true);
  a.file("/usr/y", std::string("\0\n", 2), false);
  a.directory("/usr");
  a.symlink("/lib", "usr/lib");
  EXPECT_TRUE(a.contains("/usr/bin"));
  EXPECT_FALSE(a.contains("/usr/lib"));
  const std::string bytes = std::move(a).finish();
  EXPECT_EQ(bytes.size() % 4, 0U);
  const std::vector<cpio_entry> all = entries_of(bytes);
  ASSERT_EQ(all.size(), 6U);
  const auto is = [](const char* name, unsigned long mode, const std::string& content) {
    return testing::AllOf(testing::Field("name", &cpio_entry::name, name), testing::Field("mode", &cpio_entry::mode, mode),
                          testing::Field("bytes", &cpio_entry::bytes, content));
  };
  EXPECT_THAT(all, ElementsAre(is("usr", 0040755, ""), is("usr/bin", 0040755, ""), is("usr/bin/x", 0100755, "12345"),
                               is("usr/y", 0100644, std::string("\0\n", 2)), is("lib", 0120777, "usr/lib"),
                               is("TRAILER!!!", 0, "")));
}

// --- Modules.

/// The bytes of a module that says this of itself.
std::string module_of(const std::string& depends, const std::string& softdep = {}) {
  std::string bytes = std::string("\x7f" "ELF\0license=GPL\0", 17) + "depends=" + depends + '\0';
  if (!softdep.empty()) bytes += "softdep=" + softdep + '\0';
  return bytes;
}

class vm_modules : public testing::Test {
 protected:
  module_set set{{"lib/modules/6/kernel/fs/xfs/xfs.ko.xz", "lib/modules/6/kernel/lib/lib-crc.ko",
                  "lib/modules/6/kernel/crypto/crc.ko.zst", "lib/modules/6/kernel/fs/lost.ko.gz", "lib/modules/6/kernel/a.ko",
                  "lib/modules/6/kernel/b.ko", "lib/modules/6/modules.order", "boot/vmlinuz-6"},
                 "kernel/fs/ext4/ext4.ko\nkernel/crypto/sha-1.ko\n",
                 [this](const std::string& path) {
                   ++reads;
                   if (path.ends_with("xfs.ko.xz")) return module_of("lib-crc,ext4", "pre: crc nonesuch post: a");
                   if (path.ends_with("lib-crc.ko")) return module_of("sha-1");
                   if (path.ends_with("lost.ko.gz")) return module_of("crc,gone");
                   if (path.ends_with("/a.ko")) return module_of("", "pre: b");
                   if (path.ends_with("/b.ko")) return module_of("", "pre: a");
                   return module_of("");
                 }};
  int reads = 0;
  std::vector<std::string> order;
};

TEST_F(vm_modules, come_behind_what_they_need) {
  EXPECT_EQ(set.resolve("xfs", order), "");
  EXPECT_THAT(order, ElementsAre("crc", "lib_crc", "xfs"));
  EXPECT_EQ(set.resolve("xfs", order), "");
  EXPECT_EQ(set.resolve("lib-crc", order), "");
  EXPECT_EQ(order.size(), 3U);
  EXPECT_EQ(reads, 3);
  EXPECT_EQ(set.bytes().at("lib_crc"), module_of("sha-1"));
}
TEST_F(vm_modules, that_are_built_in_need_nothing) {
  EXPECT_EQ(set.resolve("ext4", order), "");
  EXPECT_THAT(order, IsEmpty());
}
TEST_F(vm_modules, that_are_missing_are_named) {
  EXPECT_EQ(set.resolve("overlay", order), "overlay");
  EXPECT_EQ(set.resolve("lost", order), "gone");
}
TEST_F(vm_modules, may_wish_for_each_other) {
  EXPECT_EQ(set.resolve("a", order), "");
  EXPECT_THAT(order, ElementsAre("b", "a"));
}

// --- What builds wrap around.

TEST(vm_packed, a_module_loses_its_signature) {
  const std::string signature = "0123456789";
  std::string all = module_of("x") + signature + std::string(11, '\0') + "\x0a" + "~Module signature appended~\n";
  EXPECT_EQ(plain_module(all), module_of("x"));
  EXPECT_EQ(plain_module(module_of("x")), module_of("x"));
  all[all.size() - 29] = '\x7f';  // a size that cannot be
  EXPECT_EQ(plain_module(all), all);
}
TEST(vm_packed, a_kernel_that_is_no_bzimage_stays_as_it_is) {
  for (const std::string& bytes : {std::string(), std::string("\x7f" "ELF"), std::string(4096, 'x')})
    EXPECT_EQ(plain_kernel(bytes), bytes);
  std::string cut(0x1000, '\0');
  cut.replace(0x202, 4, "HdrS");
  cut.replace(0x24c, 4, "\xff\xff\xff\x7f");  // a payload that is longer than the file
  EXPECT_EQ(plain_kernel(cut), cut);
}
TEST(vm_packed, a_bzimage_gives_its_kernel) {
  // gzip of "\x7fELF kernel", stored without compression.
  const std::string elf = "\x7f" "ELF kernel";
  std::string packed("\x1f\x8b\x08\0\0\0\0\0\0\x03\x01\x0b\0\xf4\xff", 15);
  packed += elf;
  packed += std::string("\xd0\xe2\x37\x8a\x0b\0\0\0", 8);  // its CRC-32 and size
  std::string image(0x400, '\0');
  image[0x1f1] = 1;
  image.replace(0x202, 4, "HdrS");
  image[0x24c] = static_cast<char>(packed.size());
  EXPECT_EQ(plain_kernel(image + packed), elf);
  packed.back() = 'x';  // gzip refuses that
  EXPECT_EQ(plain_kernel(image + packed), image + packed);
}

// --- Consoles.

std::string last_words_of(const std::string& said) {
  sys::fd ours, theirs;
  EXPECT_EQ(sys::socket_pair(ours, theirs), errc::ok);
  EXPECT_EQ(sys::send_all(theirs, said), errc::ok);
  theirs.reset();
  console c(std::move(ours));
  c.drain();
  return c.last_words();
}

TEST(vm_console, tells_the_panic_and_not_what_was_before) {
  const std::string panic = last_words_of("booting\r\n\r\nmore\r\n[ 1.0] Kernel panic - not syncing: x\r\n[ 1.1] Call Trace:\r\n");
  EXPECT_EQ(panic, "[ 1.0] Kernel panic - not syncing: x\n[ 1.1] Call Trace:\n");
  std::string flood = "[ 1.0] BUG: it\n";
  for (int i = 0; i < 1000; ++i) flood += "line " + std::to_string(i) + "\n";
  const std::string shown = last_words_of(flood);
  EXPECT_TRUE(shown.starts_with("[ 1.0] BUG: it\nline 0\n"));
  EXPECT_EQ(std::count(shown.begin(), shown.end(), '\n'), 30);
}
TEST(vm_console, tells_the_last_lines_else) {
  EXPECT_EQ(last_words_of(""), "");
  EXPECT_EQ(last_words_of("one"), "one\n");
  EXPECT_EQ(last_words_of("one\ntwo\n"), "one\ntwo\n");
  std::string many;
  for (int i = 0; i < 100; ++i) many += std::to_string(i) + "\n";
  EXPECT_EQ(last_words_of(many), "90\n91\n92\n93\n94\n95\n96\n97\n98\n99\n");
}
TEST(vm_console, does_not_wait_for_ever) {
  sys::fd ours, theirs, log, machine;
  ASSERT_EQ(sys::socket_pair(ours, theirs), errc::ok);
  ASSERT_EQ(sys::socket_pair(log, machine), errc::ok);
  console c(std::move(log));
  EXPECT_EQ(c.wait_for(ours, 0), errc::eagain);
  machine.reset();
  EXPECT_EQ(c.wait_for(ours, 0), errc::eagain);
  ASSERT_EQ(sys::send_all(theirs, "x"), errc::ok);
  EXPECT_EQ(c.wait_for(ours, 0), errc::ok);
}

// --- Images that are none.

std::string error_of(const std::string& place) {
  try {
    static_cast<void>(make_vm_image(place, "/proc/self/exe"));
  } catch (const failure& f) {
    return f.what();
  }
  return {};
}

TEST(vm_image, says_what_is_missing) {
  EXPECT_EQ(error_of("/nonesuch"), "reading /nonesuch: No such file or directory");
  tree t;
  EXPECT_THAT(error_of(t.path()), HasSubstr(" holds no boot/vmlinuz*; name a kernel package (linux-image-*.deb)"));
  t.add("boot/vmlinuz-6.6", "kernel");
  EXPECT_THAT(error_of(t.path()), HasSubstr(" holds no lib/modules/*/modules.builtin; name a kernel package"));
  t.add("usr/lib/modules/6.6/modules.builtin", "kernel/drivers/virtio/virtio_pci.ko\nkernel/drivers/char/virtio_console.ko\n");
  EXPECT_THAT(error_of(t.path()), HasSubstr(" holds no module loop; name a kernel that has it"));
  t.add("usr/lib/modules/6.6/kernel/loop.ko", module_of(""));
  EXPECT_THAT(error_of(t.path()), HasSubstr(" holds no module overlay; name a kernel that has it"));
  t.add("boot/vmlinuz-6.7", "kernel");
  EXPECT_THAT(error_of(t.path()), HasSubstr(" holds several kernels, boot/vmlinuz-6.6 and boot/vmlinuz-6.7"));
}
TEST(vm_image, of_a_kernel_without_some_filesystems) {
  tree t;
  t.add("boot/vmlinuz-6.6", "kernel")
      .add("lib/modules/6.6/modules.builtin", "kernel/drivers/virtio/virtio_pci.ko\nkernel/drivers/char/virtio_console.ko\n"
                                              "kernel/drivers/block/loop.ko\nkernel/fs/ext4/ext4.ko\nkernel/fs/xfs/xfs.ko\n")
      .add("lib/modules/6.6/kernel/fs/overlayfs/overlay.ko", module_of(""));
  const vm_image image = make_vm_image(t.path(), "/proc/self/exe");
  EXPECT_EQ(image.release, "6.6");
  EXPECT_THAT(image.lacks, ElementsAre(fs_type::btrfs, fs_type::squashfs, fs_type::erofs));
}
TEST(vm_image, that_is_no_package) {
  tree t;
  t.add("x.deb", "not a package");
  const std::string error = error_of(t.path() + "/x.deb");
  EXPECT_TRUE(error.starts_with("dpkg-deb failed with status 2: ") || error.starts_with("dpkg-deb is not installed: ")) << error;
  EXPECT_EQ(error.find('\n'), std::string::npos);
}
TEST(vm_kernel, that_cannot_boot_runs_nothing) {
  const vm_kernel none("/nonesuch");
  EXPECT_NE(none.missing(), "");
  EXPECT_EQ(none.release(), "");
  session s(none);
  EXPECT_EQ(s.run(parse_scenario("mkfs a tmpfs\n", "x.ovl").value).error, none.missing());
}
TEST(vm_guest, is_nothing_outside_of_a_virtual_machine) { serve_as_vm_guest(); }

}  // namespace
}  // namespace ovlsim::live
