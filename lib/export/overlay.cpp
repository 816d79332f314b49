// SPDX-License-Identifier: Apache-2.0
//
// The verbs on overlays.
#include "export/pieces.hpp"

namespace ovlsim::exporting {

const piece& overlay() {
  static const piece p{R"sh(
kernel_has overlay
read_only=''  # OVERLAY=ro
do_mount() {  # OVERLAY "FS..." OPTIONS
  case " $mounted " in *" $T/$1 "*)
    status=EBUSY
    return ;;
  esac
  mkdir "$T/$1" || cannot "making the mount point of $1 failed"
  if mount -t overlay -o "$3" overlay "$T/$1" 2>"$T/.err"; then
    for one in $2; do used="$used $1=$one"; done
    case $3 in ro,*) read_only="$read_only $1=ro" ;; esac
    mounted="$T/$1 $mounted"
    return
  fi
  rmdir "$T/$1"
  # mount(8) has sentences of its own for these errors.
  message=$(head -n 1 "$T/.err")
  case $message in
    *'wrong fs type, bad option'*) status=EINVAL ;;
    *'a path prefix is not a directory'*) status=ENOTDIR ;;
    *'special device overlay does not exist'*) status=ENOENT ;;
    *'already mounted'* | *'mount point busy'*) status=EBUSY ;;
    *'permission denied'*) status=EACCES ;;
    *'read-only'*) status=EROFS ;;
    *) errno_of "$message" ;;
  esac
}
do_umount() {  # OVERLAY
  case " $mounted " in
    *" $T/$1 "*) ;;
    *)
      status=EINVAL
      return ;;
  esac
  try umount "$T/$1"
  [ "$status" = ok ] || return
  rmdir "$T/$1"
  used=$(without "$1" "$used")
  read_only=$(without "$1" "$read_only")
  forget "$T/$1"
}
do_drop_caches() {
  # A remount drops what is unused of that one filesystem, all of it; once for each storey of overlays on overlays.
  for _ in $used; do
    for one in $mounted; do
      [ ! -e "$T/.type.${one##*/}" ] || continue
      flags=remount
      ! has_value ro "$(only "${one##*/}" "$read_only")" || flags=remount,ro
      mount --options-source=disable -t overlay -o "$flags" overlay "$one" 2>"$T/.err" ||
        echo 3 >/proc/sys/vm/drop_caches || cannot 'dropping caches failed'
    done
  done
}
)sh",
                        {}};
  return p;
}

}  // namespace ovlsim::exporting
