#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# readme_matrix.sh OVLSIM README: the matrix that README shows is the one that `ovlsim matrix` prints, for default options, but for the
# blanks. With OVLSIM_UPDATE_GOLDEN=1 README gets it.
set -eu
ovlsim=$1
readme=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

code=0
"$ovlsim" matrix --markdown --options default >"$work/printed" || code=$?
[ "$code" = 1 ] || { echo "ovlsim matrix ended with $code, not with 1 (something is violated, and nothing incomplete)"; exit 1; }
sed '/^$/,$d' "$work/printed" >"$work/table"
sed 's/  *|/ |/g; 2s/[ -][ -]*/---/g' "$work/table" >"$work/now"

if [ "${OVLSIM_UPDATE_GOLDEN:-}" = 1 ]; then
  awk -v table="$work/now" '
    /^\| default options \|/ { while ((getline row < table) > 0) print row; skipping = 1 }
    /^$/ { skipping = 0 }
    !skipping' "$readme" >"$work/README.md"
  cat "$work/README.md" >"$readme"
  exit 0
fi
sed -n '/^| default options |/,/^$/p' "$readme" | sed '/^$/d' >"$work/shown"
[ -s "$work/shown" ] || { echo "$readme shows no matrix: no line begins with | default options |"; exit 1; }
diff -u "$work/shown" "$work/now" || { echo "$readme shows another matrix (-) than ovlsim prints (+)"; exit 1; }
