// Work that waits for a disk or a service is measured by the wall.
#pragma once

#include <algorithm>
#include <chrono>
#include <iostream>
#include <vector>

#include "core/base/check.h"
#include "core/base/result.h"

namespace caduceus::bench {

// A benchmark ends with the environment's failure.
template <class T>
T must(Result<T> result) {
  if (!result) std::cerr << "caduceus-lab: " << result.error().message << '\n';
  CHECK(result);
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

double us_of(const auto& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin).count();
}

// The value below which this part of them lies, 0 to 1; there is one at least.
inline double quantile(std::vector<double> values, double part) {
  const auto place = values.begin() + static_cast<std::ptrdiff_t>(part * static_cast<double>(values.size() - 1));
  std::ranges::nth_element(values, place);
  return *place;
}
inline double median(std::vector<double> values) { return quantile(std::move(values), 0.5); }

}  // namespace caduceus::bench
