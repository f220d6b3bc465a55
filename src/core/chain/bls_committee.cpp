#include "core/chain/bls_committee.h"

#include "core/base/check.h"
#include "core/crypto/hash.h"

namespace caduceus {
namespace {

// One for each claim. Whoever makes the claims may choose them as he likes, but not after he has seen the weights: every bit of them
// changes all.
class Weights {
 public:
  explicit Weights(std::span<const Claim> claims) {
    if (claims.size() < 2) return;
    Writer writer;
    for (const Claim& claim : claims) {
      write_length(writer, claim.statements.size());
      for (const SignedStatement& one : claim.statements) {
        write_length(writer, one.statement.size());
        writer.append(one.statement);
        write(writer, one.signers);
      }
      write(writer, claim.sum);
    }
    seed_ = hash({as_bytes("CADUCEUS-V1-CLAIM-WEIGHTS"), writer.take()});
  }

  // The first is 1: what is left of the others' errors would have to be its own.
  [[nodiscard]] G1 times(std::size_t claim, const G1& point) const {
    if (claim == 0) return point;
    const Bytes32 weight = hash({seed_, encode(static_cast<std::uint32_t>(claim))});
    const Term<CurveG1> term{Scalar::reduce(ByteView(weight).first(bits / 8)), point};
    return public_sum_of_products(std::span(&term, 1), bits);
  }

 private:
  static constexpr std::size_t bits = 128;
  Bytes32 seed_{};
};

}  // namespace

BlsCommittee::BlsCommittee(std::span<const G2> public_keys) : public_keys_(to_affine(public_keys)) {
  CHECK(!public_keys.empty() && public_keys.size() <= SignerSet::most_signers);
}

G2 BlsCommittee::key_of(const SignerSet& signers) const {
  std::vector<const AffineG2*> keys;
  for (std::size_t place = 0; place < public_keys_.size(); ++place) {
    if (signers.contains(place)) keys.push_back(&public_keys_[place]);
  }
  return caduceus::sum(std::span<const AffineG2* const>(keys));
}

// e(Σ zᵢ·sumᵢ, P2) = Π e(zᵢ·H(statement), Σ public keys of its signers), over the statements of all claims i; z₁ = 1
Checked<void> BlsCommittee::verify(std::span<const Claim> claims) const {
  const Weights weights(claims);
  G1 sum;
  std::vector<PairingFactor> factors;
  for (std::size_t i = 0; i < claims.size(); ++i) {
    TRY(const G1 point, G1::decode(claims[i].sum));
    sum += weights.times(i, point);
    for (const SignedStatement& one : claims[i].statements) {
      TRY(const G2 key, not_identity(key_of(one.signers)));
      factors.push_back({weights.times(i, hash_to_g1(PointHash::bls_message, {one.statement})), key});
    }
  }
  factors.push_back({G1() - sum, G2::generator()});
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
