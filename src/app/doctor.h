// The commands of caduceus doctor, each topic in a file of its own.
#pragma once

#include <CLI/CLI.hpp>

namespace caduceus {

void add_doctor_writing(CLI::App& doctor, int& status);
void add_doctor_consent(CLI::App& doctor, int& status);
void add_doctor_emergency(CLI::App& doctor, int& status);

}  // namespace caduceus
