// `consented`: from the doctor's request to a record that is verified, with a grant that is there.
#include "app/doctor_reading.h"
#include "bench/processes.h"
#include "bench/share/rows.h"

namespace caduceus::bench {
namespace {

using Clock = std::chrono::steady_clock;

// As if it had come by letter.
Result<roles::GrantId> give(DoctorSession& doctor, const Patient& patient, std::size_t record) {
  roles::ReceivedGrant received{{{}, patient.grant(doctor.self().identity(), record, doctor.random()), {{{"record"}}}}, doctor.now()};
  const roles::GrantId id = received.content.grant.policy.id;
  roles::WriteSet step = doctor.step();
  step.put(roles::doctor_grants, id, received);
  TRY_VOID(doctor.write(step));
  return id;
}

Result<double> fetch_ms(Devnet& net, const roles::GrantId& id) {
  const auto began = Clock::now();
  TRY(const nlohmann::json records, fetch_granted(net.doctor(), id, {}, net.out()));
  const double ms = std::chrono::duration<double, std::milli>(Clock::now() - began).count();
  if (records.size() != 1 || !records[0]["verified"].get<bool>()) return failure("a record that was fetched is not verified");
  return ms;
}

}  // namespace

Result<double> share_ms(Devnet& net, std::size_t number) {
  const auto& patient = *net.patients()[number % net.patients().size()];
  TRY(const roles::GrantId id, give(net.doctor(), patient, number % patient.records()));
  return fetch_ms(net, id);
}

Result<Fields> consented_row(Devnet& net, double seconds) {
  constexpr std::size_t least = 20, warm_up = 5;
  Latencies latencies;
  double cpu = 0, own = 0;
  auto end = Clock::now();
  for (std::size_t i = 0; i < least + warm_up || Clock::now() < end; ++i) {
    if (i == warm_up) {
      end = Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
      latencies = {};
      own = own_cpu_seconds();
      cpu = net.hospitals().cpu_seconds();
    }
    TRY(const double ms, share_ms(net, i));
    latencies.add(ms);
  }
  own = own_cpu_seconds() - own;
  cpu = net.hospitals().cpu_seconds() - cpu;
  const auto count = static_cast<double>(latencies.count());
  const double us = (own + cpu) * 1e6 / count, floor = taka_us("taka.share", std::min(seconds, 1.0));
  return Fields{{"name", "consented"},
                {"p50_ms", rounded(latencies.quantile(0.5))},
                {"p99_ms", rounded(latencies.quantile(0.99))},
                {"cpu_us", rounded(us)},
                {"cpu_us.hospitals", rounded(cpu * 1e6 / count)},
                {"floor_us", rounded(floor)},
                {"ratio", rounded(us / floor)},
                {"shares", latencies.count()}};
}

}  // namespace caduceus::bench
