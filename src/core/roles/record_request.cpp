#include "core/roles/record_request.h"

#include "core/crypto/hash.h"

namespace caduceus::roles {
namespace {

constexpr std::string_view revocation_purpose = "revoke-grant";

Bytes statement(const RevokeGrant& revocation) {
  Bytes bytes = encode(revocation);
  bytes.resize(bytes.size() - encode(revocation.signature).size());
  return bytes;
}

}  // namespace

SecretKey own_record_key(const AgreedKeys& keys, const AskOwn& asked) {
  return derive_key(KeyHash::hsk, "own record", {keys.to_initiator.expose(), encode(asked)});
}

RevokeGrant sign_revocation(const G1& ppub, const SigningKey& patient, const Identity& hospital, const Bytes32& policy, Time now,
                            Rng& rng) {
  RevokeGrant revocation{patient.identity, hospital, policy, now, {}};
  revocation.signature = sign(ppub, patient, revocation_purpose, statement(revocation), rng);
  return revocation;
}

Checked<void> verify(const G1& ppub, const VerificationKey& patient, const RevokeGrant& revocation) {
  if (revocation.patient != patient.identity) return reject(Reject::letter_parties);
  return verify(ppub, patient, revocation_purpose, statement(revocation), revocation.signature);
}

}  // namespace caduceus::roles
