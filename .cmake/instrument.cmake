# SPDX-License-Identifier: Apache-2.0
#
# Sanitizers and coverage: for the whole build, because half-instrumented containers are reported as errors that are not.

if(OVLSIM_SANITIZE)
  # Frame pointers give a readable stack; a finding of UBSan must fail the test, not scroll past.
  add_compile_options(-fsanitize=${OVLSIM_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${OVLSIM_SANITIZE})
endif()

if(OVLSIM_BUILD_FUZZERS)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES Clang)
    message(FATAL_ERROR "OVLSIM_BUILD_FUZZERS needs clang (libFuzzer): use the preset `fuzz`")
  endif()
  # The libraries are instrumented too, or the fuzzer would not see where its input leads.
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

if(OVLSIM_COVERAGE)
  add_compile_options(--coverage)
  add_link_options(--coverage)
  find_program(OVLSIM_GCOVR gcovr)
  if(OVLSIM_GCOVR)
    add_custom_target(coverage
      COMMAND ${OVLSIM_GCOVR} --root "${PROJECT_SOURCE_DIR}" --filter "${PROJECT_SOURCE_DIR}/(model|lib|include)/"
              --exclude-throw-branches --print-summary "${PROJECT_BINARY_DIR}"
      COMMENT "Lines and branches of model/ and lib/ that the tests have run so far"
      USES_TERMINAL VERBATIM)
  else()
    add_custom_target(coverage
      COMMAND ${CMAKE_COMMAND} -E echo "coverage: gcovr is not installed (apt-get install gcovr)"
      COMMAND ${CMAKE_COMMAND} -E false
      VERBATIM)
  endif()
endif()
