// The subcommands of caduceus patient, a file each.
#pragma once

#include <CLI/CLI.hpp>

namespace caduceus {

void add_patient_sync(CLI::App& patient, int& status);
void add_patient_records(CLI::App& patient, int& status);
void add_patient_sharing(CLI::App& patient, int& status);
void add_patient_accesses(CLI::App& patient, int& status);
void add_patient_index(CLI::App& patient, int& status);
void add_patient_backup(CLI::App& patient, int& status);

}  // namespace caduceus
