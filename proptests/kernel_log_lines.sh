#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# kernel_log_lines.sh OVLSIM IMAGE: each line that the module overlay of this kernel package can print is one that `ovlsim explain --log`
# knows. The lines are read from the module, where they stand behind the mark of a log level. 77: it cannot run here, and why.
set -eu
ovlsim=$1 image=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for tool in dpkg-deb xz; do
  command -v "$tool" >/dev/null || {
    echo "skipped: $tool is not installed"
    exit 77
  }
done

dpkg-deb --fsys-tarfile "$image" | tar -x -C "$work" --wildcards '*/overlayfs/overlay.ko*'
module=$(find "$work" -name 'overlay.ko*')
case $module in *.xz) xz -d "$module" && module=${module%.xz} ;; esac

# What stands for a value becomes a word, as in a line that was printed. Lines for debugging have no level, and are not printed by default.
soh=$(printf '\001')
LC_ALL=C tr '\n\000' ' \n' <"$module" | LC_ALL=C sed -nE "s/^.*$soh[0-7](overlayfs: .*)/\1/p" | sed 's/ overlayfs: /\noverlayfs: /' |
  sed -E 's/failed to %s uuid/failed to get uuid/; s/%(\*ph[NCD]?|pd[0-9]?|[-+ #0-9.*]*(hh|h|ll|l|z)?[a-zA-Z])/1/g' |
  sort -u >"$work/lines"
count=$(wc -l <"$work/lines")
[ "$count" -ge 90 ] || {
  echo "only $count lines were found in $module"
  exit 1
}
"$ovlsim" explain --log - <"$work/lines" >"$work/words" || true
if unknown=$(grep -B 1 'no line that overlayfs prints' "$work/words"); then
  echo "not known:"
  echo "$unknown"
  exit 1
fi
echo "$count lines, all of them known"
