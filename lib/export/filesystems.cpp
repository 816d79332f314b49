// SPDX-License-Identifier: Apache-2.0
//
// How each type of filesystem is made. One block or allocation group, so that "the lowest free inode number" is one number
// everywhere; the options are those of the live runner (lib/live/images.cpp).
#include "export/pieces.hpp"

namespace ovlsim::exporting {

const piece& ext4() {
  static const piece p{R"sh(
kernel_has ext4
mke2fs_() {  # OPTION...: a new ext4 in $T/.new
  truncate -s 64M "$T/.new"
  mke2fs -q -F -t ext4 -b 4096 -I 256 -N 32768 -m 0 -J size=4 -O '^metadata_csum,^uninit_bg,^resize_inode,^flex_bg' \
    -E lazy_itable_init=0,lazy_journal_init=0,nodiscard,hash_seed=6f766c73-696d-4f56-8c53-494d6f766c73 "$@" "$T/.new" >"$T/.out" 2>&1
}
mkfs_ext4() {  # FS UUID FILL
  mke2fs_ -U "$2" || cannot "mke2fs failed: $(head -n 1 "$T/.out")"
  install "$1" ext4 nobarrier "$3"
  [ -n "$3" ] || rmdir "$T/$1/lost+found"
}
)sh",
                        {{"mke2fs", "e2fsprogs"}, {"truncate", "coreutils"}}};
  return p;
}

const piece& populated() {
  static const piece p{R"sh(
do_mke2fs() {  # FS FS PATH UUID
  if unreplaceable "$1"; then return; fi
  tree "$2" "$3" || return
  if mke2fs_ -U "$(new_uuid "$4")" -d "$T/$2$3/."; then
    install "$1" ext4 nobarrier
    rmdir "$T/$1/lost+found"
  else
    status=EINVAL
  fi
}
)sh",
                        {}};
  return p;
}

const piece& xfs() {
  static const piece p{R"sh(
kernel_has xfs
mkfs_xfs() {  # FS UUID FILL
  truncate -s 320M "$T/.new"
  mkfs.xfs --unsupported -q -K -d agcount=1 -m "uuid=$2" "$T/.new" >"$T/.out" 2>&1 ||
    run_tool mkfs.xfs -f -q -K -d agcount=1 -m "uuid=$2" "$T/.new"
  install "$1" xfs nouuid "$3"
}
# settle: xfs frees unlinked inodes some milliseconds later, or when it is frozen.
settle() {
  for one in "$T"/.type.*; do
    [ "$(cat "$one")" = xfs ] || continue
    fsfreeze -f "$T/${one##*/.type.}" && fsfreeze -u "$T/${one##*/.type.}"
  done
}
)sh",
                        {{"mkfs.xfs", "xfsprogs"}, {"fsfreeze", "util-linux"}, {"truncate", "coreutils"}}};
  return p;
}

const piece& btrfs() {
  static const piece p{R"sh(
kernel_has btrfs
mkfs_btrfs() {  # FS UUID FILL
  truncate -s 48M "$T/.new"
  run_tool mkfs.btrfs -q -K -M -m single -d single -U "$2" "$T/.new"
  install "$1" btrfs nodiscard,nobarrier "$3"
}
)sh",
                        {{"mkfs.btrfs", "btrfs-progs"}, {"truncate", "coreutils"}}};
  return p;
}

const piece& tmpfs() {
  static const piece p{R"sh(
mkfs_tmpfs() {  # FS UUID FILL
  remove "$1"
  mkdir "$T/$1" || cannot "making $1 failed"
  if [ -z "$3" ]; then
    mount -t tmpfs -o noatime tmpfs "$T/$1" || cannot "mounting $1 failed"
  else
    mkdir -p "$T/.whole"
    mount -t tmpfs -o noatime tmpfs "$T/.whole" || cannot "mounting $1 failed"
    fill "$3"
    mount --bind "$T/.whole/part" "$T/$1" && umount "$T/.whole" || cannot "mounting $1 failed"
  fi
  echo tmpfs >"$T/.type.$1"
  mounted="$T/$1 $mounted"
}
)sh",
                        {}};
  return p;
}

const piece& squashfs() {
  static const piece p{R"sh(
kernel_has squashfs
do_mksquashfs() {  # FS FS PATH [-no-exports]
  if unreplaceable "$1"; then return; fi
  tree "$2" "$3" || return
  fs=$1 source="$T/$2$3/."
  shift 3
  run_tool mksquashfs "$source" "$T/.new" -noappend -no-progress -quiet -noI -noD -noF -noX -processors 1 -mem 16M "$@"
  install "$fs" squashfs ro
}
)sh",
                        {{"mksquashfs", "squashfs-tools"}}};
  return p;
}

const piece& erofs() {
  static const piece p{R"sh(
kernel_has erofs
do_mkerofs() {  # FS FS PATH UUID
  if unreplaceable "$1"; then return; fi
  tree "$2" "$3" || return
  if mkfs.erofs -U "$(new_uuid "$4")" "$T/.new" "$T/$2$3/." >"$T/.out" 2>&1; then
    install "$1" erofs ro
  else
    status=EINVAL
  fi
}
)sh",
                        {{"mkfs.erofs", "erofs-utils"}}};
  return p;
}

}  // namespace ovlsim::exporting
