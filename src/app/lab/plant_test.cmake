# A planted bug is found within 1,000 seeds: as broken safety, or as a chain that stops.
execute_process(COMMAND ${LAB} sim ${CHAIN} --seeds 1000 --stop --plant ${PLANT} ${WHERE} OUTPUT_VARIABLE out ERROR_VARIABLE error RESULT_VARIABLE code)
message("${out}${error}")
if(NOT code EQUAL 2 AND NOT code EQUAL 3)
  message(FATAL_ERROR "${PLANT} was not found: exit code ${code}")
endif()
