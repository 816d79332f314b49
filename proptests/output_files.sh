#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# output_files.sh OVLSIM ROOT: files that the command writes. An old one is replaced or stays as it was, keeps its permissions and its
# links; what is no regular file is written to; and what went wrong is told with its reason.
set -eu
ovlsim=$1
story=$2/examples/02-whiteout.ovl
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
umask 022
"$ovlsim" draw "$story" >picture.svg
[ "$(wc -c <picture.svg)" -gt 2048 ]

wrong=0
# expect WHAT COMMAND...: the command is true.
expect() {
  what=$1
  shift
  "$@" || { echo "not so: $what"; wrong=$((wrong + 1)); }
}
mode() { stat -c %a "$1"; }
# draw FILE: writes it. fails REASON FILE: cannot, says why in one line, and ends with 2.
draw() { "$ovlsim" draw "$story" -o "$1"; }
fails() {
  code=0
  draw "$2" 2>told || code=$?
  expect "$2: exit code 2" [ "$code" = 2 ]
  expect "$2: one line" [ "$(wc -l <told)" = 1 ]
  expect "$2: the reason" grep -q "^ovlsim: cannot write $2: $1; " told
}
none_left() { expect "$1: nothing is left beside it" [ -z "$(find . -name '.ovlsim-*')" ]; }

# New files have the permissions that the user asks for.
(umask 027 && draw new.svg)
expect "a new file" cmp -s new.svg picture.svg
expect "a new file has what umask leaves" [ "$(mode new.svg)" = 640 ]
"$ovlsim" export "$story" -o new.sh
expect "a new script can be executed" [ "$(mode new.sh)" = 755 ]

# Old ones are replaced, and keep theirs.
echo old >old.svg && chmod 604 old.svg
ln old.svg other-name.svg
draw old.svg
expect "an old file has the new text" cmp -s old.svg picture.svg
expect "an old file keeps its permissions" [ "$(mode old.svg)" = 604 ]
expect "who had the old file open, or under another name, has the old text" [ "$(cat other-name.svg)" = old ]
echo old >old.sh && chmod 640 old.sh
"$ovlsim" export "$story" -o old.sh
expect "a script can be executed by those who can read it" [ "$(mode old.sh)" = 750 ]
cp "$story" story.ovl && sed -i 's/  */ /g' story.ovl && chmod 600 story.ovl && ln -s story.ovl link.ovl
"$ovlsim" fmt -i link.ovl
expect "fmt -i writes through a link" "$ovlsim" fmt --check story.ovl
expect "fmt -i leaves a link" [ -L link.ovl ]
expect "fmt -i keeps permissions" [ "$(mode story.ovl)" = 600 ]
none_left "what was replaced"

# A link stays one, and what it leads to is written, there or not.
mkdir away
echo old >away/old.svg && ln -s away/old.svg link.svg && ln -s ../new.svg away/back.svg && ln -s away/back.svg twice.svg
draw link.svg
expect "a link stays" [ -L link.svg ]
expect "a link's file is written" cmp -s away/old.svg picture.svg
rm new.svg
draw twice.svg
expect "a file that a link of a link leads to is made" cmp -s new.svg picture.svg
ln -s round.svg round.svg
fails "Too many levels of symbolic links" round.svg

# The text that does not arrive leaves the old one.
echo old >kept.svg
code=0
(trap '' XFSZ && ulimit -f 1 && draw kept.svg) 2>told || code=$?
expect "a write error ends with 2" [ "$code" = 2 ]
expect "a write error has its reason" grep -q "cannot write kept.svg: File too large; " told
expect "a write error leaves the old text" [ "$(cat kept.svg)" = old ]
none_left "a write error"

# What is no regular file is written to.
fails "No space left on device" /dev/full
expect "a device stays one" [ -c /dev/full ]
mkfifo pipe
cat pipe >from-pipe &
draw pipe
wait $!
expect "a pipe is written to" cmp -s from-pipe picture.svg
expect "a pipe stays one" [ -p pipe ]
{ echo first; draw /dev/stdout; echo last; } >three
{ echo first; cat picture.svg; echo last; } >wanted
expect "/dev/stdout is what standard output is" cmp -s three wanted
draw /dev/stdout | cat >one
expect "/dev/stdout may be a pipe" cmp -s one picture.svg
echo "a text that is longer than the picture is not" >third && draw /dev/fd/3 3>third
expect "/dev/fd/3 is written to" cmp -s third picture.svg

# Where nothing can be written.
fails "Is a directory" away
fails "No such file or directory" no/such.svg
fails "Not a directory" picture.svg/x

# Files of others, and directories in which nothing new can be made: nobody tries them, as root may do everything.
as_nobody=
[ "$(id -u)" != 0 ] || as_nobody="setpriv --reuid=65534 --regid=65534 --clear-groups"
if $as_nobody "$ovlsim" --version >/dev/null 2>&1 && $as_nobody test -r "$story"; then
  mkdir theirs && echo old >theirs/writable.svg && echo old >theirs/read-only.svg
  chmod 666 theirs/writable.svg && chmod 444 theirs/read-only.svg && chmod 555 theirs
  draw() { $as_nobody "$ovlsim" draw "$story" -o "$1"; }
  draw theirs/writable.svg
  expect "a file in a directory that cannot be written is written" cmp -s theirs/writable.svg picture.svg
  fails "Permission denied" theirs/new.svg
  mkdir mine && chmod 777 mine && echo old >mine/read-only.svg && chmod 444 mine/read-only.svg
  [ -z "$as_nobody" ] || chown 65534 mine/read-only.svg
  fails "Permission denied" mine/read-only.svg
  expect "what may not be written stays" [ "$(cat mine/read-only.svg)" = old ]
  code=0
  $as_nobody "$ovlsim" page --course "$2/examples/course" -o theirs 2>told || code=$?
  expect "a site where nothing can be made ends with 2" [ "$code" = 2 ]
  expect "a site has its reason" grep -q "^ovlsim: cannot write theirs/index.html: Permission denied; write elsewhere" told
  chmod 755 theirs
else
  echo "not tried: files of others"
fi

[ "$wrong" = 0 ] || exit 1
echo "files are written whole or not at all"
