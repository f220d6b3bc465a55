# blst 0.3.12: its C and assembly source ships inside the npm package c-kzg (tools/package.json pins it with its hash).

set(BLST_DIR ${CMAKE_SOURCE_DIR}/tools/node_modules/c-kzg/deps/blst)
if(NOT EXISTS ${BLST_DIR}/src/server.c)
  message(FATAL_ERROR "blst's source is not there yet: run ./dev setup")
endif()

if(CADUCEUS_SHARED_BLST)
  set(blst_kind SHARED)
else()
  set(blst_kind STATIC)
endif()
add_library(blst ${blst_kind} ${BLST_DIR}/src/server.c ${BLST_DIR}/build/assembly.S)
set_source_files_properties(${BLST_DIR}/build/assembly.S PROPERTIES LANGUAGE ASM)
target_compile_definitions(blst PRIVATE __BLST_PORTABLE__)
target_compile_options(blst PRIVATE $<$<COMPILE_LANGUAGE:C>:-O2 -fno-builtin>)
target_include_directories(blst SYSTEM INTERFACE ${BLST_DIR}/bindings)
