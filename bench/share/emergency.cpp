// `emergency.open`, `emergency.read`: each from the doctor's wish to what is shown, with its backing and SUP in between.
#include "app/doctor_reading.h"
#include "bench/processes.h"
#include "bench/share/rows.h"

namespace caduceus::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t most_a_day = 10;  // openings of one patient's index (§7)

class Step {
 public:
  Step(Hospitals& hospitals, std::string name) : hospitals_(hospitals), name_(std::move(name)) {}

  template <class What>
  auto run(What what) {
    const double cpu = own_cpu_seconds() + hospitals_.cpu_seconds();
    const auto began = Clock::now();
    auto done = what();
    latencies_.add(std::chrono::duration<double, std::milli>(Clock::now() - began).count());
    cpu_ += own_cpu_seconds() + hospitals_.cpu_seconds() - cpu;
    return done;
  }
  [[nodiscard]] Fields fields() {
    const std::uint64_t count = latencies_.count();
    return {{"name", name_},
            {"p50_ms", rounded(latencies_.quantile(0.5))},
            {"p99_ms", rounded(latencies_.quantile(0.99))},
            {"cpu_us", rounded(cpu_ * 1e6 / static_cast<double>(count))},
            {"times", count}};
  }

 private:
  Hospitals& hospitals_;
  std::string name_;
  Latencies latencies_;
  double cpu_ = 0;
};

}  // namespace

Result<std::vector<Fields>> emergency_rows(Devnet& net, double seconds) {
  constexpr std::uint16_t reason = 1;
  Step opening(net.hospitals(), "emergency.open"), reading(net.hospitals(), "emergency.read");
  const auto end = Clock::now() + std::chrono::duration<double>(seconds);
  const std::size_t most = most_a_day * net.patients().size();
  for (std::size_t i = 0; i < most && (i < 2 || Clock::now() < end); ++i) {
    const auto& patient = *net.patients()[i % net.patients().size()];
    std::vector<Template> scans;
    scans.push_back(patient.scan(net.doctor().random()));
    TRY(const roles::EmergencyCase opened, opening.run([&] { return open_case(net.doctor(), patient.identity(), reason, scans); }));
    if (opened.entries.items.size() != patient.records()) return failure("an index does not have all of its patient's records");
    const IndexEntry& wanted = opened.entries.items[i % opened.entries.items.size()];
    TRY(const CaseReading read, reading.run([&] { return read_case(net.doctor(), opened, wanted.hospital, {wanted.place}, net.out()); }));
    if (read.records.size() != 1 || !read.records[0]["verified"].get<bool>()) return failure("a record that was read is not verified");
  }
  return std::vector<Fields>{opening.fields(), reading.fields()};
}

}  // namespace caduceus::bench
