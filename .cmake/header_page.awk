# SPDX-License-Identifier: Apache-2.0
#
# What Doxygen reads in place of a public header: the comment that the header opens with becomes the page of the file, with the snippet of
# proptests/reference behind it. Line by line, so that warnings name the right place.
FNR == 1 {
  name = FILENAME
  sub(/^.*\//, "", name)
  sub(/\.hpp$/, "", name)
  opening = 1
  print "/// \\file ovlsim/" name ".hpp"
  next
}
opening && /^\/\// { sub(/^\/\//, "///") }
opening && /^#pragma once$/ { opening = 0; print "/// \\par In use"; after = 1; next }
after { after = 0; print "/// \\snippet " name ".cpp " name; next }
# `<workdir>` and `<cerrno>` are no HTML.
/\/\/\// { gsub(/<[a-z]+>/, "\\\\&") }
{ print }
