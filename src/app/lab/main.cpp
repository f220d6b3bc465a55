// caduceus-lab: what developers measure and try out with. Users never get it; `caduceus` knows none of its options.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <iostream>
#include <string>

#include "bench/crypto.h"
#include "bench/run.h"

namespace {

constexpr int usage_error = 2;
constexpr int not_built_yet = 3;

int bench_crypto(const caduceus::bench::Options& options) {
  if (caduceus::bench::run(caduceus::bench::crypto_rows(), options, std::cout) > 0) return 0;
  std::cerr << "caduceus-lab: no row's name contains \"" << options.filter << "\"\n";
  return usage_error;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("The laboratory of Caduceus: benchmarks and, later, the simulator. Not for users.", "caduceus-lab");
  app.footer("Example: caduceus-lab bench crypto --json --filter ibas.verify --seconds 5");
  app.set_version_flag("--version", "caduceus-lab " CADUCEUS_VERSION);
  app.require_subcommand(1);

  CLI::App& bench = *app.add_subcommand("bench", "measure how long things take, each against the primitives it cannot do without");
  bench.require_subcommand(1);
  CLI::App& crypto = *bench.add_subcommand("crypto", "signatures, pairings, sealing: docs/BENCHMARKS.md says what each row means");
  crypto.footer("Example: caduceus-lab bench crypto --json --filter ibas.verify --seconds 5");
  caduceus::bench::Options options;
  std::string filter;
  crypto.add_flag("--json", options.json, "one JSON object a line, not a table");
  crypto.add_option("--filter", filter, "only rows whose name contains this")->type_name("SUBSTRING");
  crypto.add_option("--seconds", options.seconds, "how long to measure each row; the slowest rows take at least ten rounds")
      ->type_name("S")
      ->check(CLI::Range(0.001, 3600.0))
      ->capture_default_str();

  CLI::App& sim = *app.add_subcommand("sim", "the simulator (not built yet)");
  sim.allow_extras();

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // Help and version end up here as well, as success.
    return app.exit(error) == 0 ? 0 : usage_error;
  }
  if (sim.parsed()) {
    std::cerr << "caduceus-lab: sim: not built yet\n";
    return not_built_yet;
  }
  options.filter = filter;
  return bench_crypto(options);
}
