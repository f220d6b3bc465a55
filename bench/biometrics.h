// caduceus-lab bench biometrics: how often the fuzzy extractor brings a template back, by how far the second scan is off.
#pragma once

#include <cstddef>
#include <iosfwd>

namespace caduceus::bench {

// A line for each share of wrong bits, a column for none and for a quarter of the bits unusable. Random templates, the same in each run; bits
// that cannot be read, and wrong ones among the others, lie at random places: as many as the share says, neither more nor fewer.
void print_biometric_rates(std::size_t templates, std::ostream& out);

}  // namespace caduceus::bench
