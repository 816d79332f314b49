#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# reference.sh ROOT BUILD: builds the target `reference`, which fails on each warning of Doxygen; then each public header has a page with
# its opening words and its snippet, and the main page leads there. 77: Doxygen is not installed.
set -eu
root=$1
build=$2
command -v doxygen >/dev/null || exit 77

cmake --build "$build" --target reference
wrong=0
for header in "$root"/include/ovlsim/*.hpp; do
  name=$(basename "$header" .hpp)
  # In the names of its files Doxygen writes _ as __.
  page=$build/reference/html/$(printf '%s' "$name" | sed 's/_/__/g')_8hpp.html
  if ! [ -f "$page" ]; then
    echo "$header: has no page $page"
    wrong=$((wrong + 1))
    continue
  fi
  # The first words of the opening comment, and the code behind `In use`.
  words=$(sed -n '3s,^// \([^`]*\).*,\1,p' "$header" | cut -c 1-20)
  grep -qF "$words" "$page" || { echo "$page: does not begin with what the header is for: $words"; wrong=$((wrong + 1)); }
  sed -n '/In use/,$p' "$page" | grep -q 'class="fragment"' || { echo "$page: has no snippet"; wrong=$((wrong + 1)); }
  grep -q "${page##*/}" "$build/reference/html/index.html" || { echo ".cmake/reference.md: does not name $name.hpp"; wrong=$((wrong + 1)); }
done
[ "$wrong" = 0 ]
