// caduceus-lab sim: whole clusters in simulated time.
#pragma once

namespace CLI {
class App;
}

// Adds the command. When it runs it sets `status`: 0 all went well, 2 no progress after healing (or a wrong option), 3 safety broken,
// 4 a replica crashed; of several seeds the worst.
void add_sim(CLI::App& app, int& status);
// The same for `sim med`, `sim both`, `sim selfish` and `sim roles`, below `sim`.
void add_sim_med(CLI::App& sim, int& status);
void add_sim_both(CLI::App& sim, int& status);
void add_sim_selfish(CLI::App& sim, int& status);
void add_sim_roles(CLI::App& sim, int& status);
