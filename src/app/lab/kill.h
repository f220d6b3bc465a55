// caduceus-lab kill: real processes, killed at random instants.
#pragma once

namespace CLI {
class App;
}

// Adds the command. When it runs it sets `status`: 0 all holds, 3 something acknowledged was lost, or two hospitals differ.
void add_kill(CLI::App& app, int& status);
