#include "core/crypto/request_proof.h"

#include <array>

#include "core/crypto/hash.h"

namespace caduceus {
namespace {

Scalar challenge(const G1& ppub, const RequestStatement& statement, const G1& public_point, const G1& nonce, const G1& nonce_b) {
  const std::array<ByteArray<48>, 5> points{ppub.encode(), public_point.encode(), statement.t_b.encode(), nonce.encode(), nonce_b.encode()};
  std::vector<ByteView> parts{as_bytes(statement.purpose)};
  parts.insert(parts.end(), statement.parts.begin(), statement.parts.end());
  parts.insert(parts.end(), points.begin(), points.end());
  return hash_to_scalar(ScalarHash::h2, std::span<const ByteView>(parts));
}

// The nonce that a proof's secrets, its statement and fresh randomness give.
Secret<Scalar> hedged_nonce(std::vector<ByteView> secrets, const RequestStatement& statement, const Bytes32& fresh) {
  const auto t_b = statement.t_b.encode();
  std::vector<ByteView>& parts = secrets;
  parts.push_back(as_bytes(statement.purpose));
  parts.insert(parts.end(), statement.parts.begin(), statement.parts.end());
  parts.emplace_back(t_b);
  parts.emplace_back(fresh);
  return Secret<Scalar>(hash_to_scalar(ScalarHash::h0, std::span<const ByteView>(parts)));
}

}  // namespace

RequestProof prove(const G1& ppub, const SigningKey& doctor, const Secret<Scalar>& b, const RequestStatement& statement, Rng& rng) {
  const auto fresh = rng.bytes<32>();
  const SecretBytes d = encode_secret(doctor.partial);
  const SecretBytes x = encode_secret(doctor.secret_value);
  const SecretBytes b_bytes = encode_secret(b);
  const Secret<Scalar> t = hedged_nonce({as_bytes("nonce"), d.expose(), x.expose()}, statement, fresh);
  const Secret<Scalar> t_b = hedged_nonce({as_bytes("nonce-b"), b_bytes.expose()}, statement, fresh);

  RequestProof proof{doctor.public_point, {}, {}, {}};
  proof.challenge = challenge(ppub, statement, doctor.public_point, t.expose() * G1::generator(), t_b.expose() * G1::generator());
  Secret<Scalar> response = doctor.partial.copy();
  response.expose() += doctor.secret_value.expose();
  response.expose() *= proof.challenge;
  response.expose() += t.expose();
  proof.response = response.expose();
  response = b.copy();
  response.expose() *= proof.challenge;
  response.expose() += t_b.expose();
  proof.response_b = response.expose();
  return proof;
}

Checked<void> verify(const G1& ppub, const VerificationKey& doctor, const RequestStatement& statement, const RequestProof& proof) {
  if (proof.public_point != doctor.public_point) return reject(Reject::signature_other_key);
  const Scalar minus_h = Scalar() - proof.challenge;
  const std::array<Term<CurveG1>, 3> signature{{
      {proof.response, G1::generator()},
      {minus_h, doctor.public_point},
      {minus_h * identity_factor(doctor.identity, ppub, doctor.public_point), ppub},
  }};
  const std::array<Term<CurveG1>, 2> knowledge{{{proof.response_b, G1::generator()}, {minus_h, statement.t_b}}};
  TRY(const G1 nonce, not_identity(public_sum_of_products(std::span<const Term<CurveG1>>(signature))));
  TRY(const G1 nonce_b, not_identity(public_sum_of_products(std::span<const Term<CurveG1>>(knowledge))));
  if (challenge(ppub, statement, doctor.public_point, nonce, nonce_b) != proof.challenge) return reject(Reject::request_signature);
  return {};
}

}  // namespace caduceus
