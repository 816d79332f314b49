# SPDX-License-Identifier: Apache-2.0
#
# Libraries, headers and command, for CMake's find_package(ovlsim) and for pkg-config; the examples as documentation.
include(CMakePackageConfigHelpers)

set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/ovlsim")

install(TARGETS ovlsim_model ovlsim_lib EXPORT ovlsim
  ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}"
  INCLUDES DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(DIRECTORY "${PROJECT_SOURCE_DIR}/include/ovlsim" DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}"
  FILES_MATCHING PATTERN "*.hpp")
install(EXPORT ovlsim NAMESPACE ovlsim:: FILE ovlsim-targets.cmake DESTINATION "${package_dir}")

configure_package_config_file(.cmake/ovlsim-config.cmake.in ovlsim-config.cmake INSTALL_DESTINATION "${package_dir}")
# Before 1.0 a minor version may change the interface.
write_basic_package_version_file(ovlsim-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES
  "${PROJECT_BINARY_DIR}/ovlsim-config.cmake" "${PROJECT_BINARY_DIR}/ovlsim-config-version.cmake"
  DESTINATION "${package_dir}")

# The .pc file finds its prefix from its own place, so that an installed tree can be moved; hence the way back up from it.
set(pc_dir "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
cmake_path(RELATIVE_PATH CMAKE_INSTALL_FULL_LIBDIR BASE_DIRECTORY "${CMAKE_INSTALL_PREFIX}" OUTPUT_VARIABLE libdir)
cmake_path(RELATIVE_PATH CMAKE_INSTALL_FULL_INCLUDEDIR BASE_DIRECTORY "${CMAKE_INSTALL_PREFIX}" OUTPUT_VARIABLE includedir)
cmake_path(SET up NORMALIZE "${CMAKE_INSTALL_PREFIX}")
cmake_path(RELATIVE_PATH up BASE_DIRECTORY "${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig" OUTPUT_VARIABLE up)
configure_file(.cmake/ovlsim.pc.in ovlsim.pc @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/ovlsim.pc" DESTINATION "${pc_dir}")

install(FILES README.md LICENSE DESTINATION "${CMAKE_INSTALL_DOCDIR}")
install(DIRECTORY examples DESTINATION "${CMAKE_INSTALL_DOCDIR}")

if(TARGET ovlsim)
  install(TARGETS ovlsim_cli EXPORT ovlsim-cli ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}")
  install(EXPORT ovlsim-cli NAMESPACE ovlsim:: FILE ovlsim-cli-targets.cmake DESTINATION "${package_dir}")
  configure_file(.cmake/ovlsim-cli.pc.in ovlsim-cli.pc @ONLY)
  install(FILES "${PROJECT_BINARY_DIR}/ovlsim-cli.pc" DESTINATION "${pc_dir}")

  install(TARGETS ovlsim RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")

  set(share "${CMAKE_INSTALL_DATADIR}")
  install(FILES "${PROJECT_BINARY_DIR}/lib/completion.bash" DESTINATION "${share}/bash-completion/completions" RENAME ovlsim)
  install(FILES "${PROJECT_BINARY_DIR}/lib/completion.zsh" DESTINATION "${share}/zsh/site-functions" RENAME _ovlsim)
  install(FILES "${PROJECT_BINARY_DIR}/lib/completion.fish" DESTINATION "${share}/fish/vendor_completions.d"
    RENAME ovlsim.fish)
  install(FILES "${PROJECT_BINARY_DIR}/lib/ovlsim.1" DESTINATION "${CMAKE_INSTALL_MANDIR}/man1")
endif()
