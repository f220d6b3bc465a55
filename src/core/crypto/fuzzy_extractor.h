// A fuzzy extractor (PROTOCOL.md §5, R10): the same random string from every scan of the same iris or finger that is near enough.
// Code offset (Juels–Wattenberg) with Hao, Anderson and Daugman's code (2006): an outer Reed–Solomon code (32, 20) over GF(2^7), an inner
// biorthogonal Hadamard code (64, 7), decoded softly, with unusable bits as erasures and the weakest words as outer erasures.
//
// Rate 140/2048. The helper is public and gives away at most 1,908 bits of the template's entropy; what is left depends on the biometry:
// see docs/SECURITY_ARGUMENT.md for how little one finger has. Distance: docs/BENCHMARKS.md has the measured rates; 20 % wrong bits, spread
// over the template, are corrected.
#pragma once

#include <tuple>

#include "core/base/rng.h"
#include "core/base/secret.h"

namespace caduceus {

// What a scanner hands over: 2,048 bits, and which of them it could read. Bit i at bit i mod 8, least significant first, of byte i/8.
struct Template {
  static constexpr std::size_t bits = 2048;
  static constexpr std::size_t least_usable = 1536;  // to enrol; two thirds of that in both scans to come back

  Secret<ByteArray<bits / 8>> value;
  ByteArray<bits / 8> usable{};

  static auto fields(auto& self) { return std::tie(self.value, self.usable); }
};

// Public: with the template it gives R back, without it nearly nothing.
struct Helper {
  Bytes32 seed{};
  ByteArray<Template::bits / 8> offset{};  // code word XOR template; random where the template is not usable
  ByteArray<Template::bits / 8> usable{};
  Bytes32 check{};  // MAC of the rest under a key from the code word

  static auto fields(auto& self) { return std::tie(self.seed, self.offset, self.usable, self.check); }
  friend bool operator==(const Helper&, const Helper&) = default;
};

struct Extracted {
  SecretKey value;  // R
  Helper helper;
};

// Gen. Reject::template_unusable.
[[nodiscard]] Checked<Extracted> generate(const Template& scan, Rng& rng);

// Rep: R again. Reject::template_unusable; biometrics_differ when the scans are too far apart, or the helper was altered.
[[nodiscard]] Checked<SecretKey> reproduce(const Template& scan, const Helper& helper);

}  // namespace caduceus
