// `hospital.throughput`: how many shares one hospital, all of it on one core, answers in a second. `wire`: what a share is on the network.
#include <thread>

#include "bench/share/caller.h"
#include "bench/share/rows.h"

namespace caduceus::bench {
namespace {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

constexpr std::size_t hospitals_core = 1, others_core = 0;
constexpr double warm_up = 1.5;  // seconds
constexpr double longest = 60;   // seconds: requests are good for two minutes

double since(Clock::time_point began) { return Seconds(Clock::now() - began).count(); }

// The same with each caller, on a thread of its own. Failure: the first one's.
template <class What>
Result<void> with_each(std::vector<Caller>& callers, What what) {
  std::vector<Result<void>> done(callers.size());
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < callers.size(); ++i) threads.emplace_back([&, i] { done[i] = what(callers[i]); });
  }
  for (const auto& one : done) TRY_VOID(one);
  return {};
}

// What it took on its core.
struct Served {
  std::uint64_t shares = 0;
  double seconds = 0, cpu = 0;
};

Result<Served> serve(Devnet& net, std::vector<Caller>& callers, double seconds) {
  std::atomic<bool> stops = false;
  std::atomic<std::uint64_t> answered = 0;
  Served served;
  Result<void> done;
  std::jthread load([&] { done = with_each(callers, [&](Caller& one) { return one.run(stops, answered); }); });
  std::this_thread::sleep_for(Seconds(warm_up));
  const auto began = Clock::now();
  const double cpu = net.hospitals().cpu_seconds(Devnet::keeper);
  const std::uint64_t before = answered;
  std::this_thread::sleep_for(Seconds(seconds));
  served = {answered - before, since(began), net.hospitals().cpu_seconds(Devnet::keeper) - cpu};
  stops = true;
  load.join();
  TRY_VOID(done);
  return served;
}

Fields wire_row(const std::vector<Caller>& callers) {
  Caller::Wire all;
  for (const Caller& one : callers) {
    const Caller::Wire wire = one.wire();
    all = {all.shares + wire.shares, all.requests + wire.requests, all.answers + wire.answers,
           all.sent + wire.sent,     all.received + wire.received, all.handshake + wire.handshake};
  }
  const auto each = [&](std::uint64_t bytes) { return std::round(static_cast<double>(bytes) / static_cast<double>(all.shares)); };
  return {{"name", "wire"},
          {"bytes", each(all.sent + all.received)},
          {"floor_bytes", Devnet::record_bytes},
          {"ratio", rounded(each(all.sent + all.received) / Devnet::record_bytes)},
          {"request_bytes", each(all.requests)},
          {"answer_bytes", each(all.answers)},
          {"tls_sent_bytes", each(all.sent)},
          {"tls_received_bytes", each(all.received)},
          {"handshake_bytes", std::round(static_cast<double>(all.handshake) / static_cast<double>(callers.size()))}};
}

}  // namespace

Result<std::vector<Fields>> throughput_rows(Devnet& net, double seconds) {
  if (std::thread::hardware_concurrency() < 2)
    return failure("hospital.throughput takes two cores: one for the hospital, one for all others");
  seconds = std::min(seconds, longest);
  run_on(hospitals_core);
  const double before = taka_us("taka.hospital", 0.5);
  for (std::size_t place = 0; place < net.hospitals().size(); ++place) {
    TRY_VOID(net.hospitals().start(place, {false, place == Devnet::keeper ? hospitals_core : others_core}));
  }
  run_on({});
  std::vector<Caller> callers;
  for (std::size_t i = 0; i < net.consortium().world.doctors(); ++i) {
    TRY(Caller one, Caller::connect(net, net.consortium().world.doctor(i)));
    callers.push_back(std::move(one));
  }
  // More than can be answered, should one caller be served before the others.
  const auto enough = static_cast<std::size_t>(1.5 * (warm_up + seconds) * 1e6 / before / static_cast<double>(callers.size())) + 20;
  const auto began = Clock::now();
  const double idle = net.hospitals().cpu_seconds(Devnet::keeper);
  TRY_VOID(with_each(callers, [&](Caller& one) {
    one.prepare(net, enough);
    return Result<void>();
  }));
  const double idle_share = (net.hospitals().cpu_seconds(Devnet::keeper) - idle) / since(began);
  run_on(others_core);
  TRY(const Served served, serve(net, callers, seconds));
  run_on(hospitals_core);
  const double floor = (before + taka_us("taka.hospital", 0.5)) / 2;
  run_on({});
  TRY_VOID(with_each(callers, [](Caller& one) { return one.check(); }));

  const auto shares = static_cast<double>(served.shares);
  const double us = served.cpu * 1e6 / shares;
  return std::vector<Fields>{{{"name", "hospital.throughput"},
                              {"shares_per_s", rounded(shares / served.seconds)},
                              {"floor_us", rounded(floor)},
                              {"floor_share", rounded(shares / served.seconds * floor / 1e6)},
                              {"cpu_us", rounded(us)},
                              {"ratio", rounded(us / floor)},
                              {"core_share", rounded(served.cpu / served.seconds)},
                              {"idle_core_share", rounded(idle_share)},
                              {"shares", served.shares}},
                             wire_row(callers)};
}

}  // namespace caduceus::bench
