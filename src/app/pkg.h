// The subcommands of caduceus pkg that have a file of their own.
#pragma once

#include <CLI/CLI.hpp>

namespace caduceus {

void add_pkg_token(CLI::App& pkg, int& status);
void add_pkg_serve(CLI::App& pkg, int& status);

}  // namespace caduceus
