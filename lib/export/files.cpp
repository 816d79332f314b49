// SPDX-License-Identifier: Apache-2.0
//
// The verbs on files, each by the tool that makes its one system call.
#include "export/pieces.hpp"

namespace ovlsim::exporting {

const piece& files() {
  static const piece p{R"sh(
# put PATH TEXT FLAGS [CONVERSIONS]: TEXT, with its escapes, by one open() and write(); a FIFO must not hold us up.
put() { printf '%b' "$2" | dd of="$1" bs=65536 status=none oflag="nofollow,nonblock$3" conv="$4"; }
do_create() {  # FS PATH TEXT MODE
  if busy "$1"; then return; fi
  umask "$(printf '%04o' $((0777 & ~$4)))"
  try put "$T/$1$2" "$3" '' excl
  umask 022
  # dd asks for no more than 0666.
  if [ "$status" = ok ] && [ $(($4 & 07111)) != 0 ]; then try chmod "$4" -- "$T/$1$2"; fi
}
do_write() { busy "$1" || try put "$T/$1$2" "$3" '' nocreat; }
do_append() { busy "$1" || try put "$T/$1$2" "$3" ,append nocreat,notrunc; }
do_read() {
  try dd if="$T/$1$2" bs=65536 status=none iflag=nofollow,nonblock
  # Of a FIFO that somebody could still write to: all that is in it.
  if [ "$status" = EAGAIN ] && [ -s "$T/.out" ]; then status=ok; fi
}
do_truncate() { busy "$1" || try dd if=/dev/null of="$T/$1$2" bs=1 count=0 seek="$3" status=none oflag=nonblock conv=nocreat; }
do_chmod() { busy "$1" || try chmod "$3" -- "$T/$1$2"; }
do_chown() { busy "$1" || try chown -h "$3" -- "$T/$1$2"; }
do_touch() { busy "$1" || try touch -h -- "$T/$1$2"; }
do_mkdir() { busy "$1" || try mkdir -- "$T/$1$2"; }
do_rmdir() { busy "$1" || try rmdir -- "$T/$1$2"; }
do_unlink() { busy "$1" || try unlink -- "$T/$1$2"; }
do_mkfifo() { busy "$1" || try mkfifo -- "$T/$1$2"; }
do_link() { busy "$3" || busy "$1" || try link -- "$T/$1$2" "$T/$3$4"; }
do_symlink() { busy "$2" || try ln -s -T -- "$1" "$T/$2$3"; }
do_readlink() { try readlink -v -n -- "$T/$1$2"; }
do_stat() { try stat -c '%F|%a|%h|%s|%i|%d' -- "$T/$1$2"; }
do_ls() {
  if [ -h "$T/$1$2" ] || { [ -e "$T/$1$2" ] && [ ! -d "$T/$1$2" ]; }; then
    status=ENOTDIR
    return
  fi
  try ls -1ab -- "$T/$1$2"
  # An error behind `.` has lost the rest, as for a loop over readdir(3): what came before is the answer.
  if [ -s "$T/.out" ]; then status=ok; fi
  sed '/^\.$/d; /^\.\.$/d' "$T/.out" >"$T/.list"
}
)sh",
                        {{"link", "coreutils"}, {"unlink", "coreutils"}, {"sed", "sed"}}};
  return p;
}

const piece& renames() {
  static const piece p{R"sh(
# rename(2). mv copies where that fails with EXDEV, unless it is new enough to be told not to.
if command -v perl >/dev/null 2>&1; then
  rename_() { perl -e 'rename $ARGV[0], $ARGV[1] or die "rename: $!\n"' -- "$1" "$2"; }
elif command -v python3 >/dev/null 2>&1; then
  rename_() {
    python3 -c 'import os, sys
try: os.rename(sys.argv[1], sys.argv[2])
except OSError as e: sys.exit("rename: " + os.strerror(e.errno))' "$1" "$2"
  }
elif mv --help 2>/dev/null | grep -q -e --no-copy; then
  rename_() { mv -fT --no-copy -- "$1" "$2"; }
else
  cannot 'rename needs perl, python3 or mv of coreutils 9.5'
fi
do_rename() { busy "$3" || busy "$1" || try rename_ "$T/$1$2" "$T/$3$4"; }
)sh",
                        {}};
  return p;
}

const piece& exchanges() {
  static const piece p{R"sh(
# renameat2(2) with RENAME_EXCHANGE.
if mv --help 2>/dev/null | grep -q -e --exchange; then
  exchange_() { mv -fT --exchange -- "$1" "$2"; }
elif command -v python3 >/dev/null 2>&1; then
  exchange_() {
    python3 -c 'import ctypes, os, sys
libc = ctypes.CDLL(None, use_errno=True)
if libc.renameat2(-100, os.fsencode(sys.argv[1]), -100, os.fsencode(sys.argv[2]), 2) != 0:
  sys.exit("exchange: " + os.strerror(ctypes.get_errno()))' "$1" "$2"
  }
elif [ "$(uname -m)" = x86_64 ] && command -v perl >/dev/null 2>&1; then
  exchange_() { perl -e 'syscall(316, -100, $ARGV[0], -100, $ARGV[1], 2) == 0 or die "exchange: $!\n"' -- "$1" "$2"; }
else
  cannot 'exchange needs mv of coreutils 9.5 or python3'
fi
do_exchange() { busy "$3" || busy "$1" || try exchange_ "$T/$1$2" "$T/$3$4"; }
)sh",
                        {}};
  return p;
}

const piece& xattrs() {
  static const piece p{R"sh(
do_setxattr() { busy "$1" || try setfattr -h -n "$3" -v "$4" -- "$T/$1$2"; }  # the value is empty or 0x...
do_getxattr() { try getfattr -h --absolute-names --only-values -n "$3" -- "$T/$1$2"; }
do_removexattr() { busy "$1" || try setfattr -h -x "$3" -- "$T/$1$2"; }
do_listxattr() {
  try getfattr -h --absolute-names -m - -- "$T/$1$2"
  sed '/^# file: /d; /^$/d' "$T/.out" | sort >"$T/.list"
}
)sh",
                        {{"setfattr", "attr"}, {"getfattr", "attr"}, {"sed", "sed"}}};
  return p;
}

}  // namespace ovlsim::exporting
