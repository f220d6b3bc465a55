// caduceus-lab attack tampered-record, tampered-block: what whoever has a hospital's disk, and its passphrase, changes behind its back while it is stopped.
#pragma once

namespace CLI {
class App;
}

// Adds the commands to `attack`. When one runs it sets `status`: 0 done, 1 it could not.
void add_tampering(CLI::App& attack, int& status);
