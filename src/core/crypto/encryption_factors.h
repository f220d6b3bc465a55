// Encryption factors (PROTOCOL.md §4): one scalar a record, from two chains that patient and hospital both compute. A factor opens
// its record and says nothing of another's.
#pragma once

#include <tuple>
#include <vector>

#include "core/base/secret.h"
#include "core/crypto/group.h"

namespace caduceus {

// The largest visit, n.
constexpr std::uint32_t most_records_in_batch = 65'536;

// Record j = (b, i): the i-th record, from 1, of the batch b of its patient at its hospital.
struct RecordPlace {
  std::uint32_t batch = 0;
  std::uint32_t index = 1;

  static auto fields(auto& self) { return std::tie(self.batch, self.index); }
  // Reject::record_place.
  [[nodiscard]] Checked<void> check() const;
  friend auto operator<=>(const RecordPlace&, const RecordPlace&) = default;
};

// What the first visit leaves with both: s_α = c1·T_a2 = a2·T_1, s_β = c2·T_a1 = a1·T_2.
struct InitialFactors {
  Secret<G1> alpha;
  Secret<G1> beta;

  static auto fields(auto& self) { return std::tie(self.alpha, self.beta); }
};

// s_α^1 … s_α^n of batch b, chains of their own for each batch (R8: one chain for all would change every factor already granted):
// s_α^0 = H4("α", b, s_α), s_β^0 = H4("β", b, s_β), s_β^i = H5(s_β^{i−1}), s_α^i = H5(s_α^{i−1} ⊕ s_β^{n−i+1}).
// Reject::record_place unless 1 ≤ n ≤ most_records_in_batch.
[[nodiscard]] Checked<std::vector<Secret<Scalar>>> encryption_factors(const InitialFactors& initial, std::uint32_t batch, std::uint32_t n);

// τ_j = Hsk(s_α^j), "emergency": proves, without the factor, that the record's index entry was opened (§5).
SecretKey emergency_token(const Secret<Scalar>& factor);

}  // namespace caduceus
