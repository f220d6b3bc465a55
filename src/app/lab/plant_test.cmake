# A planted bug is found within 1,000 seeds, or as many as SEEDS says: as a broken rule, or as something that stops.
if(NOT SEEDS)
  set(SEEDS 1000)
endif()
execute_process(COMMAND ${LAB} sim ${CHAIN} --seeds ${SEEDS} --stop --plant ${PLANT} ${WHERE} OUTPUT_VARIABLE out ERROR_VARIABLE error RESULT_VARIABLE code)
message("${out}${error}")
# What report_seeds.cpp prints: a usage error's exit code is 2, too.
if(NOT code MATCHES "^[23]$" OR NOT out MATCHES "[1-9][0-9]* (without progress|broke safety)")
  message(FATAL_ERROR "${PLANT} was not found: exit code ${code}")
endif()
