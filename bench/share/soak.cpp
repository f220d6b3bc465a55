// `soak`: shares without a pause. What a hospital takes of memory goes up while its stores' write buffers fill, and down when they are flushed:
// medians of many samples are compared.
#include "bench/share/rows.h"

namespace caduceus::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t samples = 400;

double median(std::span<const Footprint> seen, double (*of)(const Footprint&)) {
  std::vector<double> values;
  for (const Footprint& one : seen) values.push_back(of(one));
  std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2));
  return values[values.size() / 2];
}

}  // namespace

Result<std::vector<Fields>> soak_rows(Devnet& net, double seconds) {
  const auto began = Clock::now();
  const auto passed = [&] { return std::chrono::duration<double>(Clock::now() - began).count(); };
  Hospitals& hospitals = net.hospitals();
  std::vector<std::vector<Footprint>> seen(hospitals.size());
  std::size_t shares = 0;
  while (seen.front().size() < samples) {
    TRY(const double ms, share_ms(net, shares++));
    static_cast<void>(ms);
    if (passed() < seconds * static_cast<double>(seen.front().size() + 1) / samples) continue;
    for (std::size_t place = 0; place < seen.size(); ++place) seen[place].push_back(hospitals.footprint(place));
  }

  const auto mib = [](const Footprint& one) { return one.mib; };
  const auto descriptors = [](const Footprint& one) { return static_cast<double>(one.descriptors); };
  const auto tables = [](const Footprint& one) { return static_cast<double>(one.tables); };
  std::vector<Fields> rows;
  for (std::size_t place = 0; place < seen.size(); ++place) {
    const std::span<const Footprint> all = seen[place];
    const auto second = all.subspan(samples / 4, samples / 4), last = all.last(samples / 4);
    const auto most = std::ranges::max_element(all, {}, &Footprint::mib);
    rows.push_back({{"name", "soak"},
                    {"hospital", place + 1},
                    {"second_quarter_mib", rounded(median(second, mib))},
                    {"last_quarter_mib", rounded(median(last, mib))},
                    {"most_mib", rounded(most->mib)},
                    {"ratio", rounded(median(last, mib) / median(second, mib))},
                    {"second_quarter_descriptors", median(second, descriptors)},
                    {"last_quarter_descriptors", median(last, descriptors)},
                    {"second_quarter_tables", median(second, tables)},
                    {"last_quarter_tables", median(last, tables)},
                    {"shares", shares}});
  }
  return rows;
}

}  // namespace caduceus::bench
