# Flags of every target of ours (warnings are errors), and the faster tools where they are present.

add_library(caduceus_flags INTERFACE)
target_compile_options(caduceus_flags INTERFACE
  -Wall -Wextra -Wpedantic -Werror -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Woverloaded-virtual
  -Wold-style-cast -Wcast-qual -Wcast-align -Wimplicit-fallthrough -Wformat=2 -Wundef
  -fno-omit-frame-pointer -fstack-protector-strong
  # GCC 12 sees overruns in its own std::vector comparison and std::ranges::copy that are not there; ASan watches instead.
  $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond -Wlogical-op -Wno-stringop-overflow -Wno-stringop-overread>)
target_compile_definitions(caduceus_flags INTERFACE
  _GLIBCXX_ASSERTIONS $<$<CONFIG:Release>:_FORTIFY_SOURCE=2>)
target_include_directories(caduceus_flags INTERFACE ${CMAKE_SOURCE_DIR}/src)

# add_compile_options, not caduceus_flags: blst is instrumented too.
if(CADUCEUS_SANITIZE)
  add_compile_options(-fsanitize=${CADUCEUS_SANITIZE} -fno-sanitize-recover=all -g)
  add_link_options(-fsanitize=${CADUCEUS_SANITIZE})
  # blst's own source calls its structures by other names than its header does, and group.cpp calls it through tables of functions.
  add_compile_options($<$<CXX_COMPILER_ID:Clang>:-fno-sanitize=function>)
endif()
if(CADUCEUS_COVERAGE)
  add_compile_options(-fprofile-instr-generate -fcoverage-mapping)
  add_link_options(-fprofile-instr-generate)
endif()
if(CADUCEUS_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()
find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()
