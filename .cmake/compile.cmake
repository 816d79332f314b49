# SPDX-License-Identifier: Apache-2.0
#
# How our own sources are found and compiled. Nothing here reaches a consumer of the libraries, C++20 excepted.

set(OVLSIM_WARNINGS
  -Wall
  -Wextra
  -Wpedantic
  -Wcast-align
  -Wcast-qual
  -Wconversion
  -Wdouble-promotion
  -Wextra-semi
  -Wformat=2
  -Wimplicit-fallthrough
  -Wnon-virtual-dtor
  -Wold-style-cast
  -Woverloaded-virtual
  -Wredundant-decls
  -Wshadow
  -Wsign-conversion
  -Wundef
  -Wunused
  # `{}` for the members that keep their default is how commands, answers and questions are written everywhere: the warning
  # would ask for every member of every struct at every place.
  -Wno-missing-field-initializers)

set(OVLSIM_WARNINGS_GNU
  -Wduplicated-branches
  -Wduplicated-cond
  -Wlogical-op
  # g++ 12, optimising, reports an impossible memcpy inside std::string's own operator+ and assign (GCC bugs 105329 and 105651,
  # fixed in 13): as overlapping, of negative size, or out of bounds; and the same of Boost's small_vector.
  -Wno-restrict
  -Wno-array-bounds
  -Wno-stringop-overread
  -Wno-stringop-overflow)

# ovlsim_sources(<variable> <directory> [EXCLUDE <regex>])
#
# All .cpp files below a directory. A glob, and not a list: one file a mechanism is the rule here, several people add files in
# the same hour, and a list would be the one file they all edit. CONFIGURE_DEPENDS makes each build look again.
function(ovlsim_sources variable directory)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "EXCLUDE" "")
  file(GLOB_RECURSE found CONFIGURE_DEPENDS "${directory}/*.cpp")
  if(arg_EXCLUDE)
    list(FILTER found EXCLUDE REGEX "${arg_EXCLUDE}")
  endif()
  set(${variable} "${found}" PARENT_SCOPE)
endfunction()

# ovlsim_compile(<target>)
#
# C++20 without extensions, and our warnings. PRIVATE: they are no business of whoever links the target.
function(ovlsim_compile target)
  target_compile_features(${target} PUBLIC cxx_std_20)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
  target_compile_options(${target} PRIVATE
    ${OVLSIM_WARNINGS}
    $<$<CXX_COMPILER_ID:GNU>:${OVLSIM_WARNINGS_GNU}>
    $<$<BOOL:${OVLSIM_WERROR}>:-Werror>)
endfunction()

# ovlsim_precompile(<target>)
#
# The headers that nearly every file of the libraries includes, none of them ours, parsed once. Only where OVLSIM_PRECOMPILE asks for it:
# another build has to compile each file by itself.
function(ovlsim_precompile target)
  if(OVLSIM_PRECOMPILE)
    target_precompile_headers(${target} PRIVATE <algorithm> <array> <functional> <map> <memory> <optional> <set> <span> <string> <variant>
      <vector> <boost/container/small_vector.hpp> ${ARGN})
  endif()
endfunction()
