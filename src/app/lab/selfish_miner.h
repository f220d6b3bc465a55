// caduceus-lab selfish-miner: a miner of MED that keeps its blocks to itself until others are one behind (Eyal and Sirer). Everything else of it is
// the product's.
#pragma once

namespace CLI {
class App;
}

void add_selfish_miner(CLI::App& app, int& status);
