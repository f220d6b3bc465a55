// caduceus-lab: what developers measure and try out with. Users never get it; `caduceus` knows none of its options.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include "app/hospital_blobs.h"
#include "app/lab/attack.h"
#include "app/lab/kill.h"
#include "app/lab/scan.h"
#include "app/lab/selfish_miner.h"
#include "app/lab/sim.h"
#include "bench/biometrics.h"
#include "bench/chain.h"
#include "bench/crypto.h"
#include "bench/med.h"
#include "bench/net.h"
#include "bench/run.h"
#include "bench/selfish/selfish.h"
#include "bench/share/share.h"
#include "bench/store.h"
#include "bench/sup/sup.h"

namespace {

constexpr int usage_error = 2;

// Of a suite that measured so many rows.
int bench_status(std::size_t measured, const caduceus::bench::Options& options) {
  if (measured > 0) return 0;
  std::cerr << "caduceus-lab: no row's name contains \"" << options.filter << "\"\n";
  return usage_error;
}

int run(int argc, char** argv) {
  CLI::App app("The laboratory of Caduceus: benchmarks and the simulator. Not for users.", "caduceus-lab");
  app.footer("Example: caduceus-lab bench crypto --json --filter ibas.verify --seconds 5");
  app.set_version_flag("--version", "caduceus-lab " CADUCEUS_VERSION);
  app.require_subcommand(0, 1);

  CLI::App& bench = *app.add_subcommand("bench", "measure how long things take, each against the primitives it cannot do without");
  caduceus::bench::Options options;
  std::string filter;
  const auto add_suite = [&](const char* name, const char* about, const char* example) -> CLI::App& {
    CLI::App& suite = *bench.add_subcommand(name, std::string(about) + ": docs/BENCHMARKS.md says what each row means");
    suite.footer(std::string("Example: caduceus-lab bench ") + name + " --json --filter " + example + " --seconds 5");
    suite.add_flag("--json", options.json, "one JSON object a line, not a table");
    suite.add_option("--filter", filter, "only rows whose name contains this")->type_name("SUBSTRING");
    suite.add_option("--seconds", options.seconds, "how long to measure each row; the slowest take longer: at least eight rounds")
        ->type_name("S")
        ->check(CLI::Range(0.001, 3600.0))
        ->capture_default_str();
    return suite;
  };
  const CLI::App& crypto = add_suite("crypto", "signatures, pairings, sealing", "ibas.verify");
  const CLI::App& chain = add_suite("chain", "hash trees and tries", "trie.get");
  const CLI::App& med = add_suite("med", "the public chain", "hash");
  const CLI::App& net = add_suite("net", "frames between two nodes over TLS", "net.64");
  const CLI::App& share = add_suite("share", "records shared between processes", "consented");
  CLI::App& store = add_suite("store", "a hospital's records on its disk, or in an S3 service", "store.put.4KB");
  caduceus::BlobOptions blobs;
  blobs.declare(store);
  std::size_t records = 0;
  store.add_option("--records", records, "store.many: a store that has so many, on this machine's disk; not without this option")
      ->type_name("N")
      ->check(CLI::Range(1, 100'000'000));

  CLI::App& biometrics = *bench.add_subcommand("biometrics", "how often the fuzzy extractor brings a template back");
  std::size_t templates = 1000;
  biometrics.add_option("--templates", templates, "how many, for each share of wrong bits")
      ->type_name("N")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();

  CLI::App& sup = *bench.add_subcommand("sup", "hospitals as processes, over TLS: what they order or execute in a second");
  caduceus::bench::SupBenchOptions sup_options;
  sup.footer("Example: caduceus-lab bench sup --replicas 4 --mode order --json");
  sup.add_flag("--json", sup_options.json, "one JSON object a line, not a table");
  sup.add_option("--mode", sup_options.mode, "order: 32-byte commands, in memory; real: signed tx_ur, verified, executed, synced")
      ->check(CLI::IsMember({"order", "real"}))
      ->capture_default_str();
  sup.add_option("--replicas", sup_options.replicas, "hospitals")->type_name("N")->check(CLI::Range(4, 31))->capture_default_str();
  sup.add_option("--depth", sup_options.depth, "commit depth")->check(CLI::Range(2, 3))->capture_default_str();
  sup.add_option("--outstanding", sup_options.outstanding, "commands under way")
      ->type_name("N")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  sup.add_option("--seconds", sup_options.seconds, "of load")->type_name("S")->check(CLI::Range(0.1, 3600.0))->capture_default_str();

  CLI::App& selfish = *bench.add_subcommand("selfish", "what an attacker among MED's miners earns under each rule by which SUP anchors");
  caduceus::bench::SelfishOptions selfish_options;
  selfish.footer("docs/SUPERVISION.md says what each column means. Example: caduceus-lab bench selfish --quick --json");
  bool is_json = false, is_csv = false;
  CLI::Option& json = *selfish.add_flag("--json", is_json, "one JSON object a line, not a table");
  selfish.add_flag("--csv", is_csv, "comma-separated values")->excludes(&json);
  selfish.add_flag("--quick", selfish_options.quick, "a few cells of the grid");
  selfish.add_option("--filter", selfish_options.filter, "only rules whose name contains this, as \"fresh k=0\"")->type_name("SUBSTRING");
  selfish.add_option("--blocks", selfish_options.blocks, "mined in each cell")
      ->type_name("N")
      ->check(CLI::Range(1'000, 1'000'000'000))
      ->capture_default_str();
  selfish.add_option("--trial", selfish_options.trial, "mined before that, for each attack, to find the best one")
      ->type_name("N")
      ->check(CLI::Range(1'000, 1'000'000'000))
      ->capture_default_str();
  selfish.add_option("--seed", selfish_options.seed, "of all random choices")->type_name("N")->capture_default_str();
  selfish.add_option("--jobs", selfish_options.jobs, "cells at a time")->type_name("N")->check(CLI::Range(1, 256))->capture_default_str();

  int status = 0;
  add_kill(app, status);
  add_sim(app, status);
  add_selfish_miner(app, status);
  add_scan(app, status);
  add_attacks(app, status);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // Asked for help or the version, it comes here as well.
    return app.exit(error) == 0 ? 0 : usage_error;
  }
  if (biometrics.parsed()) {
    caduceus::bench::print_biometric_rates(templates, std::cout);
    return 0;
  }
  for (const char* const alone : {"attack", "kill", "scan", "selfish-miner", "sim"}) {
    if (app.got_subcommand(alone)) return status;
  }
  if (sup.parsed()) {
    run_sup_bench(sup_options, std::cout);
    return 0;
  }
  if (selfish.parsed()) {
    using Form = caduceus::bench::SelfishOptions::Form;
    selfish_options.form = is_json ? Form::json : is_csv ? Form::csv : Form::table;
    selfish_options.progress = isatty(STDERR_FILENO) == 1;
    run_selfish(selfish_options, std::cout);
    return 0;
  }
  if (!crypto.parsed() && !chain.parsed() && !med.parsed() && !net.parsed() && !share.parsed() && !store.parsed()) {
    std::cerr << "caduceus-lab: say what to do\n\n" << (bench.parsed() ? bench.help("caduceus-lab") : app.help());
    return usage_error;
  }
  options.filter = filter;
  options.progress = isatty(STDERR_FILENO) == 1;
  if (med.parsed()) return bench_status(run_med(options, std::cout), options);
  if (share.parsed()) {
    const auto measured = caduceus::bench::run_share(options, std::cout);
    if (measured) return bench_status(*measured, options);
    std::cerr << "caduceus-lab: " << measured.error().message << '\n';
    return 1;
  }
  if (store.parsed()) {
    if (filter == "store.many" && records == 0) {
      std::cerr << "caduceus-lab: store.many needs --records N\n";
      return usage_error;
    }
    const auto service = blobs.service();
    if (service) return bench_status(run_store(options, *service, records, std::cout), options);
    std::cerr << "caduceus-lab: " << service.error().message << '\n';
    return usage_error;
  }
  const auto rows = net.parsed()      ? caduceus::bench::net_rows()
                    : crypto.parsed() ? caduceus::bench::crypto_rows()
                                      : caduceus::bench::chain_rows();
  return bench_status(caduceus::bench::run(rows, options, std::cout), options);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::fputs(error.what(), stderr);
    return 1;
  }
}
