// caduceus med status, block, tx, proof: what a node is asked.
#pragma once

#include <CLI/CLI.hpp>

namespace caduceus {

void add_med_status(CLI::App& parent, int& status);
void add_med_questions(CLI::App& med, int& status);

}  // namespace caduceus
