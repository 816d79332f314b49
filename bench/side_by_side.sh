#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# side_by_side.sh BINARIES: the scope of four-names.ovl under policy `follow`, searched in one run by the explorer (the semantics in full),
# by Spin (the model in proptests/spin) and by a search written for this scope alone (specialised.cpp). All must count the same
# states. One core; seconds of processor time, so that what else the machine does counts less.
set -euo pipefail
binaries=$(cd "${1:?usage: side_by_side.sh BINARIES}" && pwd)
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
[ -x "$binaries/bench_explorer" ] || {
  echo "side_by_side.sh: no bench_explorer in $binaries; the directory is that of the built benchmarks, as in build/release/bench" >&2
  exit 2
}
for tool in spin gcc; do
  command -v "$tool" >/dev/null || {
    echo "side_by_side.sh: $tool is not installed; .ci/install does that" >&2
    exit 77
  }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# What Google Benchmark says of $2 in program $1, as: name states transitions seconds bytes_a_state; seconds of the processor, or $4.
measure() {
  "$binaries/$1" --benchmark_filter="^$2\$" --benchmark_format=json 2>/dev/null | tr -d '",' | awk -v name="$3" -v by="${4:-cpu_time:}" '
    { value[$1] = $2 }
    END {
      seconds = value[by] / 1000
      printf "%s %.0f %.0f %.3f %.0f\n", name, value["states:"], value["transitions/s:"] * seconds, seconds, value["bytes_a_state:"]
    }'
}

# Depth first, which Spin does faster, and without partial order reduction, which finds nothing in one process.
cp "$here/four-names.pml" "$here"/../proptests/spin/*.inc .
spin -DFOLLOW -a four-names.pml
gcc -w -O3 -march=native -DSAFETY -DNOREDUCE -o pan pan.c
spin_measured() {
  local TIMEFORMAT='%U %S'
  { time ./pan -m100000 -w23 >pan.out; } 2>time.out
  awk '
    FILENAME == "time.out" { seconds = $1 + $2 }
    /states, stored/ { states = $1 }
    /transitions \(=/ { transitions = $1 - 1 }  # it counts the initial state as one
    /total actual memory usage/ { bytes = $1 * 1024 * 1024 }
    END { printf "spin %d %.0f %.3f %.0f\n", states, transitions, seconds, bytes / states }' time.out pan.out
}

{
  measure bench_explorer explorer/four-names explorer
  spin_measured
  measure bench_specialised specialised/four-names specialised
} | awk '
  BEGIN { printf "%-12s %10s %12s %9s %13s %13s %12s %10s\n", "", "states", "transitions", "CPU s", "states/s", "transitions/s", "bytes/state", "of Spin" }
  {
    if ($1 == "explorer") ours = $2
    if ($2 != ours) wrong = 1
    rate[$1] = $2 / $4
    line[NR] = sprintf("%-12s %10d %12.0f %9.2f %13.0f %13.0f %12d", $1, $2, $3, $4, $2 / $4, $3 / $4, $5)
    name[NR] = $1
  }
  END {
    for (i = 1; i <= NR; ++i) printf "%s %9.2fx\n", line[i], rate[name[i]] / rate["spin"]
    if (wrong || NR != 3) { print "the counts of states differ: somebody is wrong"; exit 1 }
  }'

{
  measure bench_explorer explorer/four-names one real_time:
  measure bench_explorer explorer/four-names/two-threads/process_time/real_time two real_time:
} | awk '
  { states[$1] = $2; seconds[$1] = $4 }
  END {
    printf "two threads, by the clock: %.2f s, one: %.2f s: %.2f times as fast\n", seconds["two"], seconds["one"], seconds["one"] / seconds["two"]
    if (states["one"] != states["two"]) { print "the counts of states differ: threads make a difference"; exit 1 }
  }'
