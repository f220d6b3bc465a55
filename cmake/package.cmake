# A package for Debian 12: ./dev package makes build/release/caduceus_VERSION_ARCH.deb.
include(GNUInstallDirs)
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON)  # the program alone is built for it

set(packaging ${CMAKE_SOURCE_DIR}/packaging)
install(FILES packaging/systemd/caduceus-backup@.service packaging/systemd/caduceus-backup@.timer packaging/systemd/caduceus-hospital@.service
              packaging/systemd/caduceus-miner@.service packaging/systemd/caduceus-pkg@.service
        DESTINATION lib/systemd/system)
install(FILES packaging/sysusers.conf DESTINATION lib/sysusers.d RENAME caduceus.conf)
install(FILES README.md README.zh-CN.md docs/OPERATIONS.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright)
find_program(GZIP gzip REQUIRED)
add_custom_command(OUTPUT ${CMAKE_BINARY_DIR}/caduceus.1.gz
  COMMAND ${GZIP} -9nc ${packaging}/man/caduceus.1 > ${CMAKE_BINARY_DIR}/caduceus.1.gz DEPENDS ${packaging}/man/caduceus.1 VERBATIM)
add_custom_target(manual ALL DEPENDS ${CMAKE_BINARY_DIR}/caduceus.1.gz)
install(FILES ${CMAKE_BINARY_DIR}/caduceus.1.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME caduceus)
set(CPACK_PACKAGE_CONTACT "Caduceus maintainers <maintainers@caduceus.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "medical records that patients share, with two blockchains")
set(CPACK_PACKAGE_DESCRIPTION
"Patients decide, record by record, which doctor of which hospital may read
their medical records. This is the program of all parties: enrolment
authority, hospitals, miners, doctors and patients, with systemd units.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "systemd")  # systemd-sysusers, and the units
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${packaging}/debian/postinst ${packaging}/debian/prerm ${packaging}/debian/postrm)
include(CPack)
