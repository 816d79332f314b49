// SPDX-License-Identifier: Apache-2.0
//
// Backing filesystems: an image file each, mounted through a loop device; and which overlay uses which.
#include "export/pieces.hpp"

namespace ovlsim::exporting {

const piece& backing() {
  static const piece p{R"sh(
used=''     # OVERLAY=FS, for each layer of each mounted overlay
open_on=''  # HANDLE=FS, for each open file
kernel_has() {  # TYPE
  case $(cat /proc/filesystems) in *"$1"*) return ;; esac
  modprobe -q "$1" 2>/dev/null || cannot "this kernel has no $1"
}
has_value() {  # VALUE LIST: whether one of NAME=VALUE... is this value
  for one in $2; do [ "${one#*=}" != "$1" ] || return 0; done
  return 1
}
# busy FS: a layer of a mounted overlay may be read, not changed.
busy() { has_value "$1" "$used" && status=EBUSY; }
unreplaceable() { has_value "$1" "$used $open_on" && status=EBUSY; }
forget() { mounted=$(for one in $mounted; do [ "$one" = "$1" ] || printf '%s ' "$one"; done); }
without() {  # NAME LIST: the list without NAME=...
  for one in $2; do [ "${one%%=*}" = "$1" ] || printf ' %s' "$one"; done
}
only() {  # NAME LIST: NAME=... alone
  for one in $2; do [ "${one%%=*}" != "$1" ] || printf ' %s' "$one"; done
}
remove() {  # FS
  [ -e "$T/.type.$1" ] || return 0
  umount "$T/$1" && rmdir "$T/$1" || cannot "unmounting $1 failed"
  forget "$T/$1"
  rm -f "$T/.image.$1" "$T/.type.$1" "$T/.part.$1"
}
# install FS TYPE OPTIONS [FILL]: mounts the new image $T/.new as FS. With FILL, FS is a directory of it that is made after FILL other
# files, so that its inode numbers begin behind theirs; `part` says that it is one already.
install() {
  remove "$1"
  mv "$T/.new" "$T/.image.$1" && mkdir "$T/$1" || cannot "making $1 failed"
  echo "$2" >"$T/.type.$1"
  if [ -z "${4:-}" ]; then
    mount -t "$2" -o "loop,noatime,$3" "$T/.image.$1" "$T/$1" || cannot "mounting $1 failed"
  else
    mkdir -p "$T/.whole"
    mount -t "$2" -o "loop,noatime,$3" "$T/.image.$1" "$T/.whole" || cannot "mounting $1 failed"
    [ "$4" = part ] || fill "$4"
    mount --bind "$T/.whole/part" "$T/$1" && umount "$T/.whole" || cannot "mounting $1 failed"
    : >"$T/.part.$1"
  fi
  mounted="$T/$1 $mounted"
}
run_tool() { "$@" >"$T/.out" 2>&1 || cannot "$1 failed: $(head -n 1 "$T/.out")"; }
# tree FS PATH: a source for an image must be a directory.
tree() {
  try stat -c %F -- "$T/$1$2"
  [ "$status" != ok ] || [ "$(cat "$T/.out")" = directory ] || status=ENOTDIR
  [ "$status" = ok ]
}
do_mkfs() {  # FS TYPE UUID|random FILL
  if unreplaceable "$1"; then return; fi
  # Only mount(2) gives a tmpfs its UUID, and asks nobody.
  if [ "$2" = tmpfs ] && [ "$3" != random ]; then status=EINVAL; else "mkfs_$2" "$1" "$(new_uuid "$3")" "$4"; fi
}
new_uuid() { if [ "$1" = random ]; then cat /proc/sys/kernel/random/uuid; else echo "$1"; fi; }
)sh",
                        {{"mktemp", "coreutils"}}};
  return p;
}

const piece& numbering() {
  static const piece p{R"sh(
fill() {  # N: uses up so many inode numbers of the filesystem at $T/.whole
  mkdir "$T/.whole/fill"
  count=0
  while [ "$count" -lt "$1" ]; do
    : >"$T/.whole/fill/$count"
    count=$((count + 1))
  done
  mkdir "$T/.whole/part"
}
)sh",
                        {}};
  return p;
}

const piece& clones() {
  static const piece p{R"sh(
do_clone() {  # FS OLD
  if unreplaceable "$1"; then return; fi
  type=$(cat "$T/.type.$2")
  case $type in
    tmpfs)
      status=EINVAL
      return ;;
    ext4 | xfs | btrfs)
      # Frozen: everything is in the image, and files may stay open.
      fsfreeze -f "$T/$2" || cannot "freezing $2 failed"
      cp --sparse=always "$T/.image.$2" "$T/.new"
      fsfreeze -u "$T/$2" ;;
    *) cp --sparse=always "$T/.image.$2" "$T/.new" ;;
  esac
  case $type in
    squashfs | erofs) options=ro ;;
    xfs) options=nouuid ;;
    *) options=rw ;;
  esac
  if [ "$type" = btrfs ]; then
    mkdir -p "$T/.whole"
    if mount -t btrfs -o loop,ro "$T/.new" "$T/.whole" 2>/dev/null; then
      umount "$T/.whole"
    else
      status=EEXIST
      return
    fi
  fi
  part=
  [ ! -e "$T/.part.$2" ] || part=part
  install "$1" "$type" "$options" "$part"
}
)sh",
                        {{"fsfreeze", "util-linux"}}};
  return p;
}

const piece& copies() {
  static const piece p{R"sh(
do_cp() {  # FS PATH FS PATH
  if busy "$3"; then return; fi
  from="$T/$1$2" to="$T/$3$4"
  try stat -c %F -- "$from"
  [ "$status" = ok ] || return
  try stat -c %F -- "$to"
  if [ "$status" = ok ]; then status=EEXIST; fi
  [ "$status" = ENOENT ] || return
  try stat -c %F -- "$(dirname -- "$to")/."
  [ "$status" = ok ] || return
  if [ -d "$from" ] && [ ! -h "$from" ]; then
    case $(readlink -f -- "$(dirname -- "$to")")/ in
      "$(readlink -f -- "$from")"/*)
        status=EINVAL
        return ;;
    esac
  fi
  try cp -aT -- "$from" "$to"
}
)sh",
                        {{"cp", "coreutils"}, {"readlink", "coreutils"}}};
  return p;
}

}  // namespace ovlsim::exporting
