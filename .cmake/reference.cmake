# SPDX-License-Identifier: Apache-2.0
#
# The target `reference`: a page for each public header and what it declares, by Doxygen. Each of its warnings is an error.
find_program(OVLSIM_DOXYGEN doxygen DOC "Writes the reference")
mark_as_advanced(OVLSIM_DOXYGEN)

set(REFERENCE_DIR "${PROJECT_BINARY_DIR}/reference")
if(OVLSIM_DOXYGEN)
  configure_file(.cmake/Doxyfile.in "${REFERENCE_DIR}/Doxyfile" @ONLY)
  add_custom_target(reference
    COMMAND "${OVLSIM_DOXYGEN}" "${REFERENCE_DIR}/Doxyfile"
    COMMENT "The reference: ${REFERENCE_DIR}/html/index.html" VERBATIM)
else()
  add_custom_target(reference
    COMMAND "${CMAKE_COMMAND}" -E echo "The reference needs doxygen: apt-get install doxygen, then configure again"
    COMMAND "${CMAKE_COMMAND}" -E false
    VERBATIM)
endif()
