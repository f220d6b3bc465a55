#include "bench/biometrics.h"

#include <array>
#include <iomanip>
#include <numeric>
#include <ostream>
#include <vector>

#include "core/base/check.h"
#include "core/crypto/fuzzy_extractor.h"

namespace caduceus::bench {
namespace {

constexpr std::size_t bits = Template::bits;

// Whether the first scan's string comes back from a second one that differs in `wrong` of its usable bits.
bool comes_back(std::size_t unusable, std::size_t wrong, SeededRng& rng) {
  std::vector<std::size_t> places(bits);
  std::iota(places.begin(), places.end(), 0U);
  for (std::size_t i = 0; i < unusable + wrong; ++i) std::swap(places[i], places[i + rng.below(bits - i)]);
  const auto mask = [&](std::size_t i) { return static_cast<Byte>(1U << places[i] % 8); };

  Template first;
  rng.fill(first.value.expose());
  first.usable.fill(0xff);
  for (std::size_t i = 0; i < unusable; ++i) first.usable[places[i] / 8] &= static_cast<Byte>(~mask(i));
  Template second{first.value.copy(), first.usable};
  for (std::size_t i = unusable; i < unusable + wrong; ++i) second.value.expose()[places[i] / 8] ^= mask(i);

  const auto extracted = generate(first, rng);
  CHECK(extracted.has_value());
  const auto again = reproduce(second, extracted->helper);
  CHECK(!again || again->expose() == extracted->value.expose());
  return again.has_value();
}

}  // namespace

void print_biometric_rates(std::size_t templates, std::ostream& out) {
  constexpr std::array<std::size_t, 2> unusable{0, bits / 4};
  out << "wrong bits   all usable   a quarter unusable   (of " << templates << " templates, come back)\n";
  for (const std::size_t percent : {15U, 20U, 22U, 24U, 25U, 26U, 28U, 30U, 32U, 35U, 40U}) {
    SeededRng rng(percent);
    out << std::setw(8) << percent << " %";
    for (const std::size_t left_out : unusable) {
      std::size_t back = 0;
      for (std::size_t i = 0; i < templates; ++i) back += comes_back(left_out, (bits - left_out) * percent / 100, rng) ? 1U : 0U;
      out << std::setw(left_out == 0 ? 13 : 21) << back;
    }
    out << '\n' << std::flush;
  }
}

}  // namespace caduceus::bench
