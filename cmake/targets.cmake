# One target a folder. A folder's CMakeLists.txt says what it holds and what it may use:
#
#   caduceus_library(crypto HEADERS … SOURCES … USES base PRIVATE_USES blst)
#   caduceus_test(crypto SOURCES … USES … [RUN_SERIAL])

include(GoogleTest)
find_package(GTest REQUIRED)
find_package(rapidcheck REQUIRED)

function(caduceus_library name)
  cmake_parse_arguments(ARG "" "" "HEADERS;SOURCES;USES;PRIVATE_USES" ${ARGN})
  set(kind PUBLIC)
  if(ARG_SOURCES)
    add_library(${name} STATIC ${ARG_SOURCES})
    target_link_libraries(${name} PRIVATE ${ARG_PRIVATE_USES})
  else()
    add_library(${name} INTERFACE)
    set(kind INTERFACE)
  endif()
  target_sources(${name} ${kind} FILE_SET HEADERS BASE_DIRS ${CMAKE_SOURCE_DIR}/src FILES ${ARG_HEADERS})
  target_link_libraries(${name} ${kind} ${ARG_USES} caduceus_flags)
endfunction()

# A GoogleTest executable NAME_test; every test in it is a ctest of its own. RUN_SERIAL: one that nothing else runs beside.
function(caduceus_test name)
  # clang-tidy looks at what is shipped and at the benchmarks; tests have the compilers' warnings and the sanitizers.
  if(CMAKE_CXX_CLANG_TIDY)
    return()
  endif()
  cmake_parse_arguments(ARG "RUN_SERIAL" "" "SOURCES;USES" ${ARGN})
  set(alone)
  if(ARG_RUN_SERIAL)
    set(alone RUN_SERIAL TRUE)
  endif()
  add_executable(${name}_test ${ARG_SOURCES})
  target_link_libraries(${name}_test PRIVATE ${ARG_USES} caduceus_flags GTest::gmock GTest::gtest_main rapidcheck rapidcheck_gtest)
  target_include_directories(${name}_test PRIVATE ${CMAKE_SOURCE_DIR})
  target_compile_definitions(${name}_test PRIVATE CADUCEUS_VECTORS="${CMAKE_SOURCE_DIR}/test/vectors")
  # Half the time to build; the code under test is optimised as it is shipped.
  target_compile_options(${name}_test PRIVATE $<$<CONFIG:Release>:-O1>)
  gtest_discover_tests(${name}_test DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 600 ${alone})
endfunction()
