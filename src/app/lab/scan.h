// caduceus-lab scan: a biometric scanner, simulated. No device is read.
#pragma once

namespace CLI {
class App;
}

// Adds the command. When it runs it sets `status`: 0 the file is there, 1 it is not, and why.
void add_scan(CLI::App& app, int& status);
