// caduceus sup submit, status, block, proof: what a node is asked.
#pragma once

#include <CLI/CLI.hpp>

namespace caduceus {

void add_sup_questions(CLI::App& sup, int& status);

}  // namespace caduceus
