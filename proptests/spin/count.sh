#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# count.sh OVLSIM DIR: the explorer and Spin search the scope `squashfs`, each with its own model of overlayfs (DIR has Spin's). Both must
# reach the same number of states, where origins are followed and where they are not; and where there is a story that ends with ESTALE,
# their shortest ones must be of the same length. Exit code 77: no Spin, or no C compiler for what it generates.
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

# Searches the model with these definitions, breadth first.
search() {
  rm -f ./*.trail
  spin "$@" -a "$models/squashfs.pml" >spin.out 2>&1 || {
    cat spin.out
    exit 1
  }
  gcc -w -DSAFETY -DBFS -o pan pan.c
  ./pan -w20 >pan.out 2>&1 || true
  grep -q 'errors: [01]$' pan.out || {
    cat pan.out
    exit 1
  }
}
spins_states() { sed -n 's/^ *\([0-9]*\) states, stored$/\1/p' pan.out; }
spins_verdict() { if grep -q 'errors: 0$' pan.out; then echo holds; else echo violated; fi; }
# A line a move, after one that is no move.
spins_moves() { grep -c '^[0-9]*:0:[0-9]*$' squashfs.pml.trail; }

# A field of what `ovlsim check` answers, in one line of JSON.
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

# Every state: no-eio holds, so the explorer does not stop early.
search -DFOLLOW
for options in "--policy follow" "--option xino=on"; do
  # shellcheck disable=SC2086  # an option and its value
  same "$options: states" "$(ours states --property no-eio $options)" "$(spins_states)"
done
search -DNO_ESTALE
same "6.18: states" "$(ours states --property no-eio)" "$(spins_states)"
same "6.18: no-estale" "$(ours verdict --property no-estale)" "$(spins_verdict)"
search -DFOLLOW -DNO_ESTALE
for options in "--policy follow" "--option xino=on"; do
  # shellcheck disable=SC2086
  same "$options: no-estale" "$(ours verdict --property no-estale $options)" "$(spins_verdict)"
  # shellcheck disable=SC2086
  same "$options: moves of the shortest story" "$(ours moves --property no-estale $options)" "$(spins_moves)"
done
exit $failed
