# Planted bugs, stand-ins and the simulator are not in what users install.
execute_process(COMMAND ${CADUCEUS} --plant double-vote OUTPUT_VARIABLE out ERROR_VARIABLE error RESULT_VARIABLE code)
if(NOT code EQUAL 2)
  message(FATAL_ERROR "caduceus --plant: exit code ${code}\n${out}${error}")
endif()
file(STRINGS ${CADUCEUS} found REGEX "double-vote|commit-non-consecutive|forget-block|StandInCommittee|SupCluster" LIMIT_COUNT 1)
if(NOT found STREQUAL "")
  message(FATAL_ERROR "caduceus holds: ${found}")
endif()
