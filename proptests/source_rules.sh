#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# source_rules.sh RULE ROOT: the rules about the sources themselves, each a test of its own. Prints each offence with its place
# and what to do, and fails on any.
set -eu
rule=$1
cd "$2"

# What is checked in, with or without git: the fixed top level, and nothing that was built.
files() {
  find CMakeLists.txt CMakePresets.json README.md .ci .cmake .clang-format .gitignore lib include model proptests bench examples \
    -type f "$@" | LC_ALL=C sort
}

# A public header is lib's when lib implements it: lib/run.cpp makes run.hpp lib's, lib/scenario/ scenario.hpp. Others are the model's.
is_libs() { [ -e "lib/$1.cpp" ] || [ -d "lib/$1" ]; }

# model/ and the model's public headers see std (without files, terminal and threads), Boost.Container and each other.
model_dependencies() {
  {
    find model -name '*.[ch]pp'
    for header in include/ovlsim/*.hpp; do is_libs "$(basename "$header" .hpp)" || echo "$header"; done
  } | LC_ALL=C sort | while read -r file; do
    sed -nE 's/^[[:space:]]*#[[:space:]]*include[[:space:]]*(<[^>]*>|"[^"]*").*/\1/p' "$file" | while read -r name; do
      bare=$(printf '%s\n' "$name" | tr -d '<>"')
      case $name in
        '<fstream>' | '<iostream>' | '<filesystem>' | '<cstdio>' | '<thread>')
          echo "$file: $name: the model knows no files, no terminal and no threads" ;;
        '<boost/container/'*) ;;
        '<'*[./]*) echo "$file: $name: the model depends on std and Boost.Container alone" ;;
        '<'*) ;;
        '"ovlsim/'*)
          header=$(basename "$bare" .hpp)
          if is_libs "$header"; then echo "$file: $name: this header is implemented in lib/, and model/ never includes lib/"; fi ;;
        *)
          case $bare in
            model/*) [ -e "$bare" ] ;;
            *../* | lib/*) false ;;
            *) [ -e "model/$bare" ] || [ -e "$(dirname "$file")/$bare" ] ;;
          esac || echo "$file: $name: not a file of model/" ;;
      esac
    done
  done
}

# The semantics ask decisions through questions; which kernel answers is no business of theirs. Comments may cite versions.
no_kernel_versions() {
  find model -name '*.[ch]pp' ! -path 'model/kernel/*' | LC_ALL=C sort | while read -r file; do
    sed 's,//.*,,' "$file" |
      grep -nE 'kernel_?version|KERNEL_VERSION|LINUX_VERSION|\b(k|kernel|kern)(\.|->)(name|version|release)\b|\bkernel(s)?::(linux_?|v)[0-9]|\b(linux|v)_?[4-9]_[0-9]+\b' |
      sed "s,^,$file:, ; s,\$,   <- a kernel version: ask a question of model/kernel/ instead,"
  done
}

# Golden files are the command's output to the byte, and a corpus is a fuzzer's input: they cannot carry a comment. A lesson begins with its
# title; its scenario, beside it, carries the line for both.
spdx() {
  files ! -path '*/golden/*' ! -path '*/corpus/*' ! -path 'examples/course/[0-9]*.md' | while read -r file; do
    head -n 5 "$file" | grep -q 'SPDX-License-Identifier"\{0,1\}: "\{0,1\}Apache-2.0' ||
      echo "$file:1: its first line must say SPDX-License-Identifier: Apache-2.0"
  done
}

# A public header opens with its role, and has a snippet, which a test runs and the reference shows.
header_pages() {
  for header in include/ovlsim/*.hpp; do
    name=$(basename "$header" .hpp)
    case $(sed -n '2,3p' "$header" | tr '\n' '|') in '//|// '*) ;; *) echo "$header:2: the header must open with its role: //, then // and words" ;; esac
    snippet=proptests/reference/$name.cpp
    [ "$(grep -cx " *//! \[$name\]" "$snippet" 2>/dev/null)" = 2 ] || echo "$header: $snippet must have a snippet between two lines //! [$name]"
  done
}

# No file that one cannot read in a sitting.
file_size() {
  files \( -name '*.[ch]pp' -o -name '*.sh' -o -name '*.cmake' -o -name CMakeLists.txt \) | while read -r file; do
    lines=$(wc -l <"$file")
    [ "$lines" -le 500 ] || echo "$file: $lines lines; the limit is 500: one file a mechanism"
  done
}

offences=$($rule)
[ -z "$offences" ] || {
  printf '%s\n' "$offences"
  exit 1
}
