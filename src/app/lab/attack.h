// caduceus-lab attack: what a cheat with a doctor's keys tries on a hospital of a devnet, as a real request over the wire.
#pragma once

namespace CLI {
class App;
}

// Adds the commands. When one runs it sets `status`: 0 the hospital answered, so the attack works; 1 it refused, and why.
void add_attacks(CLI::App& app, int& status);
