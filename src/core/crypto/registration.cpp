#include "core/crypto/registration.h"

#include <array>

#include "core/crypto/hash.h"

namespace caduceus {
namespace {

Scalar registration_challenge(const Identity& identity, const G1& ppub, const G1& commitment, const G1& nonce) {
  return hash_to_scalar(ScalarHash::h2, {as_bytes("register"), encode(identity), ppub.encode(), commitment.encode(), nonce.encode()});
}

// e(a, b) = e(c, d). Whether it is may be known, also where the points are not.
bool same_pairing(const G1& a, const G2& b, const G1& c, const G2& d) {
  const std::array<PairingFactor, 2> factors{{{a, b}, {G1() - c, d}}};
  return declassify(pairing_product(factors).is_one());
}

template <class P>
Secret<P> multiply(const Secret<Scalar>& scalar, const P& point) {
  Secret<P> product(point);
  product.expose() *= scalar.expose();
  return product;
}

}  // namespace

MasterSecrets MasterSecrets::random(Rng& rng) {
  MasterSecrets secrets;
  for (auto* secret : {&secrets.signing, &secrets.agreement, &secrets.aggregate}) secret->expose() = Scalar::random(rng);
  return secrets;
}

SystemParameters SystemParameters::of(const MasterSecrets& secrets) {
  return {
      .signing = secrets.signing.expose() * G1::generator(),
      .agreement_g1 = secrets.agreement.expose() * G1::generator(),
      .agreement_g2 = secrets.agreement.expose() * G2::generator(),
      .aggregate_g1 = secrets.aggregate.expose() * G1::generator(),
      .aggregate_g2 = secrets.aggregate.expose() * G2::generator(),
  };
}

Checked<void> SystemParameters::check() const {
  if (!same_pairing(agreement_g1, G2::generator(), G1::generator(), agreement_g2) ||
      !same_pairing(aggregate_g1, G2::generator(), G1::generator(), aggregate_g2)) {
    return reject(Reject::parameters_inconsistent);
  }
  return {};
}

PendingRegistration begin_registration(const G1& ppub, const Identity& identity, Rng& rng) {
  PendingRegistration pending{{identity, {}, {}, {}}, Secret<Scalar>(Scalar::random(rng))};
  const Secret<Scalar>& x = pending.secret_value;
  pending.request.commitment = x.expose() * G1::generator();

  const SecretBytes x_bytes = encode_secret(x);
  const Secret<Scalar> k(
      hash_to_scalar(ScalarHash::h0, {as_bytes("nonce"), x_bytes.expose(), as_bytes("register"), encode(identity), rng.bytes<32>()}));
  pending.request.challenge = registration_challenge(identity, ppub, pending.request.commitment, k.expose() * G1::generator());
  Secret<Scalar> response = x.copy();
  response.expose() *= pending.request.challenge;
  response.expose() += k.expose();
  pending.request.response = response.expose();
  return pending;
}

Checked<void> verify_request(const G1& ppub, const RegistrationRequest& request) {
  const std::array<Term<CurveG1>, 2> terms{{{request.response, G1::generator()}, {Scalar() - request.challenge, request.commitment}}};
  TRY(const G1 nonce, not_identity(public_sum_of_products(std::span<const Term<CurveG1>>(terms))));
  if (registration_challenge(request.identity, ppub, request.commitment, nonce) != request.challenge)
    return reject(Reject::registration_proof);
  return {};
}

AgreementKey extract_agreement_key(const Secret<Scalar>& master, const Identity& identity) {
  const Bytes id = encode(identity);
  return {identity, multiply(master, hash_to_g1(PointHash::key_agreement, {id})), multiply(master, hash_to_g2({id}))};
}

AggregateKey extract_aggregate_key(const Secret<Scalar>& master, const Identity& identity) {
  const Bytes id = encode(identity);
  return {identity, multiply(master, hash_to_g1(PointHash::signature0, {id})), multiply(master, hash_to_g1(PointHash::signature1, {id}))};
}

Checked<IssuedKeys> issue_keys(const MasterSecrets& secrets, const SystemParameters& parameters, const RegistrationRequest& request,
                               Rng& rng) {
  TRY_VOID(verify_request(parameters.signing, request));
  const Secret<Scalar> y(Scalar::random(rng));
  TRY(const G1 public_point, not_identity(request.commitment + y.expose() * G1::generator()));
  Secret<Scalar> partial = secrets.signing.copy();
  partial.expose() *= identity_factor(request.identity, parameters.signing, public_point);
  partial.expose() += y.expose();

  AgreementKey agreement = extract_agreement_key(secrets.agreement, request.identity);
  AggregateKey aggregate = extract_aggregate_key(secrets.aggregate, request.identity);
  return IssuedKeys{request.identity,        public_point,           std::move(partial), std::move(agreement.g1), std::move(agreement.g2),
                    std::move(aggregate.k0), std::move(aggregate.k1)};
}

Checked<void> verify_aggregate_key(const SystemParameters& parameters, const AggregateKey& key) {
  const Bytes id = encode(key.identity);
  if (!same_pairing(key.k0.expose(), G2::generator(), hash_to_g1(PointHash::signature0, {id}), parameters.aggregate_g2) ||
      !same_pairing(key.k1.expose(), G2::generator(), hash_to_g1(PointHash::signature1, {id}), parameters.aggregate_g2)) {
    return reject(Reject::issued_aggregate_key);
  }
  return {};
}

Checked<IdentityKeys> accept_keys(const SystemParameters& parameters, const PendingRegistration& pending, const IssuedKeys& issued) {
  const Identity& identity = pending.request.identity;
  if (issued.identity != identity) return reject(Reject::issued_identity);

  const Scalar f = identity_factor(identity, parameters.signing, issued.public_point);
  const G1 expected = issued.public_point - pending.request.commitment + f * parameters.signing;
  // That the PKG's answer is wrong is no secret.
  if (!declassify(issued.partial.expose() * G1::generator() == expected)) return reject(Reject::issued_partial_key);
  const Bytes id = encode(identity);
  if (!same_pairing(issued.agreement_g1.expose(), G2::generator(), hash_to_g1(PointHash::key_agreement, {id}), parameters.agreement_g2) ||
      !same_pairing(parameters.agreement_g1, hash_to_g2({id}), G1::generator(), issued.agreement_g2.expose())) {
    return reject(Reject::issued_agreement_key);
  }
  AggregateKey aggregate{identity, issued.aggregate_k0.copy(), issued.aggregate_k1.copy()};
  TRY_VOID(verify_aggregate_key(parameters, aggregate));
  return IdentityKeys{
      {identity, issued.public_point, issued.partial.copy(), pending.secret_value.copy()},
      {identity, issued.agreement_g1.copy(), issued.agreement_g2.copy()},
      std::move(aggregate),
  };
}

}  // namespace caduceus
