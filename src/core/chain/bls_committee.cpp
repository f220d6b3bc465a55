#include "core/chain/bls_committee.h"

#include "core/base/check.h"
#include "core/crypto/hash.h"

namespace caduceus {

BlsCommittee::BlsCommittee(std::span<const G2> public_keys) : public_keys_(to_affine(public_keys)) {
  CHECK(!public_keys.empty() && public_keys.size() <= SignerSet::most_signers);
}

Checked<void> BlsCommittee::verify_part(std::size_t place, ByteView statement, const SignaturePart& part) const {
  CHECK(place < public_keys_.size());
  TRY(const G1 point, G1::decode(part));
  return caduceus::verify_part(public_keys_[place], statement, point);
}

// e(sum, P2) = Π e(H(statement), Σ public keys of its signers)
Checked<void> BlsCommittee::verify_sum(std::span<const SignedStatement> statements, const SignaturePart& sum) const {
  TRY(const G1 point, G1::decode(sum));
  std::vector<PairingFactor> factors{{G1() - point, G2::generator()}};
  for (const SignedStatement& one : statements) {
    std::vector<const AffineG2*> signers;
    for (std::size_t place = 0; place < public_keys_.size(); ++place) {
      if (one.signers.contains(place)) signers.push_back(&public_keys_[place]);
    }
    TRY(const G2 public_key, not_identity(caduceus::sum(std::span<const AffineG2* const>(signers))));
    factors.push_back({hash_to_g1(PointHash::bls_message, {one.statement}), public_key});
  }
  if (!pairing_product(factors).is_one()) return reject(Reject::multi_signature_invalid);
  return {};
}

Checked<SignaturePart> BlsCommittee::sum(std::span<const SignaturePart> parts) const {
  G1 sum;
  for (const SignaturePart& part : parts) {
    TRY(const G1 point, G1::decode(part));
    sum += point;
  }
  TRY_VOID(not_identity(sum));
  return sum.encode();
}

}  // namespace caduceus
