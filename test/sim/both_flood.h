// A flood of emergency requests (tx_ur) on SUP: a hospital and its doctor sign as many as they can, while another hospital's doctor needs one. Signatures
// are real.
#pragma once

#include "core/chain/sup_signing.h"
#include "test/sim/kernel.h"
#include "test/sup_world.h"

namespace caduceus::sim {

class Flood {
 public:
  explicit Flood(std::uint64_t seed);

  // Everybody's accounts.
  [[nodiscard]] const std::vector<VerifiedTransaction>& accounts() const { return accounts_; }
  // One more of the flood's, and one that is honest.
  [[nodiscard]] VerifiedTransaction another(Time now) { return signed_by(world_.doctor(1), now); }
  [[nodiscard]] VerifiedTransaction emergency(Time now) { return signed_by(world_.doctor(0), now); }

 private:
  [[nodiscard]] VerifiedTransaction signed_by(const SupWorld::Member& doctor, Time now);

  SupWorld world_;
  TransactionVerifier verifier_;
  std::vector<VerifiedTransaction> accounts_;
};

// A request of the honest doctor.
struct Emergency {
  VerifiedTransaction transaction;
  Tick made;
  bool is_committed = false;
};

}  // namespace caduceus::sim
