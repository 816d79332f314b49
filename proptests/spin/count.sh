#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# count.sh OVLSIM DIR: the explorer and Spin search the scope `squashfs`, each with its own model of overlayfs (DIR has Spin's). Both must
# reach the same number of states, under policies that follow origins and under those that do not; and where there is a story that ends
# with ESTALE, their shortest ones must be of the same length. Exit code 77: no Spin, or no C compiler for what it generates.
set -eu
ovlsim=$1
models=$2

for tool in spin gcc; do
  command -v "$tool" >/dev/null || {
    echo "skipped: $tool is not installed (.ci/install does that)"
    exit 77
  }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# What Spin says of the scope with these definitions, in pan.out.
spin_says() {
  rm -f ./*.trail
  spin "$@" -a "$models/squashfs.pml" >spin.out 2>&1 || {
    cat spin.out
    exit 1
  }
  gcc -w -O0 -DSAFETY -DBFS -DVECTORSZ=512 -o pan pan.c
  ./pan -m100000 -w20 >pan.out 2>&1 || true
  grep -q 'errors: [01]$' pan.out || {
    cat pan.out
    exit 1
  }
}
spins_states() { sed -n 's/^ *\([0-9]*\) states, stored$/\1/p' pan.out; }
spins_moves() { grep -c '^[0-9]*:0:[0-9]*$' squashfs.pml.trail || true; }

# A field of the one line of JSON that `ovlsim check` answers.
ours() {
  field=$1
  shift
  { "$ovlsim" check --scope squashfs --json "$@" || true; } | sed -n "s/.*\"$field\":\"\{0,1\}\([^,\"]*\).*/\1/p"
}

failed=0
same() {
  if [ -n "$2" ] && [ "$2" = "$3" ]; then
    echo "$1: $2, both"
  else
    echo "$1: the explorer says ${2:-nothing}, Spin says ${3:-nothing}"
    failed=1
  fi
}

# $1: what the model is called with; then how the command is.
compare() {
  definition=$1
  shift
  spin_says $definition
  same "states, $*" "$(ours states --property no-eio "$@")" "$(spins_states)"
  same "... and that is all of them" "$(ours verdict --property no-eio "$@")" "$(grep -q 'errors: 0$' pan.out && echo holds)"
  spin_says $definition -DNO_ESTALE
  case $definition in
    *FOLLOW*) same "moves to ESTALE, $*" "$(ours moves --property no-estale "$@")" "$(spins_moves)" ;;
    *) same "no-estale, $*" "$(ours verdict --property no-estale "$@")" "$(grep -q 'errors: 0$' pan.out && echo holds)" ;;
  esac
}

compare -DFOLLOW --policy follow
compare -DFOLLOW --option xino=on
compare -DNOTHING --kernel 6.18
exit $failed
