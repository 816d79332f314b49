#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# same_each_time.sh OVLSIM ROOT: pictures, explanations, pages and the site of the course are the same bytes, whoever makes them: two
# processes whose addresses, environment, working directory, file names, processors and free memory are others.
set -eu
ovlsim=$1
examples=$2/examples
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
mkdir -p "$dir/here" "$dir/there/is/a/long/way"
cp -R "$examples" "$dir/there/is/a/long/way/examples"

# write INTO EXAMPLES COMMAND...: all that is written, by what COMMAND makes of the process.
write() {
  into=$1 from=$2
  shift 2
  mkdir -p "$into"
  for name in 00-collision 08-collision-that-is-silent 17-metacopy 21-overlay-on-overlay; do
    story=$from/$name.ovl
    "$@" "$ovlsim" draw "$story" -o "$into/$name.svg"
    "$@" "$ovlsim" draw --dot --step 5 "$story" >"$into/$name.dot"
    "$@" "$ovlsim" explain --verbose "$story" >"$into/$name.txt"
    "$@" "$ovlsim" page "$story" --beside nofollow -o "$into/$name.html"
  done
  "$@" "$ovlsim" page "$from/00-collision.ovl" "$from/03-opaque-directory.ovl" "$from/19-index-refuses-another-lower.ovl" >"$into/several.html"
  "$@" "$ovlsim" page --course "$from/course" -o "$into/site"
}

fixed=
! setarch -R true 2>/dev/null || fixed="setarch -R"
(cd "$dir/here" && write "$dir/one" "$examples" env -i PATH="$PATH" LC_ALL=C TZ=UTC0 $fixed)
one_cpu=
! taskset -c 0 true 2>/dev/null || one_cpu="taskset -c 0"
# One in which numbers or small letters are others, where this machine has it.
locale=$(locale -a 2>/dev/null | grep -i -m 1 'tr_TR\|de_DE\|C.utf8' || echo C.UTF-8)
(cd "$dir/there/is/a/long/way" && write "$dir/two" examples env LC_ALL="$locale" LANG=tr_TR.UTF-8 TZ=Asia/Kathmandu COLUMNS=30 HOME=/ \
  NO_COLOR=1 MALLOC_PERTURB_=165 MALLOC_ARENA_MAX=1 MALLOC_TOP_PAD_=1234567 FILLER="$(printf '%05000d' 0)" $one_cpu)

diff -r "$dir/one" "$dir/two" >"$dir/differences" || { head -c 2000 "$dir/differences"; exit 1; }
echo "$(find "$dir/one" -type f | wc -l) files are the same bytes from two processes"
