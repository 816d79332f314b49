// SPDX-License-Identifier: Apache-2.0
//
// Open files: the shell holds them.
#include "export/pieces.hpp"

namespace ovlsim::exporting {

const piece& handles() {
  static const piece p{R"sh(
# An open file is one of the file descriptors 3 to 8. Its first read is at 0 by itself; before others it must be rewound.
open_as=''  # DESCRIPTOR=ro|rw|wo
moved=''    # DESCRIPTOR=moved
rewind() {  # DESCRIPTOR
  if [ -n "$(only "$1" "$moved")" ]; then
    if command -v perl >/dev/null 2>&1; then
      perl -e 'sysseek STDIN, 0, 0' <&"$1"
    else
      python3 -c 'import os; os.lseek(0, 0, 0)' <&"$1" || cannot 'a second read of an open file needs perl or python3'
    fi
  fi
  moved="$moved $1=moved"
}
opened() {  # DESCRIPTOR: how it is open, in $how
  how=$(only "$1" "$open_as")
  how=${how#*=}
  [ -n "$how" ] || status=EBADF
  [ -n "$how" ]
}
do_open() {  # FS PATH DESCRIPTOR ro|rw|wo
  if [ -n "$(only "$3" "$open_as")" ]; then
    status=EBUSY
    return
  fi
  # dd finds out whether it can be opened, and how it fails; the shell then opens it the same way.
  p="$T/$1$2"
  if [ "$4" = ro ]; then
    try dd if="$p" count=0 status=none iflag=nofollow,nonblock
  elif busy "$1"; then
    return
  elif [ "$4" = wo ] || [ ! -p "$p" ] || [ -h "$p" ]; then
    try dd if=/dev/null of="$p" count=0 status=none oflag=nofollow,nonblock conv=nocreat,notrunc
  fi
  [ "$status" = ok ] || return
  if [ ! -p "$p" ]; then
    if [ "$4" = ro ]; then eval "exec $3<\"\$p\""; else eval "exec $3<>\"\$p\""; fi
  else
    # With both ends open for a moment a FIFO does not wait.
    case $4 in
      ro) eval "{ exec $3<\"\$p\"; } <>\"\$p\"" ;;
      wo) eval "{ exec $3>\"\$p\"; } <>\"\$p\"" ;;
      rw) eval "exec $3<>\"\$p\"" ;;
    esac
  fi
  open_on="$open_on $3=$1"
  open_as="$open_as $3=$4"
}
do_fstat() { ! opened "$1" || try stat -c '%F|%a|%h|%s|%i|%d' - <&"$1"; }
do_fread() {
  opened "$1" || return
  if [ "$how" = wo ]; then
    status=EBADF
  elif [ -p "/proc/self/fd/$1" ]; then
    status=ESPIPE
  else
    rewind "$1"
    try cat <&"$1"
  fi
}
do_fwrite() {  # DESCRIPTOR TEXT
  opened "$1" || return
  fs=$(only "$1" "$open_on")
  if busy "${fs#*=}"; then return; fi
  if [ "$how" = ro ]; then
    status=EBADF
  elif [ -p "/proc/self/fd/$1" ]; then
    status=ESPIPE
  else
    rewind "$1"
    printf '%b' "$2" >"$T/.in"
    try write_to "$1"
  fi
}
write_to() { cat "$T/.in" >&"$1"; }
do_close() {
  opened "$1" || return
  eval "exec $1>&-"
  open_on=$(without "$1" "$open_on")
  open_as=$(without "$1" "$open_as")
  moved=$(without "$1" "$moved")
}
)sh",
                        {{"cat", "coreutils"}}};
  return p;
}

}  // namespace ovlsim::exporting
