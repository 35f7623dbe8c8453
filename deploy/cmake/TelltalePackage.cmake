# What `cmake --install` puts where, and the .deb that CPack makes of it (deploy/package).
include(GNUInstallDirs)
if(NOT TARGET telltale)
  return()
endif()
set(unit_folder lib/systemd/system CACHE STRING "Where systemd units are installed, below the root")
set(package_root ${CMAKE_SOURCE_DIR}/deploy)

install(TARGETS telltale RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR} FILES_MATCHING PATTERN "*.md" PATTERN "*.png")
install(FILES ${package_root}/debian/copyright DESTINATION ${CMAKE_INSTALL_DOCDIR})

# Manual page and changelog are compressed as Debian policy asks (sections 12.1, 12.7), without a date in them.
find_program(GZIP gzip REQUIRED)
function(install_compressed source name folder)
  set(packed ${CMAKE_BINARY_DIR}/package/${name}.gz)
  add_custom_command(OUTPUT ${packed} DEPENDS ${source} VERBATIM
                     COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_BINARY_DIR}/package
                     COMMAND sh -c "exec \"$1\" -9nc \"$2\" > \"$3\"" sh ${GZIP} ${source} ${packed})
  add_custom_target(package_${name} ALL DEPENDS ${packed})
  install(FILES ${packed} DESTINATION ${folder})
endfunction()
install_compressed(${package_root}/man/telltale.1 telltale.1 ${CMAKE_INSTALL_MANDIR}/man1)
install_compressed(${package_root}/debian/changelog changelog ${CMAKE_INSTALL_DOCDIR})

if(CMAKE_INSTALL_PREFIX STREQUAL "/usr")
  install(FILES ${package_root}/systemd/telltale.service ${package_root}/systemd/telltale-geoip.service
                ${package_root}/systemd/telltale-geoip.timer DESTINATION /${unit_folder})
  install(FILES ${package_root}/debian/telltale.yaml DESTINATION /etc/telltale)
  install(FILES ${package_root}/logrotate/telltale DESTINATION /etc/logrotate.d)
endif()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME telltale)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "tells which device sends contacts, location or identifiers")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
    "Watches a network passively and tells which device sends people's contacts,\n their location or identifiers of phone, SIM and owner to servers that nobody\n vouched for. Runs on a small appliance and on capture files.")
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "telltale maintainers <maintainers@telltale.example>")
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "adduser, init-system-helpers (>= 1.54), libloc-database, publicsuffix")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "ca-certificates, tzdata")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "logrotate, mosquitto, prometheus")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
foreach(script postinst prerm postrm triggers conffiles)
  list(APPEND CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${package_root}/debian/${script})
endforeach()
include(CPack)
