#include "bench/sup/sup.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <ostream>

#include "bench/sup/real.h"
#include "test/temporary_folder.h"

namespace caduceus::bench {
namespace {

double rounded(double value) { return std::round(value * 100) / 100; }

// Microseconds of one call, the fastest of some rounds.
template <class Call>
double microseconds(Call call) {
  double best = 1e9;
  for (int round = 0; round < 5; ++round) {
    const auto began = std::chrono::steady_clock::now();
    for (int i = 0; i < 20; ++i) call();
    best = std::min(best, std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - began).count() / 20);
  }
  return best;
}

// What the counted calls take when nothing else runs. The first claim of a product is taken for a certificate's, each further one for a part of one signer.
double crypto_seconds(const Consortium& consortium, const CryptoCounts& counts) {
  const BlsCommittee committee = consortium.genesis.committee();
  const Bytes statement(100, 7);
  std::vector<SignaturePart> parts;
  SignerSet signers(committee.size());
  for (std::size_t place = 0; place < committee.quorum(); ++place) {
    parts.push_back(BlsCommitteeKey(consortium.key(place)).sign(statement));
    signers.insert(place);
  }
  const auto sum = committee.sum(parts);
  CHECK(sum);
  const BlsCommitteeKey key(consortium.key(0));
  const std::vector<Claim> claims{{{{statement, signers}}, *sum}, committee.part_of(0, statement, parts[0])};
  const double one = microseconds([&] { CHECK(committee.verify(std::span(claims).first(1))); });
  const double both = microseconds([&] { CHECK(committee.verify(claims)); });
  const auto times = [](const std::atomic<std::uint64_t>& count, double each) { return static_cast<double>(count) * each / 1e6; };
  return times(counts.signs, microseconds([&] { static_cast<void>(key.sign(statement)); })) + times(counts.products, one) +
         times(counts.claims, both - one) - times(counts.products, both - one) +
         times(counts.additions, microseconds([&] { CHECK(committee.sum(parts)); }));
}

void print(const nlohmann::ordered_json& figures, bool json, std::ostream& out) {
  if (json) {
    out << figures.dump() << '\n' << std::flush;
    return;
  }
  for (const auto& [name, value] : figures.items())
    out << name << std::string(name.size() < 28 ? 28 - name.size() : 1, ' ') << value << '\n';
  out << std::flush;
}

nlohmann::ordered_json heading(const SupBenchOptions& options, std::string_view mode) {
  return {{"mode", mode}, {"replicas", options.replicas}, {"depth", options.depth}};
}

void add_load(nlohmann::ordered_json& figures, LoadFigures& load) {
  const auto commands = static_cast<double>(load.commands);
  figures["commands"] = load.commands;
  figures["cmd_per_s"] = std::round(commands / load.seconds);
  figures["cpu_us_per_cmd"] = rounded(load.cpu_all * 1e6 / commands);
  figures["cpu_us_per_cmd.replicas"] = rounded(load.cpu_replicas * 1e6 / commands);
  figures["p50_ms"] = rounded(load.latencies.quantile(0.5));
  figures["p99_ms"] = rounded(load.latencies.quantile(0.99));
  figures["bytes_per_cmd"] = std::round(static_cast<double>(load.bytes) / commands);
}

void order(const SupBenchOptions& options, const Consortium& consortium, std::ostream& out) {
  Cluster cluster(consortium, {});
  cluster.start_all();
  nlohmann::ordered_json figures = heading(options, "order");
  figures["outstanding"] = options.outstanding;
  LoadFigures load = order_load(consortium, cluster, options.outstanding, options.seconds);
  add_load(figures, load);
  const double crypto = crypto_seconds(consortium, cluster.counts());
  figures["crypto_us_per_cmd"] = rounded(crypto * 1e6 / static_cast<double>(load.commands));
  figures["ratio"] = rounded(load.cpu_replicas / crypto);
  print(figures, options.json, out);
}

void real(const SupBenchOptions& options, Consortium& consortium, std::ostream& out) {
  const TemporaryFolder folder;
  Cluster::Options where;
  where.mode = Cluster::Mode::real;
  where.folder = folder.path();
  Cluster cluster(consortium, where);
  cluster.start_all();
  RealClient client(consortium, cluster);
  Latencies alone = client.one_by_one(200);
  nlohmann::ordered_json figures = heading(options, "real.one");
  figures["p50_ms"] = rounded(alone.quantile(0.5));
  figures["p99_ms"] = rounded(alone.quantile(0.99));
  print(figures, options.json, out);

  figures = heading(options, "real.load");
  figures["outstanding"] = options.outstanding;
  LoadFigures load = client.load(options.outstanding, options.seconds);
  add_load(figures, load);
  print(figures, options.json, out);

  figures = heading(options, "real.leader_killed");
  figures["pause_ms"] = rounded(client.pause_after_the_leader_is_killed(cluster));
  print(figures, options.json, out);
}

}  // namespace

void run_sup_bench(const SupBenchOptions& options, std::ostream& out) {
  Consortium consortium(2026, options.replicas, 4);
  consortium.genesis.commit_depth = static_cast<Byte>(options.depth);
  consortium.world.move_to(consortium.genesis.network());
  if (options.mode == "order") {
    order(options, consortium, out);
  } else {
    real(options, consortium, out);
  }
}

}  // namespace caduceus::bench
