#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# peers.sh OVLSIM DIR: runs every scenario of DIR on the model, under each kernel that its second line names (`# kernels: 5.8 5.10`, or
# `# kernels: all`), and each policy that its third line names, if it does (`# policies: none null-uuid`; `none`: the kernel's own rules, as
# without the line). Prints each file whose expectations do not hold. Exit code 1 if there is one.
set -eu
ovlsim=$1
dir=$2

every=$("$ovlsim" kernels | sed -n '2,$s/[[:space:]].*//p')
files=0 runs=0 wrong=0
for file in "$dir"/*.ovl; do
  files=$((files + 1))
  kernels=$(sed -n '2s/^# kernels: //p' "$file")
  [ "$kernels" != all ] || kernels=$every
  policies=$(sed -n '3s/^# policies: //p' "$file")
  if [ -z "$kernels" ]; then
    echo "$file:2: must say under which kernels it holds, as in: # kernels: 5.8 5.10"
    wrong=$((wrong + 1))
  fi
  for kernel in $kernels; do
    for policy in ${policies:-none}; do
      options="--kernel $kernel"
      [ "$policy" = none ] || options="$options --policy $policy"
      runs=$((runs + 1))
      # shellcheck disable=SC2086
      "$ovlsim" run $options "$file" >/dev/null 2>&1 && continue
      echo "$file: its expectations do not hold under $kernel; to see them: ovlsim run $options $file"
      wrong=$((wrong + 1))
    done
  done
done
[ "$wrong" = 0 ] || exit 1
echo "$files scenarios, $runs runs under $(echo "$every" | wc -l | tr -d ' ') kernels; all expectations held"
